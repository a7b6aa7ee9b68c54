#ifndef SF_KERNELS_STATUS_H
#define SF_KERNELS_STATUS_H

// Outcomes of everything that can fail. Zero is success; larger is worse, so
// that the maximum over ranks is the outcome of all of them.
//   X(name, exit code of the program, text)
#define SF_STATUS_LIST(X)                                \
  X(OK, 0, "done")                                       \
  X(USAGE, 2, "wrong use of the command line")           \
  X(CONFIG, 2, "configuration cannot be used")           \
  X(MEMORY, 1, "out of memory")                          \
  X(FILE, 1, "file cannot be read or written")           \
  X(SPACE, 1, "not enough space")                        \
  X(FORMAT, 1, "file is not a corpus")                   \
  X(MISMATCH, 1, "data differ from what they should be") \
  X(STOPPED, 1, "stopped by a signal")                   \
  X(RESUMABLE, 75, "stopped at a restart point")         \
  X(INTERNAL, 1, "internal error")

enum sf_status {
#define SF_STATUS_ENUM(name, code, text) SF_##name,
  SF_STATUS_LIST(SF_STATUS_ENUM)
#undef SF_STATUS_ENUM
      SF_STATUS_COUNT
};

// What went wrong, for a person. `text` names the cause (file, line, key, rank).
struct sf_error {
  enum sf_status status;
  char text[1024];
};

// Records a failure and returns `status`. A failure that is already recorded
// stays: the first cause is the one to report. `error` may be null.
__attribute__((format(printf, 3, 4))) enum sf_status sf_fail(struct sf_error *error,
                                                             enum sf_status status,
                                                             const char *format, ...);

const char *sf_status_text(enum sf_status status);
int sf_status_exit_code(enum sf_status status);

// Forwards a failure to the caller.
#define SF_TRY(call)                        \
  do {                                      \
    enum sf_status sf_try_status_ = (call); \
    if (sf_try_status_ != SF_OK) {          \
      return sf_try_status_;                \
    }                                       \
  } while (0)

#endif

#include "io/reserve.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void folder_of(const char *path, char folder[PATH_MAX]) {
  char copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s", path);
  snprintf(folder, PATH_MAX, "%s", dirname(copy));
}

// Refuses a name that leaves no room for what is added to it on the way.
static enum sf_status check_name(const char *path, const char *folder, struct sf_error *error) {
  // The longest that is added: corpus.h5 has corpus.manifest.json.partial beside it.
  static const char suffix[] = ".manifest.json.partial";
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  const long most = pathconf(folder, _PC_NAME_MAX);  // negative: no limit
  const size_t length = strlen(name) + sizeof suffix - 1;
  if (most >= 0 && length > (size_t)most) {
    return sf_fail(error, SF_USAGE,
                   "%.64s...: the name is too long: at most %zu bytes are possible", name,
                   (size_t)most + 1 - sizeof suffix);
  }
  return SF_OK;
}

enum sf_status sf_output_check(const char *path, int force, struct sf_error *error) {
  struct stat found;
  if (path[0] == '\0') {
    return sf_fail(error, SF_USAGE, "no output is named: give it with -o FILE");
  }
  if (strcmp(path, "-") == 0) {
    return sf_fail(error, SF_USAGE,
                   "-: standard output cannot take the output, which gets its name when it is "
                   "whole; -o names a file");
  }
  if (stat(path, &found) == 0) {
    if (S_ISDIR(found.st_mode)) {
      return sf_fail(error, SF_USAGE, "%s: is a folder; -o names a file", path);
    }
    if (!S_ISREG(found.st_mode)) {
      // A rename would put a file in the place of a device, a pipe or a socket.
      return sf_fail(error, SF_USAGE, "%s: is not a regular file and cannot be replaced", path);
    }
    if (!force) {
      return sf_fail(error, SF_USAGE, "%s: exists; --force replaces it", path);
    }
  }
  char folder[PATH_MAX];
  folder_of(path, folder);
  if (access(folder, W_OK | X_OK) != 0) {
    return sf_fail(error, SF_FILE, "%s: cannot write into the folder: %s", folder, strerror(errno));
  }
  return check_name(path, folder, error);
}

static enum sf_status compare_room(int outcome, const struct statvfs *system, const char *path,
                                   int64_t bytes, struct sf_error *error) {
  if (outcome != 0) {
    return sf_fail(error, SF_FILE, "%s: cannot ask for the free space: %s", path, strerror(errno));
  }
  double available = (double)system->f_bavail * (double)system->f_frsize;
  if (available < (double)bytes) {
    return sf_fail(error, SF_SPACE, "%s: %.1f MB are needed and %.1f MB are free", path,
                   (double)bytes / 1e6, available / 1e6);
  }
  return SF_OK;
}

enum sf_status sf_output_apart(const char *path, const char *input, struct sf_error *error) {
  struct stat a, b;
  if (stat(path, &a) == 0 && stat(input, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino) {
    return sf_fail(error, SF_USAGE, "%s: is the corpus that is read; -o names another file", path);
  }
  return SF_OK;
}

enum sf_status sf_output_room(const char *path, int64_t bytes, struct sf_error *error) {
  char folder[PATH_MAX];
  folder_of(path, folder);
  struct statvfs system;
  return compare_room(statvfs(folder, &system), &system, path, bytes, error);
}

// Bytes from .. to-1 of a file.
static enum sf_status reserve(int descriptor, const char *path, int64_t from, int64_t to,
                              struct sf_error *error) {
  const int64_t bytes = to - from;
  // Never posix_fallocate: where the file system cannot reserve, glibc writes
  // the blocks, which stay in the file.
  if (fallocate(descriptor, FALLOC_FL_KEEP_SIZE, from, bytes) == 0) {
    return SF_OK;
  }
  if (errno == EOPNOTSUPP) {
    struct statvfs system;
    return compare_room(fstatvfs(descriptor, &system), &system, path, bytes, error);
  }
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
    return sf_fail(error, SF_SPACE, "%s: cannot reserve %.1f MB: %s", path, (double)bytes / 1e6,
                   strerror(errno));
  }
  return sf_fail(error, SF_FILE, "%s: cannot reserve %.1f MB: %s", path, (double)bytes / 1e6,
                 strerror(errno));
}

enum sf_status sf_reserve_create(const char *path, int64_t bytes, struct sf_error *error) {
  if (unlink(path) != 0 && errno != ENOENT) {
    return sf_fail(error, SF_FILE, "%s: cannot remove: %s", path, strerror(errno));
  }
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return sf_fail(error, SF_FILE, "%s: cannot create: %s", path, strerror(errno));
  }
  enum sf_status status = reserve(descriptor, path, 0, bytes, error);
  close(descriptor);
  if (status != SF_OK) {
    unlink(path);
  }
  return status;
}

enum sf_status sf_reserve_more(const char *path, int64_t bytes, struct sf_error *error) {
  return sf_reserve_ahead(path, 0, bytes, error);
}

enum sf_status sf_reserve_ahead(const char *path, int64_t from, int64_t to,
                                struct sf_error *error) {
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return sf_fail(error, SF_FILE, "%s: cannot open: %s", path, strerror(errno));
  }
  enum sf_status status = reserve(descriptor, path, from, to, error);
  close(descriptor);
  return status;
}

enum sf_status sf_file_sync(const char *path, struct sf_error *error) {
  struct stat found;
  int descriptor = open(path, O_WRONLY | O_CLOEXEC);
  // Cutting a file to its own length frees the blocks behind it.
  int failed = descriptor < 0 || fstat(descriptor, &found) != 0 ||
               ftruncate(descriptor, found.st_size) != 0 || fsync(descriptor) != 0;
  int cause = errno;
  if (descriptor >= 0) {
    close(descriptor);
  }
  return failed
             ? sf_fail(error, SF_FILE, "%s: cannot bring it to the disk: %s", path, strerror(cause))
             : SF_OK;
}

enum sf_status sf_file_rename(const char *from, const char *to, struct sf_error *error) {
  if (rename(from, to) != 0) {
    return sf_fail(error, SF_FILE, "%s: cannot rename to %s: %s", from, to, strerror(errno));
  }
  char folder[PATH_MAX];
  folder_of(to, folder);
  int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // Some file systems cannot sync a folder and say EINVAL; then nothing is lost.
  int failed = descriptor < 0 || (fsync(descriptor) != 0 && errno != EINVAL);
  int cause = errno;
  if (descriptor >= 0) {
    close(descriptor);
  }
  return failed ? sf_fail(error, SF_FILE, "%s: cannot bring its name to the disk: %s", to,
                          strerror(cause))
                : SF_OK;
}

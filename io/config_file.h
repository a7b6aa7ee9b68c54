#ifndef SF_IO_CONFIG_FILE_H
#define SF_IO_CONFIG_FILE_H

#include "io/options.h"

// Configuration files: one YAML mapping from option names to single values,
// and `base`, a file whose options come before (a path relative to the file
// that names it). Anything else in the file is an error at its line.

#define SF_CONFIG_BYTES_MAX (1 << 20)  // of one file

struct sf_config_entry {
  enum sf_option_id option;
  int32_t line;  // 1-based
  char value[SF_PATH_SIZE];
};

struct sf_config_text {
  int32_t count;
  struct sf_config_entry entry[SF_OPTION_COUNT];  // [count], in the order of the file
  int32_t base_line;
  char base[SF_PATH_SIZE];  // "" = none
};

// Reads the keys of `size` bytes of YAML; values are not looked at. `name` is
// the file's name in messages. Errors: SF_CONFIG, SF_MEMORY.
enum sf_status sf_config_parse_text(const char *text, size_t size, const char *name,
                                    struct sf_config_text *config, struct sf_error *error);

// Sets the options of a file, one level. Errors: SF_CONFIG.
enum sf_status sf_config_apply(const struct sf_config_text *config, const char *name,
                               struct sf_options *options, struct sf_error *error);

// Reads a file and its bases, and sets their options, the last base first.
// Errors: SF_CONFIG (also if a file cannot be read), SF_MEMORY.
enum sf_status sf_config_load(const char *path, struct sf_options *options, struct sf_error *error);

#endif

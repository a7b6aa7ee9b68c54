#include <stdio.h>
#include <string.h>

#include "io/config_file.h"
#include "jobs/command.h"

// A double-quoted YAML scalar: any path is safe in it.
static void print_quoted(const char *text) {
  putchar('"');
  for (const char *c = text; *c; c++) {
    if (*c == '"' || *c == '\\') {
      printf("\\%c", *c);
    } else if ((unsigned char)*c < 0x20 || *c == 0x7f) {
      printf("\\x%02x", (unsigned)*c);
    } else {
      putchar(*c);
    }
  }
  putchar('"');
}

// One line "key: value  # origin"; what a file cannot hold is a comment.
static void print_option(const struct sf_options *options, enum sf_option_id id) {
  const struct sf_option *option = &sf_option_table[id];
  char value[SF_PATH_SIZE], origin[SF_ORIGIN_SIZE];
  sf_options_value(options, id, value);
  sf_options_origin(options, id, origin);
  if (option->scope == SF_SCOPE_SOURCE || value[0] == '\0') {
    printf("# %s: %s  # %s\n", option->name, value[0] ? value : "not set", origin);
  } else if (id == SF_OPTION_CUSTOMERS && options->rows > 0) {
    printf("# %s: %s  # follows from rows\n", option->name, value);
  } else if (option->type == SF_OPTION_PATH || option->type == SF_OPTION_TEXT ||
             option->type == SF_OPTION_SLICE || option->type == SF_OPTION_DURATION) {
    printf("%s: ", option->name);
    print_quoted(value);
    printf("  # %s\n", origin);
  } else {
    printf("%s: %s  # %s\n", option->name, value, origin);
  }
}

// The configuration in force, as a file that --config takes.
static enum sf_status show(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_CONFIG, argc, argv, &options, &operands, error));
  if (strcmp(operands.text[0], "show") != 0) {
    return sf_fail(error, SF_USAGE, "config: '%.64s' is neither show nor check", operands.text[0]);
  }
  if (operands.count > 1) {
    return sf_fail(error, SF_USAGE, "config show: unexpected '%.64s'", operands.text[1]);
  }
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    if ((sf_option_table[id].commands >> SF_COMMAND_CONFIG & 1) &&
        sf_option_table[id].scope <= SF_SCOPE_SOURCE) {
      print_option(&options, (enum sf_option_id)id);
    }
  }
  return SF_OK;
}

// A file by itself: neither the environment nor other options count.
static enum sf_status check(int argc, char **argv, struct sf_error *error) {
  if (argc != 3) {
    return sf_fail(error, SF_USAGE, "config check: needs one file, see 'synfin help config'");
  }
  struct sf_options options;
  sf_options_default(&options);
  SF_TRY(sf_config_load(argv[2], &options, error));
  SF_TRY(sf_options_finish(&options, error));
  printf("%s: no errors\n", argv[2]);
  return SF_OK;
}

enum sf_status sf_job_config(int argc, char **argv, struct sf_error *error) {
  if (argc > 1 && strcmp(argv[1], "check") == 0) {
    return check(argc, argv, error);
  }
  return show(argc, argv, error);
}

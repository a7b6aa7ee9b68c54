#ifndef SF_IO_OPTIONS_H
#define SF_IO_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kernels/config.h"
#include "kernels/status.h"

// Options of the program. Each is declared once, in io/options.def; the command
// line, configuration files, the environment, help, documents and validation
// are loops over that table. Nothing here is collective: rank 0 loads the
// options and the struct, plain data, is broadcast as bytes.

// Commands.
//   X(constant, name, operands, summary)
#define SF_COMMAND_LIST(X)                                                                       \
  X(GENERATE, "generate", "", "make a corpus")                                                   \
  X(PLAN, "plan", "", "rows, bytes and memory that a corpus needs; with -o exact, and saved")    \
  X(VERIFY, "verify", "CORPUS", "check digests, schema, keys, order and invariants of a corpus") \
  X(INSPECT, "inspect", "CORPUS [summary | head | customer ID]", "look into a corpus")           \
  X(EXPORT, "export", "CORPUS", "write a table as text")                                         \
  X(SCHEMA, "schema", "", "describe the tables and columns")                                     \
  X(CONFIG, "config", "show | check FILE", "the configuration in force, or a check of a file")   \
  X(VERSION, "version", "", "versions of the program and of what it is built with")              \
  X(HELP, "help", "[COMMAND]", "commands and their options")

enum sf_command_id {
#define SF_COMMAND_ENUM(constant, name, operands, summary) SF_COMMAND_##constant,
  SF_COMMAND_LIST(SF_COMMAND_ENUM)
#undef SF_COMMAND_ENUM
      SF_COMMAND_COUNT
};

enum sf_option_id {
#define SF_OPTION(constant, ...) SF_OPTION_##constant,
#include "io/options.def"
#undef SF_OPTION
  SF_OPTION_COUNT
};

// Values of choices, in the order of the table.
enum sf_check { SF_CHECK_NONE, SF_CHECK_SAMPLE, SF_CHECK_FULL };
enum sf_vector_choice {
  SF_VECTOR_CHOICE_AUTO,
  SF_VECTOR_CHOICE_SCALAR,
  SF_VECTOR_CHOICE_AVX2,
  SF_VECTOR_CHOICE_AVX512
};
enum sf_export_format { SF_EXPORT_CSV, SF_EXPORT_JSONL };
enum sf_schema_format { SF_SCHEMA_MARKDOWN, SF_SCHEMA_CSV, SF_SCHEMA_JSON };

#define SF_PATH_SIZE 1024      // bytes of a path or text, with its final zero
#define SF_CONFIG_FILES_MAX 8  // a file and its bases

// Where the value in force comes from; later levels win.
enum sf_level { SF_LEVEL_DEFAULT, SF_LEVEL_FILE, SF_LEVEL_ENVIRONMENT, SF_LEVEL_LINE };

struct sf_origin {
  enum sf_level level;
  int32_t file;  // index into `files` for SF_LEVEL_FILE
  int32_t line;  // 1-based
};

struct sf_options {
  struct sf_config data;  // customers follow from `rows` where that is set
  uint64_t rows;          // asked for; 0 = not set
  uint32_t batch;         // rows
  int32_t force;          // booleans are 0 or 1
  int32_t quiet;
  int32_t collective;
  int32_t check;          // enum sf_check
  int32_t vector;         // enum sf_vector_choice
  int32_t export_format;  // enum sf_export_format
  int32_t schema_format;  // enum sf_schema_format
  int32_t table;          // enum sf_table_id
  char columns[SF_PATH_SIZE];
  char config[SF_PATH_SIZE];  // paths and texts: "" = not set
  char plan[SF_PATH_SIZE];
  char output[SF_PATH_SIZE];
  struct sf_origin origin[SF_OPTION_COUNT];
  int32_t file_count;
  char files[SF_CONFIG_FILES_MAX][SF_PATH_SIZE];  // in the order read, the last base first
};

enum sf_option_type {
  SF_OPTION_INTEGER,  // unsigned, in a member of 4 or 8 bytes
  SF_OPTION_DATE,     // int32_t, days since 1970-01-01
  SF_OPTION_BOOLEAN,  // int32_t
  SF_OPTION_CHOICE,   // int32_t, position in the list
  SF_OPTION_PATH,     // char[SF_PATH_SIZE]
  SF_OPTION_TEXT      // char[SF_PATH_SIZE]
};

enum sf_option_scope {
  SF_SCOPE_DATA,  // decides the data; stored in the corpus
  SF_SCOPE_RUN,   // decides only how they are made
  SF_SCOPE_LINE   // not a configuration key: command line only
};

struct sf_option {
  const char *name;
  int letter;  // short option, 0 = none
  enum sf_option_type type;
  enum sf_option_scope scope;
  uint32_t commands;  // bit 1 << enum sf_command_id
  const char *initial, *minimum, *maximum;
  const char *choices;  // "one|of|these"
  const char *unit, *help;
  size_t offset, size;  // of the member
};

extern const struct sf_option sf_option_table[SF_OPTION_COUNT];

struct sf_command_text {
  const char *name, *operands, *summary;
};
extern const struct sf_command_text sf_command_texts[SF_COMMAND_COUNT];

// What is left of a command line beside options, in order. Points into argv.
#define SF_OPERANDS_MAX 4
struct sf_operands {
  int count;
  const char *text[SF_OPERANDS_MAX];
};

// Options of one command from all levels: defaults < files < environment <
// argv[1 .. argc-1] (argv[0] is the command's name). Files and environment
// count only for commands that take --config. Errors: SF_USAGE (command
// line), SF_CONFIG (file, environment, or values that cannot be together),
// SF_FILE (a configuration file cannot be read).
enum sf_status sf_options_load(enum sf_command_id command, int argc, char **argv,
                               struct sf_options *options, struct sf_operands *operands,
                               struct sf_error *error);

void sf_options_default(struct sf_options *options);

// Sets an option from text. The message names the option and what it may be,
// after `where` ("file:line", "environment", ...). Errors: SF_CONFIG.
enum sf_status sf_options_set(struct sf_options *options, enum sf_option_id id, const char *text,
                              struct sf_origin origin, const char *where, struct sf_error *error);

// One level is complete: customers and rows exclude each other within it, and
// the one that it sets replaces the other of earlier levels. `given` is the set
// of options (1 << id) that the level sets. Errors: SF_CONFIG.
enum sf_status sf_options_end_level(struct sf_options *options, uint32_t given, const char *where,
                                    struct sf_error *error);

// All levels are there: checks what values must hold together, and turns
// `rows` into customers. Errors: SF_CONFIG.
enum sf_status sf_options_finish(struct sf_options *options, struct sf_error *error);

// The value in force as a user would write it.
void sf_options_value(const struct sf_options *options, enum sf_option_id id,
                      char text[SF_PATH_SIZE]);

// "default", "FILE:LINE", "environment" or "command line".
void sf_options_origin(const struct sf_options *options, enum sf_option_id id,
                       char text[SF_PATH_SIZE + 16]);

// The option with this name among those of `commands` and of scopes up to
// `scope`, or SF_OPTION_COUNT.
enum sf_option_id sf_option_find(const char *name, size_t length, uint32_t commands,
                                 enum sf_option_scope scope);

// The nearest name by edit distance, for messages; "" if none is near.
const char *sf_option_nearest(const char *name, size_t length, uint32_t commands,
                              enum sf_option_scope scope);

// Help of one command.
void sf_options_help(enum sf_command_id command, FILE *stream);

#endif

#ifndef SF_IO_OPTIONS_H
#define SF_IO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "io/options_learn.h"
#include "kernels/config.h"
#include "kernels/status.h"

// Options of the program. Each is declared once, in io/options.def; the command
// line, configuration files, the environment, help, documents and validation
// are loops over that table. Nothing here is collective: rank 0 loads the
// options and the struct, plain data, is broadcast as bytes.

// Commands.
//   X(constant, name, least and most operands, operands, summary)
#define SF_COMMAND_LIST(X)                                                                      \
  X(GENERATE, "generate", 0, 0, "", "Make a corpus.")                                           \
  X(PLAN, "plan", 0, 0, "",                                                                     \
    "Rows, bytes, memory, time of a corpus: an estimate; with -o rows exact, and saved.")       \
  X(FINALIZE, "finalize", 1, 1, "CORPUS",                                                       \
    "Check the shards of a corpus, and make the file that shows them as one.")                  \
  X(VERIFY, "verify", 1, 1, "CORPUS",                                                           \
    "Check the digests, schema, keys, order and invariants of a corpus.")                       \
  X(INSPECT, "inspect", 1, 4,                                                                   \
    "CORPUS [summary | head [TABLE [ROWS]] | customer ID | episode ID | rings]",                \
    "Look into a corpus.")                                                                      \
  X(EXPORT, "export", 1, 1, "CORPUS", "Write a table of a corpus as text.")                     \
  X(PREPARE, "prepare", 1, 1, "CORPUS",                                                         \
    "Make a corpus ready for machine learning: parts, labels, encoded and scaled inputs.")      \
  X(TRAIN, "train", 1, 1, "CORPUS", "Train a model of fraud on a corpus.")                      \
  X(EVALUATE, "evaluate", 2, 2, "CORPUS MODEL", "Measure a model on a part of a corpus.")       \
  X(PREDICT, "predict", 2, 2, "CORPUS MODEL", "Score every transaction of a corpus.")           \
  X(TUNE, "tune", 1, 1, "CORPUS", "Search for parameters of a model; trials run on all ranks.") \
  X(MODEL, "model", 1, 1, "list", "List the models of a registry.")                             \
  X(DIFF, "diff", 2, 2, "A B", "Compare two corpora: settings, rows, columns, first rows.")     \
  X(SCHEMA, "schema", 0, 0, "", "Describe the tables and their columns.")                       \
  X(CONFIG, "config", 1, 2, "show | check FILE",                                                \
    "Show the configuration in force, or check a file.")                                        \
  X(VERSION, "version", 0, 0, "", "Versions of the program and of its libraries.")              \
  X(HELP, "help", 0, 1, "[COMMAND]", "List the commands and their options.")

enum sf_command_id {
#define SF_COMMAND_ENUM(constant, ...) SF_COMMAND_##constant,
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
enum sf_export_format { SF_EXPORT_CSV, SF_EXPORT_JSONL, SF_EXPORT_NPY };
enum sf_schema_format {
  SF_SCHEMA_MARKDOWN,
  SF_SCHEMA_CSV,
  SF_SCHEMA_JSON,
  SF_SCHEMA_TYPOLOGIES,
  SF_SCHEMA_FEATURES
};
enum sf_help_format { SF_HELP_TEXT, SF_HELP_MARKDOWN };

enum sf_preset { SF_PRESET_BENCHMARK, SF_PRESET_REALISTIC, SF_PRESET_NATURAL };

#define SF_PATH_SIZE 1024      // bytes of a path or text, with its final zero
#define SF_CONFIG_FILES_MAX 8  // a file and its bases

// Where the value in force comes from; later levels win.
enum sf_level { SF_LEVEL_DEFAULT, SF_LEVEL_FILE, SF_LEVEL_ENVIRONMENT, SF_LEVEL_LINE };

struct sf_origin {
  enum sf_level level;
  int32_t file;  // index into `files` for SF_LEVEL_FILE
  int32_t line;  // 1-based
};

// Numbers begin .. end-1, written "begin:end"; both 0: not set.
struct sf_slice {
  int64_t begin, end;
};

struct sf_options {
  struct sf_config data;  // customers follow from `rows` where that is set
  uint64_t rows;          // asked for; 0 = not set
  uint32_t batch;         // rows
  uint32_t ranks;         // asked about; 0 = not set
  int32_t force;          // booleans are 0 or 1
  int32_t quiet;
  int32_t profile;
  int32_t collective;
  int32_t check;          // enum sf_check
  int32_t vector;         // enum sf_vector_choice
  int32_t export_format;  // enum sf_export_format
  int32_t schema_format;  // enum sf_schema_format
  int32_t help_format;    // enum sf_help_format
  int32_t table;          // enum sf_table_id; SF_TABLE_COUNT: features
  int32_t preset;         // enum sf_preset
  int32_t no_fraud;
  int32_t no_features;
  uint32_t shards;
  uint32_t ranks_per_shard;
  int32_t compression;  // enum sf_compression
  struct sf_slice shard_range;
  struct sf_slice customers_range;
  int32_t resume;
  int32_t break_lock;
  uint32_t time_limit;  // s, 0: none
  struct sf_learn_options learn;
  char columns[SF_PATH_SIZE];
  char config[SF_PATH_SIZE];  // paths and texts: "" = not set
  char plan[SF_PATH_SIZE];
  char log_json[SF_PATH_SIZE];
  char metrics[SF_PATH_SIZE];
  char run_id[SF_PATH_SIZE];
  char output[SF_PATH_SIZE];
  struct sf_origin origin[SF_OPTION_COUNT];
  int32_t file_count;
  char files[SF_CONFIG_FILES_MAX][SF_PATH_SIZE];  // in the order read, the last base first
};

enum sf_option_type {
  SF_OPTION_INTEGER,  // unsigned, in a member of 4 or 8 bytes
  SF_OPTION_REAL,     // double
  SF_OPTION_DATE,     // int32_t, days since 1970-01-01
  SF_OPTION_BOOLEAN,  // bool or int32_t
  SF_OPTION_CHOICE,   // int32_t, position in the list
  SF_OPTION_CHOICES,  // uint32_t, bit 1 << position of each that is named; 0: not set
  SF_OPTION_PATH,     // char[SF_PATH_SIZE]
  SF_OPTION_TEXT,     // char[SF_PATH_SIZE]
  SF_OPTION_SLICE,    // struct sf_slice
  SF_OPTION_DURATION  // uint32_t, seconds
};

enum sf_option_scope {
  SF_SCOPE_DATA,    // decides the data; rows do so by the customers that follow from them
  SF_SCOPE_RUN,     // decides only how they are made
  SF_SCOPE_SOURCE,  // names a configuration file: environment and command line only
  SF_SCOPE_LINE     // command line only
};

struct sf_option {
  const char *name;
  int letter;  // short option, 0 = none
  enum sf_option_type type;
  enum sf_option_scope scope;
  uint32_t commands;    // bit 1 << enum sf_command_id
  const char *initial;  // default; "" = not set
  const char *range;    // "least..most", "one|of|these", "name=value|least..most", "" for any
  const char *unit, *help;
  size_t offset, size;  // of the member
};

extern const struct sf_option sf_option_table[SF_OPTION_COUNT];

struct sf_command_text {
  const char *name;
  int least, most;  // operands
  const char *operands, *summary;
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
// count only for commands that take --config. `operands` may be null for a
// command without any. Errors: SF_USAGE (the line itself), SF_CONFIG (a value,
// a file, the environment), SF_MEMORY.
enum sf_status sf_options_load(enum sf_command_id command, int argc, char **argv,
                               struct sf_options *options, struct sf_operands *operands,
                               struct sf_error *error);

void sf_options_default(struct sf_options *options);

// Sets an option from text. `where` begins the message: "a.yaml:3: seed",
// "SYNFIN_SEED", "--seed". Errors: SF_CONFIG.
enum sf_status sf_options_set(struct sf_options *options, enum sf_option_id id, const char *text,
                              struct sf_origin origin, const char *where, struct sf_error *error);

// A set of options.
struct sf_option_set {
  bool has[SF_OPTION_COUNT];
};

// One level (a file, the environment, the line) is complete: customers and rows
// exclude each other within it, and the one it sets replaces the other of
// earlier levels; a preset sets what the level does not set itself. `given` are the
// options that it sets. Errors: SF_CONFIG.
enum sf_status sf_options_end_level(struct sf_options *options, const struct sf_option_set *given,
                                    const char *where, struct sf_error *error);

// All levels are there: checks what must hold together, and turns `rows` into
// customers. Errors: SF_CONFIG.
enum sf_status sf_options_finish(struct sf_options *options, struct sf_error *error);

// The value in force as a user would write it; "" if not set.
void sf_options_value(const struct sf_options *options, enum sf_option_id id,
                      char text[SF_PATH_SIZE]);

// "default", "FILE:LINE", "environment" or "command line".
#define SF_ORIGIN_SIZE (SF_PATH_SIZE + 16)
void sf_options_origin(const struct sf_options *options, enum sf_option_id id,
                       char text[SF_ORIGIN_SIZE]);

// The option of this name (_ counts as -) among those that `command` takes, with a
// scope up to `scope`; SF_OPTION_COUNT if there is none.
enum sf_option_id sf_option_find(const char *name, size_t length, enum sf_command_id command,
                                 enum sf_option_scope scope);

// The nearest of those names by edit distance, for messages; null if none is near.
const char *sf_option_nearest(const char *name, enum sf_command_id command,
                              enum sf_option_scope scope);
const char *sf_command_nearest(const char *name);

// Levenshtein's edit distance, for names of less than SF_NAME_SIZE bytes;
// SF_NAME_SIZE for longer ones.
#define SF_NAME_SIZE 32
size_t sf_name_distance(const char *a, const char *b);

// Help of one command, or (SF_COMMAND_COUNT) of the program.
void sf_options_help(enum sf_command_id command, FILE *stream);

// The reference of all commands and options that docs/options.md holds.
void sf_options_markdown(FILE *stream);

#endif

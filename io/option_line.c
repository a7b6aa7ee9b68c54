// The levels of a run put together: files, environment, command line.
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_file.h"
#include "io/options.h"
#include "kernels/generator.h"

#define PREFIX "SYNFIN_"
#define KEY_SIZE 64  // more than any name of an option

extern char **environ;

// "SYNFIN_SEED=5" -> "seed"; 0 if the variable is not for the program.
static int environment_key(const char *variable, char key[KEY_SIZE]) {
  if (strncmp(variable, PREFIX, strlen(PREFIX)) != 0) {
    return 0;
  }
  const char *name = variable + strlen(PREFIX);
  size_t length = strcspn(name, "=");
  length = length < KEY_SIZE ? length : KEY_SIZE - 1;
  for (size_t i = 0; i < length; i++) {
    key[i] = (char)tolower((unsigned char)name[i]);
  }
  key[length] = '\0';
  return 1;
}

// Writes "SYNFIN_FRAUD_RATE" for "fraud-rate".
static void environment_name(const char *key, char name[sizeof PREFIX + KEY_SIZE]) {
  size_t length = (size_t)snprintf(name, sizeof PREFIX + KEY_SIZE, PREFIX "%s", key);
  for (size_t i = 0; i < length; i++) {
    name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
  }
}

static enum sf_status fail_unknown_variable(const char *variable, const char *key,
                                            struct sf_error *error) {
  const int length = (int)strcspn(variable, "=");
  const char *nearest = sf_option_nearest(key, SF_COMMAND_CONFIG, SF_SCOPE_SOURCE);
  if (!nearest) {
    return sf_fail(error, SF_CONFIG,
                   "environment: unknown variable %.*s (names with %s are the program's own)",
                   length, variable, PREFIX);
  }
  char name[sizeof PREFIX + KEY_SIZE];
  environment_name(nearest, name);
  return sf_fail(error, SF_CONFIG, "environment: unknown variable %.*s, did you mean %s?", length,
                 variable, name);
}

// Names that environment modules and package managers set for what they load:
// where it is installed and its version. They say nothing about a run.
static int set_by_modules(const char *variable) {
  static const char *const names[] = {"ROOT", "DIR", "HOME", "VERSION"};
  const char *name = variable + strlen(PREFIX);
  const size_t length = strcspn(name, "=");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0) {
      return 1;
    }
  }
  return 0;
}

// The environment is the same for all commands, so each takes the variables of
// every option that is a configuration key.
static enum sf_status read_environment(struct sf_options *options, struct sf_error *error) {
  const struct sf_origin origin = {.level = SF_LEVEL_ENVIRONMENT};
  struct sf_option_set given = {{false}};
  for (char **variable = environ; *variable; variable++) {
    char key[KEY_SIZE], name[sizeof PREFIX + KEY_SIZE];
    if (!environment_key(*variable, key) || set_by_modules(*variable)) {
      continue;
    }
    const enum sf_option_id id =
        sf_option_find(key, strlen(key), SF_COMMAND_CONFIG, SF_SCOPE_SOURCE);
    environment_name(key, name);
    if (id == SF_OPTION_COUNT || strncmp(name, *variable, strlen(name)) != 0) {
      return fail_unknown_variable(*variable, key, error);
    }
    SF_TRY(sf_options_set(options, id, strchr(*variable, '=') + 1, origin, name, error));
    given.has[id] = true;
  }
  return sf_options_end_level(options, &given, "environment", error);
}

// getopt's tables for one command, and which option stands behind each entry.
struct getopt_tables {
  struct option longs[SF_OPTION_COUNT + 1];
  char shorts[2 * SF_OPTION_COUNT + 3];
};

// Values of long options; letters are below.
#define LONG_BASE 256

static void fill_tables(enum sf_command_id command, struct getopt_tables *tables) {
  size_t longs = 0, shorts = 0;
  // '-': operands come in their place, as option 1, and argv keeps its order;
  // ':': a missing argument is told apart from an unknown option.
  tables->shorts[shorts++] = '-';
  tables->shorts[shorts++] = ':';
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    const struct sf_option *option = &sf_option_table[id];
    if (!(option->commands >> command & 1)) {
      continue;
    }
    const int argument = option->type == SF_OPTION_BOOLEAN ? optional_argument : required_argument;
    tables->longs[longs++] = (struct option){option->name, argument, NULL, LONG_BASE + id};
    if (option->letter) {
      tables->shorts[shorts++] = (char)option->letter;
      tables->shorts[shorts++] = ':';
    }
  }
  tables->longs[longs] = (struct option){NULL, 0, NULL, 0};
  tables->shorts[shorts] = '\0';
}

static enum sf_option_id option_of_letter(enum sf_command_id command, int letter) {
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    if (sf_option_table[id].letter == letter && (sf_option_table[id].commands >> command & 1)) {
      return (enum sf_option_id)id;
    }
  }
  return SF_OPTION_COUNT;
}

static enum sf_status fail_unknown_option(enum sf_command_id command, const char *word,
                                          struct sf_error *error) {
  char name[KEY_SIZE];
  const char *start = word + strspn(word, "-");
  snprintf(name, sizeof name, "%.*s", (int)strcspn(start, "="), start);
  const char *nearest = sf_option_nearest(name, command, SF_SCOPE_LINE);
  const char *command_name = sf_command_texts[command].name;
  if (nearest) {
    return sf_fail(error, SF_USAGE, "%s: unknown option '%.64s', did you mean '--%s'?",
                   command_name, word, nearest);
  }
  return sf_fail(error, SF_USAGE, "%s: unknown option '%.64s', see 'synfin help %s'", command_name,
                 word, command_name);
}

// getopt takes any unique beginning of a name; a script written so would break
// when an option is added, hence only whole names count.
static int whole_name(const char *word, const struct sf_option *option) {
  const size_t length = strlen(option->name);
  return strncmp(word, "--", 2) == 0 && strncmp(word + 2, option->name, length) == 0 &&
         (word[2 + length] == '\0' || word[2 + length] == '=');
}

static enum sf_status take_operand(enum sf_command_id command, const char *text,
                                   struct sf_operands *operands, struct sf_error *error) {
  if (operands->count == sf_command_texts[command].most) {
    return sf_fail(error, SF_USAGE, "%s: unexpected '%.64s', see 'synfin help %s'",
                   sf_command_texts[command].name, text, sf_command_texts[command].name);
  }
  operands->text[operands->count++] = text;
  return SF_OK;
}

// One option as getopt returned it; `word` is where it stands in argv.
static enum sf_status take_option(enum sf_command_id command, int code, const char *word,
                                  struct sf_options *options, struct sf_option_set *given,
                                  struct sf_error *error) {
  const char *command_name = sf_command_texts[command].name;
  if (code == '?') {
    return fail_unknown_option(command, word, error);
  }
  if (code == ':') {
    return sf_fail(error, SF_USAGE, "%s: option '%.64s' needs a value", command_name, word);
  }
  const enum sf_option_id id =
      code >= LONG_BASE ? (enum sf_option_id)(code - LONG_BASE) : option_of_letter(command, code);
  if (code >= LONG_BASE && !whole_name(word, &sf_option_table[id])) {
    return fail_unknown_option(command, word, error);
  }
  char where[KEY_SIZE];
  const struct sf_origin origin = {.level = SF_LEVEL_LINE};
  snprintf(where, sizeof where, "--%s", sf_option_table[id].name);
  given->has[id] = true;
  return sf_options_set(options, id, optarg ? optarg : "true", origin, where, error);
}

static enum sf_status read_line(enum sf_command_id command, int argc, char **argv,
                                struct sf_options *options, struct sf_operands *operands,
                                struct sf_error *error) {
  struct getopt_tables tables;
  struct sf_option_set given = {{false}};
  int code;
  fill_tables(command, &tables);
  opterr = 0;
  optind = 0;  // glibc: start again
  for (;;) {
    const int at = optind > 0 ? optind : 1;
    code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
    if (code == -1) {
      break;
    }
    SF_TRY(code == 1 ? take_operand(command, optarg, operands, error)
                     : take_option(command, code, argv[at], options, &given, error));
  }
  for (; optind < argc; optind++) {
    SF_TRY(take_operand(command, argv[optind], operands, error));
  }
  if (operands->count < sf_command_texts[command].least) {
    return sf_fail(error, SF_USAGE, "%s: missing operand: %s", sf_command_texts[command].name,
                   sf_command_texts[command].operands);
  }
  return sf_options_end_level(options, &given, "command line", error);
}

// One customer is the least that a corpus can have, which may be far from the
// rows that were asked for: that is no mistake, but worth a line.
static void note_rows(const struct sf_options *options) {
  const double expected = sf_config_expected_rows(&options->data);
  if (options->rows > 0 && options->data.customers == 1 && !options->quiet &&
      expected > 1.5 * (double)options->rows) {
    fprintf(stderr, "synfin: rows: one customer alone makes about %.0f transactions, not %llu\n",
            expected, (unsigned long long)options->rows);
  }
}

// What the command cannot do without.
static enum sf_status check_output(enum sf_command_id command, const struct sf_options *options,
                                   struct sf_error *error) {
  const int needed = command == SF_COMMAND_GENERATE || command == SF_COMMAND_EXPORT ||
                     command == SF_COMMAND_PREPARE || command == SF_COMMAND_PREDICT;
  if (needed && options->output[0] == '\0') {
    return sf_fail(error, SF_USAGE, "%s: missing -o, the file to write",
                   sf_command_texts[command].name);
  }
  return SF_OK;
}

enum sf_status sf_options_load(enum sf_command_id command, int argc, char **argv,
                               struct sf_options *options, struct sf_operands *operands,
                               struct sf_error *error) {
  // The line names the file, and is checked first: it is read once on defaults
  // to know the file, and again over file and environment.
  struct sf_operands found = {0};
  sf_options_default(options);
  SF_TRY(read_line(command, argc, argv, options, &found, error));
  if (sf_option_table[SF_OPTION_CONFIG].commands >> command & 1) {
    char config[SF_PATH_SIZE];
    const char *variable = getenv(PREFIX "CONFIG");
    snprintf(config, sizeof config, "%s", options->config);
    sf_options_default(options);
    if (config[0] == '\0' && variable) {
      const struct sf_origin origin = {.level = SF_LEVEL_ENVIRONMENT};
      SF_TRY(sf_options_set(options, SF_OPTION_CONFIG, variable, origin, PREFIX "CONFIG", error));
      snprintf(config, sizeof config, "%s", options->config);
    }
    if (config[0] != '\0') {
      SF_TRY(sf_config_load(config, options, error));
    }
    SF_TRY(read_environment(options, error));
    found.count = 0;
    SF_TRY(read_line(command, argc, argv, options, &found, error));
    SF_TRY(sf_options_finish(options, error));
    note_rows(options);
  }
  if (operands) {
    *operands = found;
  }
  return check_output(command, options, error);
}

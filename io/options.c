#include "io/options.h"

#include <string.h>

#include "io/option_value.h"
#include "kernels/features/features.h"
#include "kernels/generator.h"
#include "kernels/world/calendar.h"

// Bits of the column `commands` in options.def.
enum {
#define SF_COMMAND_BIT(constant, ...) constant = 1 << SF_COMMAND_##constant,
  SF_COMMAND_LIST(SF_COMMAND_BIT)
#undef SF_COMMAND_BIT
};

const struct sf_option sf_option_table[SF_OPTION_COUNT] = {
#define SF_OPTION(constant, oname, oletter, otype, member, oscope, ocommands, oinitial, orange, \
                  ounit, ohelp)                                                                 \
  [SF_OPTION_##constant] = {.name = oname,                                                      \
                            .letter = oletter,                                                  \
                            .type = SF_OPTION_##otype,                                          \
                            .scope = SF_SCOPE_##oscope,                                         \
                            .commands = ocommands,                                              \
                            .initial = oinitial,                                                \
                            .range = orange,                                                    \
                            .unit = ounit,                                                      \
                            .help = ohelp,                                                      \
                            .offset = offsetof(struct sf_options, member),                      \
                            .size = sizeof(((struct sf_options *)0)->member)},
#include "io/options.def"
#undef SF_OPTION
};

const struct sf_command_text sf_command_texts[SF_COMMAND_COUNT] = {
#define SF_COMMAND_ROW(constant, cname, cleast, cmost, coperands, csummary) \
  [SF_COMMAND_##constant] = {cname, cleast, cmost, coperands, csummary},
    SF_COMMAND_LIST(SF_COMMAND_ROW)
#undef SF_COMMAND_ROW
};

// Camouflage of a typology for which none is set.
#define SF_CAMOUFLAGE_BY_DIFFICULTY (-1.0)

static void *member_of(struct sf_options *options, enum sf_option_id id) {
  return (char *)options + sf_option_table[id].offset;
}

void sf_options_default(struct sf_options *options) {
  memset(options, 0, sizeof *options);
  for (int t = 0; t < SF_TYPOLOGY_COUNT; t++) {
    options->data.fraud.camouflage[t] = SF_CAMOUFLAGE_BY_DIFFICULTY;
  }
  const struct sf_origin origin = {.level = SF_LEVEL_DEFAULT};
  for (enum sf_option_id id = 0; id < SF_OPTION_COUNT; id++) {
    if (sf_option_table[id].initial[0] != '\0') {
      sf_options_set(options, id, sf_option_table[id].initial, origin, "default", NULL);
    }
  }
}

enum sf_status sf_options_set(struct sf_options *options, enum sf_option_id id, const char *text,
                              struct sf_origin origin, const char *where, struct sf_error *error) {
  SF_TRY(sf_option_read(&sf_option_table[id], text, member_of(options, id), where, error));
  options->origin[id] = origin;
  return SF_OK;
}

// Back to the default.
static void unset(struct sf_options *options, enum sf_option_id id) {
  const struct sf_option *option = &sf_option_table[id];
  const struct sf_origin origin = {.level = SF_LEVEL_DEFAULT};
  memset(member_of(options, id), 0, option->size);
  options->origin[id] = origin;
  if (option->initial[0] != '\0') {
    sf_options_set(options, id, option->initial, origin, "default", NULL);
  }
}

// What a preset stands for, as its user would write it.
static const struct {
  const char *rate, *never_reported;
} presets[] = {
    [SF_PRESET_BENCHMARK] = {"0.01", "0.08"},
    [SF_PRESET_REALISTIC] = {"0.001", "0.08"},
    [SF_PRESET_NATURAL] = {"0.00001", "0.51"},
};

static enum sf_status apply_preset(struct sf_options *options, const struct sf_option_set *given,
                                   const char *where, struct sf_error *error) {
  const struct sf_origin origin = options->origin[SF_OPTION_PRESET];
  if (!given->has[SF_OPTION_FRAUD_RATE]) {
    SF_TRY(sf_options_set(options, SF_OPTION_FRAUD_RATE, presets[options->preset].rate, origin,
                          where, error));
  }
  if (!given->has[SF_OPTION_NEVER_REPORTED]) {
    SF_TRY(sf_options_set(options, SF_OPTION_NEVER_REPORTED,
                          presets[options->preset].never_reported, origin, where, error));
  }
  return SF_OK;
}

// Groups and none exclude each other on one level; else the later level decides.
static enum sf_status end_features(struct sf_options *options, const struct sf_option_set *given,
                                   const char *where, struct sf_error *error) {
  const bool groups = given->has[SF_OPTION_FEATURE_GROUPS];
  const bool none = given->has[SF_OPTION_NO_FEATURES] && options->no_features;
  if (groups && none) {
    return sf_fail(error, SF_CONFIG,
                   "%s: feature-groups and no-features exclude each other, give one of them",
                   where);
  }
  if (groups) {
    unset(options, SF_OPTION_NO_FEATURES);
  }
  if (none) {
    unset(options, SF_OPTION_FEATURE_GROUPS);
  }
  return SF_OK;
}

enum sf_status sf_options_end_level(struct sf_options *options, const struct sf_option_set *given,
                                    const char *where, struct sf_error *error) {
  const bool customers = given->has[SF_OPTION_CUSTOMERS], rows = given->has[SF_OPTION_ROWS];
  if (customers && rows) {
    return sf_fail(error, SF_CONFIG, "%s: customers and rows exclude each other, give one of them",
                   where);
  }
  if (rows) {
    unset(options, SF_OPTION_CUSTOMERS);
  }
  if (customers) {
    unset(options, SF_OPTION_ROWS);
  }
  SF_TRY(end_features(options, given, where, error));
  return given->has[SF_OPTION_PRESET] ? apply_preset(options, given, where, error) : SF_OK;
}

static double expected_rows(const struct sf_options *options, uint32_t customers) {
  struct sf_config config = options->data;
  config.customers = customers;
  return sf_config_expected_rows(&config);
}

// The least number of customers that is expected to make `rows` transactions.
static enum sf_status customers_from_rows(struct sf_options *options, struct sf_error *error) {
  const double rows = (double)options->rows;
  uint32_t least = 1, most = SF_CUSTOMERS_MAX;
  if (expected_rows(options, most) < rows) {
    return sf_fail(error, SF_CONFIG, "rows: so many would take more than %u customers in %d %s",
                   SF_CUSTOMERS_MAX, options->data.days, options->data.days == 1 ? "day" : "days");
  }
  while (least < most) {
    const uint32_t middle = least + (most - least) / 2;
    if (expected_rows(options, middle) < rows) {
      least = middle + 1;
    } else {
      most = middle;
    }
  }
  options->data.customers = least;
  options->origin[SF_OPTION_CUSTOMERS] = options->origin[SF_OPTION_ROWS];
  return SF_OK;
}

// Fraud takes effect unless it is switched off; some typology must then have a share.
static enum sf_status finish_fraud(struct sf_options *options, struct sf_error *error) {
  struct sf_fraud_config *fraud = &options->data.fraud;
  fraud->enabled = !options->no_fraud;
  double sum = 0;
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    sum += fraud->share[t];
  }
  return sum > 0 || options->no_fraud
             ? SF_OK
             : sf_fail(error, SF_CONFIG,
                       "share-...: all typologies have the share 0; say no-fraud instead");
}

// Parts of a corpus follow the plan of the whole.
static enum sf_status finish_parts(const struct sf_options *options, struct sf_error *error) {
  const struct sf_slice *shards = &options->shard_range, *customers = &options->customers_range;
  const bool has_parts = options->shards > 1 || shards->end > 0;
  if (shards->end > options->shards) {
    return sf_fail(error, SF_CONFIG, "shard-range: %lld:%lld is beyond the shards, 0 to %u",
                   (long long)shards->begin, (long long)shards->end, options->shards - 1);
  }
  if (customers->end > (int64_t)options->data.customers + 1) {
    return sf_fail(error, SF_CONFIG, "customers-range: %lld:%lld is beyond the customers, 1 to %u",
                   (long long)customers->begin, (long long)customers->end, options->data.customers);
  }
  if (customers->end > 0 && has_parts) {
    return sf_fail(error, SF_CONFIG, "customers-range and shards exclude each other");
  }
  if (customers->end > 0 && !options->plan[0]) {
    return sf_fail(error, SF_CONFIG,
                   "customers-range wants the plan of the whole corpus, see plan");
  }
  if (shards->end > 0 && !options->plan[0]) {
    return sf_fail(error, SF_CONFIG, "shard-range wants a plan that all shards follow, see plan");
  }
  if (options->resume && options->force) {
    return sf_fail(error, SF_CONFIG, "resume and force exclude each other");
  }
  if (options->ranks_per_shard > 1 && !has_parts) {
    return sf_fail(error, SF_CONFIG, "ranks-per-shard wants shards: all ranks write one file");
  }
  return options->resume && !has_parts
             ? sf_fail(error, SF_CONFIG, "resume wants shards: one file is made as a whole")
             : SF_OK;
}

enum sf_status sf_options_finish(struct sf_options *options, struct sf_error *error) {
  SF_TRY(finish_fraud(options, error));
  if (options->no_features) {
    options->data.features = 0;
  } else if (options->origin[SF_OPTION_FEATURE_GROUPS].level == SF_LEVEL_DEFAULT) {
    options->data.features = SF_FEATURE_GROUPS_ALL;
  }
  // No overflow: both are within their ranges.
  const int32_t end = options->data.start_day + options->data.days - 1;
  if (end > SF_CALENDAR_LAST_DAY) {
    char text[3][SF_DATE_SIZE];
    sf_date_print(options->data.start_day, text[0]);
    sf_date_print(end, text[1]);
    sf_date_print(SF_CALENDAR_LAST_DAY, text[2]);
    return sf_fail(error, SF_CONFIG,
                   "start and days: %d days from %s end on %s, but festivals are known to %s only",
                   options->data.days, text[0], text[1], text[2]);
  }
  if (options->rows > 0) {
    SF_TRY(customers_from_rows(options, error));
  }
  return finish_parts(options, error);
}

void sf_options_value(const struct sf_options *options, enum sf_option_id id,
                      char text[SF_PATH_SIZE]) {
  const struct sf_option *option = &sf_option_table[id];
  if (option->initial[0] == '\0' && options->origin[id].level == SF_LEVEL_DEFAULT) {
    text[0] = '\0';
    return;
  }
  sf_option_print(option, (const char *)options + option->offset, text);
}

void sf_options_origin(const struct sf_options *options, enum sf_option_id id,
                       char text[SF_ORIGIN_SIZE]) {
  static const char *const levels[] = {[SF_LEVEL_DEFAULT] = "default",
                                       [SF_LEVEL_ENVIRONMENT] = "environment",
                                       [SF_LEVEL_LINE] = "command line"};
  const struct sf_origin *origin = &options->origin[id];
  if (origin->level == SF_LEVEL_FILE) {
    snprintf(text, SF_ORIGIN_SIZE, "%s:%d", options->files[origin->file], origin->line);
  } else {
    snprintf(text, SF_ORIGIN_SIZE, "%s", levels[origin->level]);
  }
}

static int takes(enum sf_command_id command, enum sf_option_id id, enum sf_option_scope scope) {
  const struct sf_option *option = &sf_option_table[id];
  return (option->commands >> command & 1) && option->scope <= scope;
}

// Words of a name may be joined by - or _.
static bool same_name(const char *option, const char *name, size_t length) {
  for (size_t i = 0; i < length; i++) {
    const char a = option[i] == '_' ? '-' : option[i], b = name[i] == '_' ? '-' : name[i];
    if (a != b || a == '\0') {
      return false;
    }
  }
  return option[length] == '\0';
}

enum sf_option_id sf_option_find(const char *name, size_t length, enum sf_command_id command,
                                 enum sf_option_scope scope) {
  for (enum sf_option_id id = 0; id < SF_OPTION_COUNT; id++) {
    if (takes(command, id, scope) && same_name(sf_option_table[id].name, name, length)) {
      return id;
    }
  }
  return SF_OPTION_COUNT;
}

size_t sf_name_distance(const char *a, const char *b) {
  const size_t a_length = strnlen(a, SF_NAME_SIZE), b_length = strnlen(b, SF_NAME_SIZE);
  size_t row[SF_NAME_SIZE + 1];
  if (a_length == SF_NAME_SIZE || b_length == SF_NAME_SIZE) {
    return SF_NAME_SIZE;
  }
  for (size_t j = 0; j <= b_length; j++) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a_length; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      const size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      const size_t deleted = row[j] + 1, inserted = row[j - 1] + 1;
      diagonal = row[j];
      row[j] = replaced < deleted ? replaced : deleted;
      row[j] = row[j] < inserted ? row[j] : inserted;
    }
  }
  return row[b_length];
}

// Keeps in `best` the candidate nearest to `name`; half of the name must be right.
static void keep_nearest(const char *name, const char *candidate, const char **best,
                         size_t *distance) {
  const size_t d = sf_name_distance(name, candidate);
  if (d < *distance && 2 * d <= strlen(candidate)) {
    *best = candidate;
    *distance = d;
  }
}

const char *sf_option_nearest(const char *name, enum sf_command_id command,
                              enum sf_option_scope scope) {
  const char *best = NULL;
  size_t distance = SF_NAME_SIZE;
  for (enum sf_option_id id = 0; id < SF_OPTION_COUNT; id++) {
    if (takes(command, id, scope)) {
      keep_nearest(name, sf_option_table[id].name, &best, &distance);
    }
  }
  return best;
}

const char *sf_command_nearest(const char *name) {
  const char *best = NULL;
  size_t distance = SF_NAME_SIZE;
  for (enum sf_command_id id = 0; id < SF_COMMAND_COUNT; id++) {
    keep_nearest(name, sf_command_texts[id].name, &best, &distance);
  }
  return best;
}

#include "jobs/learn/inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/features/features.h"
#include "kernels/schema/schema.h"

#define RAW_PREFIX "transactions/"

// Ids, which a model would learn by heart; times that never come again; names and
// addresses with more values than a category can have.
static bool is_left_out(const char *column) {
  static const char *const names[] = {
      "transaction_id", "customer_id", "merchant_id",   "counterparty_id", "device_id",
      "timestamp",      "date",        "merchant_name", "ip_prefix",       "instrument_id"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(names[i], column) == 0) {
      return true;
    }
  }
  return false;
}

static void add_raw(struct sf_inputs *inputs) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    if (is_left_out(column->name) || column->elements > 1) {
      continue;
    }
    const bool is_category = column->type == SF_TYPE_ENUM8 || column->type == SF_TYPE_DICT16;
    struct sf_input *input = &inputs->input[inputs->count++];
    *input = (struct sf_input){.column = c,
                               .may_miss = strncmp(column->missing, "NaN", 3) == 0,
                               .levels = is_category ? sf_domain(column->domain)->count : 0};
    snprintf(input->name, sizeof input->name, RAW_PREFIX "%s", column->name);
  }
}

void sf_inputs_all(int choice, const struct sf_feature_values *features, struct sf_inputs *inputs) {
  inputs->count = 0;
  if (choice != SF_INPUTS_FEATURES) {
    add_raw(inputs);
  }
  const uint32_t columns =
      choice != SF_INPUTS_RAW && features ? sf_feature_values_columns(features) : 0;
  for (uint32_t c = 0; c < columns; c++) {
    struct sf_input *input = &inputs->input[inputs->count++];
    *input = (struct sf_input){.is_feature = true, .column = c};
    snprintf(input->name, sizeof input->name, "%s", sf_feature_values_name(features, c));
  }
}

static const char *bare_name(const struct sf_input *input) {
  return input->is_feature ? input->name : input->name + strlen(RAW_PREFIX);
}

static const char *group_of(const struct sf_input *input) {
  for (int f = 0; input->is_feature && f < SF_FEATURE_COUNT; f++) {
    if (strcmp(sf_feature_table[f].name, input->name) == 0) {
      return sf_feature_group_names[sf_feature_table[f].group];
    }
  }
  return "";
}

static bool is_meant(const struct sf_input *input, const char *item) {
  return strcmp(input->name, item) == 0 || strcmp(bare_name(input), item) == 0 ||
         strcmp(group_of(input), item) == 0;
}

static enum sf_status fail_unknown(const struct sf_inputs *inputs, const char *item,
                                   struct sf_error *error) {
  const char *nearest = NULL;
  size_t least = strlen(item) / 2 + 1;
  for (int i = 0; i < inputs->count; i++) {
    const char *names[] = {bare_name(&inputs->input[i]), group_of(&inputs->input[i])};
    for (int k = 0; k < 2; k++) {
      const size_t distance = sf_name_distance(item, names[k]);
      if (names[k][0] != '\0' && distance < least) {
        least = distance;
        nearest = names[k];
      }
    }
  }
  if (!nearest) {
    return sf_fail(error, SF_USAGE, "columns: there is no input \"%.64s\"", item);
  }
  return sf_fail(error, SF_USAGE, "columns: there is no input \"%.64s\", did you mean \"%s\"?",
                 item, nearest);
}

// Marks what one item of the list names: 1 to keep, 0 to leave out.
static enum sf_status mark(const struct sf_inputs *inputs, const char *item, bool keep[],
                           struct sf_error *error) {
  const bool leaves_out = item[0] == '-';
  const char *name = item + leaves_out;
  bool is_found = false;
  for (int i = 0; i < inputs->count; i++) {
    if (is_meant(&inputs->input[i], name)) {
      keep[i] = !leaves_out;
      is_found = true;
    }
  }
  return is_found ? SF_OK : fail_unknown(inputs, name, error);
}

enum sf_status sf_inputs_choose(struct sf_inputs *inputs, const char *list,
                                struct sf_error *error) {
  bool keep[SF_INPUTS_MAX];
  const bool starts_full = list[0] == '\0' || list[0] == '-';
  memset(keep, starts_full, sizeof keep);
  char items[SF_PATH_SIZE];
  snprintf(items, sizeof items, "%s", list);
  char *rest = items[0] == '\0' ? NULL : items, *item;
  while ((item = strsep(&rest, ",")) != NULL) {
    SF_TRY(mark(inputs, item, keep, error));
  }
  int kept = 0;
  for (int i = 0; i < inputs->count; i++) {
    if (keep[i]) {
      inputs->input[kept++] = inputs->input[i];
    }
  }
  inputs->count = kept;
  return kept > 0 ? SF_OK : sf_fail(error, SF_USAGE, "columns: no input is left");
}

enum sf_status sf_inputs_match(const struct sf_inputs *all, struct sf_inputs *wanted,
                               struct sf_error *error) {
  for (int w = 0; w < wanted->count; w++) {
    struct sf_input *input = &wanted->input[w];
    int at = 0;
    while (at < all->count && strcmp(all->input[at].name, input->name) != 0) {
      at++;
    }
    if (at == all->count) {
      return sf_fail(error, SF_MISMATCH,
                     "the model was trained on %s, which this corpus does not have", input->name);
    }
    if (all->input[at].levels != input->levels) {
      return sf_fail(error, SF_MISMATCH,
                     "%s has %u categories in this corpus, the model was trained with %u",
                     input->name, all->input[at].levels, input->levels);
    }
    *input = all->input[at];
  }
  return SF_OK;
}

void sf_input_column_name(const struct sf_input *input, int64_t level,
                          char name[SF_MATRIX_NAME_SIZE]) {
  snprintf(name, SF_MATRIX_NAME_SIZE, "%s", input->name);
  if (level >= 0) {
    const struct sf_column *column = &sf_tables[SF_TABLE_TRANSACTIONS].column[input->column];
    char member[SF_MEMBER_NAME_SIZE];
    sf_domain(column->domain)->member((uint32_t)level, member);
    snprintf(name, SF_MATRIX_NAME_SIZE, "%s=%s", input->name, member);
  }
}

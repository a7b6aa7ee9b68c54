// synfin evaluate: how well a model finds fraud in a part of a corpus.
#include <inttypes.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/reserve.h"
#include "jobs/command.h"
#include "jobs/learn/measures.h"
#include "jobs/learn/metadata.h"
#include "jobs/learn/model.h"
#include "jobs/learn/permutation.h"
#include "jobs/learn/training.h"

struct work {
  const struct sf_options *options;
  struct sf_model model;
  struct sf_dataset dataset;
  struct sf_scores scores, validation;
  struct sf_measures *measures;  // shape [repeats]
  json_t *report;
};

// Mean and sample standard deviation over the repeats, NaN left out of neither.
struct spread {
  double mean, deviation;
};

static struct spread spread_of(const double *value, size_t stride, int count) {
  double sum = 0, squares = 0;
  for (int r = 0; r < count; r++) {
    sum += value[(size_t)r * stride];
  }
  const double mean = sum / count;
  for (int r = 0; r < count; r++) {
    const double distance = value[(size_t)r * stride] - mean;
    squares += distance * distance;
  }
  return (struct spread){mean, count > 1 ? sqrt(squares / (count - 1)) : 0};
}

// JSON has no NaN: what cannot be measured is null.
static json_t *number_json(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *spread_json(struct spread spread) {
  return json_pack("{s:o, s:o}", "mean", number_json(spread.mean), "sd",
                   number_json(spread.deviation));
}

static const size_t stride = sizeof(struct sf_measures) / sizeof(double);

static json_t *measures_json(const struct work *work) {
  json_t *json = json_object();
  for (enum sf_measure m = 0; m < SF_MEASURE_COUNT; m++) {
    const double *value = &work->measures[0].value[m];
    json_t *entry = spread_json(spread_of(value, stride, work->model.repeats));
    json_t *each = json_array();
    for (int r = 0; r < work->model.repeats; r++) {
      json_array_append_new(each, number_json(value[(size_t)r * stride]));
    }
    json_object_set_new(entry, "repeats", each);
    json_object_set_new(json, sf_measure_name(m), entry);
  }
  return json;
}

static json_t *typologies_json(const struct work *work) {
  json_t *json = json_object();
  for (uint32_t type = 1; type < SF_TYPOLOGY_COUNT; type++) {
    char name[SF_MEMBER_NAME_SIZE];
    const struct sf_measures *first = &work->measures[0];
    if (first->typology_rows[type] == 0) {
      continue;
    }
    sf_domain(SF_DOMAIN_FRAUD_TYPE)->member(type, name);
    const struct spread recall =
        spread_of(&first->typology_recall[type], stride, work->model.repeats);
    const struct spread precision =
        spread_of(&first->typology_precision[type], stride, work->model.repeats);
    json_object_set_new(json, name,
                        json_pack("{s:I, s:o, s:o}", "rows", (json_int_t)first->typology_rows[type],
                                  "recall_at_1_percent", spread_json(recall), "average_precision",
                                  spread_json(precision)));
  }
  return json;
}

// Gain of the first repeat of each member, as training stored it.
static json_t *gains_json(const struct work *work) {
  json_t *json = json_object(), *member;
  size_t m;
  json_array_foreach(json_object_get(work->model.metadata, "members"), m, member) {
    const json_t *first = json_array_get(json_object_get(member, "repeats"), 0);
    json_object_set(json, sf_model_kind_name(work->model.member[m].kind),
                    json_object_get(first, "gain"));
  }
  return json;
}

static enum sf_status make_report(struct work *work, const char *model, struct sf_error *error) {
  struct sf_digest digest;
  char digest_text[SF_DIGEST_TEXT_SIZE], part[SF_PATH_SIZE];
  int64_t fraud = 0;
  for (int64_t i = 0; i < work->scores.rows; i++) {
    fraud += work->scores.row[i].truth;
  }
  SF_TRY(sf_corpus_root_digest(work->dataset.corpus, &digest, error));
  sf_digest_text(digest, digest_text);
  sf_options_value(work->options, SF_OPTION_LEARN_PART, part);
  work->report =
      json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:i, s:o, s:o, s:o}", "program",
                "synfin " SYNFIN_VERSION, "model", model, "corpus_digest", digest_text, "part",
                part, "rows", (json_int_t)work->scores.rows, "fraud", (json_int_t)fraud, "repeats",
                work->model.repeats, "measures", measures_json(work), "typologies",
                typologies_json(work), "gain", gains_json(work));
  if (!work->options->learn.permutation) {
    return SF_OK;
  }
  json_t *importance = NULL;
  const enum sf_status status =
      sf_permutation_importance(&work->model, &work->dataset, work->options->learn.part,
                                work->scores.rows, work->options->learn.seed, &importance, error);
  json_object_set_new(work->report, "permutation", importance);
  return status;
}

static double mean_of(const json_t *json, const char *name) {
  const json_t *mean = json_object_get(json_object_get(json, name), "mean");
  return mean && json_is_number(mean) ? json_number_value(mean) : NAN;
}

static void print_report(const json_t *report) {
  const json_t *measures = json_object_get(report, "measures");
  const bool is_spread = json_integer_value(json_object_get(report, "repeats")) > 1;
  printf("%" JSON_INTEGER_FORMAT " rows, %" JSON_INTEGER_FORMAT " of them fraud (%s)\n",
         json_integer_value(json_object_get(report, "rows")),
         json_integer_value(json_object_get(report, "fraud")),
         json_string_value(json_object_get(report, "part")));
  for (enum sf_measure m = 0; m < SF_MEASURE_COUNT; m++) {
    const json_t *entry = json_object_get(measures, sf_measure_name(m));
    printf("%-44s%8.4f", sf_measure_text(m), mean_of(measures, sf_measure_name(m)));
    if (is_spread) {
      printf(" +- %.4f", json_number_value(json_object_get(entry, "sd")));
    }
    putchar('\n');
  }
  const char *name;
  json_t *typology;
  printf("%-24s%10s%12s%20s\n", "typology", "rows", "recall", "average precision");
  json_object_foreach(json_object_get(report, "typologies"), name, typology) {
    printf("%-24s%10" JSON_INTEGER_FORMAT "%12.4f%20.4f\n", name,
           json_integer_value(json_object_get(typology, "rows")),
           mean_of(typology, "recall_at_1_percent"), mean_of(typology, "average_precision"));
  }
}

#define TOP_INPUTS 10

struct worth {
  const char *name;
  double value;
};

static int by_falling_worth(const void *left, const void *right) {
  const struct worth *a = left, *b = right;
  return (a->value < b->value) - (a->value > b->value);
}

// The inputs that are worth most, of {name: worth}. Without memory there is no list.
static void print_top(const char *title, json_t *json) {
  struct worth *all = malloc((json_object_size(json) + 1) * sizeof *all);
  const char *name;
  json_t *value;
  size_t count = 0;
  json_object_foreach(json, name, value) {
    if (all) {
      all[count++] = (struct worth){name, json_number_value(value)};
    }
  }
  if (count > 0) {
    qsort(all, count, sizeof *all, by_falling_worth);
  }
  printf("%s\n", title);
  for (size_t i = 0; i < count && i < TOP_INPUTS; i++) {
    printf("  %-50s%12.4g\n", all[i].name, all[i].value);
  }
  free(all);
}

static void print_importance(const json_t *report) {
  const char *kind;
  json_t *gain;
  json_object_foreach(json_object_get(report, "gain"), kind, gain) {
    char title[96];
    snprintf(title, sizeof title, "%s, %s", kind,
             strcmp(kind, "linear") == 0 ? "largest weights" : "largest gain");
    print_top(title, gain);
  }
  json_t *permutation = json_object_get(report, "permutation");
  if (permutation) {
    print_top("average precision lost by shuffling", permutation);
  }
}

static enum sf_status evaluate(struct work *work, const char *corpus, const char *model,
                               struct sf_error *error) {
  const struct sf_options *options = work->options;
  const struct sf_learn_options *learn = &options->learn;
  if (options->output[0] != '\0') {
    SF_TRY(sf_output_check(options->output, options->force, error));
    SF_TRY(sf_output_apart(options->output, corpus, error));
  }
  SF_TRY(sf_model_load(learn->registry, model, learn->threads, &work->model, error));
  SF_TRY(sf_model_dataset(&work->model, corpus, &work->dataset, error));
  SF_TRY(
      sf_scores_make(&work->model, &work->dataset, SF_SPLIT_VALIDATION, &work->validation, error));
  SF_TRY(sf_scores_make(&work->model, &work->dataset, learn->part, &work->scores, error));
  work->measures = calloc((size_t)work->model.repeats, sizeof *work->measures);
  if (!work->measures) {
    return sf_fail(error, SF_MEMORY, "out of memory for the measures");
  }
  for (int r = 0; r < work->model.repeats; r++) {
    SF_TRY(sf_measures_take(&work->scores, &work->validation, r, &work->measures[r], error));
  }
  SF_TRY(make_report(work, model, error));
  if (options->output[0] != '\0') {
    SF_TRY(sf_json_write(options->output, work->report, options->force, error));
  }
  if (!options->quiet) {
    print_report(work->report);
    print_importance(work->report);
  }
  return SF_OK;
}

static enum sf_status evaluate_one(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_EVALUATE, argc, argv, &options, &operands, error));
  struct work *work = calloc(1, sizeof *work);
  if (!work) {
    return sf_fail(error, SF_MEMORY, "out of memory to evaluate");
  }
  work->options = &options;
  const enum sf_status status = evaluate(work, operands.text[0], operands.text[1], error);
  json_decref(work->report);
  free(work->measures);
  sf_scores_free(&work->scores);
  sf_scores_free(&work->validation);
  sf_dataset_close(&work->dataset);
  sf_model_free(&work->model);
  free(work);
  return status;
}

enum sf_status sf_job_evaluate(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  SF_TRY(sf_one_rank(SF_COMMAND_EVALUATE, comm, error));
  return evaluate_one(argc, argv, error);
}

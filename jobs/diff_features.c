#include "jobs/diff_features.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/feature_values.h"

#define ROWS_SHOWN 10    // of a feature
#define BATCH_ROWS 4096  // read at one go
#define SIDES 2
#define PLACE SF_FEATURES_VALUES "/"

struct side {
  struct sf_feature_values *values;  // null: the corpus has none
  uint32_t columns;
  struct sf_digest digest[SF_FEATURE_COLUMNS_MAX];
  float *data;  // shape [BATCH_ROWS, columns]
};

// A feature that both have with other values.
struct difference {
  uint32_t column[SIDES];
  int shown;
};

struct comparison {
  struct side side[SIDES];
  int64_t common;  // rows that both have
  uint32_t differences;
  struct difference difference[SF_FEATURE_COLUMNS_MAX];
};

static enum sf_status side_open(struct side *side, const char *path, int64_t rows,
                                struct sf_error *error) {
  if (!sf_feature_values_exist(path)) {
    return SF_OK;
  }
  SF_TRY(sf_feature_values_open(path, rows, &side->values, error));
  SF_TRY(sf_feature_values_digests(side->values, side->digest, error));
  side->columns = sf_feature_values_columns(side->values);
  side->data = malloc((size_t)BATCH_ROWS * side->columns * sizeof *side->data);
  return side->data ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for features");
}

// Place of a feature; the number of columns if it is not there.
static uint32_t find(const struct side *side, const char *name) {
  uint32_t c = 0;
  while (c < side->columns && strcmp(sf_feature_values_name(side->values, c), name) != 0) {
    c++;
  }
  return c;
}

static void show_digests(const char *name, const struct sf_digest *a, const struct sf_digest *b) {
  const struct sf_digest *digest[SIDES] = {a, b};
  char text[SIDES][SF_DIGEST_TEXT_SIZE];
  for (int s = 0; s < SIDES; s++) {
    if (digest[s]) {
      sf_digest_text(*digest[s], text[s]);
    } else {
      snprintf(text[s], sizeof text[s], "(none)");
    }
  }
  printf("column " PLACE "%s: digest %s | %s\n", name, text[0], text[1]);
}

// Finds the features that differ, and shows their digests.
static int compare_digests(struct comparison *comparison, bool quiet) {
  struct side *a = &comparison->side[0], *b = &comparison->side[1];
  int different = 0;
  for (uint32_t c = 0; c < a->columns; c++) {
    const char *name = sf_feature_values_name(a->values, c);
    const uint32_t other = find(b, name);
    if (other < b->columns && sf_digest_equal(a->digest[c], b->digest[other])) {
      continue;
    }
    different++;
    if (!quiet) {
      show_digests(name, &a->digest[c], other < b->columns ? &b->digest[other] : NULL);
    }
    if (other < b->columns) {
      comparison->difference[comparison->differences++] = (struct difference){{c, other}, 0};
    }
  }
  for (uint32_t c = 0; c < b->columns; c++) {
    const char *name = sf_feature_values_name(b->values, c);
    if (find(a, name) == a->columns) {
      different++;
      if (!quiet) {
        show_digests(name, NULL, &b->digest[c]);
      }
    }
  }
  return different;
}

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Shows the rows first .. first+count-1 in which a feature differs; whether there may be more
// to show.
static bool show_rows(struct comparison *comparison, struct difference *difference, int64_t first,
                      int64_t count) {
  const struct side *a = &comparison->side[0], *b = &comparison->side[1];
  for (int64_t r = 0; r < count && difference->shown < ROWS_SHOWN; r++) {
    const float *x = &a->data[r * a->columns + difference->column[0]];
    const float *y = &b->data[r * b->columns + difference->column[1]];
    if (bits_of(*x) != bits_of(*y)) {
      printf("  " PLACE "%s row %lld: %.9g | %.9g\n",
             sf_feature_values_name(a->values, difference->column[0]), (long long)(first + r),
             (double)*x, (double)*y);
      difference->shown++;
    }
  }
  return difference->shown < ROWS_SHOWN;
}

static enum sf_status compare_rows(struct comparison *comparison, struct sf_error *error) {
  bool is_open = comparison->differences > 0;
  for (int64_t first = 0; first < comparison->common && is_open; first += BATCH_ROWS) {
    const int64_t left = comparison->common - first, count = left < BATCH_ROWS ? left : BATCH_ROWS;
    for (int s = 0; s < SIDES; s++) {
      const struct side *side = &comparison->side[s];
      SF_TRY(sf_feature_values_read(side->values, first, count, side->data, error));
    }
    is_open = false;
    for (uint32_t d = 0; d < comparison->differences; d++) {
      is_open |= show_rows(comparison, &comparison->difference[d], first, count);
    }
  }
  for (uint32_t d = 0; d < comparison->differences && comparison->common > 0; d++) {
    if (comparison->difference[d].shown == 0) {
      const uint32_t column = comparison->difference[d].column[0];
      printf("  " PLACE "%s: the first %lld rows are the same\n",
             sf_feature_values_name(comparison->side[0].values, column),
             (long long)comparison->common);
    }
  }
  return SF_OK;
}

enum sf_status sf_diff_features(const char *const path[2], const int64_t rows[2], bool quiet,
                                int *different, struct sf_error *error) {
  struct comparison *comparison = calloc(1, sizeof *comparison);
  if (!comparison) {
    return sf_fail(error, SF_MEMORY, "out of memory for a comparison");
  }
  comparison->common = rows[0] < rows[1] ? rows[0] : rows[1];
  enum sf_status status = SF_OK;
  for (int s = 0; s < SIDES && status == SF_OK; s++) {
    status = side_open(&comparison->side[s], path[s], rows[s], error);
  }
  if (status == SF_OK) {
    *different += compare_digests(comparison, quiet);
    status = quiet ? SF_OK : compare_rows(comparison, error);
  }
  for (int s = 0; s < SIDES; s++) {
    sf_feature_values_close(comparison->side[s].values);
    free(comparison->side[s].data);
  }
  free(comparison);
  return status;
}

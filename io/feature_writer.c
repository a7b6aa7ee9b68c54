#include "io/feature_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/h5_library.h"
#include "kernels/features/features.h"

// An attribute of fixed-length strings, one a feature, as long as the longest.
static herr_t set_texts(hid_t dataset, const char *name, uint32_t features,
                        const char *const *text) {
  size_t size = 1;
  for (uint32_t f = 0; f < features; f++) {
    size = strlen(text[f]) > size ? strlen(text[f]) : size;
  }
  char *texts = calloc(SF_FEATURE_COUNT, size + 1);
  if (!texts) {
    return -1;
  }
  for (uint32_t f = 0; f < features; f++) {
    memcpy(texts + f * size, text[f], strlen(text[f]));
  }
  const hsize_t count = features;
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, &count, NULL);
  herr_t outcome = -1;
  if (H5Tset_size(type, size) >= 0 && H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 &&
      H5Tset_cset(type, H5T_CSET_UTF8) >= 0) {
    const hid_t attribute = H5Acreate2(dataset, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute >= 0) {
      outcome = H5Awrite(attribute, type, texts);
      outcome = H5Aclose(attribute) < 0 ? -1 : outcome;
    }
  }
  H5Sclose(space);
  H5Tclose(type);
  free(texts);
  return outcome;
}

static herr_t set_numbers(hid_t object, const char *name, hid_t type, hsize_t rows, hsize_t columns,
                          const void *values) {
  const hsize_t shape[2] = {rows, columns};
  const hid_t space = H5Screate_simple(columns ? 2 : 1, shape, NULL);
  const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  herr_t outcome = attribute < 0 ? -1 : H5Awrite(attribute, type, values);
  if (attribute >= 0 && H5Aclose(attribute) < 0) {
    outcome = -1;
  }
  H5Sclose(space);
  return outcome;
}

herr_t sf_feature_describe(hid_t group, hid_t dataset, uint32_t groups,
                           const struct sf_isolation_fit *fit) {
  const char *name[SF_FEATURE_COUNT], *unit[SF_FEATURE_COUNT], *of_group[SF_FEATURE_COUNT],
      *definition[SF_FEATURE_COUNT];
  uint8_t feature[SF_FEATURE_COUNT];
  const uint32_t width = sf_feature_select(groups, feature);
  for (uint32_t f = 0; f < width; f++) {
    const struct sf_feature_row *row = &sf_feature_table[feature[f]];
    name[f] = row->name;
    unit[f] = row->unit;
    of_group[f] = sf_feature_group_names[row->group];
    definition[f] = row->definition;
  }
  static const double ranges[SF_ISOLATION_COLUMNS][2] = {
#define SF_ISOLATION_RANGE(constant, low, high) {low, high},
      SF_ISOLATION_LIST(SF_ISOLATION_RANGE)
#undef SF_ISOLATION_RANGE
  };
  const herr_t outcomes[] = {
      set_texts(dataset, "names", width, name),
      set_texts(dataset, "units", width, unit),
      set_texts(dataset, "groups", width, of_group),
      set_texts(dataset, "definitions", width, definition),
      set_numbers(group, "isolation_bins", H5T_STD_U64LE, SF_ISOLATION_COLUMNS, SF_ISOLATION_BINS,
                  fit->bin),
      set_numbers(group, "isolation_ranges", H5T_IEEE_F64LE, SF_ISOLATION_COLUMNS, 2, ranges),
      set_numbers(group, "isolation_scores", H5T_STD_U64LE, SF_ISOLATION_SCORE_BINS, 0, fit->score),
  };
  herr_t worst = 0;
  for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
    worst = outcomes[i] < worst ? outcomes[i] : worst;
  }
  return worst;
}

enum sf_status sf_feature_writer_create(hid_t file, int64_t rows, uint32_t groups, int64_t chunk,
                                        const struct sf_isolation_fit *fit, hid_t *dataset,
                                        struct sf_error *error) {
  const uint32_t width = sf_feature_width(groups);
  const hid_t group = sf_h5_create_group(file, SF_GROUP_FEATURES);
  *dataset =
      group < 0 ? H5I_INVALID_HID
      : chunk   ? sf_h5_create_chunked(file, SF_FEATURES_VALUES, H5T_IEEE_F32LE, rows, width, chunk)
                : sf_h5_create_matrix(file, SF_FEATURES_VALUES, H5T_IEEE_F32LE, rows, width);
  herr_t outcome = *dataset < 0 ? -1 : sf_feature_describe(group, *dataset, groups, fit);
  if (group >= 0 && H5Gclose(group) < 0) {
    outcome = -1;
  }
  return outcome < 0 ? sf_h5_fail(error, SF_FILE, "cannot create " SF_GROUP_FEATURES) : SF_OK;
}

herr_t sf_feature_writer_rows(hid_t dataset, int64_t first, int64_t rows, int64_t most,
                              uint32_t groups, const float *values, bool collective) {
  const uint32_t width = sf_feature_width(groups);
  const int64_t step = SF_H5_TRANSFER_MAX / (int64_t)(width * sizeof(float)) - 1;
  const int64_t end = collective ? most : rows;
  herr_t outcome = 0;
  for (int64_t at = 0; at < end && outcome >= 0; at += step) {
    const int64_t now = at >= rows ? 0 : rows - at < step ? rows - at : step;
    outcome = sf_h5_write_matrix(dataset, H5T_IEEE_F32LE, first + at, now, width,
                                 values + at * width, collective);
  }
  return outcome;
}

herr_t sf_feature_writer_digests(hid_t dataset, uint32_t groups, const struct sf_digest *digest) {
  const uint32_t width = sf_feature_width(groups);
  char text[SF_FEATURE_COUNT][SF_DIGEST_TEXT_SIZE];
  const char *texts[SF_FEATURE_COUNT];
  for (uint32_t f = 0; f < width; f++) {
    sf_digest_text(digest[f], text[f]);
    texts[f] = text[f];
  }
  return set_texts(dataset, "digests", width, texts);
}

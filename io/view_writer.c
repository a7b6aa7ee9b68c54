#include "io/view_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/column_attributes.h"
#include "io/corpus_format.h"
#include "io/feature_writer.h"
#include "io/h5_library.h"
#include "io/shard.h"
#include "kernels/features/features.h"

struct open_view {
  hid_t column[SF_TABLE_COUNT][SF_COLUMNS_MAX];  // 0: none
  hid_t features;                                // 0: none
};

struct sf_view_writer {
  hid_t file;
  const struct sf_view *layout;
  uint32_t groups;  // of features
  const struct sf_isolation_fit *fit;
  char folder[SF_SHARD_PATH_SIZE];  // of the shards, beside the file
  int views;
  struct open_view view[];
};

static int views_of(const struct sf_view *view) {
  return view->shards <= SF_VIEW_SHARDS_MAX
             ? 1
             : (view->shards + SF_VIEW_SHARDS_MAX - 1) / SF_VIEW_SHARDS_MAX;
}

int64_t sf_view_bytes(const struct sf_view *view) {
  // Of each source: the names of file and dataset, and two selections.
  const int64_t mapping = 320, dataset = 2048;
  const int64_t datasets =
      (int64_t)sf_tables[SF_TABLE_TRANSACTIONS].columns + sf_tables[SF_TABLE_LABELS].columns + 1;
  return datasets * (view->shards * mapping + views_of(view) * dataset) +
         views_of(view) * SF_FEATURE_METADATA_BYTES;
}

// A source file for H5Pset_virtual, which takes % for the start of a pattern.
static void source_file(const char *folder, int shard, char file[2 * SF_SHARD_PATH_SIZE + 16]) {
  size_t at = 0;
  for (const char *from = folder; *from; from++) {
    file[at++] = *from;
    if (*from == '%') {
      file[at++] = '%';
    }
  }
  snprintf(file + at, 16, SF_SHARD_FORMAT, shard);
}

// Rows of the shards of one view, of all `columns` of a dataset.
static herr_t map_shards(const struct sf_view_writer *writer, int v, const char *source,
                         hid_t creation, hid_t space, int dimensions, hsize_t columns) {
  const struct sf_view_part *part = writer->layout->part;
  const int begin = v * SF_VIEW_SHARDS_MAX;
  const int rest = writer->layout->shards - begin;
  const int64_t before = part[begin].first;
  herr_t outcome = 0;
  for (int s = begin;
       s < begin + (rest < SF_VIEW_SHARDS_MAX ? rest : SF_VIEW_SHARDS_MAX) && outcome >= 0; s++) {
    if (part[s].rows == 0) {
      continue;
    }
    const hsize_t start[2] = {(hsize_t)(part[s].first - before), 0};
    const hsize_t count[2] = {(hsize_t)part[s].rows, columns};
    char file[2 * SF_SHARD_PATH_SIZE + 16];
    source_file(writer->folder, s, file);
    const hid_t in_shard = H5Screate_simple(dimensions, count, NULL);
    outcome = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    if (outcome >= 0) {
      outcome = H5Pset_virtual(creation, space, file, source, in_shard);
    }
    H5Sclose(in_shard);
  }
  return outcome < 0 ? -1 : H5Sselect_all(space);
}

static int64_t rows_of_view(const struct sf_view_writer *writer, int v) {
  const struct sf_view_part *part = writer->layout->part;
  const int end = (v + 1) * SF_VIEW_SHARDS_MAX;
  const int last = (end < writer->layout->shards ? end : writer->layout->shards) - 1;
  return part[last].first + part[last].rows - part[v * SF_VIEW_SHARDS_MAX].first;
}

// The view v, `name`, of the dataset `source` of the shards.
static hid_t create_view(const struct sf_view_writer *writer, int v, const char *name,
                         const char *source, hid_t type, const void *fill, hsize_t columns) {
  const hsize_t extent[2] = {(hsize_t)rows_of_view(writer, v), columns};
  const int dimensions = columns ? 2 : 1;
  const hid_t space = H5Screate_simple(dimensions, extent, NULL);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  hid_t dataset = H5I_INVALID_HID;
  if (H5Pset_obj_track_times(creation, false) >= 0 &&
      H5Pset_fill_value(creation, type, fill) >= 0 &&
      map_shards(writer, v, source, creation, space, dimensions, columns) >= 0) {
    dataset = H5Dcreate2(writer->file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  }
  H5Pclose(creation);
  H5Sclose(space);
  return dataset;
}

static herr_t create_group(hid_t file, const char *name) {
  const hid_t group = sf_h5_create_group(file, name);
  return group < 0 ? -1 : H5Gclose(group);
}

// Where view v stands: as the tables of a corpus do if it is the only one.
static void place_of(const struct sf_view_writer *writer, int v, char place[32]) {
  place[0] = '\0';
  if (writer->views > 1) {
    snprintf(place, 32, SF_VIEW_FORMAT, v);
  }
}

static herr_t create_table(struct sf_view_writer *writer, int v, enum sf_table_id t) {
  char place[32], name[192], source[128];
  place_of(writer, v, place);
  snprintf(name, sizeof name, "%s/%s", place, sf_tables[t].name);
  herr_t outcome = create_group(writer->file, name);
  for (uint32_t c = 0; c < sf_tables[t].columns && outcome >= 0; c++) {
    const struct sf_column *column = &sf_tables[t].column[c];
    const hid_t type = sf_h5_view_type(column);
    unsigned char fill[SF_FILL_VALUE_SIZE];
    sf_h5_fill_value(column, fill);
    snprintf(source, sizeof source, "/%s/%s", sf_tables[t].name, column->name);
    snprintf(name, sizeof name, "%s%s", place, source);
    const hid_t dataset = create_view(writer, v, name, source, type, fill, 0);
    writer->view[v].column[t][c] = dataset;
    outcome = dataset < 0 ? -1 : sf_h5_describe_column(dataset, column, SF_H5_TEXT_VARIABLE);
    H5Tclose(type);
  }
  return outcome;
}

static herr_t create_features(struct sf_view_writer *writer, int v) {
  static const struct sf_column value = {.type = SF_TYPE_F32, .elements = 1};
  unsigned char fill[SF_FILL_VALUE_SIZE];
  sf_h5_fill_value(&value, fill);
  char place[32], name[64];
  place_of(writer, v, place);
  snprintf(name, sizeof name, "%s/features", place);
  const hid_t group = sf_h5_create_group(writer->file, name);
  if (group < 0) {
    return -1;
  }
  snprintf(name, sizeof name, "%s" SF_FEATURES_VALUES, place);
  const hid_t dataset = create_view(writer, v, name, SF_FEATURES_VALUES, H5T_IEEE_F32LE, fill,
                                    sf_feature_width(writer->groups));
  writer->view[v].features = dataset;
  const herr_t outcome =
      dataset < 0 ? -1 : sf_feature_describe(group, dataset, writer->groups, writer->fit);
  return H5Gclose(group) < 0 ? -1 : outcome;
}

static herr_t create_views(struct sf_view_writer *writer) {
  herr_t outcome = writer->views > 1 ? create_group(writer->file, SF_GROUP_VIEWS) : 0;
  for (int v = 0; v < writer->views && outcome >= 0; v++) {
    if (writer->views > 1) {
      char place[32];
      place_of(writer, v, place);
      outcome = create_group(writer->file, place);
    }
    for (enum sf_table_id t = 0; t < SF_TABLE_COUNT && outcome >= 0; t++) {
      outcome = sf_view_has(t) ? create_table(writer, v, t) : 0;
    }
    if (writer->fit && outcome >= 0) {
      outcome = create_features(writer, v);
    }
  }
  return outcome;
}

static herr_t write_list(hid_t file, const char *name, hid_t type, int64_t count,
                         const void *data) {
  const hid_t dataset = sf_h5_create_dataset(file, name, type, count);
  if (dataset < 0) {
    return -1;
  }
  const herr_t outcome = sf_h5_write_rows(dataset, type, 0, count, data, false);
  return H5Dclose(dataset) < 0 ? -1 : outcome;
}

// What the shards hold: lists of one entry a shard.
static herr_t write_shards(const struct sf_view_writer *writer) {
  enum { FIRST, ROWS, CUSTOMERS, NUMBERS };
  static const char *const name[NUMBERS] = {SF_SHARDS_FIRST, SF_SHARDS_ROWS, SF_SHARDS_CUSTOMERS};
  const int64_t shards = writer->layout->shards;
  int64_t *number = malloc((size_t)(NUMBERS * shards) * sizeof *number);
  char *digest = malloc((size_t)shards * SF_DIGEST_TEXT_SIZE);
  herr_t outcome = number && digest ? create_group(writer->file, SF_GROUP_SHARDS) : -1;
  for (int64_t s = 0; outcome >= 0 && s < shards; s++) {
    const struct sf_view_part *part = &writer->layout->part[s];
    number[FIRST * shards + s] = part->first;
    number[ROWS * shards + s] = part->rows;
    number[CUSTOMERS * shards + s] = part->customers;
    // Without the final zeros: each text overwrites that of the one before.
    sf_digest_text(part->digest, digest + s * (SF_DIGEST_TEXT_SIZE - 1));
  }
  for (int i = 0; i < NUMBERS && outcome >= 0; i++) {
    outcome = write_list(writer->file, name[i], H5T_STD_I64LE, shards, number + i * shards);
  }
  const hid_t type = H5Tcopy(H5T_C_S1);
  if (outcome >= 0 && H5Tset_size(type, SF_DIGEST_TEXT_SIZE - 1) >= 0 &&
      H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0) {
    outcome = write_list(writer->file, SF_SHARDS_DIGEST, type, shards, digest);
  }
  H5Tclose(type);
  free(digest);
  free(number);
  return outcome;
}

enum sf_status sf_view_writer_create(hid_t file, const char *corpus, const struct sf_view *view,
                                     uint32_t groups, const struct sf_isolation_fit *fit,
                                     struct sf_view_writer **result, struct sf_error *error) {
  const int views = views_of(view);
  struct sf_view_writer *writer =
      calloc(1, sizeof *writer + (size_t)views * sizeof writer->view[0]);
  if (!writer) {
    return sf_fail(error, SF_MEMORY, "out of memory for the views of %s", corpus);
  }
  *result = writer;
  writer->file = file;
  writer->layout = view;
  writer->groups = groups;
  writer->fit = fit;
  writer->views = views;
  // Beside the file, so that both can be moved together.
  char folder[SF_SHARD_PATH_SIZE];
  sf_shard_folder(corpus, folder);
  const char *slash = strrchr(folder, '/');
  snprintf(writer->folder, sizeof writer->folder, "%s", slash ? slash + 1 : folder);
  const uint32_t shards = (uint32_t)view->shards;
  if (sf_h5_set_number(file, SF_ATTR_SHARDS, H5T_STD_U32LE, &shards) < 0 ||
      sf_h5_set_text(file, SF_ATTR_SHARD_FOLDER, writer->folder) < 0 || create_views(writer) < 0 ||
      write_shards(writer) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot make the views of its shards", corpus);
  }
  return SF_OK;
}

herr_t sf_view_writer_close(struct sf_view_writer *writer,
                            const struct sf_corpus_digests *digests) {
  herr_t outcome = 0;
  for (int v = 0; v < writer->views; v++) {
    const struct open_view *view = &writer->view[v];
    for (int t = 0; t < SF_TABLE_COUNT; t++) {
      for (uint32_t c = 0; c < sf_tables[t].columns && view->column[t][c] && outcome >= 0; c++) {
        char text[SF_DIGEST_TEXT_SIZE];
        sf_digest_text(digests->column[t][c], text);
        outcome = sf_h5_set_text(view->column[t][c], SF_ATTR_DIGEST, text);
        outcome = outcome < 0 ? -1 : H5Dclose(view->column[t][c]);
      }
    }
    if (view->features && outcome >= 0) {
      outcome = sf_feature_writer_digests(view->features, writer->groups, digests->feature);
      outcome = outcome < 0 ? -1 : H5Dclose(view->features);
    }
  }
  return outcome;
}

void sf_view_writer_free(struct sf_view_writer *writer) { free(writer); }

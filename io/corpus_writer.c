#include "io/corpus_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/chunk_writer.h"
#include "io/column_attributes.h"
#include "io/corpus_format.h"
#include "io/dictionary_writer.h"
#include "io/feature_writer.h"
#include "io/fraud_settings.h"
#include "io/h5_library.h"
#include "io/options.h"
#include "io/reserve.h"
#include "io/text_date.h"
#include "io/view_writer.h"
#include "mpi/agree.h"

// Bound of the metadata of a corpus beside its dictionaries: object headers,
// enumerations, attributes. What is not used is given back.
#define METADATA_BYTES ((int64_t)2 << 20)

// Columns of any set that is compressed together.
#define CHUNK_COLUMNS_MAX (SF_COLUMNS_MAX > SF_FEATURE_COUNT ? SF_COLUMNS_MAX : SF_FEATURE_COUNT)

struct open_column {
  hid_t dataset, type;
};

struct sf_writer {
  MPI_Comm comm;
  int rank;
  struct sf_writer_layout layout;
  char path[SF_SHARD_PATH_SIZE], partial[SF_SHARD_PATH_SIZE + 16];
  hid_t file;
  // Of the attributes: every byte of a shard can be checked, and damage crashes no check.
  enum sf_h5_text text;
  struct open_column column[SF_TABLE_COUNT][SF_COLUMNS_MAX];
  struct sf_dictionaries dictionaries;
  hid_t features;               // 0: none
  struct sf_view_writer *view;  // null: none
  // With compression; null for what has no rows.
  struct sf_chunk_file chunk_file;
  struct sf_chunk_writer *chunks[SF_TABLE_COUNT], *feature_chunks;
  bool committed;
};

// Whether the rows of a table are to be written to this file.
static bool has_table(const struct sf_writer_layout *layout, int t) {
  return layout->rows[t] >= 0 && !(layout->view && sf_view_has((enum sf_table_id)t));
}

static bool is_deflated(const struct sf_writer_layout *layout) {
  return layout->compression == SF_COMPRESSION_DEFLATE;
}

// Rows of a chunk of a table, 0: its columns are not compressed.
static int64_t chunk_of(const struct sf_writer_layout *layout, int t) {
  return is_deflated(layout) && has_table(layout, t) && layout->rows[t] > 0
             ? sf_chunk_rows(layout->rows[t])
             : 0;
}

// Compressed chunks reserve their own space.
static int64_t bytes_needed(const struct sf_writer_layout *layout) {
  int64_t bytes = METADATA_BYTES;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    const int64_t rows = has_table(layout, t) && !chunk_of(layout, t) ? layout->rows[t] : 0;
    bytes += rows * (int64_t)sf_table_row_bytes(&sf_tables[t]);
  }
  for (int d = 0; d < SF_DOMAIN_COUNT; d++) {
    bytes += (int64_t)sf_domain((enum sf_domain_id)d)->count * SF_MEMBER_NAME_SIZE;
  }
  if (layout->view) {
    return bytes + sf_view_bytes(layout->view);
  }
  if (layout->features) {
    const int64_t rows = is_deflated(layout) ? 0 : layout->rows[SF_TABLE_TRANSACTIONS];
    bytes += SF_FEATURE_METADATA_BYTES +
             rows * (int64_t)(sf_feature_width(layout->config.features) * sizeof(float));
  }
  return bytes;
}

static enum sf_status create_column(struct sf_writer *writer, int t, uint32_t c,
                                    struct sf_error *error) {
  const struct sf_column *column = &sf_tables[t].column[c];
  struct open_column *open = &writer->column[t][c];
  char name[128];
  snprintf(name, sizeof name, "/%s/%s", sf_tables[t].name, column->name);
  open->type = sf_h5_column_type(column);
  const int64_t rows = writer->layout.rows[t], chunk = chunk_of(&writer->layout, t);
  open->dataset = chunk ? sf_h5_create_chunked(writer->file, name, open->type, rows, 0, chunk)
                        : sf_h5_create_dataset(writer->file, name, open->type, rows);
  if (open->dataset < 0 || sf_h5_describe_column(open->dataset, column, writer->text) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot create %s", writer->partial, name);
  }
  return SF_OK;
}

static enum sf_status create_table(struct sf_writer *writer, int t, struct sf_error *error) {
  char name[128];
  snprintf(name, sizeof name, "/%s", sf_tables[t].name);
  hid_t group = sf_h5_create_group(writer->file, name);
  if (group < 0 || H5Gclose(group) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot create %s", writer->partial, name);
  }
  for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
    SF_TRY(create_column(writer, t, c, error));
  }
  return SF_OK;
}

static enum sf_status set_root_attributes(struct sf_writer *writer, struct sf_error *error) {
  const struct sf_config *config = &writer->layout.config;
  uint32_t version = SF_SCHEMA_VERSION, merchants = sf_config_merchants(config);
  char start[SF_DATE_TEXT + 1] = "";
  sf_put_date(start, config->start_day);
  hid_t file = writer->file;
  if (sf_h5_set_number(file, SF_ATTR_SCHEMA_VERSION, H5T_STD_U32LE, &version) < 0 ||
      sf_h5_set_number(file, SF_ATTR_SEED, H5T_STD_U64LE, &config->seed) < 0 ||
      sf_h5_set_number(file, SF_ATTR_CUSTOMERS, H5T_STD_U32LE, &config->customers) < 0 ||
      sf_h5_set_number(file, SF_ATTR_MERCHANTS, H5T_STD_U32LE, &merchants) < 0 ||
      sf_h5_set_text_as(file, SF_ATTR_START, writer->text, start) < 0 ||
      sf_h5_set_number(file, SF_ATTR_DAYS, H5T_STD_I32LE, &config->days) < 0 ||
      sf_h5_set_fraud(file, config) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot write the root attributes", writer->partial);
  }
  return SF_OK;
}

// Which part of a corpus the file is: a shard, or a range of customers.
static enum sf_status set_part_attributes(struct sf_writer *writer, struct sf_error *error) {
  const struct sf_writer_layout *layout = &writer->layout;
  herr_t outcome = 0;
  if (layout->shard) {
    const uint32_t shard = (uint32_t)layout->shard->index, shards = (uint32_t)layout->shard->count;
    outcome = sf_h5_set_number(writer->file, SF_ATTR_SHARD, H5T_STD_U32LE, &shard);
    if (outcome >= 0) {
      outcome = sf_h5_set_number(writer->file, SF_ATTR_SHARDS, H5T_STD_U32LE, &shards);
    }
  }
  for (int t = 0; t < SF_TABLE_COUNT && outcome >= 0; t++) {
    char name[64];
    snprintf(name, sizeof name, SF_ATTR_FIRST "%s", sf_tables[t].name);
    outcome = has_table(layout, t) && sf_table_is_divided((enum sf_table_id)t)
                  ? sf_h5_set_number(writer->file, name, H5T_STD_I64LE, &layout->first[t])
                  : 0;
  }
  return outcome < 0 ? sf_h5_fail(error, SF_FILE, "%s: cannot write the attributes of a part",
                                  writer->partial)
                     : SF_OK;
}

// What keeps the rows of chunks that are not yet full.
static enum sf_status create_chunks(struct sf_writer *writer, struct sf_error *error) {
  struct sf_chunk_file *file = &writer->chunk_file;
  struct sf_chunk_column column[CHUNK_COLUMNS_MAX];
  size_t widest = sizeof(float);
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    const uint32_t columns = sf_tables[t].columns;
    for (uint32_t c = 0; c < columns; c++) {
      column[c] = (struct sf_chunk_column){writer->column[t][c].dataset, 0,
                                           sf_column_row_bytes(&sf_tables[t].column[c])};
      widest = column[c].bytes > widest ? column[c].bytes : widest;
    }
    if (chunk_of(&writer->layout, t)) {
      SF_TRY(sf_chunk_writer_create(file, column, columns, writer->layout.rows[t],
                                    &writer->chunks[t], error));
    }
  }
  const uint32_t features = writer->features ? sf_feature_width(writer->layout.config.features) : 0;
  for (uint32_t f = 0; f < features; f++) {
    column[f] = (struct sf_chunk_column){writer->features, f, sizeof(float)};
  }
  if (features && chunk_of(&writer->layout, SF_TABLE_TRANSACTIONS)) {
    SF_TRY(sf_chunk_writer_create(file, column, features,
                                  writer->layout.rows[SF_TABLE_TRANSACTIONS],
                                  &writer->feature_chunks, error));
  }
  *file = (struct sf_chunk_file){.path = writer->partial, .file = writer->file};
  return sf_deflate_create(SF_CHUNK_ROWS, widest, &file->deflate, error);
}

static enum sf_status create_content(struct sf_writer *writer, struct sf_error *error) {
  const struct sf_writer_layout *layout = &writer->layout;
  writer->file = layout->view || is_deflated(layout)
                     ? sf_h5_create_file_alone(writer->partial)
                     : sf_h5_create_file(writer->comm, writer->partial);
  if (writer->file < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot create", writer->partial);
  }
  SF_TRY(set_root_attributes(writer, error));
  if (layout->shard || layout->part) {
    SF_TRY(set_part_attributes(writer, error));
  }
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    if (has_table(layout, t)) {
      SF_TRY(create_table(writer, t, error));
    }
  }
  if (layout->view) {
    SF_TRY(sf_view_writer_create(writer->file, writer->path, layout->view, layout->config.features,
                                 layout->features, &writer->view, error));
  } else if (layout->features) {
    SF_TRY(sf_feature_writer_create(
        writer->file, layout->rows[SF_TABLE_TRANSACTIONS], layout->config.features,
        chunk_of(layout, SF_TABLE_TRANSACTIONS), layout->features, &writer->features, error));
  }
  bool has[SF_TABLE_COUNT];
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    has[t] = layout->rows[t] >= 0;
  }
  SF_TRY(sf_dictionaries_create(writer->file, writer->partial, has, &writer->dictionaries, error));
  return is_deflated(layout) ? create_chunks(writer, error) : SF_OK;
}

// Creating the datasets fixed the length of the file: what the estimate of the
// metadata may have missed is reserved now, before any row is written. (HDF5
// knows the length of a parallel file only until its first write.)
static enum sf_status prepare_content(struct sf_writer *writer, struct sf_error *error) {
  hsize_t bytes;
  if (H5Fget_filesize(writer->file, &bytes) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot ask for its length", writer->partial);
  }
  if (writer->rank != 0) {
    return SF_OK;
  }
  // Digests are still to come, into the metadata.
  writer->chunk_file.reserved = (int64_t)bytes + METADATA_BYTES / 8;
  SF_TRY(sf_reserve_more(writer->partial, writer->chunk_file.reserved, error));
  return sf_dictionaries_write(&writer->dictionaries, error);
}

enum sf_status sf_compression_check(enum sf_compression compression, int ranks,
                                    struct sf_error *error) {
  return compression == SF_COMPRESSION_DEFLATE && ranks > 1
             ? sf_fail(error, SF_CONFIG,
                       "compression: deflate wants files that are written by one rank each, not "
                       "%d: use --shards with --ranks-per-shard 1, or no compression",
                       ranks)
             : SF_OK;
}

// What one rank only can do.
static enum sf_status check_layout(MPI_Comm comm, const struct sf_writer_layout *layout,
                                   struct sf_error *error) {
  int ranks;
  MPI_Comm_size(comm, &ranks);
  SF_TRY(sf_compression_check(layout->compression, ranks, error));
  if (layout->view && ranks > 1) {
    return sf_fail(error, SF_USAGE, "%s: one rank makes the views of shards, not %d", layout->path,
                   ranks);
  }
  return SF_OK;
}

enum sf_status sf_writer_create(MPI_Comm comm, const struct sf_writer_layout *layout,
                                struct sf_writer **result, struct sf_error *error) {
  SF_TRY(check_layout(comm, layout, error));
  struct sf_writer *writer = calloc(1, sizeof *writer);
  enum sf_status status =
      writer ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for the writer");
  status = sf_agree(comm, status, error);
  if (status != SF_OK || !writer) {
    free(writer);
    return status;
  }
  writer->comm = comm;
  MPI_Comm_rank(comm, &writer->rank);
  writer->layout = *layout;
  writer->text = layout->shard ? SF_H5_TEXT_FIXED : SF_H5_TEXT_VARIABLE;
  snprintf(writer->path, sizeof writer->path, "%s", layout->path);
  snprintf(writer->partial, sizeof writer->partial, "%s.partial", layout->path);
  if (writer->rank == 0) {
    status = sf_reserve_create(writer->partial, bytes_needed(layout), error);
  }
  status = sf_share_status(comm, 0, status, error);
  if (status == SF_OK) {
    status = create_content(writer, error);
    if (status == SF_OK) {
      status = prepare_content(writer, error);
    }
    status = sf_agree(comm, status, error);
  }
  if (status != SF_OK) {
    sf_writer_free(writer);
    return status;
  }
  *result = writer;
  return SF_OK;
}

static enum sf_status write_deflated(struct sf_writer *writer, enum sf_table_id t, int64_t first,
                                     const void *batch, struct sf_error *error) {
  const void *data[SF_COLUMNS_MAX];
  for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
    data[c] = sf_batch_column(batch, &sf_tables[t].column[c]);
  }
  return sf_chunk_writer_columns(writer->chunks[t], first,
                                 ((const union sf_batch *)batch)->head.rows, data, error);
}

enum sf_status sf_writer_write(struct sf_writer *writer, enum sf_table_id t, int64_t first,
                               const void *batch, struct sf_error *error) {
  const struct sf_table *table = &sf_tables[t];
  first -= writer->layout.first[t];
  if (writer->chunks[t]) {
    return write_deflated(writer, t, first, batch, error);
  }
  int64_t rows = ((const union sf_batch *)batch)->head.rows;
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct open_column *open = &writer->column[t][c];
    int64_t row_bytes = (int64_t)sf_column_row_bytes(&table->column[c]);
    int64_t step = SF_H5_TRANSFER_MAX / row_bytes - 1;
    const char *data = sf_batch_column(batch, &table->column[c]);
    // A collective transfer takes the same number of steps on all ranks.
    int64_t end = writer->layout.collective ? writer->layout.batch : rows;
    for (int64_t at = 0; at < end; at += step) {
      int64_t now = at >= rows ? 0 : rows - at < step ? rows - at : step;
      if (sf_h5_write_rows(open->dataset, open->type, first + at, now, data + at * row_bytes,
                           writer->layout.collective) < 0) {
        return sf_h5_fail(error, SF_FILE, "%s: cannot write rows %lld to %lld of /%s/%s",
                          writer->partial, (long long)(first + at), (long long)(first + at + now),
                          table->name, table->column[c].name);
      }
    }
  }
  return SF_OK;
}

enum sf_status sf_writer_write_features(struct sf_writer *writer, int64_t first, int64_t rows,
                                        const float *values, struct sf_error *error) {
  first -= writer->layout.first[SF_TABLE_TRANSACTIONS];
  if (writer->feature_chunks) {
    return sf_chunk_writer_matrix(writer->feature_chunks, first, rows, values, error);
  }
  return sf_feature_writer_rows(writer->features, first, rows, writer->layout.batch,
                                writer->layout.config.features, values,
                                writer->layout.collective) < 0
             ? sf_h5_fail(error, SF_FILE,
                          "%s: cannot write rows %lld to %lld of " SF_FEATURES_VALUES,
                          writer->partial, (long long)first, (long long)(first + rows))
             : SF_OK;
}

// The chunks at the ends of the tables.
static enum sf_status end_chunks(struct sf_writer *writer, struct sf_error *error) {
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    if (writer->chunks[t]) {
      SF_TRY(sf_chunk_writer_end(writer->chunks[t], error));
    }
  }
  return writer->feature_chunks ? sf_chunk_writer_end(writer->feature_chunks, error) : SF_OK;
}

static enum sf_status close_columns(struct sf_writer *writer,
                                    const struct sf_corpus_digests *digests,
                                    struct sf_error *error) {
  char text[SF_DIGEST_TEXT_SIZE];
  SF_TRY(end_chunks(writer, error));
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; has_table(&writer->layout, t) && c < sf_tables[t].columns; c++) {
      const struct open_column *open = &writer->column[t][c];
      sf_digest_text(digests->column[t][c], text);
      if (sf_h5_set_text_as(open->dataset, SF_ATTR_DIGEST, writer->text, text) < 0 ||
          H5Dclose(open->dataset) < 0 || H5Tclose(open->type) < 0) {
        return sf_h5_fail(error, SF_FILE, "%s: cannot finish /%s/%s", writer->partial,
                          sf_tables[t].name, sf_tables[t].column[c].name);
      }
    }
  }
  if (sf_dictionaries_close(&writer->dictionaries) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot finish the dictionaries", writer->partial);
  }
  if (writer->features &&
      (sf_feature_writer_digests(writer->features, writer->layout.config.features,
                                 digests->feature) < 0 ||
       H5Dclose(writer->features) < 0)) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot finish " SF_FEATURES_VALUES, writer->partial);
  }
  if (writer->view && sf_view_writer_close(writer->view, digests) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot finish the views of its shards", writer->partial);
  }
  sf_digest_text(sf_digest_of_corpus(digests), text);
  if (sf_h5_set_text_as(writer->file, SF_ATTR_DIGEST, writer->text, text) < 0 ||
      H5Fclose(writer->file) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot be closed", writer->partial);
  }
  return SF_OK;
}

enum sf_status sf_writer_close(struct sf_writer *writer, const struct sf_corpus_digests *digests,
                               struct sf_error *error) {
  return sf_agree(writer->comm, close_columns(writer, digests, error), error);
}

const char *sf_writer_partial(const struct sf_writer *writer) { return writer->partial; }

enum sf_status sf_writer_commit(struct sf_writer *writer, struct sf_error *error) {
  // Every rank, since each node holds its own rows in its page cache.
  SF_TRY(sf_agree(writer->comm, sf_file_sync(writer->partial, error), error));
  enum sf_status status = SF_OK;
  if (writer->rank == 0) {
    status = sf_file_rename(writer->partial, writer->path, error);
  }
  SF_TRY(sf_share_status(writer->comm, 0, status, error));
  writer->committed = true;
  return SF_OK;
}

void sf_writer_free(struct sf_writer *writer) {
  if (writer->rank == 0 && !writer->committed) {
    unlink(writer->partial);
  }
  sf_view_writer_free(writer->view);
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    sf_chunk_writer_free(writer->chunks[t]);
  }
  sf_chunk_writer_free(writer->feature_chunks);
  sf_deflate_free(writer->chunk_file.deflate);
  free(writer);
}

#include "io/corpus_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/chunk_writer.h"
#include "io/corpus_format.h"
#include "io/h5_attribute.h"
#include "io/h5_library.h"
#include "io/option_value.h"
#include "io/view_writer.h"

// True if the file holds the column as this version would write it: size, sign,
// names and numbers of enumeration members, elements per row.
static bool type_fits(hid_t type, const struct sf_column *column, bool is_view) {
  const hid_t expected = is_view ? sf_h5_view_type(column) : sf_h5_column_type(column);
  const bool fits = expected >= 0 && H5Tequal(type, expected) > 0;
  if (expected >= 0) {
    H5Tclose(expected);
  }
  return fits;
}

static bool is_view(const struct sf_corpus_file *file, enum sf_table_id table) {
  return file->views > 0 && sf_view_has(table);
}

static enum sf_status open_column(struct sf_corpus_file *file, enum sf_table_id table, uint32_t c,
                                  struct sf_error *error) {
  const struct sf_column *column = &sf_tables[table].column[c];
  struct sf_file_column *open = &file->column[table][c];
  const bool viewed = is_view(file, table);
  char name[192];
  snprintf(name, sizeof name, "%s/%s/%s", viewed && file->views > 1 ? SF_GROUP_VIEWS "/00000" : "",
           sf_tables[table].name, column->name);
  open->dataset = sf_h5_open_dataset(file->file, name);
  if (open->dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: there is no dataset %s", file->path, name);
  }
  open->type = H5Dget_type(open->dataset);
  if (open->type < 0 || !type_fits(open->type, column, viewed)) {
    return sf_fail(error, SF_FORMAT, "%s: %s is not of type %s with the members of this version",
                   file->path, name, sf_type_name(column->type));
  }
  const int64_t rows = sf_h5_dataset_length(open->dataset);
  if (rows < 0 || (c > 0 && rows != file->info.rows[table])) {
    return sf_fail(error, SF_FORMAT, "%s: %s has %lld rows, other columns of the table have %lld",
                   file->path, name, (long long)rows, (long long)file->info.rows[table]);
  }
  file->info.rows[table] = rows;
  return viewed ? SF_OK
                : sf_chunk_reader_create(open->dataset, sf_column_row_bytes(column), &open->chunks,
                                         error);
}

// Whether `size` bytes are a string and then zeros, which some readers show as well.
static bool is_padded(const char *bytes, size_t size, const char *text) {
  const size_t length = strlen(text);
  bool fits = length <= size && memcmp(bytes, text, length) == 0;
  for (size_t i = length; i < size && fits; i++) {
    fits = bytes[i] == '\0';
  }
  return fits;
}

// A dictionary must hold the strings of this version in the same order, since
// columns store positions in it.
static enum sf_status check_dictionary(const struct sf_corpus_file *file,
                                       const struct sf_domain *domain, struct sf_error *error) {
  char name[128];
  snprintf(name, sizeof name, SF_GROUP_DICTIONARIES "/%s", domain->name);
  hid_t dataset = sf_h5_open_dataset(file->file, name);
  if (dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: there is no dataset %s", file->path, name);
  }
  hid_t type = H5Dget_type(dataset);
  size_t size = H5Tget_size(type);
  bool fits = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
              sf_h5_dataset_length(dataset) == (int64_t)domain->count;
  char *entries = fits ? calloc(domain->count, size) : NULL;
  char(*members)[SF_MEMBER_NAME_SIZE] = calloc(domain->count, sizeof *members);
  enum sf_status status = SF_OK;
  if (!members || (fits && !entries)) {
    status = sf_fail(error, SF_MEMORY, "out of memory for %s", name);
  } else if (fits) {
    fits = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, entries) >= 0;
    sf_domain_members(domain, members);
    for (uint32_t i = 0; fits && i < domain->count; i++) {
      fits = is_padded(entries + i * size, size, members[i]);
    }
  }
  free(members);
  free(entries);
  H5Tclose(type);
  H5Dclose(dataset);
  if (status == SF_OK && !fits) {
    status = sf_fail(error, SF_FORMAT, "%s: %s does not hold the strings of this version",
                     file->path, name);
  }
  return status;
}

static enum sf_status open_tables(struct sf_corpus_file *file, struct sf_error *error) {
  const bool is_shard = file->info.shard >= 0;
  for (enum sf_table_id table = 0; table < SF_TABLE_COUNT; table++) {
    file->info.rows[table] = -1;
    for (uint32_t c = 0; c < sf_tables[table].columns && (!is_shard || sf_table_is_divided(table));
         c++) {
      SF_TRY(open_column(file, table, c, error));
    }
  }
  SF_TRY(check_dictionary(file, sf_domain(SF_DOMAIN_MERCHANT_NAME), error));
  SF_TRY(check_dictionary(file, sf_domain(SF_DOMAIN_APP_VERSION), error));
  return check_dictionary(file, sf_domain(SF_DOMAIN_EVIDENCE), error);
}

static enum sf_status read_number(const struct sf_corpus_file *file, const char *name,
                                  uint64_t limit, uint64_t *value, struct sf_error *error) {
  if (!sf_h5_read_number(file->file, name, H5T_NATIVE_UINT64, value)) {
    return sf_fail(error, SF_FORMAT, "%s: root attribute \"%s\" is missing or of another type",
                   file->path, name);
  }
  if (*value > limit) {
    return sf_fail(error, SF_FORMAT, "%s: root attribute \"%s\" = %llu is out of range", file->path,
                   name, (unsigned long long)*value);
  }
  return SF_OK;
}

static enum sf_status read_config(struct sf_corpus_file *file, struct sf_error *error) {
  uint64_t version, customers, days;
  struct sf_config *config = &file->info.config;
  SF_TRY(read_number(file, SF_ATTR_SCHEMA_VERSION, UINT32_MAX, &version, error));
  if (version != SF_SCHEMA_VERSION) {
    return sf_fail(error, SF_FORMAT, "%s: schema version %llu, this program reads %d", file->path,
                   (unsigned long long)version, SF_SCHEMA_VERSION);
  }
  SF_TRY(read_number(file, SF_ATTR_SEED, UINT64_MAX, &config->seed, error));
  SF_TRY(read_number(file, SF_ATTR_CUSTOMERS, SF_CUSTOMERS_MAX, &customers, error));
  SF_TRY(read_number(file, SF_ATTR_DAYS, INT32_MAX, &days, error));
  char start[SF_H5_TEXT_SIZE];
  if (!sf_h5_read_text(file->file, SF_ATTR_START, start) ||
      !sf_date_read(start, &config->start_day)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: root attribute \"" SF_ATTR_START "\" is not a date YYYY-MM-DD", file->path);
  }
  config->customers = (uint32_t)customers;
  config->days = (int32_t)days;
  return SF_OK;
}

static enum sf_status read_first(struct sf_corpus_file *file, struct sf_error *error) {
  for (enum sf_table_id t = 0; t < SF_TABLE_COUNT; t++) {
    char name[64];
    uint64_t first = 0;
    snprintf(name, sizeof name, SF_ATTR_FIRST "%s", sf_tables[t].name);
    if (sf_table_is_divided(t)) {
      SF_TRY(read_number(file, name, INT64_MAX / 2, &first, error));
    }
    file->info.first[t] = (int64_t)first;
  }
  return SF_OK;
}

// Which part of a corpus the file is.
static enum sf_status read_part(struct sf_corpus_file *file, struct sf_error *error) {
  struct sf_corpus_info *info = &file->info;
  uint64_t shard = 0, shards = 0;
  info->shard = -1;
  if (H5Aexists(file->file, SF_ATTR_SHARDS) <= 0) {
    info->is_part = H5Aexists(file->file, SF_ATTR_FIRST "customers") > 0;
    return info->is_part ? read_first(file, error) : SF_OK;
  }
  SF_TRY(read_number(file, SF_ATTR_SHARDS, SF_SHARDS_MAX, &shards, error));
  info->shards = (int)shards;
  if (H5Aexists(file->file, SF_ATTR_SHARD) <= 0) {
    file->views = shards > SF_VIEW_SHARDS_MAX ? 2 : 1;  // or more
    return SF_OK;
  }
  SF_TRY(read_number(file, SF_ATTR_SHARD, SF_SHARDS_MAX, &shard, error));
  info->shard = (int)shard;
  return read_first(file, error);
}

// Rows that follow from the configuration, or from each other.
static enum sf_status check_lengths(const struct sf_corpus_file *file, struct sf_error *error) {
  const struct sf_config *config = &file->info.config;
  const int64_t *rows = file->info.rows;
  const int64_t customers = file->info.is_part ? rows[SF_TABLE_CUSTOMERS] : config->customers;
  if (file->info.shard < 0 && (rows[SF_TABLE_CUSTOMERS] != customers ||
                               rows[SF_TABLE_MERCHANTS] != sf_config_merchants(config))) {
    return sf_fail(error, SF_FORMAT,
                   "%s: %lld customers and %lld merchants, the root attributes say %u and %u",
                   file->path, (long long)rows[SF_TABLE_CUSTOMERS],
                   (long long)rows[SF_TABLE_MERCHANTS], config->customers,
                   sf_config_merchants(config));
  }
  if (rows[SF_TABLE_LABELS] != rows[SF_TABLE_TRANSACTIONS]) {
    return sf_fail(error, SF_FORMAT, "%s: %lld transactions and %lld labels", file->path,
                   (long long)rows[SF_TABLE_TRANSACTIONS], (long long)rows[SF_TABLE_LABELS]);
  }
  return SF_OK;
}

enum sf_status sf_corpus_file_open(const char *path, struct sf_corpus_file **result,
                                   struct sf_error *error) {
  struct sf_corpus_file *file = calloc(1, sizeof *file);
  if (!file) {
    return sf_fail(error, SF_MEMORY, "out of memory to open %s", path);
  }
  snprintf(file->path, sizeof file->path, "%s", path);
  for (int table = 0; table < SF_TABLE_COUNT; table++) {
    for (int c = 0; c < SF_COLUMNS_MAX; c++) {
      file->column[table][c] = (struct sf_file_column){H5I_INVALID_HID, H5I_INVALID_HID, NULL};
    }
  }
  file->file = sf_h5_open_file(path);
  enum sf_status status = file->file < 0 ? sf_h5_open_fail(error, path) : read_config(file, error);
  if (status == SF_OK) {
    status = read_part(file, error);
  }
  if (status == SF_OK) {
    status = open_tables(file, error);
  }
  if (status == SF_OK) {
    status = check_lengths(file, error);
  }
  if (status != SF_OK) {
    sf_corpus_file_close(file);
    return status;
  }
  *result = file;
  return SF_OK;
}

void sf_corpus_file_close(struct sf_corpus_file *file) {
  if (!file) {
    return;
  }
  for (int table = 0; table < SF_TABLE_COUNT; table++) {
    for (int c = 0; c < SF_COLUMNS_MAX; c++) {
      sf_chunk_reader_free(file->column[table][c].chunks);
      if (file->column[table][c].type >= 0) {
        H5Tclose(file->column[table][c].type);
      }
      if (file->column[table][c].dataset >= 0) {
        H5Dclose(file->column[table][c].dataset);
      }
    }
  }
  if (file->file >= 0) {
    H5Fclose(file->file);
  }
  sf_deflate_free(file->deflate);
  free(file);
}

// Memory for the widest column there is.
static enum sf_status need_deflate(struct sf_corpus_file *file, struct sf_error *error) {
  size_t widest = 0;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      const size_t bytes = sf_column_row_bytes(&sf_tables[t].column[c]);
      widest = bytes > widest ? bytes : widest;
    }
  }
  return file->deflate ? SF_OK : sf_deflate_create(SF_CHUNK_ROWS, widest, &file->deflate, error);
}

static herr_t read_plain(const struct sf_file_column *open, int64_t first, int64_t count,
                         void *data) {
  const hsize_t start = (hsize_t)first, length = (hsize_t)count;
  const hid_t in_file = H5Dget_space(open->dataset);
  const hid_t in_memory = H5Screate_simple(1, &length, NULL);
  herr_t outcome = H5Sselect_hyperslab(in_file, H5S_SELECT_SET, &start, NULL, &length, NULL);
  if (outcome >= 0) {
    outcome = H5Dread(open->dataset, open->type, in_memory, in_file, H5P_DEFAULT, data);
  }
  H5Sclose(in_memory);
  H5Sclose(in_file);
  return outcome;
}

static enum sf_status read_column(struct sf_corpus_file *file, enum sf_table_id table, uint32_t c,
                                  int64_t first, int64_t count, void *data,
                                  struct sf_error *error) {
  const struct sf_file_column *open = &file->column[table][c];
  struct sf_error cause = {.status = SF_OK};
  enum sf_status status = SF_OK;
  if (open->chunks) {
    SF_TRY(need_deflate(file, error));
    status = sf_chunk_reader_rows(open->chunks, file->deflate, first, count, data, &cause);
  } else if (read_plain(open, first, count, data) < 0) {
    status = sf_h5_fail(&cause, SF_FILE, "not readable");
  }
  return status == SF_OK
             ? SF_OK
             : sf_fail(error, status, "%s: rows %lld to %lld of /%s/%s cannot be read: %s",
                       file->path, (long long)first, (long long)(first + count - 1),
                       sf_tables[table].name, sf_tables[table].column[c].name, cause.text);
}

enum sf_status sf_corpus_file_read(struct sf_corpus_file *file, enum sf_table_id table,
                                   uint64_t columns, int64_t first, int64_t count, void *batch,
                                   int64_t at, struct sf_error *error) {
  for (uint32_t c = 0; c < sf_tables[table].columns && count > 0; c++) {
    const struct sf_column *column = &sf_tables[table].column[c];
    char *data = sf_batch_column(batch, column);
    if (columns >> c & 1) {
      SF_TRY(read_column(file, table, c, first, count,
                         data + (size_t)at * sf_column_row_bytes(column), error));
    }
  }
  return SF_OK;
}

enum sf_status sf_corpus_file_digest(const struct sf_corpus_file *file, enum sf_table_id table,
                                     uint32_t column, struct sf_digest *digest,
                                     struct sf_error *error) {
  char text[SF_H5_TEXT_SIZE];
  if (!sf_h5_read_text(file->column[table][column].dataset, SF_ATTR_DIGEST, text) ||
      !sf_digest_parse(text, digest)) {
    return sf_fail(error, SF_FORMAT, "%s: /%s/%s has no digest", file->path, sf_tables[table].name,
                   sf_tables[table].column[column].name);
  }
  return SF_OK;
}

enum sf_status sf_corpus_file_root_digest(const struct sf_corpus_file *file,
                                          struct sf_digest *digest, struct sf_error *error) {
  char text[SF_H5_TEXT_SIZE];
  if (!sf_h5_read_text(file->file, SF_ATTR_DIGEST, text) || !sf_digest_parse(text, digest)) {
    return sf_fail(error, SF_FORMAT, "%s: the root group has no digest", file->path);
  }
  return SF_OK;
}

#include "io/corpus_reader.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/h5_library.h"
#include "io/option_value.h"

// Text of an attribute of the file: a date or a digest, with room to spare.
#define ATTRIBUTE_SIZE 128

struct open_column {
  hid_t dataset, type;  // type in the file, which is also the type in memory
};

struct sf_corpus {
  hid_t file;
  struct sf_corpus_info info;
  struct open_column column[SF_TABLE_COUNT][SF_COLUMNS_MAX];
  char path[4096];
};

// Opens a dataset without the library's own messages; negative if there is none.
static hid_t open_dataset(hid_t file, const char *name) {
  hid_t dataset = H5I_INVALID_HID;
  H5E_BEGIN_TRY { dataset = H5Dopen2(file, name, H5P_DEFAULT); }
  H5E_END_TRY
  return dataset;
}

// Length of a 1-D dataset, -1 if it is not one.
static int64_t dataset_length(hid_t dataset) {
  hid_t space = H5Dget_space(dataset);
  hsize_t length = 0;
  bool is_list = space >= 0 && H5Sget_simple_extent_ndims(space) == 1 &&
                 H5Sget_simple_extent_dims(space, &length, NULL) == 1;
  if (space >= 0) {
    H5Sclose(space);
  }
  return is_list && length <= INT64_MAX ? (int64_t)length : -1;
}

// True if the file holds the column as this version would write it: size, sign,
// names and numbers of enumeration members, elements per row.
static bool type_fits(hid_t type, const struct sf_column *column) {
  hid_t expected = sf_h5_column_type(column);
  const bool fits = expected >= 0 && H5Tequal(type, expected) > 0;
  if (expected >= 0) {
    H5Tclose(expected);
  }
  return fits;
}

static enum sf_status open_column(struct sf_corpus *corpus, enum sf_table_id table, uint32_t c,
                                  struct sf_error *error) {
  const struct sf_column *column = &sf_tables[table].column[c];
  struct open_column *open = &corpus->column[table][c];
  char name[128];
  snprintf(name, sizeof name, "/%s/%s", sf_tables[table].name, column->name);
  open->dataset = open_dataset(corpus->file, name);
  if (open->dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: there is no dataset %s", corpus->path, name);
  }
  open->type = H5Dget_type(open->dataset);
  if (open->type < 0 || !type_fits(open->type, column)) {
    return sf_fail(error, SF_FORMAT, "%s: %s is not of type %s with the members of this version",
                   corpus->path, name, sf_type_name(column->type));
  }
  int64_t rows = dataset_length(open->dataset);
  if (rows < 0 || (c > 0 && rows != corpus->info.rows[table])) {
    return sf_fail(error, SF_FORMAT, "%s: %s has %lld rows, other columns of the table have %lld",
                   corpus->path, name, (long long)rows, (long long)corpus->info.rows[table]);
  }
  corpus->info.rows[table] = rows;
  return SF_OK;
}

// A dictionary must hold the strings of this version in the same order, since
// columns store positions in it.
static enum sf_status check_dictionary(const struct sf_corpus *corpus,
                                       const struct sf_domain *domain, struct sf_error *error) {
  char name[128];
  snprintf(name, sizeof name, SF_GROUP_DICTIONARIES "/%s", domain->name);
  hid_t dataset = open_dataset(corpus->file, name);
  if (dataset < 0) {
    return sf_fail(error, SF_FORMAT, "%s: there is no dataset %s", corpus->path, name);
  }
  hid_t type = H5Dget_type(dataset);
  size_t size = H5Tget_size(type);
  bool fits = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
              dataset_length(dataset) == (int64_t)domain->count;
  char *entries = fits ? calloc(domain->count, size) : NULL;
  enum sf_status status = SF_OK;
  if (fits && !entries) {
    status = sf_fail(error, SF_MEMORY, "out of memory for %s", name);
  } else if (fits) {
    fits = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, entries) >= 0;
    for (uint32_t i = 0; fits && i < domain->count; i++) {
      char member[SF_MEMBER_NAME_SIZE];
      domain->member(i, member);
      fits = strlen(member) <= size && strncmp(entries + i * size, member, size) == 0;
    }
  }
  free(entries);
  H5Tclose(type);
  H5Dclose(dataset);
  if (status == SF_OK && !fits) {
    status = sf_fail(error, SF_FORMAT, "%s: %s does not hold the strings of this version",
                     corpus->path, name);
  }
  return status;
}

static enum sf_status open_tables(struct sf_corpus *corpus, struct sf_error *error) {
  for (enum sf_table_id table = 0; table < SF_TABLE_COUNT; table++) {
    for (uint32_t c = 0; c < sf_tables[table].columns; c++) {
      SF_TRY(open_column(corpus, table, c, error));
    }
  }
  SF_TRY(check_dictionary(corpus, sf_domain(SF_DOMAIN_MERCHANT_NAME), error));
  SF_TRY(check_dictionary(corpus, sf_domain(SF_DOMAIN_APP_VERSION), error));
  return check_dictionary(corpus, sf_domain(SF_DOMAIN_EVIDENCE), error);
}

// Reads a scalar attribute as the native type, converted where it must be.
static enum sf_status read_attribute(const struct sf_corpus *corpus, const char *name, hid_t type,
                                     void *value, struct sf_error *error) {
  hid_t attribute = H5I_INVALID_HID;
  herr_t outcome = -1;
  H5E_BEGIN_TRY {
    attribute = H5Aopen(corpus->file, name, H5P_DEFAULT);
    if (attribute >= 0) {
      outcome = H5Aread(attribute, type, value);
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  if (outcome < 0) {
    return sf_fail(error, SF_FORMAT, "%s: root attribute \"%s\" is missing or of another type",
                   corpus->path, name);
  }
  return SF_OK;
}

static enum sf_status read_number(const struct sf_corpus *corpus, const char *name, uint64_t limit,
                                  uint64_t *value, struct sf_error *error) {
  SF_TRY(read_attribute(corpus, name, H5T_NATIVE_UINT64, value, error));
  if (*value > limit) {
    return sf_fail(error, SF_FORMAT, "%s: root attribute \"%s\" = %llu is out of range",
                   corpus->path, name, (unsigned long long)*value);
  }
  return SF_OK;
}

// Copies the text of a string attribute, of fixed or variable length.
static bool copy_text(hid_t attribute, hid_t type, char text[ATTRIBUTE_SIZE]) {
  if (H5Tget_class(type) != H5T_STRING) {
    return false;
  }
  if (H5Tis_variable_str(type) == 0) {
    return H5Tget_size(type) < ATTRIBUTE_SIZE && H5Aread(attribute, type, text) >= 0;
  }
  char *value = NULL;
  const bool is_read = H5Aread(attribute, type, &value) >= 0 && value;
  if (is_read) {
    snprintf(text, ATTRIBUTE_SIZE, "%s", value);
  }
  H5free_memory(value);
  return is_read;
}

static bool read_text(hid_t object, const char *name, char text[ATTRIBUTE_SIZE]) {
  bool is_read = false;
  memset(text, 0, ATTRIBUTE_SIZE);
  H5E_BEGIN_TRY {
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t type = attribute < 0 ? H5I_INVALID_HID : H5Aget_type(attribute);
    if (type >= 0) {
      is_read = copy_text(attribute, type, text);
      H5Tclose(type);
    }
    if (attribute >= 0) {
      H5Aclose(attribute);
    }
  }
  H5E_END_TRY
  return is_read;
}

static enum sf_status read_config(struct sf_corpus *corpus, struct sf_error *error) {
  uint64_t version, customers, days;
  struct sf_config *config = &corpus->info.config;
  SF_TRY(read_number(corpus, SF_ATTR_SCHEMA_VERSION, UINT32_MAX, &version, error));
  if (version != SF_SCHEMA_VERSION) {
    return sf_fail(error, SF_FORMAT, "%s: schema version %llu, this program reads %d", corpus->path,
                   (unsigned long long)version, SF_SCHEMA_VERSION);
  }
  SF_TRY(read_number(corpus, SF_ATTR_SEED, UINT64_MAX, &config->seed, error));
  SF_TRY(read_number(corpus, SF_ATTR_CUSTOMERS, SF_CUSTOMERS_MAX, &customers, error));
  SF_TRY(read_number(corpus, SF_ATTR_DAYS, INT32_MAX, &days, error));
  char start[ATTRIBUTE_SIZE];
  if (!read_text(corpus->file, SF_ATTR_START, start) || !sf_date_read(start, &config->start_day)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: root attribute \"" SF_ATTR_START "\" is not a date YYYY-MM-DD",
                   corpus->path);
  }
  config->customers = (uint32_t)customers;
  config->days = (int32_t)days;
  return SF_OK;
}

// Rows that follow from the configuration, or from each other.
static enum sf_status check_lengths(const struct sf_corpus *corpus, struct sf_error *error) {
  const struct sf_config *config = &corpus->info.config;
  const int64_t *rows = corpus->info.rows;
  if (rows[SF_TABLE_CUSTOMERS] != config->customers ||
      rows[SF_TABLE_MERCHANTS] != sf_config_merchants(config)) {
    return sf_fail(error, SF_FORMAT,
                   "%s: %lld customers and %lld merchants, the root attributes say %u and %u",
                   corpus->path, (long long)rows[SF_TABLE_CUSTOMERS],
                   (long long)rows[SF_TABLE_MERCHANTS], config->customers,
                   sf_config_merchants(config));
  }
  if (rows[SF_TABLE_LABELS] != rows[SF_TABLE_TRANSACTIONS]) {
    return sf_fail(error, SF_FORMAT, "%s: %lld transactions and %lld labels", corpus->path,
                   (long long)rows[SF_TABLE_TRANSACTIONS], (long long)rows[SF_TABLE_LABELS]);
  }
  return SF_OK;
}

static enum sf_status open_file(struct sf_corpus *corpus, struct sf_error *error) {
  // Whole ranges are read: a sieve of 64 KiB for each open dataset would be of no use.
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_sieve_buf_size(access, 0);
  H5E_BEGIN_TRY { corpus->file = H5Fopen(corpus->path, H5F_ACC_RDONLY, access); }
  H5E_END_TRY
  H5Pclose(access);
  return corpus->file < 0 ? sf_h5_open_fail(error, corpus->path) : SF_OK;
}

enum sf_status sf_corpus_open(const char *path, struct sf_corpus **corpus, struct sf_error *error) {
  struct sf_corpus *opened = malloc(sizeof *opened);
  if (!opened) {
    return sf_fail(error, SF_MEMORY, "out of memory to open %s", path);
  }
  memset(opened, 0, sizeof *opened);
  snprintf(opened->path, sizeof opened->path, "%s", path);
  opened->file = H5I_INVALID_HID;
  for (int table = 0; table < SF_TABLE_COUNT; table++) {
    for (int c = 0; c < SF_COLUMNS_MAX; c++) {
      opened->column[table][c] = (struct open_column){H5I_INVALID_HID, H5I_INVALID_HID};
    }
  }
  enum sf_status status = open_file(opened, error);
  if (status == SF_OK) {
    status = read_config(opened, error);
  }
  if (status == SF_OK) {
    status = open_tables(opened, error);
  }
  if (status == SF_OK) {
    status = check_lengths(opened, error);
  }
  if (status != SF_OK) {
    sf_corpus_close(opened);
    return status;
  }
  *corpus = opened;
  return SF_OK;
}

void sf_corpus_close(struct sf_corpus *corpus) {
  if (!corpus) {
    return;
  }
  for (int table = 0; table < SF_TABLE_COUNT; table++) {
    for (int c = 0; c < SF_COLUMNS_MAX; c++) {
      if (corpus->column[table][c].type >= 0) {
        H5Tclose(corpus->column[table][c].type);
      }
      if (corpus->column[table][c].dataset >= 0) {
        H5Dclose(corpus->column[table][c].dataset);
      }
    }
  }
  if (corpus->file >= 0) {
    H5Fclose(corpus->file);
  }
  free(corpus);
}

uint32_t sf_column_index(enum sf_table_id table, const char *name) {
  uint32_t c = 0;
  while (c < sf_tables[table].columns && strcmp(sf_tables[table].column[c].name, name) != 0) {
    c++;
  }
  return c;
}

const struct sf_corpus_info *sf_corpus_info(const struct sf_corpus *corpus) {
  return &corpus->info;
}

enum sf_status sf_corpus_read(const struct sf_corpus *corpus, enum sf_table_id table,
                              uint64_t columns, int64_t first, int64_t count, void *batch,
                              struct sf_error *error) {
  const hsize_t start = (hsize_t)first, length = (hsize_t)count;
  const hsize_t rows = (hsize_t)corpus->info.rows[table];
  hid_t in_file = H5Screate_simple(1, &rows, NULL);
  hid_t in_memory = H5Screate_simple(1, &length, NULL);
  bool fits = H5Sselect_hyperslab(in_file, H5S_SELECT_SET, &start, NULL, &length, NULL) >= 0;
  enum sf_status status = SF_OK;
  for (uint32_t c = 0; c < sf_tables[table].columns && status == SF_OK; c++) {
    const struct sf_column *column = &sf_tables[table].column[c];
    const struct open_column *open = &corpus->column[table][c];
    if (!(columns >> c & 1)) {
      continue;
    }
    if (!fits || H5Dread(open->dataset, open->type, in_memory, in_file, H5P_DEFAULT,
                         sf_batch_column(batch, column)) < 0) {
      status = sf_fail(error, SF_FILE, "%s: rows %lld to %lld of /%s/%s cannot be read",
                       corpus->path, (long long)first, (long long)(first + count - 1),
                       sf_tables[table].name, column->name);
    }
  }
  H5Sclose(in_memory);
  H5Sclose(in_file);
  ((union sf_batch *)batch)->head.rows = count;
  return status;
}

enum sf_status sf_batch_create(enum sf_table_id table, int64_t capacity, void *batch, void **memory,
                               struct sf_error *error) {
  // aligned_alloc wants a multiple of the alignment.
  const size_t bytes = (sf_batch_bytes(&sf_tables[table], capacity) + 63) / 64 * 64;
  *memory = aligned_alloc(64, bytes);
  if (!*memory) {
    return sf_fail(error, SF_MEMORY, "out of memory for %lld rows of /%s", (long long)capacity,
                   sf_tables[table].name);
  }
  sf_batch_place(&sf_tables[table], batch, capacity, *memory);
  return SF_OK;
}

enum sf_status sf_corpus_first_key(const struct sf_corpus *corpus, enum sf_table_id table,
                                   const char *column, uint32_t key, int64_t *row,
                                   struct sf_error *error) {
  const uint32_t c = sf_column_index(table, column);
  uint32_t found = 0;
  union sf_batch one = {.head = {.capacity = 1}};
  *(uint32_t **)((char *)&one + sf_tables[table].column[c].offset) = &found;
  int64_t low = 0, high = corpus->info.rows[table];
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    SF_TRY(sf_corpus_read(corpus, table, UINT64_C(1) << c, middle, 1, &one, error));
    if (found < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *row = low;
  return SF_OK;
}

enum sf_status sf_corpus_first_row(const struct sf_corpus *corpus, uint32_t customer_id,
                                   int64_t *row, struct sf_error *error) {
  return sf_corpus_first_key(corpus, SF_TABLE_TRANSACTIONS, "customer_id", customer_id, row, error);
}

enum sf_status sf_corpus_digest(const struct sf_corpus *corpus, enum sf_table_id table,
                                uint32_t column, struct sf_digest *digest, struct sf_error *error) {
  char text[ATTRIBUTE_SIZE];
  if (!read_text(corpus->column[table][column].dataset, SF_ATTR_DIGEST, text) ||
      !sf_digest_parse(text, digest)) {
    return sf_fail(error, SF_FORMAT, "%s: /%s/%s has no digest", corpus->path,
                   sf_tables[table].name, sf_tables[table].column[column].name);
  }
  return SF_OK;
}

enum sf_status sf_corpus_root_digest(const struct sf_corpus *corpus, struct sf_digest *digest,
                                     struct sf_error *error) {
  char text[ATTRIBUTE_SIZE];
  if (!read_text(corpus->file, SF_ATTR_DIGEST, text) || !sf_digest_parse(text, digest)) {
    return sf_fail(error, SF_FORMAT, "%s: the root group has no digest", corpus->path);
  }
  return SF_OK;
}

#include "kernels/schema/schema.h"

#include <string.h>

#define SF_COLUMN_AS(member, cname, ctype, celements, cdomain, cunit, crange, cmissing, text) \
  {.name = (cname),                                                                           \
   .type = SF_TYPE_##ctype,                                                                   \
   .elements = (celements),                                                                   \
   .domain = SF_DOMAIN_##cdomain,                                                             \
   .unit = (cunit),                                                                           \
   .range = (crange),                                                                         \
   .missing = (cmissing),                                                                     \
   .description = (text),                                                                     \
   .offset = offsetof(struct SF_BATCH, member)},
#define SF_COLUMN(cname, ctype, celements, cdomain, cunit, crange, cmissing, text) \
  SF_COLUMN_AS(cname, #cname, ctype, celements, cdomain, cunit, crange, cmissing, text)

#define SF_BATCH sf_customers
static const struct sf_column customers_columns[] = {
#include "kernels/schema/customers.def"
};
#undef SF_BATCH
#define SF_BATCH sf_merchants
static const struct sf_column merchants_columns[] = {
#include "kernels/schema/merchants.def"
};
#undef SF_BATCH
#define SF_BATCH sf_transactions
static const struct sf_column transactions_columns[] = {
#include "kernels/schema/transactions.def"
};
#undef SF_BATCH
#define SF_BATCH sf_labels
static const struct sf_column labels_columns[] = {
#include "kernels/schema/labels.def"
};
#undef SF_BATCH
#define SF_BATCH sf_episodes
static const struct sf_column episodes_columns[] = {
#include "kernels/schema/episodes.def"
};
#undef SF_BATCH
#define SF_BATCH sf_rings
static const struct sf_column rings_columns[] = {
#include "kernels/schema/rings.def"
};
#undef SF_BATCH
#define SF_BATCH sf_ring_members
static const struct sf_column ring_members_columns[] = {
#include "kernels/schema/ring_members.def"
};
#undef SF_BATCH
#define SF_BATCH sf_ring_links
static const struct sf_column ring_links_columns[] = {
#include "kernels/schema/ring_links.def"
};
#undef SF_BATCH
#undef SF_COLUMN
#undef SF_COLUMN_AS

#define SF_TABLE_ROW(constant, tname, tunit)                                  \
  {.name = #tname,                                                            \
   .columns = (uint32_t)(sizeof tname##_columns / sizeof tname##_columns[0]), \
   .column = tname##_columns,                                                 \
   .unit = SF_UNIT_##tunit},
const struct sf_table sf_tables[SF_TABLE_COUNT] = {SF_TABLE_LIST(SF_TABLE_ROW)};
#undef SF_TABLE_ROW

static const struct {
  const char *name;
  size_t size;
} types[SF_TYPE_COUNT] = {
#define SF_TYPE_ROW(constant, ctype, tname) {tname, sizeof(ctype)},
    SF_TYPE_LIST(SF_TYPE_ROW)
#undef SF_TYPE_ROW
};

const char *sf_type_name(enum sf_type type) { return types[type].name; }

size_t sf_type_size(enum sf_type type) { return types[type].size; }

size_t sf_table_row_bytes(const struct sf_table *table) {
  size_t bytes = 0;
  for (uint32_t c = 0; c < table->columns; c++) {
    bytes += sf_column_row_bytes(&table->column[c]);
  }
  return bytes;
}

static size_t column_bytes(const struct sf_column *column, int64_t capacity) {
  size_t bytes = sf_column_row_bytes(column) * (size_t)capacity;
  // One cache line more between columns, so that equal powers of two of rows
  // do not put all columns on the same cache sets.
  return ((bytes + 63) & ~(size_t)63) + 64;
}

size_t sf_batch_bytes(const struct sf_table *table, int64_t capacity) {
  size_t bytes = 0;
  for (uint32_t c = 0; c < table->columns; c++) {
    bytes += column_bytes(&table->column[c], capacity);
  }
  return bytes;
}

void sf_batch_place(const struct sf_table *table, void *batch, int64_t capacity, void *memory) {
  char *at = memory;
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    *(void **)((char *)batch + column->offset) = at;
    at += column_bytes(column, capacity);
  }
  union sf_batch *head = batch;
  head->head.capacity = capacity;
  head->head.rows = 0;
}

void sf_batch_copy(const struct sf_table *table, const void *batch, int64_t from, int64_t rows,
                   void *to, int64_t at) {
  for (uint32_t c = 0; c < table->columns && rows > 0; c++) {
    const struct sf_column *column = &table->column[c];
    const size_t bytes = sf_column_row_bytes(column);
    memcpy((char *)sf_batch_column(to, column) + (size_t)at * bytes,
           (const char *)sf_batch_column(batch, column) + (size_t)from * bytes,
           (size_t)rows * bytes);
  }
}

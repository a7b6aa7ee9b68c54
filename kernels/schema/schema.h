#ifndef SF_KERNELS_SCHEMA_SCHEMA_H
#define SF_KERNELS_SCHEMA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/schema/enums.h"

// Changes whenever the same configuration and seed give other data.
#define SF_SCHEMA_VERSION 1

// Storage types. Memory and file hold the same bytes, little endian.
//   X(constant, C type, name)
#define SF_TYPE_LIST(X)        \
  X(U8, uint8_t, "uint8")      \
  X(U16, uint16_t, "uint16")   \
  X(U32, uint32_t, "uint32")   \
  X(U64, uint64_t, "uint64")   \
  X(I64, int64_t, "int64")     \
  X(F32, float, "float32")     \
  X(F64, double, "float64")    \
  X(ENUM8, uint8_t, "enum8")   \
  X(BOOL8, uint8_t, "bool8")   \
  X(DATE32, int32_t, "date32") \
  X(DICT16, uint16_t, "dict16")

enum sf_type {
#define SF_TYPE_ENUM(constant, ctype, name) SF_TYPE_##constant,
  SF_TYPE_LIST(SF_TYPE_ENUM)
#undef SF_TYPE_ENUM
      SF_TYPE_COUNT
};

#define SF_TYPE_CTYPEDEF(constant, ctype, name) typedef ctype sf_ctype_##constant;
SF_TYPE_LIST(SF_TYPE_CTYPEDEF)
#undef SF_TYPE_CTYPEDEF

const char *sf_type_name(enum sf_type type);
size_t sf_type_size(enum sf_type type);

// Named values of a column: an enumeration (enum8), or a dictionary (dict16).
enum sf_domain_id {
  SF_DOMAIN_NONE,
#define SF_DOMAIN_ENUM(constant, name) SF_DOMAIN_##constant,
  SF_ENUM_LIST(SF_DOMAIN_ENUM)
#undef SF_DOMAIN_ENUM
      SF_DOMAIN_CITY,
  SF_DOMAIN_STATE,
  SF_DOMAIN_SUBCATEGORY,
  SF_DOMAIN_MERCHANT_NAME,  // dictionary
  SF_DOMAIN_APP_VERSION,    // dictionary
  SF_DOMAIN_FRAUD_TYPE,     // none and the typologies
  SF_DOMAIN_EVIDENCE,       // dictionary of real columns: names of their elements
  SF_DOMAIN_COUNT
};

// Longest member name with its final zero, in bytes.
#define SF_MEMBER_NAME_SIZE 48

struct sf_domain {
  const char *name;
  uint32_t count;  // members are 0 .. count-1
  // Writes the name of member `index` < count.
  void (*member)(uint32_t index, char text[SF_MEMBER_NAME_SIZE]);
  // Of many members: does the work of sf_domain_members; else null.
  void (*members)(char (*text)[SF_MEMBER_NAME_SIZE]);
};

const struct sf_domain *sf_domain(enum sf_domain_id id);

// Writes the names of all members, shape [count], zeros behind each.
void sf_domain_members(const struct sf_domain *domain, char (*text)[SF_MEMBER_NAME_SIZE]);

// Elements of a column with evidence: member SF_EVIDENCE_ELEMENTS x typology + k
// of SF_DOMAIN_EVIDENCE names element k; "" where there is none.
#define SF_EVIDENCE_ELEMENTS 8u

struct sf_column {
  const char *name;
  enum sf_type type;
  uint32_t elements;  // per row; more than 1: an array type
  enum sf_domain_id domain;
  const char *unit, *range, *missing, *description;
  size_t offset;  // of the column's pointer in the batch struct
};

// Rows whose digest is taken as one unit (sf_digest): 16 customers and their
// rows, 1,024 merchants, or a ring.
enum sf_unit { SF_UNIT_TILE, SF_UNIT_MERCHANT_RUN, SF_UNIT_RING };

struct sf_table {
  const char *name;
  uint32_t columns;
  const struct sf_column *column;  // shape [columns], file order
  enum sf_unit unit;
};

// Batches: struct of arrays, one pointer per column of shape
// [capacity, elements]. Rows 0 .. rows-1 hold data.
#define SF_COLUMN_AS(member, name, type, elements, domain, unit, range, missing, text) \
  sf_ctype_##type *member;
#define SF_COLUMN(name, type, elements, domain, unit, range, missing, text) sf_ctype_##type *name;
struct sf_customers {
  int64_t capacity, rows;
#include "kernels/schema/customers.def"
};
struct sf_merchants {
  int64_t capacity, rows;
#include "kernels/schema/merchants.def"
};
struct sf_transactions {
  int64_t capacity, rows;
#include "kernels/schema/transactions.def"
};
struct sf_labels {
  int64_t capacity, rows;
#include "kernels/schema/labels.def"
};
struct sf_episodes {
  int64_t capacity, rows;
#include "kernels/schema/episodes.def"
};
struct sf_rings {
  int64_t capacity, rows;
#include "kernels/schema/rings.def"
};
struct sf_ring_members {
  int64_t capacity, rows;
#include "kernels/schema/ring_members.def"
};
struct sf_ring_links {
  int64_t capacity, rows;
#include "kernels/schema/ring_links.def"
};
#undef SF_COLUMN
#undef SF_COLUMN_AS

// A batch of any table; all structs begin alike.
union sf_batch {
  struct {
    int64_t capacity, rows;
  } head;
  struct sf_customers customers;
  struct sf_merchants merchants;
  struct sf_transactions transactions;
  struct sf_labels labels;
  struct sf_episodes episodes;
  struct sf_rings rings;
  struct sf_ring_members ring_members;
  struct sf_ring_links ring_links;
};

//   X(constant, name, unit of the digest)
#define SF_TABLE_LIST(X)                \
  X(CUSTOMERS, customers, TILE)         \
  X(MERCHANTS, merchants, MERCHANT_RUN) \
  X(TRANSACTIONS, transactions, TILE)   \
  X(LABELS, labels, TILE)               \
  X(EPISODES, episodes, TILE)           \
  X(RINGS, rings, RING)                 \
  X(RING_MEMBERS, ring_members, RING)   \
  X(RING_LINKS, ring_links, RING)

enum sf_table_id {
#define SF_TABLE_ENUM(constant, name, unit) SF_TABLE_##constant,
  SF_TABLE_LIST(SF_TABLE_ENUM)
#undef SF_TABLE_ENUM
      SF_TABLE_COUNT
};

extern const struct sf_table sf_tables[SF_TABLE_COUNT];

#define SF_COLUMNS_MAX 64  // of any table

// Bytes of one row in the file.
size_t sf_table_row_bytes(const struct sf_table *table);

// Bytes of memory that a batch of `capacity` rows needs (64-byte aligned columns).
size_t sf_batch_bytes(const struct sf_table *table, int64_t capacity);

// Points the columns of `batch` (the table's struct) into `memory`, which stays
// the caller's: sf_batch_bytes bytes, aligned to 64.
void sf_batch_place(const struct sf_table *table, void *batch, int64_t capacity, void *memory);

// Copies rows from .. from+rows-1 of a batch to rows at .. of another of the table.
void sf_batch_copy(const struct sf_table *table, const void *batch, int64_t from, int64_t rows,
                   void *to, int64_t at);

// True if names of the column's domain are strings in the file.
static inline bool sf_column_has_dictionary(const struct sf_column *column) {
  return column->type == SF_TYPE_DICT16 ||
         (column->type == SF_TYPE_F32 && column->domain != SF_DOMAIN_NONE);
}

// First element of a column of a batch.
static inline void *sf_batch_column(const void *batch, const struct sf_column *column) {
  return *(void *const *)((const char *)batch + column->offset);
}

static inline size_t sf_column_row_bytes(const struct sf_column *column) {
  return sf_type_size(column->type) * column->elements;
}

#endif

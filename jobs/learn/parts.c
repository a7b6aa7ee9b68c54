#include "jobs/learn/parts.h"

#include <stdlib.h>

#include "kernels/learn/groups.h"

#define BATCH_ROWS 65536

static enum sf_status join(uint32_t *parent, uint32_t customers, uint32_t a, uint32_t b,
                           struct sf_error *error) {
  if (a < 1 || b < 1 || a > customers || b > customers) {
    return sf_fail(error, SF_FORMAT, "a ring has customer %u, there are 1 to %u",
                   a < 1 || a > customers ? a : b, customers);
  }
  sf_groups_join(parent, a, b);
  return SF_OK;
}

// Members of a ring stand one after the other.
static enum sf_status join_members(const struct sf_ring_members *members, uint32_t last[2],
                                   uint32_t *parent, uint32_t customers, struct sf_error *error) {
  for (int64_t i = 0; i < members->rows; i++) {
    const uint32_t customer = members->customer_id[i];
    SF_TRY(join(parent, customers, customer, members->ring_id[i] == last[0] ? last[1] : customer,
                error));
    last[0] = members->ring_id[i];
    last[1] = customer;
  }
  return SF_OK;
}

// An end that is 0 lies outside the corpus.
static enum sf_status join_links(const struct sf_ring_links *links, uint32_t *parent,
                                 uint32_t customers, struct sf_error *error) {
  for (int64_t i = 0; i < links->rows; i++) {
    const uint32_t source = links->source_customer_id[i], target = links->target_customer_id[i];
    if (source > 0 && target > 0) {
      SF_TRY(join(parent, customers, source, target, error));
    }
  }
  return SF_OK;
}

static enum sf_status join_table(const struct sf_corpus *corpus, enum sf_table_id table,
                                 uint32_t *parent, struct sf_error *error) {
  const struct sf_corpus_info *info = sf_corpus_info(corpus);
  const uint32_t customers = info->config.customers;
  union sf_batch batch;
  void *memory;
  uint32_t last[2] = {0, 0};  // ring and customer of the row before
  SF_TRY(sf_batch_create(table, BATCH_ROWS, &batch, &memory, error));
  enum sf_status status = SF_OK;
  for (int64_t at = 0; at < info->rows[table] && status == SF_OK; at += BATCH_ROWS) {
    const int64_t left = info->rows[table] - at;
    status = sf_corpus_read(corpus, table, SF_COLUMNS_ALL, at,
                            left < BATCH_ROWS ? left : BATCH_ROWS, &batch, error);
    if (status == SF_OK) {
      status = table == SF_TABLE_RING_MEMBERS
                   ? join_members(&batch.ring_members, last, parent, customers, error)
                   : join_links(&batch.ring_links, parent, customers, error);
    }
  }
  free(memory);
  return status;
}

enum sf_status sf_parts_of_customers(const struct sf_corpus *corpus, const struct sf_view *view,
                                     uint8_t **part, struct sf_error *error) {
  *part = NULL;
  if (view->split == SF_SPLIT_CHOICE_TIME) {
    return SF_OK;
  }
  const uint32_t customers = sf_corpus_info(corpus)->config.customers;
  uint8_t *parts = malloc((size_t)customers + 1);
  uint32_t *parent = malloc(((size_t)customers + 1) * sizeof *parent);
  enum sf_status status =
      parts && parent ? SF_OK
                      : sf_fail(error, SF_MEMORY, "out of memory for the parts of customers");
  if (status == SF_OK) {
    sf_groups_init(parent, customers);
  }
  if (status == SF_OK && view->split == SF_SPLIT_CHOICE_RING) {
    status = join_table(corpus, SF_TABLE_RING_MEMBERS, parent, error);
    status = status == SF_OK ? join_table(corpus, SF_TABLE_RING_LINKS, parent, error) : status;
  }
  for (uint32_t id = 0; id <= customers && status == SF_OK; id++) {
    parts[id] = sf_groups_part(sf_groups_find(parent, id), view->seed);
  }
  free(parent);
  if (status != SF_OK) {
    free(parts);
    return status;
  }
  *part = parts;
  return SF_OK;
}

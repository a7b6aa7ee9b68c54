#include "jobs/customers_range.h"

#include <string.h>

#include "io/plan_file.h"
#include "kernels/fraud/typology.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

// Transactions of customers begin .. end-1, with their stories.
static enum sf_status count_rows(struct sf_maker *maker, const struct sf_fraud_plan *fraud,
                                 int64_t begin, int64_t end, int64_t *rows,
                                 struct sf_error *error) {
  int64_t cursor = 0;
  *rows = 0;
  for (int64_t c = begin; c < end; c++) {
    const struct sf_assignment *assignment;
    const uint32_t stories = sf_fraud_plan_of(fraud, (uint32_t)c, &cursor, &assignment);
    const int64_t own = sf_history_begin(maker->history, (uint32_t)c, assignment, stories);
    if (own < 0) {
      return sf_fail(error, SF_MISMATCH, "%s: customer %lld has other stories than the plan says",
                     maker->options->plan, (long long)c);
    }
    *rows += own;
  }
  return SF_OK;
}

// Leaves the stories of customers begin .. end-1 alone.
static void cut_stories(struct sf_fraud_plan *fraud, int64_t begin, int64_t end) {
  int64_t first = 0, last;
  while (first < fraud->assignments && fraud->assignment[first].candidate.customer < begin) {
    fraud->first_episode += !sf_number_is_twin(fraud->assignment[first].candidate.number);
    first++;
  }
  for (last = first;
       last < fraud->assignments && fraud->assignment[last].candidate.customer < end;) {
    last++;
  }
  fraud->assignments = last - first;
  if (first > 0) {
    memmove(fraud->assignment, fraud->assignment + first,
            (size_t)fraud->assignments * sizeof *fraud->assignment);
  }
}

static int64_t clip(int64_t value, struct sf_slice range) {
  return value < range.begin ? range.begin : value > range.end ? range.end : value;
}

// The plan knows where tiles begin: what the first and the last have of other customers is
// counted.
static enum sf_status find_rows(struct sf_maker *maker, struct sf_piece *piece,
                                struct sf_range *rows, struct sf_error *error) {
  const struct sf_config *config = &maker->config;
  const struct sf_slice range = maker->options->customers_range;
  const struct sf_range tiles = {(range.begin - 1) / SF_TILE_CUSTOMERS,
                                 (range.end - 2) / SF_TILE_CUSTOMERS + 1};
  const struct sf_share share = sf_share_within(config, tiles, piece->rank, piece->size);
  piece->share = share;
  piece->share.customers =
      (struct sf_range){clip(share.customers.begin, range), clip(share.customers.end, range)};
  piece->share.merchants = sf_share_of(config, piece->rank, piece->size).merchants;
  int64_t total, before, behind;
  SF_TRY(sf_plan_file_read(piece->plan, config, share.tiles, piece->rank, piece->size, rows, &total,
                           &piece->fraud, error));
  if (sf_range_length(share.tiles) == 0) {
    piece->share.customers.end = piece->share.customers.begin;
    return SF_OK;
  }
  SF_TRY(count_rows(maker, &piece->fraud, share.customers.begin, piece->share.customers.begin,
                    &before, error));
  SF_TRY(count_rows(maker, &piece->fraud, piece->share.customers.end, share.customers.end, &behind,
                    error));
  rows->begin += before;
  rows->end -= behind;
  cut_stories(&piece->fraud, piece->share.customers.begin, piece->share.customers.end);
  return SF_OK;
}

enum sf_status sf_customers_range_lay_out(struct sf_maker *maker, struct sf_piece *piece,
                                          struct sf_error *error) {
  const struct sf_slice range = maker->options->customers_range;
  struct sf_range rows = {0, 0};
  int64_t total;
  SF_TRY(sf_agree(piece->comm, find_rows(maker, piece, &rows, error), error));
  sf_exclusive_scan(piece->comm, sf_range_length(rows), &total);
  // Rank 0 has the first of the customers.
  int64_t first[] = {rows.begin, piece->fraud.first_episode};
  MPI_Bcast(first, 2, MPI_INT64_T, 0, piece->comm);
  piece->part = true;
  static const enum sf_table_id row_tables[] = {SF_TABLE_TRANSACTIONS, SF_TABLE_LABELS};
  for (size_t i = 0; i < sizeof row_tables / sizeof row_tables[0]; i++) {
    const enum sf_table_id t = row_tables[i];
    piece->first[t] = first[0];
    piece->rows[t] = total;
    piece->range[t] = rows;
  }
  piece->first[SF_TABLE_EPISODES] = first[1];
  piece->first[SF_TABLE_CUSTOMERS] = range.begin - 1;
  piece->rows[SF_TABLE_CUSTOMERS] = range.end - range.begin;
  piece->range[SF_TABLE_CUSTOMERS] =
      (struct sf_range){piece->share.customers.begin - 1, piece->share.customers.end - 1};
  piece->rows[SF_TABLE_MERCHANTS] = sf_config_merchants(&maker->config);
  piece->range[SF_TABLE_MERCHANTS] =
      (struct sf_range){piece->share.merchants.begin - 1, piece->share.merchants.end - 1};
  return SF_OK;
}

#include "jobs/verify.h"

#include <mpi.h>

#include "io/options.h"
#include "jobs/command.h"
#include "jobs/verify_parts.h"
#include "kernels/generator.h"
#include "mpi/agree.h"
#include "mpi/reduce.h"

// Collective over `comm`. Adds a verdict up over ranks.
static void sum_verdict(MPI_Comm comm, struct sf_verdict *verdict) {
  uint64_t counts[2] = {(uint64_t)verdict->rows, (uint64_t)verdict->violations};
  sf_sum_u64(comm, counts, 2);
  verdict->rows = (int64_t)counts[0];
  verdict->violations = (int64_t)counts[1];
  verdict->first = -sf_max_i64(comm, -verdict->first);
}

// Collective over `comm`.
static void sum_pairing(MPI_Comm comm, struct sf_pairing *pairing) {
  uint64_t sums[] = {pairing->debits, pairing->credits, pairing->debit_rows, pairing->credit_rows};
  sf_sum_u64(comm, sums, 4);
  *pairing = (struct sf_pairing){sums[0], sums[1], sums[2], sums[3]};
}

// Collective over `comm`.
static void sum_findings(MPI_Comm comm, struct sf_findings *findings) {
  for (int i = 0; i < SF_INVARIANT_COUNT; i++) {
    sum_verdict(comm, &findings->invariant[i]);
  }
  sum_verdict(comm, &findings->order);
  sum_verdict(comm, &findings->finite);
  sf_sum_digests(comm, findings->digests.feature, SF_FEATURE_COUNT);
  sum_pairing(comm, &findings->pairing);
  sum_pairing(comm, &findings->links.sources);
  sum_pairing(comm, &findings->links.targets);
  sum_pairing(comm, &findings->membership);
  sf_sum_digests(comm, &findings->digests.column[0][0], (int64_t)SF_TABLE_COUNT * SF_COLUMNS_MAX);
}

static struct sf_share share_of(const struct sf_corpus_info *info, int rank, int size) {
  struct sf_share share = sf_share_of(&info->config, rank, size);
  if (info->is_part) {
    // Tiles as the whole corpus has them, for the digests.
    const int64_t first = info->first[SF_TABLE_CUSTOMERS] + 1;
    const int64_t end = first + info->rows[SF_TABLE_CUSTOMERS];
    const struct sf_range tiles = {(first - 1) / SF_TILE_CUSTOMERS,
                                   (end - 2) / SF_TILE_CUSTOMERS + 1};
    struct sf_range own = sf_share_within(&info->config, tiles, rank, size).customers;
    own.begin = own.begin < first ? first : own.begin;
    own.end = own.end > end ? end : own.end;
    share.customers = own.begin < own.end ? own : (struct sf_range){end, end};
  }
  return share;
}

// Collective over `comm`: each rank checks its share of the customers.
static enum sf_status verify(const char *path, bool quiet, MPI_Comm comm,
                             struct sf_findings *findings, struct sf_error *error) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  struct sf_corpus *corpus = NULL;
  enum sf_status status = sf_agree(comm, sf_corpus_open_part(path, &corpus, error), error);
  if (status == SF_OK) {
    const struct sf_corpus_info *info = sf_corpus_info(corpus);
    const struct sf_share share = share_of(info, rank, size);
    const struct sf_range rings = sf_partition(info->rows[SF_TABLE_RINGS], rank, size);
    status = sf_agree(comm, sf_verify_share(corpus, &share, rings, findings, error), error);
    if (status == SF_OK) {
      status = sf_agree(comm, sf_verify_features(corpus, path, &share, findings, error), error);
    }
  }
  if (status == SF_OK) {
    sum_findings(comm, findings);
    if (rank == 0) {
      status = sf_verify_report(corpus, path, findings, quiet, error);
    }
    status = sf_share_status(comm, 0, status, error);
  }
  sf_corpus_close(corpus);
  return status;
}

enum sf_status sf_job_verify(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_VERIFY, argc, argv, &options, &operands, error));
  struct sf_findings findings;
  return verify(operands.text[0], options.quiet, comm, &findings, error);
}

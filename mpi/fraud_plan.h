#ifndef SF_MPI_FRAUD_PLAN_H
#define SF_MPI_FRAUD_PLAN_H

#include <mpi.h>
#include <stdint.h>

#include "kernels/fraud/ring_assembly.h"
#include "kernels/fraud/stories.h"
#include "kernels/status.h"
#include "kernels/world.h"
#include "mpi/partition.h"

// The plan of fraud: which stories are told, and the rings among them. Each rank
// lists the candidates of its own customers; rings are assembled by the owners of
// their keys; global thresholds accept what the configuration asks for; members
// learn of their rings. The result depends on the configuration only.

// What was asked for and what is had, over all ranks.
struct sf_fraud_totals {
  int64_t rows;                            // of the corpus
  int64_t fraud_rows[SF_TYPOLOGY_COUNT];   // by typology of the row; [0] the sum
  int64_t wanted_rows[SF_TYPOLOGY_COUNT];  // [0] the sum
  int64_t episodes[SF_TYPOLOGY_COUNT];     // by first leg; [0] the sum
  int64_t fires[SF_TYPOLOGY_COUNT];        // fraud rows that fire the naive rule
  int64_t twin_fires[SF_TYPOLOGY_COUNT];   // twins' rows that fire it
  int64_t twins[SF_TYPOLOGY_COUNT];        // stories of twins; [0] the sum
  int64_t rings, members, links;           // rows of the tables
  int64_t candidates, nominations;         // before acceptance
  int64_t exchange_bytes;                  // that left their rank
};

struct sf_fraud_plan {
  struct sf_candidate *single;  // in order of customer; after sf_fraud_plan_settle the accepted
  struct sf_nomination *nomination;
  int64_t singles, single_room, nominations, nomination_room;
  // What the bank sees of all candidates of this rank's customers, in order of
  // customer, if they were traced; trace->first_touch counts from touch[first_of].
  struct sf_fraud_trace {
    struct sf_trace trace;
    int64_t first_touch;
  } * trace;
  struct sf_touch *touch;
  int64_t traces, trace_room, touches, touch_room;

  // After sf_fraud_plan_settle. Of this rank's customers:
  struct sf_assignment *assignment;  // sorted by customer and number
  struct sf_membership *member;
  struct sf_link *link;
  int64_t assignments, members, links;
  int64_t first_episode;  // rows of /episodes before this rank's, of a plan from a file
  // Of this rank's ring keys, accepted or not, in order of key:
  struct sf_assembly assembly;
  int64_t first_ring, first_member, first_link;  // rows of the tables before this rank's
  int64_t own_rings, own_members, own_links;     // rows of the tables that are this rank's
  struct sf_fraud_totals totals;
};

// Adds the candidates of a customer of this rank. Errors: SF_MEMORY, SF_INTERNAL if they overflow.
enum sf_status sf_fraud_plan_add(struct sf_fraud_plan *plan, const struct sf_candidates *candidates,
                                 struct sf_error *error);

// Collective over `comm`. Settles what is told. `plan` holds the candidates of
// this rank's customers, which are those of sf_share_of; `honest_rows` is the
// number of their honest transactions. Errors, agreed upon: SF_MEMORY; SF_CONFIG
// if a corpus of a million rows or more cannot have the fraud that is asked for.
enum sf_status sf_fraud_plan_settle(MPI_Comm comm, const struct sf_world *world,
                                    struct sf_fraud_plan *plan, int64_t honest_rows,
                                    struct sf_error *error);

// Fills plan->assignment from the accepted plan->single, plan->member (sorted by
// customer and number) and plan->link (in the same order, then by time): for
// plans that are read from a file. Errors: SF_MEMORY, SF_INTERNAL if links and
// members do not fit.
enum sf_status sf_fraud_plan_index(struct sf_fraud_plan *plan, struct sf_error *error);

// Assignments of a customer: *first is set, their number returned. `*cursor` makes
// it quick to go through customers in order: 0 at first, kept between calls.
uint32_t sf_fraud_plan_of(const struct sf_fraud_plan *plan, uint32_t customer, int64_t *cursor,
                          const struct sf_assignment **first);

void sf_fraud_plan_free(struct sf_fraud_plan *plan);

#endif

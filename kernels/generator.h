#ifndef SF_KERNELS_GENERATOR_H
#define SF_KERNELS_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/features/tally.h"
#include "kernels/fraud/stories.h"
#include "kernels/random/lanes.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// The model as seen from outside: a world made once from a configuration, and
// histories made from it one customer at a time. Everything here is a pure
// function of (configuration, id); nothing is collective.

// Consecutive customers that are the unit of work, of ownership and of digests.
#define SF_TILE_CUSTOMERS 16u

// Tiles of a corpus; tile t holds the customers 16 t + 1 .. min(16 t + 16, N).
static inline uint32_t sf_config_tiles(const struct sf_config *config) {
  return (uint32_t)(((uint64_t)config->customers + SF_TILE_CUSTOMERS - 1) / SF_TILE_CUSTOMERS);
}

// A key of the settings of fraud and anomalies: two configurations that agree in
// seed, customers, window and this key make the same corpus.
uint64_t sf_config_fraud_key(const struct sf_config *config);

// Tables that all customers share. Read only once made.
struct sf_world;

// `config` is copied; `lanes` (sf_lanes_select) is the vector path to use, which
// changes no value. Errors: SF_MEMORY; SF_CONFIG for a window outside the
// calendar. `*world` is the caller's to free.
enum sf_status sf_world_create(const struct sf_config *config, const struct sf_lanes *lanes,
                               struct sf_world **world, struct sf_error *error);
void sf_world_free(struct sf_world *world);
const struct sf_config *sf_world_config(const struct sf_world *world);

// Fills rows at .. at+count-1 of a batch with customers (merchants) first_id,
// first_id+1, ... The caller sets batch->rows.
void sf_world_customers(const struct sf_world *world, uint32_t first_id, int64_t count,
                        struct sf_customers *batch, int64_t at);
void sf_world_merchants(const struct sf_world *world, uint32_t first_id, int64_t count,
                        struct sf_merchants *batch, int64_t at);

// The rows of one customer at a time; holds the scratch memory, which depends
// on the length of the window and not on the number of customers or rows.
struct sf_history;

// Borrows `world`. Errors: SF_MEMORY. `*history` is the caller's to free.
enum sf_status sf_history_create(const struct sf_world *world, struct sf_history **history,
                                 struct sf_error *error);
void sf_history_free(struct sf_history *history);

// From now on sf_history_count keeps skeletons of customers, in order of their ids, in
// `memory`, shape [bytes], as long as there is room, and sf_history_begin takes them from
// there instead of making them again, to the same rows. `memory` begins at a multiple of 64
// and is borrowed; null keeps nothing.
void sf_history_keep(struct sf_history *history, void *memory, size_t bytes);

// Whether the customer that was counted last is kept.
bool sf_history_keeps(const struct sf_history *history);

// Bytes that the skeletons of all customers of a rank, of `ranks`, would take, on average.
double sf_config_kept_bytes(const struct sf_config *config, double ranks);

// What sf_history_count and sf_history_begin return instead of a number of rows.
#define SF_HISTORY_OVERFLOW \
  (-1)                         // the events do not fit into the scratch memory, which is
                               // made for several times the most that the limits allow
#define SF_HISTORY_STORY (-2)  // an accepted story has other rows than its candidate

// Number of honest transactions of a customer, at the price of the skeleton alone
// (the plan pass). If `candidates` is not null it takes the stories that the
// customer may have.
int64_t sf_history_count(struct sf_history *history, uint32_t customer_id,
                         struct sf_candidates *candidates);

// Makes a customer's skeleton, with the accepted stories (shape [stories], may be
// null if none; borrowed until the next call), and the state of the account
// before the first row. Returns the number of transactions: the honest ones and
// the net rows of the stories.
int64_t sf_history_begin(struct sf_history *history, uint32_t customer_id,
                         const struct sf_assignment *assignment, uint32_t stories);

// Goes on from sf_history_count, which must have been the last call, to the rows of the
// customer without stories. Returns their number.
int64_t sf_history_begin_counted(struct sf_history *history);

// Number of the customer's rows before a day, counted from the first of the corpus,
// after sf_history_begin.
int64_t sf_history_rows_before(const struct sf_history *history, uint32_t day);

// Local date on which the customer's account was opened, days since 1970-01-01.
int32_t sf_history_account_open_day(const struct sf_history *history);

// The stories that sf_history_begin told, shape [as many as it was given].
const struct sf_story *sf_history_stories(const struct sf_history *history);

// Counts the rows of the customer at merchants, and finds its first days on devices
// that others may use, after sf_history_count (honest rows only) or
// sf_history_begin; see tally.h.
void sf_history_tally(const struct sf_history *history, const struct sf_tally *tally);
uint32_t sf_history_sightings(const struct sf_history *history,
                              struct sf_sighting sighting[SF_SIGHTINGS_MAX]);

// Writes the next `count` transactions in time order to rows at .. at+count-1
// of the batch, and their labels to the same rows of `labels` (unless null); may be
// called until all that sf_history_begin announced are written, and how they are
// divided over calls does not change them. The first has transaction_id
// `first_transaction_id`.
void sf_history_rows(struct sf_history *history, int64_t count, uint64_t first_transaction_id,
                     struct sf_transactions *batch, struct sf_labels *labels, int64_t at);

// Episodes of fraud of the customer, each a row of /episodes.
uint32_t sf_history_episode_count(const struct sf_history *history);

// Writes them, in the order of their ids, to rows at .. of a batch; after
// sf_history_rows has written all rows with their labels.
void sf_history_episodes(const struct sf_history *history, struct sf_episodes *batch, int64_t at);

// Expected transactions of a corpus, from the means of the model; within 15 %
// of the truth from a thousand customers on.
double sf_config_expected_rows(const struct sf_config *config);

#endif

#include "kernels/generator.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/activity/life.h"
#include "kernels/activity/skeleton_store.h"
#include "kernels/flesh/flesh.h"
#include "kernels/fraud/candidates.h"
#include "kernels/fraud/labels.h"
#include "kernels/world.h"

// Memory for tables that vector paths read.
static void *aligned(size_t bytes) { return aligned_alloc(64, (bytes + 63) & ~(size_t)63); }

enum sf_status sf_world_create(const struct sf_config *config, const struct sf_lanes *lanes,
                               struct sf_world **world, struct sf_error *error) {
  struct sf_world *made = aligned(sizeof *made);
  if (!made) {
    return sf_fail(error, SF_MEMORY, "no memory for the tables of the world");
  }
  made->config = *config;
  made->lanes = lanes;
  enum sf_status status = sf_calendar_init(&made->calendar, config->start_day, config->days, error);
  if (status != SF_OK) {
    free(made);
    return status;
  }
  sf_merchant_map_init(&made->merchants, config);
  sf_candidates_init(config, made->candidates);
  status = sf_population_init(&made->population, config, error);
  if (status == SF_OK) {
    status = sf_hours_init(&made->hours, error);
  }
  if (status == SF_OK) {
    status = sf_laws_init(&made->laws, &made->calendar, error);
  }
  if (status != SF_OK) {
    free(made);
    return status;
  }
  *world = made;
  return SF_OK;
}

void sf_world_free(struct sf_world *world) { free(world); }

const struct sf_config *sf_world_config(const struct sf_world *world) { return &world->config; }

void sf_world_customers(const struct sf_world *world, uint32_t first_id, int64_t count,
                        struct sf_customers *batch, int64_t at) {
  sf_customer_fill(&world->population, first_id, count, batch, at);
}

void sf_world_merchants(const struct sf_world *world, uint32_t first_id, int64_t count,
                        struct sf_merchants *batch, int64_t at) {
  sf_merchant_fill(&world->merchants, first_id, count, batch, at);
}

struct sf_history {
  struct sf_skeleton skeleton;
  struct sf_skeleton_store store;
  struct sf_merchant_cache cache;
  struct sf_merchant *entries;
  struct sf_flesh flesh;
  struct sf_story *story;      // shape [SF_STORIES_MAX]
  struct sf_episode *episode;  // shape [SF_STORIES_MAX], of the stories
  uint32_t next, rows;         // row of the customer that comes next, and how many there are
};

void sf_history_free(struct sf_history *history) {
  if (history) {
    sf_skeleton_free(&history->skeleton);
    free(history->flesh.account.seen);
    free(history->flesh.account.paid);
    free(history->story);
    free(history->episode);
    free(history->entries);
    free(history);
  }
}

enum sf_status sf_history_create(const struct sf_world *world, struct sf_history **history,
                                 struct sf_error *error) {
  struct sf_history *made = aligned(sizeof *made);
  if (!made) {
    return sf_fail(error, SF_MEMORY, "no memory for a customer's history");
  }
  memset(made, 0, sizeof *made);
  uint32_t entries = 1024;
  while (entries < SF_MERCHANT_CACHE_ENTRIES && entries < world->merchants.count) {
    entries *= 2;
  }
  made->entries = aligned(entries * sizeof *made->entries);
  const enum sf_status status = sf_skeleton_create(world, &made->cache, &made->skeleton, error);
  struct sf_account *account = &made->flesh.account;
  account->capacity = 64;
  while (status == SF_OK && account->capacity < 2 * made->skeleton.capacity) {
    account->capacity *= 2;
  }
  account->seen = calloc(account->capacity, sizeof *account->seen);
  account->paid = malloc((size_t)made->skeleton.capacity * sizeof *account->paid);
  made->story = malloc(SF_STORIES_MAX * sizeof *made->story);
  made->episode = malloc(SF_STORIES_MAX * sizeof *made->episode);
  if (status != SF_OK || !made->story || !made->episode || !made->entries || !account->seen ||
      !account->paid) {
    sf_history_free(made);
    return sf_fail(error, SF_MEMORY, "no memory for a customer's history");
  }
  sf_merchant_cache_init(&made->cache, made->entries, entries);
  made->flesh.world = world;
  made->flesh.skeleton = &made->skeleton;
  *history = made;
  return SF_OK;
}

void sf_history_keep(struct sf_history *history, void *memory, size_t bytes) {
  sf_skeleton_store_init(&history->store, memory, bytes);
}

bool sf_history_keeps(const struct sf_history *history) {
  return sf_skeleton_store_has_last(&history->store, history->skeleton.customer.id);
}

int64_t sf_history_count(struct sf_history *history, uint32_t customer_id,
                         struct sf_candidates *candidates) {
  struct sf_skeleton *skeleton = &history->skeleton;
  sf_skeleton_build(skeleton, customer_id);
  sf_skeleton_store_put(&history->store, skeleton);
  const uint32_t honest = skeleton->events;
  history->flesh.stories = 0;
  if (candidates) {
    sf_stories_list(skeleton, history->story, candidates);
  }
  return skeleton->overflow ? SF_HISTORY_OVERFLOW : (int64_t)honest;
}

// Puts the events in order, and the state of the account before the first row.
static int64_t begin_rows(struct sf_history *history) {
  struct sf_skeleton *skeleton = &history->skeleton;
  history->rows = sf_skeleton_sort(skeleton);
  sf_flesh_begin(&history->flesh);
  history->next = 0;
  return skeleton->overflow ? SF_HISTORY_OVERFLOW : (int64_t)history->rows;
}

int64_t sf_history_begin(struct sf_history *history, uint32_t customer_id,
                         const struct sf_assignment *assignment, uint32_t stories) {
  struct sf_skeleton *skeleton = &history->skeleton;
  if (!sf_skeleton_store_get(&history->store, customer_id, skeleton)) {
    sf_skeleton_build(skeleton, customer_id);
  }
  const uint32_t honest = skeleton->events;
  history->flesh.story = history->story;
  history->flesh.stories = stories;
  for (uint32_t s = 0; s < stories; s++) {
    if (!sf_story_tell(skeleton, honest, &assignment[s], s, &history->story[s])) {
      return SF_HISTORY_STORY;
    }
    sf_episode_begin(&history->story[s], &history->episode[s]);
  }
  return begin_rows(history);
}

int64_t sf_history_begin_counted(struct sf_history *history) {
  history->flesh.story = history->story;
  history->flesh.stories = 0;
  return begin_rows(history);
}

int64_t sf_history_rows_before(const struct sf_history *history, uint32_t day) {
  const struct sf_skeleton *skeleton = &history->skeleton;
  uint32_t from = 0, to = history->rows;
  while (from < to) {
    const uint32_t middle = from + (to - from) / 2;
    if (skeleton->event[skeleton->order[middle]].time < day * SF_DAY) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

int32_t sf_history_account_open_day(const struct sf_history *history) {
  return history->skeleton.customer.core.open_day;
}

void sf_history_tally(const struct sf_history *history, const struct sf_tally *tally) {
  sf_tally_rows(tally, &history->skeleton);
}

uint32_t sf_history_sightings(const struct sf_history *history,
                              struct sf_sighting sighting[SF_SIGHTINGS_MAX]) {
  return sf_tally_sightings(&history->skeleton, history->story, history->flesh.stories, sighting);
}

const struct sf_story *sf_history_stories(const struct sf_history *history) {
  return history->story;
}

void sf_history_rows(struct sf_history *history, int64_t count, uint64_t first_transaction_id,
                     struct sf_transactions *batch, struct sf_labels *labels, int64_t at) {
  struct sf_flesh *flesh = &history->flesh;
  while (count > 0) {
    const uint32_t part = count < SF_CHUNK ? (uint32_t)count : SF_CHUNK;
    sf_flesh_rows(flesh, history->next, part, first_transaction_id, batch, at);
    if (labels) {
      sf_labels_fill(flesh->world, flesh->event, history->story, history->episode, part, batch,
                     labels, at);
    }
    history->next += part;
    first_transaction_id += part;
    at += part;
    count -= part;
  }
}

uint32_t sf_history_episode_count(const struct sf_history *history) {
  uint32_t count = 0;
  for (uint32_t s = 0; s < history->flesh.stories; s++) {
    count += history->episode[s].id != 0;
  }
  return count;
}

void sf_history_episodes(const struct sf_history *history, struct sf_episodes *batch, int64_t at) {
  uint64_t last = 0;
  for (uint32_t left = sf_history_episode_count(history); left > 0; left--, at++) {
    uint32_t next = UINT32_MAX;
    for (uint32_t s = 0; s < history->flesh.stories; s++) {
      const uint64_t id = history->episode[s].id;
      if (id > last && (next == UINT32_MAX || id < history->episode[next].id)) {
        next = s;
      }
    }
    last = history->episode[next].id;
    sf_episode_write(&history->story[next], &history->episode[next], batch, at);
  }
}

// Rows of the average customer on the average day of an open account.
#define ROWS_A_DAY 2.14

double sf_config_expected_rows(const struct sf_config *config) {
  // Accounts that open inside the window are there for half of it on average.
  const double share_open = 1 - sf_population_new_share(config) / 65536.0 / 2;
  return config->customers * (double)config->days * ROWS_A_DAY * share_open;
}

double sf_config_kept_bytes(const struct sf_config *config, double ranks) {
  const double customers = config->customers / ranks;
  const double events = sf_config_expected_rows(config) / config->customers;
  return customers * sf_skeleton_store_bytes(events, config->days);
}

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "jobs/inspect.h"
#include "jobs/inspect_rows.h"

#define STORY_WIDTH 240

static const struct {
  enum sf_table_id table;
  const char *name;
} story[] = {
    {SF_TABLE_TRANSACTIONS, "timestamp"},     {SF_TABLE_LABELS, "role"},
    {SF_TABLE_LABELS, "fraud_type"},          {SF_TABLE_TRANSACTIONS, "transaction_type"},
    {SF_TABLE_TRANSACTIONS, "direction"},     {SF_TABLE_TRANSACTIONS, "amount"},
    {SF_TABLE_TRANSACTIONS, "payment_mode"},  {SF_TABLE_TRANSACTIONS, "channel"},
    {SF_TABLE_TRANSACTIONS, "merchant_name"}, {SF_TABLE_TRANSACTIONS, "counterparty_id"},
    {SF_TABLE_TRANSACTIONS, "status"},        {SF_TABLE_LABELS, "reported_at"},
};
#define STORY_COLUMNS ((int)(sizeof story / sizeof story[0]))

// The customer of an episode is part of its id.
#define EPISODES_PER_CUSTOMER 65536

// Reads the episode into row 0 of `episode`, a batch of capacity 1.
static enum sf_status find_episode(const struct sf_corpus *corpus, uint64_t episode_id,
                                   struct sf_episodes *episode, struct sf_error *error) {
  const uint32_t customers = sf_corpus_info(corpus)->config.customers;
  const uint64_t customer = episode_id / EPISODES_PER_CUSTOMER;
  int64_t row = 0, end = 0;
  if (customer >= 1 && customer <= customers) {
    const uint32_t key = (uint32_t)customer;
    SF_TRY(sf_corpus_first_key(corpus, SF_TABLE_EPISODES, "customer_id", key, &row, error));
    SF_TRY(sf_corpus_first_key(corpus, SF_TABLE_EPISODES, "customer_id", key + 1, &end, error));
  }
  for (; row < end; row++) {
    SF_TRY(sf_corpus_read(corpus, SF_TABLE_EPISODES, SF_COLUMNS_ALL, row, 1, episode, error));
    if (episode->episode_id[0] == episode_id) {
      return SF_OK;
    }
  }
  return sf_fail(error, SF_USAGE, "inspect episode: there is no episode %" PRIu64, episode_id);
}

static void print_evidence(const struct sf_episodes *episode, const struct sf_name_tables *names) {
  const struct sf_names *evidence = &names->domain[SF_DOMAIN_EVIDENCE];
  struct sf_shown shown;
  sf_shown_init(&shown, SF_TABLE_EPISODES, "evidence", names);
  printf("\nevidence\n");
  for (uint32_t k = 0; k < SF_EVIDENCE_ELEMENTS; k++) {
    const uint32_t member = SF_EVIDENCE_ELEMENTS * episode->fraud_type[0] + k;
    if (member < evidence->count && isfinite(episode->evidence[k])) {
      char value[SF_ELEMENT_TEXT_MAX + 1];
      *sf_put_element(value, &shown.text, episode->evidence, (int64_t)k) = 0;
      printf("%-*s %s\n", SF_RECORD_NAME_WIDTH, evidence->text[member], value);
    }
  }
}

static enum sf_status print_rows(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                                 const struct sf_episodes *episode, struct sf_error *error) {
  const uint32_t customer = episode->customer_id[0];
  struct sf_shown shown[STORY_COLUMNS];
  for (int c = 0; c < STORY_COLUMNS; c++) {
    sf_shown_init(&shown[c], story[c].table, story[c].name, names);
  }
  int64_t first, end;
  SF_TRY(sf_corpus_first_row(corpus, customer, &first, error));
  SF_TRY(sf_corpus_first_row(corpus, customer + 1, &end, error));
  const struct sf_shown_rows rows = {first, end - first, episode->episode_id[0]};
  printf("\n%" PRIu32 " transactions\n", episode->row_count[0]);
  return sf_show_rows(corpus, shown, STORY_COLUMNS, &rows, STORY_WIDTH, error);
}

enum sf_status sf_inspect_episode(const struct sf_corpus *corpus,
                                  const struct sf_name_tables *names, uint64_t episode_id,
                                  struct sf_error *error) {
  struct sf_episodes episode;
  void *memory;
  SF_TRY(sf_batch_create(SF_TABLE_EPISODES, 1, &episode, &memory, error));
  enum sf_status status = find_episode(corpus, episode_id, &episode, error);
  if (status == SF_OK) {
    sf_show_record(SF_TABLE_EPISODES, &episode, 0, names);
    print_evidence(&episode, names);
    status = print_rows(corpus, names, &episode, error);
  }
  free(memory);
  return status;
}

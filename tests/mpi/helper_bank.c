// Cases of the bank's knowledge: what all ranks count is what one counts alone.
#include <stdlib.h>
#include <string.h>

#include "kernels/generator.h"
#include "kernels/world.h"
#include "mpi/bank.h"
#include "tests/mpi/helper.h"

#define CUSTOMERS 400u
#define DAYS 40u

static const struct sf_config config = {
    .seed = 5, .customers = CUSTOMERS, .start_day = 20270, .days = DAYS};

// A customer's part, the same whoever counts it; devices are met by neighbours.
static enum sf_status count(struct sf_bank *bank, uint32_t customer, struct sf_error *error) {
  const uint32_t merchants = sf_config_merchants(&config);
  for (uint32_t i = 0; i < 30; i++) {
    const uint32_t merchant = 1 + (customer * 31 + i * i) % (i % 3 ? 50 : merchants);
    sf_tally_add(sf_bank_tally(bank), merchant, (customer + 7 * i) % DAYS, 1);
    if (i % 5 == 0) {
      SF_TRY(sf_bank_report(bank, merchant, (uint16_t)((customer + 7 * i + 2) % DAYS), error));
    }
  }
  const struct sf_sighting first[] = {{1000 + customer / 3, (uint16_t)(customer % DAYS)},
                                      {5000 + customer, 3},
                                      {77, (uint16_t)(customer % 11)},
                                      {77, (uint16_t)(customer % 7)}};
  return sf_bank_sight(bank, customer, first, 4, error);
}

static struct sf_bank *settled(MPI_Comm comm, const struct sf_world *world) {
  int rank, size;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  struct sf_bank *bank = NULL;
  struct sf_error error = {.status = SF_OK};
  if (sf_bank_create(comm, config.start_day, DAYS, sf_config_merchants(&config), &bank, &error) !=
      SF_OK) {
    return NULL;
  }
  bool good = true;
  for (uint32_t c = 1 + (uint32_t)rank; c <= CUSTOMERS; c += (uint32_t)size) {
    good = good && count(bank, c, &error) == SF_OK;
  }
  return good && sf_bank_settle(bank, &world->merchants, &error) == SF_OK ? bank : NULL;
}

static int expect_equal(const struct sf_knowledge *a, const struct sf_knowledge *b) {
  const uint32_t merchants = sf_config_merchants(&config);
  int bad = EXPECT(a->devices == b->devices);
  bad += EXPECT(memcmp(a->rows_before, b->rows_before,
                       (size_t)merchants * (DAYS + 1) * sizeof *a->rows_before) == 0);
  bad += EXPECT(
      memcmp(a->report_offset, b->report_offset, (merchants + 1) * sizeof *a->report_offset) == 0);
  bad += EXPECT(memcmp(a->report_day, b->report_day,
                       a->report_offset[merchants] * sizeof *a->report_day) == 0);
  bad += EXPECT(memcmp(a->cell_flagged, b->cell_flagged,
                       (size_t)SF_CELLS * sf_cell_words(DAYS) * sizeof *a->cell_flagged) == 0);
  uint32_t risks = 1;
  for (uint32_t w = 0; w < merchants * sf_cell_words(DAYS); w++) {
    const struct sf_merchant_word *x = &a->merchant_word[w], *y = &b->merchant_word[w];
    bad +=
        EXPECT(x->risky == y->risky && x->flagged == y->flagged && x->first_risk == y->first_risk);
    risks += (uint32_t)__builtin_popcountll(x->risky);
  }
  bad += EXPECT(memcmp(a->risk, b->risk, risks * sizeof *a->risk) == 0);
  bad += EXPECT(memcmp(a->recent_risk, b->recent_risk, risks * sizeof *a->recent_risk) == 0);
  bad += EXPECT(memcmp(a->device_id, b->device_id, a->devices * sizeof *a->device_id) == 0);
  bad += EXPECT(
      memcmp(a->device_offset, b->device_offset, (a->devices + 1) * sizeof *a->device_offset) == 0);
  return bad + EXPECT(memcmp(a->device_day, b->device_day,
                             a->device_offset[a->devices] * sizeof *a->device_day) == 0);
}

int bank_on_any_ranks(MPI_Comm comm, const char *path) {
  (void)path;
  struct sf_world *world = NULL;
  struct sf_error error = {.status = SF_OK};
  int bad = EXPECT(sf_world_create(&config, sf_lanes_select("auto"), &world, &error) == SF_OK);
  struct sf_bank *together = settled(comm, world), *alone = settled(MPI_COMM_SELF, world);
  bad += EXPECT(together) + EXPECT(alone);
  if (together && alone) {
    const struct sf_knowledge *known = sf_bank_knowledge(alone);
    bad += expect_equal(sf_bank_knowledge(together), known);
    // Devices of three neighbours, and one that all have met: 5000 .. are of one each.
    uint32_t from, to;
    sf_knowledge_device(known, 77, &from, &to);
    bad += EXPECT(to - from == CUSTOMERS);
    sf_knowledge_device(known, 1001, &from, &to);
    bad += EXPECT(to - from == 3);
    sf_knowledge_device(known, 5001, &from, &to);
    bad += EXPECT(to == from);
  }
  sf_bank_free(together);
  sf_bank_free(alone);
  sf_world_free(world);
  return bad;
}

#ifndef SF_KERNELS_POPULATION_CUSTOMER_H
#define SF_KERNELS_POPULATION_CUSTOMER_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/config.h"
#include "kernels/random/alias.h"
#include "kernels/random/permutation.h"
#include "kernels/schema/schema.h"
#include "kernels/status.h"

// Customers, each a pure function of (seed, id).

// What others need to know of a customer in order to pay them or be paid: two
// random blocks, so that it can be made again on the fly.
struct sf_core {
  uint8_t segment;       // enum sf_segment
  uint8_t bracket;       // enum sf_income_bracket
  uint8_t age;           // years
  uint8_t occupation;    // enum sf_occupation
  int32_t open_day;      // of the account; before the corpus for most
  uint32_t activity;     // transactions relative to the average customer, Q16
  float root_activity;   // square root of the same relation
  int32_t log2_income;   // monthly income in rupees, Q16
  int32_t log2_scale;    // size of payments relative to the average customer, Q16
  float average_amount;  // rupees
  // The account is hardly used or, where `silent`, not at all on the days of a spell:
  // those with (day + phase) mod SF_QUIET_PERIOD < days, days since 1970-01-01.
  struct sf_quiet {
    uint16_t days, phase;
  } quiet;
  bool silent;
};

// Days from one spell to the next; few windows see two.
#define SF_QUIET_PERIOD 800u

static inline bool sf_is_quiet(struct sf_quiet quiet, int32_t day) {
  return ((uint32_t)day + quiet.phase) % SF_QUIET_PERIOD < quiet.days;
}

static inline bool sf_core_is_quiet(const struct sf_core *core, int32_t day) {
  return sf_is_quiet(core->quiet, day);
}

// Nothing at all happens on the account.
static inline bool sf_core_is_silent(const struct sf_core *core, int32_t day) {
  return core->silent && sf_core_is_quiet(core, day);
}

// Everything about a customer that does not change.
struct sf_customer {
  struct sf_core core;
  uint32_t id;
  uint8_t age, gender, city, occupation, risk, savviness;
  uint8_t weekend, brand, impulse, travel;
  uint8_t devices;            // 1..4
  uint8_t categories[5];      // enum sf_category, 0 = none
  uint8_t modes[4];           // 1 + enum sf_payment_mode, 0 = none
  uint32_t category_mask;     // bit of each preferred category
  uint32_t mode_mask;         // bit of each preferred payment mode
  uint32_t head;              // first customer of the household
  bool on_head_phone;         // reached on the phone of the household's head
  float latitude, longitude;  // home, degrees
  double home[3];             // unit vector of the home as stored
  float loyalty, online;
  float income, monthly_count;
  float credit_limit;  // rupees, 0 = no credit card
};

// Laws of the population; read only once made.
struct sf_population {
  struct sf_config config;
  struct sf_alias segments, cities;
  uint32_t new_share;                       // sf_population_new_share
  int64_t mean_activity[SF_SEGMENT_COUNT];  // Q16
  double degrees_a_km[64];                  // east, by city
  struct sf_permutation scramble;           // of ids, behind addresses and phones
  struct sf_alias_cell segment_cells[SF_SEGMENT_COUNT], city_cells[64];
};

// Errors: those of sf_alias_build, for weights that are no law.
enum sf_status sf_population_init(struct sf_population *population, const struct sf_config *config,
                                  struct sf_error *error);

// `id` in 1 .. customers.
void sf_core_at(const struct sf_population *population, uint32_t id, struct sf_core *core);
void sf_customer_at(const struct sf_population *population, uint32_t id,
                    struct sf_customer *customer);

// The same with the core at hand.
void sf_customer_of(const struct sf_population *population, uint32_t id, const struct sf_core *core,
                    struct sf_customer *customer);

// Direct-mapped cache of cores: contacts live close together, so that a core is
// asked for by many customers in a row. Zero before the first use.
#define SF_CORE_CACHE_ENTRIES 8192u
struct sf_core_cache {
  struct sf_core_entry {
    uint32_t id;  // 0 = empty
    struct sf_core core;
  } entry[SF_CORE_CACHE_ENTRIES];
};

// The core of a customer; valid until the next call with another id.
static inline const struct sf_core *sf_core_get(struct sf_core_cache *cache,
                                                const struct sf_population *population,
                                                uint32_t id) {
  struct sf_core_entry *entry = &cache->entry[id % SF_CORE_CACHE_ENTRIES];
  if (entry->id != id) {
    entry->id = id;
    sf_core_at(population, id, &entry->core);
  }
  return &entry->core;
}

// Writes `count` customers from `first_id` on to rows at .. of the batch.
void sf_customer_fill(const struct sf_population *population, uint32_t first_id, int64_t count,
                      struct sf_customers *batch, int64_t at);

// Chance, in units of 2^-16, that an account opens inside the window.
uint32_t sf_population_new_share(const struct sf_config *config);

#endif

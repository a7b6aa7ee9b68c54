#include "kernels/population/customer.h"

#include <math.h>

#include "kernels/math/elementary.h"
#include "kernels/math/sphere.h"
#include "kernels/population/household.h"
#include "kernels/population/segment.h"
#include "kernels/random/permutation.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"
#include "kernels/world/city.h"

_Static_assert(SF_CITY_COUNT <= 64, "city_cells of struct sf_population");

// Accounts opened a year, relative to all: growth of the customer base.
#define NEW_ACCOUNTS_A_YEAR 0.10
// Oldest account at the corpus start, days.
#define OLDEST_ACCOUNT 4380
// Mean transactions a month of the reference segmentation (share-weighted
// middle of the segments' ranges).
#define REFERENCE_MONTHLY 63.95
// Rows a month of the average customer: 46 debits and 16 credits.
#define ROWS_A_MONTH 62.0
// Average size of payments over the segmentation (geometric mean), rupees.
#define REFERENCE_AMOUNT 1135.0
#define ACTIVITY_MAX (6 << 16)
// Customers who have spells of quiet; of them, those whose account is not used at all
// meanwhile; shortest spell and mean of what it lasts longer, days.
#define QUIET SF_CHANCE(0.5)
#define SILENT SF_CHANCE(0.6)
#define QUIET_LEAST 12
#define QUIET_MORE 18
#define QUIET_MOST 150

uint32_t sf_population_new_share(const struct sf_config *config) {
  const double share = NEW_ACCOUNTS_A_YEAR * config->days / 365.25;
  return (uint32_t)((share < 0.5 ? share : 0.5) * 65536.0);
}

enum sf_status sf_population_init(struct sf_population *population, const struct sf_config *config,
                                  struct sf_error *error) {
  uint64_t weight[64], scratch[64];
  population->config = *config;
  population->new_share = sf_population_new_share(config);
  for (uint32_t s = 0; s < SF_SEGMENT_COUNT; s++) {
    weight[s] = sf_segments[s].share;
    const int64_t mean = (sf_segments[s].monthly_low + sf_segments[s].monthly_high) * 65536 / 2;
    population->mean_activity[s] = (int64_t)((double)mean / REFERENCE_MONTHLY);
  }
  SF_TRY(sf_alias_build(SF_SEGMENT_COUNT, weight, population->segment_cells, scratch,
                        &population->segments, error));
  for (uint32_t c = 0; c < SF_CITY_COUNT; c++) {
    weight[c] = sf_cities[c].population;
  }
  SF_TRY(sf_alias_build(SF_CITY_COUNT, weight, population->city_cells, scratch, &population->cities,
                        error));
  for (uint32_t c = 0; c < SF_CITY_COUNT; c++) {
    population->degrees_a_km[c] =
        1 / (SF_KM_A_DEGREE * sf_cos(sf_cities[c].latitude * (SF_PI / 180)));
  }
  population->scramble =
      sf_permutation_make(config->seed, SF_STREAM_HOUSEHOLD, 0, config->customers);
  return SF_OK;
}

// A normal draw from 16 bits, cut at two standard deviations, Q16.
static int32_t cut_normal(uint32_t bits16) {
  // From the probability of less than -2 standard deviations to that of less than 2.
  const uint64_t place = (uint64_t)(bits16 & 0xffff) * (SF_CHANCE(0.97725) - SF_CHANCE(0.02275));
  return sf_quantile(&sf_law_normal, SF_CHANCE(0.02275) + (uint32_t)(place >> 16));
}

static uint8_t pick_occupation(const struct sf_segment_row *segment, uint8_t age, uint32_t u) {
  bool student = false;
  bool retired = false;
  for (uint32_t i = 0; i < segment->occupations; i++) {
    student |= segment->occupation[i] == SF_OCCUPATION_STUDENT;
    retired |= segment->occupation[i] == SF_OCCUPATION_RETIRED;
  }
  if (student && age < 22) {
    return SF_OCCUPATION_STUDENT;
  }
  if (retired && age > 60 && (u & 0xff) < 154) {
    return SF_OCCUPATION_RETIRED;
  }
  const uint8_t occupation = segment->occupation[sf_below(u, segment->occupations)];
  return occupation == SF_OCCUPATION_STUDENT && age > 28 ? SF_OCCUPATION_SALARIED : occupation;
}

static void draw_quiet(uint32_t u, struct sf_core *core) {
  const int32_t more = sf_quantile(&sf_law_exponential, sf_redraw(u, 2)) * QUIET_MORE >> 16;
  const int32_t days = QUIET_LEAST + more < QUIET_MOST ? QUIET_LEAST + more : QUIET_MOST;
  core->quiet.days = (uint16_t)(u < QUIET ? days : 0);
  core->quiet.phase = (uint16_t)sf_below(sf_redraw(u, 3), SF_QUIET_PERIOD);
  core->silent = sf_redraw(u, 1) < SILENT;
}

void sf_core_at(const struct sf_population *population, uint32_t id, struct sf_core *core) {
  const struct sf_config *config = &population->config;
  const struct sf_block draw = sf_draw(config->seed, id, 0, SF_STREAM_CUSTOMER_CORE, 0);
  core->segment = (uint8_t)sf_alias_pick(&population->segments, draw.word[0]);
  const struct sf_segment_row *segment = &sf_segments[core->segment];

  int64_t activity =
      population->mean_activity[core->segment] * sf_quantile(&sf_law_gamma, draw.word[1]) >> 16;
  activity = activity < ACTIVITY_MAX ? activity : ACTIVITY_MAX;
  core->activity = (uint32_t)(activity < 1311 ? 1311 : activity);  // at least 2 %

  core->root_activity = (float)sqrt(core->activity / 65536.0);

  const uint32_t when = draw.word[2] >> 16;
  const uint32_t new_share = population->new_share;
  if (when < new_share) {
    core->open_day = config->start_day + (int32_t)(when * (uint32_t)config->days / new_share);
  } else {
    // Ages of accounts grow denser towards the present with the customer base.
    const uint32_t age = (when - new_share) * 65536u / (65536u - new_share);
    core->open_day = config->start_day - 1 - (int32_t)((uint64_t)age * age * OLDEST_ACCOUNT >> 32);
  }

  const uint32_t brackets = 1u + segment->bracket_high - segment->bracket_low;
  core->bracket = (uint8_t)(segment->bracket_low + ((draw.word[3] >> 16) * brackets >> 16));
  const struct sf_bracket_row *bracket = &sf_brackets[core->bracket];
  // Log-normal within the bracket: four standard deviations wide.
  core->log2_income = bracket->log2_middle +
                      (int32_t)((int64_t)cut_normal(draw.word[3]) * bracket->log2_half_width >> 17);

  const uint32_t amount =
      segment->amount_low +
      ((uint32_t)(segment->amount_high - segment->amount_low) * (draw.word[2] & 0xffff) >> 16);
  const double income = sf_exp2(core->log2_income * 0x1p-16);
  const double wealth = income < 50000 ? 0.5 : income > 200000 ? 2.0 : income / 100000;
  const double average = amount * wealth;
  core->average_amount = (float)average;
  // Half of the spread (on the log scale) goes into what is paid at one go, the
  // rest into which categories and extras are paid at all.
  core->log2_scale = (int32_t)(sf_log2(average / REFERENCE_AMOUNT) * 32768.0);

  const struct sf_block profile = sf_draw(config->seed, id, 0, SF_STREAM_CUSTOMER_PROFILE, 0);
  core->age = (uint8_t)(segment->age_low +
                        sf_below(profile.word[0], 1u + segment->age_high - segment->age_low));
  core->occupation = pick_occupation(segment, core->age, profile.word[2]);
  draw_quiet(sf_redraw(profile.word[1], 9), core);
}

static uint8_t pick_savviness(const struct sf_segment_row *segment, uint8_t age, uint32_t u) {
  for (uint32_t i = 0; i < segment->savvinesses; i++) {
    const uint8_t savviness = segment->savviness[i];
    if (age < 30 && savviness == SF_SAVVINESS_HIGH && (u & 0xff) < 179) {
      return savviness;
    }
    if (age > 60 && savviness == SF_SAVVINESS_LOW && (u & 0xff) < 154) {
      return savviness;
    }
  }
  return segment->savviness[sf_below(u, segment->savvinesses)];
}

static uint8_t risk_of(const struct sf_customer *customer) {
  const uint8_t occupation = customer->occupation;
  if (customer->age < 35 && customer->core.bracket >= SF_INCOME_BRACKET_HIGH) {
    return SF_RISK_PROFILE_AGGRESSIVE;
  }
  if (occupation == SF_OCCUPATION_BUSINESS_OWNER) {
    return customer->age > 45 ? SF_RISK_PROFILE_MODERATE : SF_RISK_PROFILE_AGGRESSIVE;
  }
  if (customer->age > 55 || occupation == SF_OCCUPATION_RETIRED ||
      occupation == SF_OCCUPATION_GOVERNMENT || occupation == SF_OCCUPATION_STUDENT) {
    return SF_RISK_PROFILE_CONSERVATIVE;
  }
  return SF_RISK_PROFILE_MODERATE;
}

// Shuffles `count` members in place with one draw of 8 bits a swap.
static void shuffle(uint8_t *member, uint32_t count, uint64_t bits) {
  for (uint32_t i = count; i > 1; i--) {
    const uint32_t j = (uint32_t)(bits & 0xff) * i >> 8;
    bits >>= 8;
    const uint8_t swap = member[i - 1];
    member[i - 1] = member[j];
    member[j] = swap;
  }
}

static void pick_preferences(const struct sf_segment_row *segment, struct sf_customer *customer,
                             struct sf_block draw) {
  const uint32_t most = segment->categories;
  uint8_t category[5];
  for (uint32_t i = 0; i < most; i++) {
    category[i] = segment->category[i];
  }
  shuffle(category, most, draw.word[0] | (uint64_t)draw.word[1] << 32);
  uint32_t keep = 3 + sf_below(draw.word[2], most - 2);
  for (uint32_t i = 0; i < 5; i++) {
    customer->categories[i] = i < keep ? category[i] : SF_CATEGORY_NONE;
  }
  uint32_t mask = 0;
  for (uint32_t i = 0; i < keep; i++) {
    mask |= 1u << customer->categories[i];
  }
  // Three customers in ten like one category that is not their segment's.
  const uint32_t other = SF_CATEGORY_GROCERIES + (draw.word[2] & 0xff) % 17;
  if (keep < 5 && (draw.word[2] >> 8 & 0xff) < 77 && !(mask >> other & 1)) {
    customer->categories[keep] = (uint8_t)other;
    mask |= 1u << other;
  }
  customer->category_mask = mask;

  uint8_t mode[4];
  uint32_t modes = 0;
  for (uint32_t i = 0; i < segment->modes; i++) {
    const uint8_t m = segment->mode[i];
    const bool has_card = customer->credit_limit > 0;
    const bool can = (m != SF_PAYMENT_MODE_CREDIT_CARD || has_card) &&
                     (m != SF_PAYMENT_MODE_WALLET || customer->savviness != SF_SAVVINESS_LOW);
    if (can) {
      mode[modes++] = m;
    }
  }
  // UPI leads for nearly everybody: it carries five digital payments in six.
  mask = 0;
  const uint32_t kept = modes < 2 ? modes : 2 + sf_below(draw.word[3], modes - 1);
  for (uint32_t i = 0; i < 4; i++) {
    customer->modes[i] = i < kept ? (uint8_t)(1 + mode[i]) : SF_PREFERRED_MODE_NONE;
    mask |= i < kept ? 1u << mode[i] : 0;
  }
  customer->mode_mask = mask;
}

static void pick_credit(const struct sf_population *population, struct sf_customer *customer) {
  const struct sf_block draw =
      sf_draw(population->config.seed, customer->id, 0, SF_STREAM_ACCOUNT, 1);
  const uint64_t chance = (uint64_t)sf_brackets[customer->core.bracket].card_holders << 32;
  customer->credit_limit = 0;
  if (customer->age >= 21 && draw.word[0] < chance / 1000) {
    // 1.5 to 4 monthly incomes in steps of 5,000 rupees.
    const double months = 1.5 + draw.word[1] * (2.5 * 0x1p-32);
    customer->credit_limit = 5000.0f * (float)(1 + (int)(months * (double)customer->income / 5000));
  }
}

static float hundredths(double low, double high, uint32_t u) {
  const int value = (int)(low * 100 + 0.5) + (int)sf_below(u, (uint32_t)((high - low) * 100 + 1.5));
  return (float)value / 100.0f;
}

void sf_customer_of(const struct sf_population *population, uint32_t id, const struct sf_core *core,
                    struct sf_customer *customer) {
  const uint64_t seed = population->config.seed;
  const struct sf_block a = sf_draw(seed, id, 0, SF_STREAM_CUSTOMER_PROFILE, 0);
  const struct sf_block b = sf_draw(seed, id, 0, SF_STREAM_CUSTOMER_PROFILE, 1);
  const struct sf_block c = sf_draw(seed, id, 0, SF_STREAM_CUSTOMER_PROFILE, 2);
  customer->id = id;
  customer->core = *core;
  const struct sf_segment_row *segment = &sf_segments[customer->core.segment];
  customer->age = core->age;
  customer->gender = (uint8_t)(a.word[1] % 100 < 52   ? SF_GENDER_MALE
                               : a.word[1] % 100 < 99 ? SF_GENDER_FEMALE
                                                      : SF_GENDER_OTHER);
  customer->occupation = core->occupation;
  customer->savviness = pick_savviness(segment, customer->age, a.word[3]);
  customer->risk = risk_of(customer);
  customer->income = (float)(int)(sf_exp2(customer->core.log2_income * 0x1p-16) + 0.5);
  customer->monthly_count = (float)(customer->core.activity * (ROWS_A_MONTH / 65536.0));
  customer->weekend = segment->weekend;
  customer->impulse = segment->impulse;
  customer->brand = segment->brand;
  customer->travel = segment->travel;
  customer->loyalty = customer->age > 50 ? hundredths(0.6, 0.9, b.word[0])
                      : customer->core.segment == SF_SEGMENT_TECH_SAVVY_MILLENNIAL
                          ? hundredths(0.2, 0.5, b.word[0])
                          : hundredths(0.4, 0.7, b.word[0]);
  const double online = segment->online / 100.0;
  customer->online = hundredths(online - 0.2, online + 0.2 > 1 ? 1 : online + 0.2, b.word[1]);
  const uint32_t most_devices = customer->savviness == SF_SAVVINESS_LOW      ? 1
                                : customer->savviness == SF_SAVVINESS_MEDIUM ? 2
                                                                             : 4;
  customer->devices = (uint8_t)(1 + sf_below(b.word[2], most_devices));
  pick_credit(population, customer);
  pick_preferences(segment, customer, c);
  customer->head = sf_household_head(population, id);
  sf_household_place(population, customer);
  // One member in eight of a household is reached on the head's phone.
  customer->on_head_phone = b.word[3] >> 29 == 0;
}

void sf_customer_at(const struct sf_population *population, uint32_t id,
                    struct sf_customer *customer) {
  struct sf_core core;
  sf_core_at(population, id, &core);
  sf_customer_of(population, id, &core, customer);
}

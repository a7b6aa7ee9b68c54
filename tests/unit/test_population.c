#include "kernels/population/hours.h"
#include "kernels/population/household.h"
#include "kernels/population/segment.h"
#include "tests/unit/model.h"

enum { CUSTOMERS = 10001, DAYS = 180 };

static struct sf_population population;
static const struct sf_config config = {
    .seed = 1, .customers = CUSTOMERS, .start_day = MODEL_START, .days = DAYS};

static void for_customers(void (*check)(const struct sf_customer *)) {
  sf_population_init(&population, &config, NULL);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    struct sf_customer customer;
    sf_customer_at(&population, id, &customer);
    cr_assert_eq(customer.id, id);
    check(&customer);
  }
}

static bool among(uint8_t value, const uint8_t *list, uint32_t count) {
  return memchr(list, value, count) != NULL;
}

static void check_segment(const struct sf_customer *c) {
  cr_assert(c->core.segment < SF_SEGMENT_COUNT);
  const struct sf_segment_row *segment = &sf_segments[c->core.segment];
  cr_assert(c->age >= segment->age_low && c->age <= segment->age_high);
  cr_assert(c->age >= 18 && c->age <= 75);
  cr_assert(c->core.bracket >= segment->bracket_low && c->core.bracket <= segment->bracket_high);
  cr_assert(among(c->occupation, segment->occupation, segment->occupations));
  cr_assert(among(c->savviness, segment->savviness, segment->savvinesses));
  cr_assert(c->occupation == SF_OCCUPATION_STUDENT || c->age >= 22 ||
            !among(SF_OCCUPATION_STUDENT, segment->occupation, segment->occupations));
  cr_assert(c->weekend == segment->weekend && c->impulse == segment->impulse &&
            c->brand == segment->brand && c->travel == segment->travel);
}

Test(population, customers_are_of_their_segment) { for_customers(check_segment); }

static void check_money(const struct sf_customer *c) {
  static const uint32_t edge[] = {10000, 25000, 50000, 100000, 200000, 400000, 1000000};
  const double income = (double)c->income;
  cr_assert(income >= edge[c->core.bracket] && income <= edge[c->core.bracket + 1],
            "%g in bracket %u", income, c->core.bracket);
  cr_assert_float_eq(log2(income) * 65536, c->core.log2_income, 8, "%g", income);
  const double least = 150.0 * 0.5, most = 8000.0 * 2;
  cr_assert((double)c->core.average_amount >= least && (double)c->core.average_amount <= most);
  // The richer spend more at a time: half the income of one lakh, half the amounts.
  const struct sf_segment_row *segment = &sf_segments[c->core.segment];
  const double wealth = fmin(2, fmax(0.5, income / 100000));
  const double wish = (double)c->core.average_amount / wealth;
  cr_assert(wish >= segment->amount_low - 1 && wish <= segment->amount_high + 1, "%g", wish);
  cr_assert(c->core.activity >= 1311 && c->core.activity <= 6 * 65536);
  cr_assert((double)c->monthly_count > 1.2 && (double)c->monthly_count <= 6 * 62.01);
  if (c->credit_limit > 0) {
    cr_assert(c->age >= 21);
    cr_assert((double)c->credit_limit >= 1.5 * income &&
              (double)c->credit_limit <= 4 * income + 5000);
    cr_assert(fmod((double)c->credit_limit, 5000) < 1e-9);
  } else {
    cr_assert(!(c->credit_limit < 0));
  }
}

Test(population, money_lies_in_its_ranges) { for_customers(check_money); }

static void check_habits(const struct sf_customer *c) {
  const uint8_t most_devices[SF_SAVVINESS_COUNT] = {1, 2, 4};
  cr_assert(c->gender < SF_GENDER_COUNT && c->risk < SF_RISK_PROFILE_COUNT);
  cr_assert(c->devices >= 1 && c->devices <= most_devices[c->savviness]);
  uint32_t mask = 0, listed = 0;
  for (uint32_t k = 0; k < 5; k++) {
    const uint8_t category = c->categories[k];
    cr_assert(category < SF_CATEGORY_TRANSFERS);
    cr_assert(category == 0 || k == 0 || c->categories[k - 1] != 0, "none before another");
    cr_assert(category == 0 || !(mask >> category & 1), "twice the same");
    mask |= category ? 1u << category : 0;
    listed += category != 0;
  }
  cr_assert(mask == c->category_mask && listed >= 3);
  mask = 0;
  for (uint32_t k = 0; k < 4; k++) {
    const uint8_t mode = c->modes[k];
    cr_assert(mode == 0 || k == 0 || c->modes[k - 1] != 0, "none before another");
    cr_assert(mode == 0 || !(mask >> (mode - 1) & 1), "twice the same");
    mask |= mode ? 1u << (mode - 1) : 0;
  }
  cr_assert(mask == c->mode_mask && mask != 0);
  cr_assert(!(mask >> SF_PAYMENT_MODE_CREDIT_CARD & 1) || c->credit_limit > 0);
  cr_assert(!(mask >> SF_PAYMENT_MODE_WALLET & 1) || c->savviness != SF_SAVVINESS_LOW);
  const float least = c->age > 50                                           ? 0.6f
                      : c->core.segment == SF_SEGMENT_TECH_SAVVY_MILLENNIAL ? 0.2f
                                                                            : 0.4f;
  cr_assert(c->loyalty >= least && c->loyalty <= least + 0.3f + 1e-6f, "loyalty %g",
            (double)c->loyalty);
  const float online = sf_segments[c->core.segment].online / 100.0f;
  cr_assert(c->online >= online - 0.2f - 1e-6f && c->online <= fminf(1, online + 0.2f) + 1e-6f);
}

Test(population, habits_are_possible) { for_customers(check_habits); }

static uint32_t opened_inside;

static void check_opening(const struct sf_customer *c) {
  cr_assert(c->core.open_day >= MODEL_START - 4381 && c->core.open_day < MODEL_START + DAYS);
  opened_inside += c->core.open_day >= MODEL_START;
}

// A tenth of all accounts a year; exact shares of the law in tests/stat.
Test(population, some_accounts_open_inside_the_window) {
  for_customers(check_opening);
  const double share = opened_inside / (double)CUSTOMERS;
  cr_expect_float_eq(share, 0.10 * DAYS / 365.25, 0.011, "%g", share);
  cr_expect_eq(sf_population_new_share(&config), (uint32_t)(0.10 * DAYS / 365.25 * 65536));
  const struct sf_config ten_years = {.seed = 1, .customers = 10, .days = 3653};
  cr_expect_eq(sf_population_new_share(&ten_years), 32768, "at most half");
}

static void check_core(const struct sf_customer *c) {
  struct sf_core core;
  memset(&core, 0xa5, sizeof core);
  sf_core_at(&population, c->id, &core);
  cr_assert(core.segment == c->core.segment && core.bracket == c->core.bracket &&
            core.open_day == c->core.open_day && core.activity == c->core.activity &&
            core.log2_income == c->core.log2_income && core.log2_scale == c->core.log2_scale &&
            memcmp(&core.average_amount, &c->core.average_amount, sizeof(float)) == 0);
}

Test(population, the_core_is_that_of_the_full_customer) { for_customers(check_core); }

// Neighbours evict each other from the cache of cores, on purpose.
Test(population, the_cache_of_cores_changes_nothing) {
  static struct sf_core_cache cache;
  sf_population_init(&population, &config, NULL);
  for (uint32_t i = 0; i < 3 * CUSTOMERS; i++) {
    const uint32_t id = 1 + (i % 2 ? i : i * 2654435761u >> 7) % CUSTOMERS;
    struct sf_core core;
    sf_core_at(&population, id, &core);
    const struct sf_core *kept = sf_core_get(&cache, &population, id);
    cr_assert(kept->activity == core.activity && kept->open_day == core.open_day &&
              kept->log2_income == core.log2_income && kept->segment == core.segment);
  }
}

// The table of all customers, in two pieces.
struct table {
  struct sf_customers batch;
  void *memory;
};

static void fill_table(struct table *table, const struct sf_config *of, int64_t split) {
  const struct sf_table *schema = &sf_tables[SF_TABLE_CUSTOMERS];
  const size_t bytes = sf_batch_bytes(schema, of->customers);
  table->memory = aligned_alloc(64, bytes);
  memset(table->memory, 0xff, bytes);
  sf_batch_place(schema, &table->batch, of->customers, table->memory);
  sf_population_init(&population, of, NULL);
  sf_customer_fill(&population, 1 + (uint32_t)split, of->customers - split, &table->batch, split);
  sf_customer_fill(&population, 1, split, &table->batch, 0);
  table->batch.rows = of->customers;
}

Test(population, columns_are_the_customers_wherever_they_are_written) {
  const struct sf_table *schema = &sf_tables[SF_TABLE_CUSTOMERS];
  struct table a, b;
  fill_table(&a, &config, 0);
  fill_table(&b, &config, 4999);
  for (uint32_t c = 0; c < schema->columns; c++) {
    const struct sf_column *column = &schema->column[c];
    cr_expect(memcmp(sf_batch_column(&a.batch, column), sf_batch_column(&b.batch, column),
                     sf_column_row_bytes(column) * CUSTOMERS) == 0,
              "%s depends on the place in the batch", column->name);
  }
  for (int64_t r = 0; r < CUSTOMERS; r++) {
    struct sf_customer c;
    sf_customer_at(&population, (uint32_t)r + 1, &c);
    cr_assert(
        a.batch.customer_id[r] == c.id && a.batch.age[r] == c.age &&
        a.batch.gender[r] == c.gender && a.batch.home_city[r] == c.city &&
        a.batch.home_state[r] == sf_cities[c.city].state && a.batch.occupation[r] == c.occupation &&
        a.batch.segment[r] == c.core.segment && a.batch.income_bracket[r] == c.core.bracket &&
        a.batch.risk_profile[r] == c.risk && a.batch.digital_savviness[r] == c.savviness &&
        a.batch.account_open_date[r] == c.core.open_day && a.batch.device_count[r] == c.devices &&
        a.batch.weekend_shopper[r] == c.weekend && a.batch.brand_conscious[r] == c.brand &&
        a.batch.impulse_buyer[r] == c.impulse && a.batch.travels_frequently[r] == c.travel);
    const float pairs[][2] = {{a.batch.home_latitude[r], c.latitude},
                              {a.batch.home_longitude[r], c.longitude},
                              {a.batch.monthly_income[r], c.income},
                              {a.batch.merchant_loyalty[r], c.loyalty},
                              {a.batch.online_preference[r], c.online},
                              {a.batch.credit_limit[r], c.credit_limit},
                              {a.batch.monthly_transaction_count[r], c.monthly_count},
                              {a.batch.avg_transaction_amount[r], c.core.average_amount}};
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0]; p++) {
      cr_assert(memcmp(&pairs[p][0], &pairs[p][1], sizeof(float)) == 0, "pair %zu", p);
    }
    cr_assert(memcmp(&a.batch.preferred_categories[5 * r], c.categories, 5) == 0);
    cr_assert(memcmp(&a.batch.preferred_payment_modes[4 * r], c.modes, 4) == 0);
  }
  free(a.memory);
  free(b.memory);
}

// Nothing to fear for the skilled in mid-life who neither travel nor spend much; a
// half and more for the unskilled who are young or old.
Test(population, vulnerability_grows_with_age_money_and_travel) {
  struct table t;
  double sum[2] = {0, 0};
  uint32_t count[2] = {0, 0};
  fill_table(&t, &config, 0);
  for (int64_t r = 0; r < CUSTOMERS; r++) {
    const double v = (double)t.batch.fraud_vulnerability[r];
    cr_assert(v >= 0 && v <= 1);
    const bool weak = t.batch.digital_savviness[r] == SF_SAVVINESS_LOW &&
                      (t.batch.age[r] < 25 || t.batch.age[r] > 65);
    const bool strong = t.batch.digital_savviness[r] == SF_SAVVINESS_HIGH && t.batch.age[r] >= 25 &&
                        t.batch.age[r] <= 65 && !t.batch.travels_frequently[r] &&
                        t.batch.avg_transaction_amount[r] < 2000;
    cr_assert(!strong || v <= 0, "%g", v);
    sum[weak] += v;
    count[weak]++;
  }
  cr_expect(count[1] > 50 && sum[1] / count[1] >= 0.5, "%g", sum[1] / count[1]);
  cr_expect(sum[0] / count[0] < 0.3, "%g", sum[0] / count[0]);
  free(t.memory);
}

// Households are runs of neighbours inside a group of four, led by the first; all
// live at one point and address, and no two households at one address.
Test(population, households_share_home_and_address) {
  struct table t;
  uint8_t *taken = calloc(CUSTOMERS + 1, 1), *phones = calloc(CUSTOMERS + 1, 1);
  uint32_t shared = 0;
  fill_table(&t, &config, 0);
  for (int64_t r = 0; r < CUSTOMERS; r++) {
    const uint32_t id = (uint32_t)r + 1, head = sf_household_head(&population, id);
    cr_assert(head >= 1 && head <= id && (head - 1) / 4 == (id - 1) / 4);
    cr_assert_eq(sf_household_head(&population, head), head);
    cr_assert(head == id || sf_household_head(&population, id - 1) == head, "a household is a run");
    const uint32_t address = t.batch.address_id[r], phone = t.batch.phone_id[r];
    cr_assert(address >= 1 && address <= CUSTOMERS && phone >= 1 && phone <= CUSTOMERS);
    if (head == id) {
      cr_assert(!taken[address], "two households at address %u", address);
      taken[address] = 1;
    }
    const int64_t h = (int64_t)head - 1;
    cr_assert(address == t.batch.address_id[h] && t.batch.home_city[r] == t.batch.home_city[h]);
    cr_assert(memcmp(&t.batch.home_latitude[r], &t.batch.home_latitude[h], sizeof(float)) == 0 &&
              memcmp(&t.batch.home_longitude[r], &t.batch.home_longitude[h], sizeof(float)) == 0);
    cr_assert(!phones[phone] || phone == t.batch.phone_id[h], "a stranger's phone");
    shared += phones[phone];
    phones[phone] = 1;
  }
  cr_expect(shared > CUSTOMERS / 50 && shared < CUSTOMERS / 10, "%u share a phone", shared);
  free(taken);
  free(phones);
  free(t.memory);
}

// Another seed makes other people: hardly a column is alike.
Test(population, depends_on_the_seed) {
  const struct sf_table *schema = &sf_tables[SF_TABLE_CUSTOMERS];
  struct sf_config other = config;
  struct table a, b;
  other.seed = 2;
  fill_table(&a, &config, 0);
  fill_table(&b, &other, 0);
  for (uint32_t c = 1; c < schema->columns; c++) {
    const struct sf_column *column = &schema->column[c];
    cr_expect(memcmp(sf_batch_column(&a.batch, column), sf_batch_column(&b.batch, column),
                     sf_column_row_bytes(column) * CUSTOMERS) != 0,
              "%s does not depend on the seed", column->name);
  }
  free(a.memory);
  free(b.memory);
}

// Half of UPI's payments fall into the hours 10-13 and 17-21:30; nights are quiet
// for all.
Test(population, hours_have_nights_and_peaks) {
  struct sf_hours hours;
  sf_hours_init(&hours, NULL);
  uint32_t first = 0;
  for (uint8_t occupation = 0; occupation < SF_OCCUPATION_COUNT; occupation++) {
    for (uint8_t weekend = 0; weekend < 2; weekend++) {
      uint32_t sum = 0, night = 0;
      for (uint32_t h = 0; h < 24; h++) {
        const uint32_t weight = sf_hours_weight(occupation, weekend, h);
        sum += weight;
        night += h < 5 ? weight : 0;
        cr_expect(weight > 0);
      }
      cr_expect(night * 12 < sum);
      first = first ? first : sum;
      cr_expect(abs((int)sum - (int)first) <= 24, "%u and %u: the same sum but for rounding", sum,
                first);
    }
    const uint32_t mask = sf_hours_preferred(occupation);
    cr_expect(mask != 0 && mask < 1u << 24 && !(mask & 0xf), "mask %x", mask);
    cr_expect(sf_hours_pick(&hours, occupation, 0, UINT32_MAX, UINT32_MAX) < 86400);
  }
}

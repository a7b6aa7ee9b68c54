#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "kernels/population/customer.h"
#include "kernels/population/segment.h"
#include "kernels/world/city.h"
#include "tests/stat/chi_square.h"

// Each comparison rejects a true law with a chance of one in a million, and the
// seed is fixed: what passes once passes always.
#define FALSE_ALARM 1e-6

enum { CUSTOMERS = 60000, START = 20270, DAYS = 365 };

static struct sf_population population;
static struct sf_customer *customers;

static void make_customers(void) {
  const struct sf_config config = {
      .seed = 42, .customers = CUSTOMERS, .start_day = START, .days = DAYS};
  customers = malloc(CUSTOMERS * sizeof *customers);
  sf_population_init(&population, &config, NULL);
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    sf_customer_at(&population, i + 1, &customers[i]);
  }
}

static void free_customers(void) { free(customers); }

TestSuite(population_laws, .init = make_customers, .fini = free_customers);

static void expect_counts(const uint64_t *count, const double *probability, uint32_t cells,
                          const char *what) {
  uint64_t total = 0;
  for (uint32_t i = 0; i < cells; i++) {
    total += count[i];
  }
  const double p = chi_square_p(count, probability, cells, total);
  cr_expect(p > FALSE_ALARM, "%s: p = %g of %lu", what, p, (unsigned long)total);
}

static void expect_share(uint64_t hits, uint64_t total, double share, const char *what) {
  const double p = share * (double)total < (double)hits
                       ? gsl_cdf_binomial_Q((unsigned)hits - 1, share, (unsigned)total)
                       : gsl_cdf_binomial_P((unsigned)hits, share, (unsigned)total);
  cr_expect(p > FALSE_ALARM / 2, "%s: %lu of %lu, share %g expected", what, (unsigned long)hits,
            (unsigned long)total, share);
}

static int compare_reals(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

// Kolmogorov and Smirnov: `value` holds the law's distribution function at each
// of n draws, which is uniform. Massart's bound P(D > d) <= 2 exp(-2 n d^2) is
// good for any n; `grain` is what the table or the rounding of draws may add.
static void expect_uniform(double *value, uint32_t n, double grain, const char *what) {
  double distance = 0;
  qsort(value, n, sizeof *value, compare_reals);
  for (uint32_t i = 0; i < n; i++) {
    distance = fmax(distance, fmax((i + 1.0) / n - value[i], value[i] - (double)i / n));
  }
  const double limit = sqrt(log(2 / FALSE_ALARM) / (2.0 * n)) + grain;
  cr_expect(distance < limit, "%s: distance %g of %u, %g allowed", what, distance, n, limit);
}

// Shares of the segments: reference segmentation.
static const double segment_share[SF_SEGMENT_COUNT] = {0.20, 0.25, 0.20, 0.15, 0.08, 0.07, 0.05};

Test(population_laws, segments_have_their_shares) {
  uint64_t count[SF_SEGMENT_COUNT] = {0};
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    count[customers[i].core.segment]++;
  }
  expect_counts(count, segment_share, SF_SEGMENT_COUNT, "segments");
}

// Neighbours, who often share a household, choose for themselves.
Test(population_laws, neighbours_are_independent) {
  uint64_t count[SF_SEGMENT_COUNT * SF_SEGMENT_COUNT] = {0};
  double probability[SF_SEGMENT_COUNT * SF_SEGMENT_COUNT];
  for (uint32_t i = 0; i + 1 < CUSTOMERS; i += 2) {
    count[customers[i].core.segment * SF_SEGMENT_COUNT + customers[i + 1].core.segment]++;
  }
  for (uint32_t k = 0; k < SF_SEGMENT_COUNT * SF_SEGMENT_COUNT; k++) {
    probability[k] = segment_share[k / SF_SEGMENT_COUNT] * segment_share[k % SF_SEGMENT_COUNT];
  }
  expect_counts(count, probability, SF_SEGMENT_COUNT * SF_SEGMENT_COUNT, "pairs of segments");
}

Test(population_laws, ages_and_brackets_are_uniform_within_a_segment) {
  for (uint32_t s = 0; s < SF_SEGMENT_COUNT; s++) {
    const struct sf_segment_row *segment = &sf_segments[s];
    const uint32_t ages = 1u + segment->age_high - segment->age_low;
    const uint32_t brackets = 1u + segment->bracket_high - segment->bracket_low;
    uint64_t age[64] = {0}, bracket[SF_INCOME_BRACKET_COUNT] = {0};
    double each_age[64], each_bracket[SF_INCOME_BRACKET_COUNT];
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
      if (customers[i].core.segment == s) {
        age[customers[i].age - segment->age_low]++;
        bracket[customers[i].core.bracket - segment->bracket_low]++;
      }
    }
    for (uint32_t k = 0; k < 64; k++) {
      each_age[k] = 1.0 / ages;
    }
    for (uint32_t k = 0; k < SF_INCOME_BRACKET_COUNT; k++) {
      each_bracket[k] = 1.0 / brackets;
    }
    expect_counts(age, each_age, ages, "ages");
    if (brackets > 1) {
      expect_counts(bracket, each_bracket, brackets, "brackets");
    }
  }
}

// The logarithm of the income is normal about the middle of the bracket's
// logarithms, the bracket four standard deviations wide and cut at both ends.
Test(population_laws, income_is_log_normal_within_its_bracket) {
  static const double edge[] = {10000, 25000, 50000, 100000, 200000, 400000, 1000000};
  static double value[CUSTOMERS];
  const double tail = gsl_cdf_ugaussian_P(-2.0);
  for (uint32_t b = 0; b < SF_INCOME_BRACKET_COUNT; b++) {
    const double middle = 0.5 * (log(edge[b]) + log(edge[b + 1]));
    const double sigma = (log(edge[b + 1]) - log(edge[b])) / 4;
    uint32_t n = 0;
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
      if (customers[i].core.bracket == b) {
        const double z = (log((double)customers[i].income) - middle) / sigma;
        value[n++] = (gsl_cdf_ugaussian_P(z) - tail) / (1 - 2 * tail);
      }
    }
    // Whole rupees of ten thousand are a ten-thousandth of the bracket.
    expect_uniform(value, n, 5e-4, "income");
  }
}

// Activity: Gamma of shape 2.5 about the middle of the segment's transactions a
// month, relative to the mean over all, kept within 2 % and 6.
Test(population_laws, activity_is_gamma_within_a_segment) {
  static double value[CUSTOMERS];
  double mean = 0, sum = 0, square = 0;
  for (uint32_t s = 0; s < SF_SEGMENT_COUNT; s++) {
    mean += segment_share[s] * (sf_segments[s].monthly_low + sf_segments[s].monthly_high) / 2.0;
  }
  for (uint32_t s = 0; s < SF_SEGMENT_COUNT; s++) {
    const double own = (sf_segments[s].monthly_low + sf_segments[s].monthly_high) / 2.0 / mean;
    uint32_t n = 0;
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
      const double activity = customers[i].core.activity / 65536.0;
      if (customers[i].core.segment == s) {
        value[n++] = gsl_cdf_gamma_P(activity / own, 2.5, 1 / 2.5);
      }
    }
    // The cut at 2 % holds one customer in two thousand.
    expect_uniform(value, n, 1e-3, "activity");
  }
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    const double activity = customers[i].core.activity / 65536.0;
    sum += activity;
    square += activity * activity;
  }
  const double error = sqrt((square / CUSTOMERS - pow(sum / CUSTOMERS, 2)) / CUSTOMERS);
  cr_expect(fabs(sum / CUSTOMERS - 1) < 4.9 * error + 2e-3, "mean activity %g", sum / CUSTOMERS);
  // Heavier in the tail than a Poisson's: one in a hundred does over three times the mean.
  cr_expect(square / CUSTOMERS > 1.35);
}

// A tenth of all accounts opens in a year, evenly; older ones lie back to twelve
// years, the denser the later.
Test(population_laws, accounts_open_evenly_inside_the_window) {
  static double old[CUSTOMERS];
  uint64_t inside[73] = {0};
  double each[73];
  uint32_t opened = 0, n = 0;
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    const int32_t day = customers[i].core.open_day - START;
    if (day >= 0) {
      opened++;
      inside[day / 5]++;
    } else {
      old[n++] = sqrt((-day - 0.5) / 4380.0);
    }
  }
  for (uint32_t k = 0; k < 73; k++) {
    each[k] = 1.0 / 73;
  }
  expect_share(opened, CUSTOMERS, 0.10 * DAYS / 365.25, "accounts opened inside");
  expect_counts(inside, each, 73, "days of opening");
  // A day of the youngest accounts is sqrt(1 / 4380) of the law.
  expect_uniform(old, n, 0.008, "ages of accounts");
}

// Holders of credit cards among those of 21 and more, by bracket: published 20 %
// of bank customers in all.
Test(population_laws, card_holders_by_bracket) {
  uint32_t all = 0;
  for (uint32_t b = 0; b < SF_INCOME_BRACKET_COUNT; b++) {
    uint32_t adults = 0, holders = 0;
    for (uint32_t i = 0; i < CUSTOMERS; i++) {
      if (customers[i].core.bracket == b && customers[i].age >= 21) {
        adults++;
        holders += customers[i].credit_limit > 0;
      }
    }
    all += holders;
    expect_share(holders, adults, sf_brackets[b].card_holders / 1000.0, "card holders");
    cr_expect(b == 0 || sf_brackets[b].card_holders > sf_brackets[b - 1].card_holders,
              "more with more income");
  }
  cr_expect_float_eq((double)all / CUSTOMERS, 0.20, 0.01, "%u hold cards", all);
}

Test(population_laws, genders_and_devices) {
  static const double gender[] = {0.47, 0.52, 0.01};  // female, male, other
  static const double devices[SF_SAVVINESS_COUNT][4] = {
      {1, 0, 0, 0}, {0.5, 0.5, 0, 0}, {0.25, 0.25, 0.25, 0.25}};
  uint64_t of_gender[3] = {0}, of_devices[SF_SAVVINESS_COUNT][4] = {{0}};
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    of_gender[customers[i].gender]++;
    of_devices[customers[i].savviness][customers[i].devices - 1]++;
  }
  expect_counts(of_gender, gender, 3, "genders");
  expect_counts(of_devices[SF_SAVVINESS_MEDIUM], devices[SF_SAVVINESS_MEDIUM], 2, "devices");
  expect_counts(of_devices[SF_SAVVINESS_HIGH], devices[SF_SAVVINESS_HIGH], 4, "devices");
}

// Groups of four ids: singles, couples and families as the census of members.
// Patterns, of 256: 64 of four singles, 84 a couple and two, 52 two couples, 38
// three and one, 18 a family of four.
Test(population_laws, household_sizes) {
  static const double pattern[5] = {64 / 256.0, 84 / 256.0, 52 / 256.0, 38 / 256.0, 18 / 256.0};
  uint64_t count[5] = {0};
  uint32_t members = 0, on_head = 0;
  for (uint32_t g = 0; g < CUSTOMERS; g += 4) {
    uint32_t size[4] = {0}, largest = 0, households = 0;
    for (uint32_t k = 0; k < 4; k++) {
      const struct sf_customer *c = &customers[g + k];
      size[c->head - 1 - g]++;
      if (c->head != c->id) {
        members++;
        on_head += c->on_head_phone;
      }
    }
    for (uint32_t k = 0; k < 4; k++) {
      largest = size[k] > largest ? size[k] : largest;
      households += size[k] > 0;
    }
    count[largest == 1 ? 0 : largest == 2 ? (households == 3 ? 1 : 2) : largest]++;
  }
  expect_counts(count, pattern, 5, "patterns of households");
  expect_share(on_head, members, 1 / 8.0, "members on the phone of the head");
}

// Probability of living in a city: its share of people. Shape [SF_CITY_COUNT].
static void weigh_cities(double *probability) {
  double people = 0;
  for (uint32_t c = 0; c < SF_CITY_COUNT; c++) {
    people += sf_cities[c].population;
  }
  for (uint32_t c = 0; c < SF_CITY_COUNT; c++) {
    probability[c] = sf_cities[c].population / people;
  }
}

// Ids are given out by branches, 16 at a time: four households in five live in
// the branch's city, the others anywhere. Households of different branches are
// independent; the first two of one live in one city by chance or by branch.
Test(population_laws, cities_by_their_people_and_branches) {
  uint64_t count[SF_CITY_COUNT] = {0};
  double probability[SF_CITY_COUNT], same_by_chance = 0;
  uint32_t together = 0;
  weigh_cities(probability);
  for (uint32_t c = 0; c < SF_CITY_COUNT; c++) {
    same_by_chance += probability[c] * probability[c];
  }
  for (uint32_t i = 0; i < CUSTOMERS; i += 16) {
    count[customers[i].city]++;
    uint32_t next = i + 1;
    while (customers[next].head == customers[i].head) {
      next++;
    }
    together += customers[i].city == customers[next].city;
  }
  cr_expect_eq(count[SF_CITY_NONE], 0);
  expect_counts(count + 1, probability + 1, SF_CITY_COUNT - 1, "cities");
  expect_share(together, CUSTOMERS / 16, 0.64 + 0.36 * same_by_chance, "neighbours in one city");
}

// One home a household, scattered normally by 9, 6 and 4 km north and south.
Test(population_laws, homes_scatter_about_the_city) {
  static double value[SF_CITY_TIER_COUNT][CUSTOMERS];
  static const double spread[SF_CITY_TIER_COUNT] = {9, 6, 4};
  uint32_t n[SF_CITY_TIER_COUNT] = {0};
  for (uint32_t i = 0; i < CUSTOMERS; i++) {
    const struct sf_customer *c = &customers[i];
    if (c->head == c->id) {
      const struct sf_city_row *city = &sf_cities[c->city];
      const double km = ((double)c->latitude - city->latitude) * 6371.0088 * M_PI / 180;
      value[city->tier][n[city->tier]++] = gsl_cdf_gaussian_P(km, spread[city->tier]);
    }
  }
  for (uint32_t tier = 0; tier < SF_CITY_TIER_COUNT; tier++) {
    expect_uniform(value[tier], n[tier], 1e-3, "homes");
  }
}

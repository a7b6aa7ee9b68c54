#include <gsl/gsl_cdf.h>
#include <math.h>

#include "kernels/population/hours.h"
#include "tests/stat/chi_square.h"
#include "tests/unit/model.h"

// Each comparison rejects a true law with a chance of one in a million, and the
// seed is fixed: what passes once passes always.
#define FALSE_ALARM 1e-6

enum { CUSTOMERS = 2500, DAYS = 180 };

static struct model m;

static void make(void) { model_make(&m, 42, CUSTOMERS, MODEL_START, DAYS); }
static void unmake(void) { model_free(&m); }

TestSuite(activity_laws, .init = make, .fini = unmake);

static void expect_counts(const uint64_t *count, const double *probability, uint32_t cells,
                          const char *what) {
  uint64_t total = 0;
  for (uint32_t i = 0; i < cells; i++) {
    total += count[i];
  }
  const double p = chi_square_p(count, probability, cells, total);
  cr_expect(p > FALSE_ALARM, "%s: p = %g of %lu", what, p, (unsigned long)total);
}

// First purchases of sittings: the number of a purchase is 4 of its sitting's, and
// that 16 of its day's.
static bool opens_sitting(const struct sf_event *event) {
  return source_of(event) == SF_SOURCE_PURCHASE && event->ordinal % 4 == 0;
}

// By day, which owls keep like others; by night there is the law's share and theirs.
enum { MORNING = 5 };

Test(activity_laws, sittings_begin_by_the_hours_of_the_occupation) {
  double night = 0, expected_night = 0;
  static uint64_t count[SF_OCCUPATION_COUNT][2][24];
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      const uint32_t day = event->time / SF_DAY;
      // On the days of a trip some hours are spent on the road.
      if (opens_sitting(event) && !m.skeleton.trip_on[day]) {
        const uint8_t weekend = m.world->calendar.day[day].is_weekend;
        count[m.skeleton.customer.occupation][weekend][event->time % SF_DAY / 3600]++;
      }
    }
  }
  for (uint8_t occupation = 0; occupation < SF_OCCUPATION_COUNT; occupation++) {
    for (uint8_t weekend = 0; weekend < 2; weekend++) {
      double probability[24], sum = 0, dark = 0, counted = 0;
      for (uint32_t h = 0; h < 24; h++) {
        probability[h] = sf_hours_weight(occupation, weekend, h);
        sum += h < MORNING ? 0 : probability[h];
        dark += h < MORNING ? probability[h] : 0;
        counted += h < MORNING ? 0 : (double)count[occupation][weekend][h];
        night += h < MORNING ? (double)count[occupation][weekend][h] : 0;
      }
      for (uint32_t h = MORNING; h < 24; h++) {
        probability[h] /= sum;
      }
      expected_night += counted * dark / sum;
      expect_counts(count[occupation][weekend] + MORNING, probability + MORNING, 24 - MORNING,
                    "hours");
    }
  }
  // A third of the sittings of one customer in twenty comes on top, 1.65 % of all.
  cr_expect(night > 1.3 * expected_night && night < 1.9 * expected_night, "%g, the law says %g",
            night, expected_night);
}

// Sittings on days at home of equal rate: Poisson about the customer's activity,
// the same in the first and the second half of customers.
Test(activity_laws, sittings_are_poisson_about_the_activity) {
  double expected[4] = {0}, counted[4] = {0}, spread = 0;
  uint32_t customers = 0;
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    const double activity = m.skeleton.customer.core.activity / 65536.0;
    const uint32_t *rate = m.world->laws.day_rate[m.skeleton.customer.weekend];
    double weight = 0, sittings = 0;
    for (uint32_t d = (uint32_t)m.skeleton.first_day; d < DAYS; d++) {
      weight += m.skeleton.trip_on[d] ? 0 : activity * rate[d] / 65536.0;
    }
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      sittings += opens_sitting(event) && !m.skeleton.trip_on[event->time / SF_DAY];
    }
    const uint32_t quarter = activity < 0.5 ? 0 : activity < 1 ? 1 : activity < 1.5 ? 2 : 3;
    expected[quarter] += weight;
    counted[quarter] += sittings;
  }
  const double mean = (counted[0] + counted[1] + counted[2] + counted[3]) /
                      (expected[0] + expected[1] + expected[2] + expected[3]);
  // About 0.26 sittings a day of 3.6 purchases: see kernels/activity/sessions.c.
  cr_expect(mean > 0.2 && mean < 0.35, "%g sittings a day", mean);
  for (uint32_t q = 0; q < 4; q++) {
    const double z = (counted[q] - mean * expected[q]) / sqrt(mean * expected[q]);
    cr_expect(fabs(z) < 4.9, "quarter %u: %g sittings, %g expected", q, counted[q],
              mean * expected[q]);
  }
  // Days of one customer scatter as a Poisson law does: by their mean.
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    uint32_t on_day[DAYS] = {0};
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      on_day[m.skeleton.event[e].time / SF_DAY] += opens_sitting(&m.skeleton.event[e]);
    }
    const double activity = m.skeleton.customer.core.activity / 65536.0;
    const uint32_t *rate = m.world->laws.day_rate[m.skeleton.customer.weekend];
    for (uint32_t d = (uint32_t)m.skeleton.first_day; d < DAYS; d++) {
      if (!m.skeleton.trip_on[d]) {
        const double expect = mean * activity * rate[d] / 65536.0;
        spread += (on_day[d] - expect) * (on_day[d] - expect) / expect;
        customers++;
      }
    }
  }
  // The chi-square of a Poisson law of mean 0.26 a cell has a variance of 2 + 1 / mean a cell.
  const double z = (spread - customers) / sqrt(customers * (2 + 10.0));
  cr_expect(fabs(z) < 4.9, "dispersion %g", spread / customers);
}

// Days of equal rate have equally many transfers, though senders deal their days
// in cycles of nine.
Test(activity_laws, transfers_follow_the_days) {
  static uint64_t count[DAYS];
  static double probability[DAYS];
  double sum = 0;
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    struct sf_core core;
    sf_core_at(&m.world->population, id, &core);
    if (core.open_day >= MODEL_START) {
      continue;
    }
    sf_skeleton_build(&m.skeleton, id);
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (source_of(event) == SF_SOURCE_OUTSIDE_OUT) {
        count[event->time / SF_DAY]++;
      }
    }
  }
  for (uint32_t d = 0; d < DAYS; d++) {
    probability[d] = m.world->laws.transfer_rate[d];
    sum += probability[d];
  }
  for (uint32_t d = 0; d < DAYS; d++) {
    probability[d] /= sum;
  }
  expect_counts(count, probability, DAYS, "transfers by day");
}

// What the customer is loyal to: those who say so go back to a merchant more often.
Test(activity_laws, loyal_customers_go_back) {
  double again[2] = {0}, rows[2] = {0};
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    struct sf_customer customer;
    sf_customer_at(&m.world->population, id, &customer);
    // Those up to fifty but for one segment have 0.4 to 0.7.
    const bool mixed =
        customer.age <= 50 && customer.core.segment != SF_SEGMENT_TECH_SAVVY_MILLENNIAL;
    const int side = !mixed                      ? -1
                     : customer.loyalty >= 0.63f ? 1
                     : customer.loyalty <= 0.47f ? 0
                                                 : -1;
    if (side >= 0) {
      struct rows r;
      const int64_t count = rows_of(&m, id, &r);
      for (int64_t i = 0; i < count; i++) {
        const bool paid = r.batch.merchant_id[i] && r.batch.direction[i] == SF_DIRECTION_DEBIT;
        rows[side] += paid;
        again[side] += paid && r.batch.is_repeat_merchant[i];
      }
      rows_free(&r);
    }
  }
  cr_expect(rows[0] > 5000 && rows[1] > 5000, "%g and %g rows", rows[0], rows[1]);
  cr_expect(again[1] / rows[1] > again[0] / rows[0] + 0.02, "%g against %g", again[1] / rows[1],
            again[0] / rows[0]);
}

// Nearby and travel: 15 and 5 % of payments (reference), here of all purchases.
Test(activity_laws, a_fifth_of_purchases_is_made_away_from_home) {
  double near = 0, far = 0, all = 0;
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    sf_skeleton_build(&m.skeleton, id);
    for (uint32_t e = 0; e < m.skeleton.events; e++) {
      const struct sf_event *event = &m.skeleton.event[e];
      if (source_of(event) == SF_SOURCE_PURCHASE) {
        const struct sf_trip *trip = event->trip ? &m.skeleton.trip[event->trip - 1] : NULL;
        all++;
        near += trip && !trip->far;
        far += trip && trip->far;
      }
    }
  }
  cr_expect_float_eq(near / all, 0.15, 0.04, "nearby %g", near / all);
  cr_expect_float_eq(far / all, 0.05, 0.02, "far %g", far / all);
}

// Failed payments by their draw: near the published rates, each cause only where it
// can be, and nothing of cash.
Test(activity_laws, failures_have_their_causes) {
  enum { DRAWS = 1000000 };
  static const struct {
    uint8_t mode;
    double wrong_pin, expired;
  } cases[] = {{SF_PAYMENT_MODE_UPI, 0.030, 0},
               {SF_PAYMENT_MODE_CREDIT_CARD, 0.030, 0.030},
               {SF_PAYMENT_MODE_DEBIT_CARD, 0.030, 0.030},
               {SF_PAYMENT_MODE_WALLET, 0, 0},
               {SF_PAYMENT_MODE_NET_BANKING, 0, 0},
               {SF_PAYMENT_MODE_BNPL, 0, 0}};
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    const struct sf_event event = {.mode = cases[c].mode};
    uint32_t count[SF_RESPONSE_CODE_COUNT] = {0};
    for (uint32_t i = 0; i < DRAWS; i++) {
      count[sf_failure_of(&event, (uint32_t)(((uint64_t)i << 32) / DRAWS))]++;
    }
    const double wrong = count[SF_RESPONSE_CODE_WRONG_PIN] / (double)DRAWS;
    const double expired = count[SF_RESPONSE_CODE_EXPIRED_CARD] / (double)DRAWS;
    cr_expect_float_eq(wrong, cases[c].wrong_pin, 0.005, "mode %u: %g", cases[c].mode, wrong);
    cr_expect_float_eq(expired, cases[c].expired, 0.0011, "mode %u: %g", cases[c].mode, expired);
    cr_expect(count[SF_RESPONSE_CODE_INSUFFICIENT_FUNDS] == 0, "follows from balances only");
    cr_expect(count[SF_RESPONSE_CODE_NETWORK_TIMEOUT] > 0 &&
              count[SF_RESPONSE_CODE_ISSUER_UNAVAILABLE] > 0 &&
              count[SF_RESPONSE_CODE_RISK_DECLINED] > 0 &&
              count[SF_RESPONSE_CODE_LIMIT_EXCEEDED] > 0);
  }
  const struct sf_event cash = {.mode = SF_PAYMENT_MODE_CASH};
  for (uint32_t u = 0; u < 0xff000000u; u += 0x10000u) {
    cr_assert_eq(sf_failure_of(&cash, u), 0);
  }
}

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>

#include "kernels/fraud/report.h"
#include "kernels/fraud/typology.h"

// The delay of the report, of so many episodes of each typology, against the log-normal
// law that is configured. The seed is fixed: what passes once passes always.
enum { EPISODES = 100000 };

// A true law is farther from its sample with a chance of one in a million.
#define KOLMOGOROV 2.69
#define TOLERANCE 0.05

static double delays[EPISODES];

static void draw(const struct sf_config *config, enum sf_typology typology, uint32_t *never) {
  const uint16_t number = sf_story_number(typology, false, 0);
  *never = 0;
  for (uint32_t i = 0; i < EPISODES; i++) {
    const struct sf_report_law law = sf_report_law_of(config, i + 1, number);
    *never += law.never;
    delays[i] = law.delay;
  }
  gsl_sort(delays, 1, EPISODES);
}

static double distance(double median, double sigma) {
  double most = 0;
  for (uint32_t i = 0; i < EPISODES; i++) {
    // Seconds are cut off, not rounded.
    const double p = gsl_cdf_ugaussian_P(log((delays[i] + 0.5) / median) / sigma);
    most = fmax(most, fmax(fabs(p - i / (double)EPISODES), fabs(p - (i + 1) / (double)EPISODES)));
  }
  return most;
}

Test(report_laws, delays_are_log_normal_with_the_configured_percentiles) {
  const struct sf_config config = {.seed = 1, .fraud = {.never_reported = 0.08}};
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    const struct sf_typology_row *row = &sf_typologies[t];
    if (row->report_hours <= 0) {
      continue;  // the claim is the report
    }
    uint32_t never;
    draw(&config, (enum sf_typology)t, &never);
    const double median = row->report_hours * 3600, sigma = row->report_sigma;
    const double p50 = delays[EPISODES / 2] / median;
    const double p95 = delays[EPISODES / 20 * 19] / (median * exp(1.6449 * sigma));
    cr_expect(fabs(p50 - 1) < TOLERANCE, "%s: median %g of the law's", row->name, p50);
    cr_expect(fabs(p95 - 1) < TOLERANCE, "%s: p95 %g of the law's", row->name, p95);
    const double d = distance(median, sigma);
    cr_expect(d * sqrt(EPISODES) < KOLMOGOROV, "%s: distance %g from the law", row->name, d);
    const double error = sqrt(0.08 * 0.92 * EPISODES);
    cr_expect(fabs(never - 0.08 * EPISODES) < 4 * error, "%s: %u never", row->name, never);
  }
}

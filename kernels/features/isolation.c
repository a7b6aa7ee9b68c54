#include "kernels/features/isolation.h"

#include "kernels/math/elementary.h"
#include "kernels/random/stream.h"

void sf_isolation_count_bins(struct sf_isolation_fit *fit,
                             const uint8_t (*bins)[SF_ISOLATION_COLUMNS], int64_t rows) {
  for (int64_t r = 0; r < rows; r++) {
    for (uint32_t c = 0; c < SF_ISOLATION_COLUMNS; c++) {
      fit->bin[c][bins[r][c]]++;
    }
  }
}

void sf_isolation_freeze_bins(const struct sf_isolation_fit *fit, struct sf_isolation *model) {
  const double log10_e = 0.43429448190325182765;
  for (uint32_t c = 0; c < SF_ISOLATION_COLUMNS; c++) {
    uint64_t fullest = 0;
    for (uint32_t b = 0; b < SF_ISOLATION_BINS; b++) {
      fullest = fit->bin[c][b] > fullest ? fit->bin[c][b] : fullest;
    }
    for (uint32_t b = 0; b < SF_ISOLATION_BINS; b++) {
      const double ratio = (double)(fullest + 1) / (double)(fit->bin[c][b] + 1);
      model->rarity[c][b] = sf_log(ratio) * log10_e;
    }
  }
}

void sf_isolation_count_scores(struct sf_isolation_fit *fit, const struct sf_isolation *model,
                               const uint8_t (*bins)[SF_ISOLATION_COLUMNS], int64_t rows) {
  for (int64_t r = 0; r < rows; r++) {
    fit->score[sf_isolation_score_bin(sf_isolation_score(model, bins[r]))]++;
  }
}

void sf_isolation_freeze_scores(const struct sf_isolation_fit *fit, struct sf_isolation *model) {
  uint64_t total = 0;
  for (uint32_t b = 0; b < SF_ISOLATION_SCORE_BINS; b++) {
    total += fit->score[b];
  }
  uint64_t below = 0;
  for (uint32_t b = 0; b < SF_ISOLATION_SCORE_BINS; b++) {
    model->quantile[b] = total ? (double)below / (double)total : 0.0;
    below += fit->score[b];
  }
}

static uint32_t draw_of(uint64_t seed, uint32_t customer_id) {
  return sf_draw(seed, customer_id, 0, SF_STREAM_SAMPLE, 0).word[0];
}

// The rank-th smallest draw (from 0) by its 32 bits from the top, 8 at a time.
static uint32_t smallest_draw(uint64_t seed, uint32_t customers, uint32_t rank) {
  uint32_t prefix = 0;
  for (uint32_t shift = 24;; shift -= 8) {
    uint32_t count[256] = {0};
    for (uint32_t id = 1; id <= customers; id++) {
      const uint32_t u = draw_of(seed, id);
      const int same = shift == 24 || (u ^ prefix) >> (shift + 8) == 0;
      count[u >> shift & 255u] += (uint32_t)same;
    }
    uint32_t digit = 0;
    while (rank >= count[digit]) {
      rank -= count[digit++];
    }
    prefix |= digit << shift;
    if (shift == 0) {
      return prefix;
    }
  }
}

struct sf_isolation_sample sf_isolation_sample_of(uint64_t seed, uint32_t customers) {
  struct sf_isolation_sample sample = {seed, SF_ISOLATION_SHARE - 1, UINT32_MAX};
  // 2^18 customers have 4,096 multiples on average: that 2,000 are not reached
  // is 33 standard deviations away.
  if (customers >= 1u << 18) {
    return sample;
  }
  uint32_t multiples = 0;
  for (uint32_t id = 1; id <= customers; id++) {
    multiples += draw_of(seed, id) % SF_ISOLATION_SHARE == 0;
  }
  if (multiples < SF_ISOLATION_LEAST) {
    sample.mask = 0;
    if (customers > SF_ISOLATION_LEAST) {
      sample.threshold = smallest_draw(seed, customers, SF_ISOLATION_LEAST - 1);
    }
  }
  return sample;
}

int sf_isolation_in_sample(const struct sf_isolation_sample *sample, uint32_t customer_id) {
  const uint32_t u = draw_of(sample->seed, customer_id);
  return (u & sample->mask) == 0 && u <= sample->threshold;
}

#ifndef SF_KERNELS_WORLD_ZIPF_H
#define SF_KERNELS_WORLD_ZIPF_H

#include <stdint.h>

// Zipf's law on 1 .. n for any n from one table: probability of k proportional
// to k^-s with s = 17/16, near the 1.05 of firm sizes and exact in four square
// roots.
//
// The table holds partial sums H(k) of k^-s, in units of 2^-28, at every k up to
// 1,024 and at 32 points in each doubling after it, between which the mass is
// spread evenly (the law changes by 3.3 % across such a step). A draw u gives
// the k with H(k-1) <= u H(n) < H(k); since the sums do not depend on n, one
// table and one guide into it serve all n.
#define SF_ZIPF_EXACT 1024u
#define SF_ZIPF_STEPS 32u  // per doubling
#define SF_ZIPF_DOUBLINGS 17u
#define SF_ZIPF_EVEN (SF_ZIPF_STEPS * SF_ZIPF_DOUBLINGS)  // segments of evenly spread mass
#define SF_ZIPF_KNOTS (SF_ZIPF_EXACT + SF_ZIPF_EVEN)
#define SF_ZIPF_MAX (SF_ZIPF_EXACT << SF_ZIPF_DOUBLINGS)  // largest n, 134,217,728
#define SF_ZIPF_GUIDE_SHIFT 19
#define SF_ZIPF_GUIDE (1u << (32 - SF_ZIPF_GUIDE_SHIFT))

struct sf_zipf {
  uint32_t k[SF_ZIPF_KNOTS + 1];    // k[0] = 0
  uint32_t sum[SF_ZIPF_KNOTS + 1];  // H(k), 2^-28
  uint64_t slope[SF_ZIPF_EVEN];     // values per unit of the sum, 2^-40, from knot SF_ZIPF_EXACT on
  uint16_t guide[SF_ZIPF_GUIDE];    // knot at or before the start of each cell of the sum
};

void sf_zipf_init(struct sf_zipf *zipf);

// H(n), 2^-28; n <= SF_ZIPF_MAX.
uint32_t sf_zipf_sum(const struct sf_zipf *zipf, uint32_t n);

// Probability of k among 1 .. n as sf_zipf_pick draws it.
double sf_zipf_share(const struct sf_zipf *zipf, uint32_t n, uint32_t k);

// A value of 1 .. n from a uniform draw of 32 bits; sum = sf_zipf_sum(n), n >= 1;
// monotone in u.
static inline uint32_t sf_zipf_pick(const struct sf_zipf *zipf, uint32_t sum, uint32_t u) {
  const uint32_t t = (uint32_t)(((uint64_t)u * sum) >> 32);
  uint32_t i = zipf->guide[t >> SF_ZIPF_GUIDE_SHIFT];
  while (zipf->sum[i + 1] <= t) {
    i++;
  }
  if (i < SF_ZIPF_EXACT) {
    return i + 1;
  }
  const uint64_t inside = t - zipf->sum[i];
  return zipf->k[i] + 1 + (uint32_t)((inside * zipf->slope[i - SF_ZIPF_EXACT]) >> 40);
}

#endif

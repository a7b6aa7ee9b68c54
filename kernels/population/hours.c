#include "kernels/population/hours.h"

#include <stddef.h>

// Share of UPI payments by hour, units of 1/10,000 (docs/model.md, "Hours").
static const uint16_t published[24] = {104, 62,  41,  31,  31,  62,  166, 311, 456, 550, 612, 643,
                                       643, 581, 529, 508, 539, 622, 726, 788, 757, 602, 415, 220};

// Relative weights by occupation: weekday, weekend (reference segmentation).
static const uint8_t habit[SF_OCCUPATION_COUNT][2][24] = {
    [SF_OCCUPATION_STUDENT] = {{1, 1, 1, 1, 1, 1, 2, 3,  2,  2,  3, 4,
                                5, 5, 4, 4, 5, 7, 9, 11, 12, 10, 8, 4},
                               {1, 1, 1, 1, 1, 1, 2, 3, 4, 6, 8, 9,
                                8, 8, 7, 6, 6, 7, 8, 9, 8, 6, 4, 2}},
    [SF_OCCUPATION_SALARIED] = {{1, 1, 1, 1, 1, 1, 5, 8,  6,  3,  2, 2,
                                 6, 8, 4, 2, 2, 3, 8, 10, 12, 10, 6, 2},
                                {1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 8, 9,
                                 8, 8, 7, 6, 5, 6, 7, 8, 7, 5, 3, 2}},
    [SF_OCCUPATION_BUSINESS_OWNER] = {{1, 1, 1, 1, 1, 2, 4, 6, 7, 6, 5, 5,
                                       6, 7, 6, 5, 5, 6, 7, 8, 8, 7, 4, 2},
                                      {1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8,
                                       8, 8, 7, 6, 5, 6, 7, 8, 7, 5, 3, 2}},
    [SF_OCCUPATION_FREELANCER] = {{2, 2, 2, 1, 1, 2, 3, 4, 5, 6, 7, 7,
                                   7, 7, 6, 5, 5, 6, 7, 8, 8, 7, 5, 3},
                                  {2, 2, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8,
                                   8, 8, 7, 6, 5, 6, 7, 8, 7, 5, 3, 2}},
    [SF_OCCUPATION_PROFESSIONAL] = {{1, 1, 1, 1, 1, 2, 4, 7,  6,  4, 3, 3,
                                     5, 7, 5, 4, 4, 5, 8, 10, 11, 9, 6, 3},
                                    {1, 1, 1, 1, 1, 2, 3, 4, 6, 7, 8, 9,
                                     8, 8, 7, 6, 5, 6, 7, 8, 7, 5, 3, 2}},
    [SF_OCCUPATION_GOVERNMENT] = {{1, 1, 1, 1, 1, 1, 4, 7,  5,  2,  2, 2,
                                   5, 7, 3, 2, 2, 3, 9, 11, 12, 11, 7, 3},
                                  {1, 1, 1, 1, 1, 2, 3, 5, 6, 7, 8, 9,
                                   8, 8, 7, 6, 5, 6, 7, 8, 7, 5, 3, 2}},
    [SF_OCCUPATION_RETIRED] = {{1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 6,
                                6, 6, 5, 5, 4, 4, 4, 3, 2, 2, 1, 1},
                               {1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 6,
                                6, 6, 5, 5, 4, 4, 4, 3, 2, 2, 1, 1}},
    [SF_OCCUPATION_HOMEMAKER] = {{1, 1, 1, 1, 2, 3, 6, 8, 9, 8, 7, 6,
                                  6, 5, 5, 6, 7, 6, 6, 6, 5, 3, 2, 1},
                                 {1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 7,
                                  7, 7, 6, 6, 6, 6, 6, 6, 5, 3, 2, 1}},
};

// Share of the published curve in every law, per cent; the rest is the habit of
// the occupation. At 65 the hours 10-13 and 17-21:30 keep half of all payments.
#define PUBLISHED_SHARE 65u

uint32_t sf_hours_weight(uint8_t occupation, uint8_t weekend, uint32_t hour) {
  uint32_t sum = 0;
  for (uint32_t h = 0; h < 24; h++) {
    sum += habit[occupation][weekend][h];
  }
  return PUBLISHED_SHARE * published[hour] +
         (100u - PUBLISHED_SHARE) * 10000u * habit[occupation][weekend][hour] / sum;
}

enum sf_status sf_hours_init(struct sf_hours *hours, struct sf_error *error) {
  for (uint8_t occupation = 0; occupation < SF_OCCUPATION_COUNT; occupation++) {
    for (uint8_t weekend = 0; weekend < 2; weekend++) {
      uint64_t weight[24];
      uint64_t scratch[24];
      for (uint32_t h = 0; h < 24; h++) {
        weight[h] = sf_hours_weight(occupation, weekend, h);
      }
      SF_TRY(sf_alias_build(24, weight, hours->cell[occupation][weekend], scratch,
                            &hours->law[occupation][weekend], error));
    }
  }
  return SF_OK;
}

uint32_t sf_hours_preferred(uint8_t occupation) {
  uint32_t sum = 0;
  uint32_t mask = 0;
  for (uint32_t h = 0; h < 24; h++) {
    sum += sf_hours_weight(occupation, 0, h);
  }
  for (uint32_t h = 0; h < 24; h++) {
    mask |= sf_hours_weight(occupation, 0, h) * 24 > sum ? 1u << h : 0;
  }
  return mask;
}

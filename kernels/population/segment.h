#ifndef SF_KERNELS_POPULATION_SEGMENT_H
#define SF_KERNELS_POPULATION_SEGMENT_H

#include "kernels/schema/enums.h"

// What the customers of a segment have in common. Shares, ranges and lists are
// those of the retail segmentation in docs/model.md, "Population".
struct sf_segment_row {
  uint16_t share;                           // of customers, per mille
  uint8_t age_low, age_high;                // years, both inside
  uint8_t bracket_low, bracket_high;        // enum sf_income_bracket, both inside
  uint8_t occupations, occupation[4];       // enum sf_occupation
  uint8_t savvinesses, savviness[2];        // enum sf_savviness, first is the likelier one
  uint16_t amount_low, amount_high;         // mean amount of a payment, rupees
  uint8_t monthly_low, monthly_high;        // transactions a month
  uint8_t online;                           // preference for online purchases, per cent
  uint8_t weekend, impulse, brand, travel;  // traits, 0 or 1
  uint8_t categories, category[5];          // enum sf_category, preferred
  uint8_t modes, mode[4];                   // enum sf_payment_mode, preferred
};

extern const struct sf_segment_row sf_segments[SF_SEGMENT_COUNT];

// Monthly income of a bracket, rupees: low .. high.
struct sf_bracket_row {
  uint32_t low, high;
  int32_t log2_middle, log2_half_width;  // of the interval of log2(income), Q16
  uint16_t card_holders;                 // chance of a credit card, per mille
};

extern const struct sf_bracket_row sf_brackets[SF_INCOME_BRACKET_COUNT];

#endif

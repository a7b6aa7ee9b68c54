#ifndef SF_KERNELS_WORLD_SUBCATEGORY_H
#define SF_KERNELS_WORLD_SUBCATEGORY_H

#include "kernels/schema/enums.h"

enum sf_subcategory {
#define SF_SUBCATEGORY(constant, name, ...) SF_SUBCATEGORY_##constant,
#include "kernels/world/subcategories.def"
#undef SF_SUBCATEGORY
  SF_SUBCATEGORY_COUNT
};

// How a subcategory is bought.
enum sf_when { SF_WHEN_SESSION, SF_WHEN_MONTHLY };

struct sf_subcategory_row {
  const char *name;
  uint8_t category;   // enum sf_category
  uint16_t mcc;       // ISO 18245, 0 = none
  uint16_t weight;    // share of purchases and bills, per ten thousand
  uint32_t ticket;    // mean amount of a UPI payment, rupees
  double sigma;       // of the logarithm of that amount
  uint8_t online;     // sales that can be made online, per cent
  uint8_t brick;      // 1: has shops in cities
  uint8_t when;       // enum sf_when
  const char *nouns;  // of local merchants, separated by |
};

extern const struct sf_subcategory_row sf_subcategories[SF_SUBCATEGORY_COUNT];

#endif

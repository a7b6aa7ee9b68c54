#ifndef SF_KERNELS_WORLD_MERCHANT_NAME_H
#define SF_KERNELS_WORLD_MERCHANT_NAME_H

#include <stdint.h>

#include "kernels/schema/schema.h"

// The dictionary of merchant names: 0 is "none", then the national brands of
// brands.def, then every local name, an epithet before a noun of the
// subcategory ("Annapurna Kirana Store"). All names differ.

enum {
  SF_BRAND_COUNT = 0
#define SF_BRAND(...) +1
#include "kernels/world/brands.def"
#undef SF_BRAND
};

#define SF_EPITHET_COUNT 64
#define SF_NOUN_COUNT 215  // of all subcategories of subcategories.def together
#define SF_MERCHANT_NAME_COUNT (1 + SF_BRAND_COUNT + SF_NOUN_COUNT * SF_EPITHET_COUNT)

// A company known in the country.
struct sf_brand {
  const char *name;
  uint8_t subcategory;  // enum sf_subcategory
  uint8_t type;         // SF_MERCHANT_TYPE_CHAIN or SF_MERCHANT_TYPE_ONLINE_ONLY
  uint8_t regions;      // bit enum sf_region: where a chain has shops
  uint8_t lowest_tier;  // enum sf_city_tier: the smallest cities where it has shops
  double reputation;    // 0.70..0.95
  double price_level;   // 1 = usual for the subcategory
};

// Shape [SF_BRAND_COUNT], by subcategory; brand b is name 1 + b.
extern const struct sf_brand sf_brands[SF_BRAND_COUNT];

// Member function of the dictionary; index < SF_MERCHANT_NAME_COUNT.
void sf_merchant_name(uint32_t index, char text[SF_MEMBER_NAME_SIZE]);

// All of them, shape [SF_MERCHANT_NAME_COUNT], zeros behind each: every file has them.
void sf_merchant_names(char (*text)[SF_MEMBER_NAME_SIZE]);

// Number of nouns of a subcategory, and its local name number `n`
// (0 <= n < nouns * SF_EPITHET_COUNT) as an index of the dictionary.
uint32_t sf_noun_count(uint8_t subcategory);
uint16_t sf_local_name(uint8_t subcategory, uint32_t n);

#endif

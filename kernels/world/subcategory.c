#include "kernels/world/subcategory.h"

const struct sf_subcategory_row sf_subcategories[SF_SUBCATEGORY_COUNT] = {
#define SF_SUBCATEGORY(constant, name, category, mcc, weight, ticket, sigma, online, brick, when, \
                       nouns)                                                                     \
  {name, SF_CATEGORY_##category, mcc, weight, ticket, sigma, online, brick, SF_WHEN_##when, nouns},
#include "kernels/world/subcategories.def"
#undef SF_SUBCATEGORY
};

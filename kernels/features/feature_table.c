#include "kernels/features/features.h"

const struct sf_feature_row sf_feature_table[SF_FEATURE_COUNT] = {
#define SF_FEATURE(constant, fname, fgroup, funit, fdefinition) \
  {.name = #fname,                                              \
   .unit = (funit),                                             \
   .definition = (fdefinition),                                 \
   .group = SF_FEATURE_GROUP_##fgroup},
#include "kernels/features/features.def"
#undef SF_FEATURE
};

const char *const sf_feature_group_names[SF_FEATURE_GROUP_COUNT] = {
#define SF_FEATURE_GROUP(constant, name) #name,
#include "kernels/features/features.def"
#undef SF_FEATURE_GROUP
};

uint32_t sf_feature_select(uint32_t groups, uint8_t feature[SF_FEATURE_COUNT]) {
  uint32_t width = 0;
  for (uint32_t f = 0; f < SF_FEATURE_COUNT; f++) {
    if (groups >> sf_feature_table[f].group & 1u) {
      feature[width++] = (uint8_t)f;
    }
  }
  return width;
}

uint32_t sf_feature_width(uint32_t groups) {
  uint8_t feature[SF_FEATURE_COUNT];
  return sf_feature_select(groups, feature);
}

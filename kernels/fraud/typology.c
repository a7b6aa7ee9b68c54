#include "kernels/fraud/typology.h"

const struct sf_typology_row sf_typologies[SF_TYPOLOGY_COUNT] = {
#define SF_TYPOLOGY(constant, tname, tshare, trows, thours, tsigma, tring, trule, tevidence) \
  [SF_TYPOLOGY_##constant] = {.name = #tname,                                                \
                              .share = (tshare),                                             \
                              .rows = (trows),                                               \
                              .report_hours = (thours),                                      \
                              .report_sigma = (tsigma),                                      \
                              .ring = SF_RING_FAMILY_##tring,                                \
                              .rule = (trule),                                               \
                              .evidence = (tevidence),                                       \
                              .stream = SF_STREAM_##constant,                                \
                              .weight = sf_##tname##_weight,                                 \
                              .fraud = sf_##tname##_fraud,                                   \
                              .twin = sf_##tname##_twin,                                     \
                              .nominate = sf_##tname##_nominate},
#include "kernels/fraud/typologies.def"
#undef SF_TYPOLOGY
};

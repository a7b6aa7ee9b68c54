#include "kernels/features/passes.h"

// The table of the passes built for one vector path.

#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define ON_PATH(name, groups) {#name, SF_FEATURE_PASS(name), groups},
#define ON_ANY(name, groups) {#name, sf_features_##name, groups},

extern const struct sf_feature_passes SF_FEATURE_PASS(passes);

const struct sf_feature_passes SF_FEATURE_PASS(passes) = {
    .path = TEXT(SF_LANES_PATH),
    .pass = {SF_FEATURE_PASS_LIST(ON_PATH, ON_ANY, SF_FEATURE_BIT)},
};

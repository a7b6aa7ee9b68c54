#ifndef SF_KERNELS_FEATURES_PASSES_H
#define SF_KERNELS_FEATURES_PASSES_H

#include "kernels/features/state.h"

// The passes over a chunk, in the order in which they run: each after those whose
// results it reads, and for all groups for which one of them runs.
//   ON_PATH(name, groups): loops over columns, in *_path.c, built once for each vector
//                          path (random/lanes.h); all give the same bits
//   ON_ANY(name, groups):  searches and maps, built once
#define SF_FEATURE_BIT(group) (1u << SF_FEATURE_GROUP_##group)
#define SF_FEATURE_ANOMALIES                                              \
  (SF_FEATURE_BIT(ANOMALY_FREQUENCY) | SF_FEATURE_BIT(ANOMALY_SEVERITY) | \
   SF_FEATURE_BIT(ANOMALY_TYPE) | SF_FEATURE_BIT(ANOMALY_PERSISTENCE) |   \
   SF_FEATURE_BIT(ANOMALY_UNSUPERVISED) | SF_FEATURE_BIT(INTERACTION))
#define SF_FEATURE_PASS_LIST(ON_PATH, ON_ANY, BIT)                                   \
  ON_PATH(load, SF_FEATURE_GROUPS_ALL)                                               \
  ON_PATH(aggregate, BIT(AGGREGATE))                                                 \
  ON_PATH(velocity, BIT(VELOCITY))                                                   \
  ON_PATH(temporal, BIT(TEMPORAL) | BIT(INTERACTION))                                \
  ON_PATH(distances, BIT(GEOGRAPHIC) | BIT(ANOMALY_UNSUPERVISED) | BIT(INTERACTION)) \
  ON_PATH(travel, BIT(GEOGRAPHIC) | BIT(ANOMALY_EVIDENCE) | SF_FEATURE_ANOMALIES)    \
  ON_PATH(behavioral, BIT(BEHAVIORAL) | BIT(INTERACTION))                            \
  ON_PATH(network, BIT(NETWORK) | BIT(GRAPH) | BIT(INTERACTION))                     \
  ON_PATH(deviation, BIT(GRAPH) | SF_FEATURE_ANOMALIES)                              \
  ON_PATH(habits, BIT(ANOMALY_EVIDENCE) | SF_FEATURE_ANOMALIES)                      \
  ON_PATH(detector, SF_FEATURE_ANOMALIES)                                            \
  ON_PATH(evidence, BIT(ANOMALY_EVIDENCE))                                           \
  ON_PATH(anomaly_frequency, BIT(ANOMALY_FREQUENCY))                                 \
  ON_PATH(anomaly_severity, BIT(ANOMALY_SEVERITY) | BIT(INTERACTION))                \
  ON_PATH(anomaly_type, BIT(ANOMALY_TYPE) | BIT(INTERACTION))                        \
  ON_PATH(anomaly_persistence, BIT(ANOMALY_FREQUENCY) | BIT(ANOMALY_PERSISTENCE))    \
  ON_PATH(bins, BIT(ANOMALY_UNSUPERVISED) | BIT(INTERACTION))                        \
  ON_PATH(isolation, BIT(ANOMALY_UNSUPERVISED) | BIT(INTERACTION))                   \
  ON_PATH(flow, BIT(GRAPH))                                                          \
  ON_PATH(distinct, BIT(GEOGRAPHIC) | BIT(GRAPH))                                    \
  ON_ANY(devices, BIT(GRAPH) | BIT(INTERACTION))                                     \
  ON_PATH(interaction, BIT(INTERACTION))

enum sf_feature_pass_id {
#define SF_FEATURE_PASS_ENUM(name, groups) SF_FEATURE_PASS_##name,
  SF_FEATURE_PASS_LIST(SF_FEATURE_PASS_ENUM, SF_FEATURE_PASS_ENUM, SF_FEATURE_BIT)
#undef SF_FEATURE_PASS_ENUM
      SF_FEATURE_PASS_COUNT
};

struct sf_feature_pass {
  const char *name;
  void (*run)(struct sf_features *f);
  uint32_t groups;  // that need it
};

// The passes of one vector path.
struct sf_feature_passes {
  const char *path;  // name of its sf_lanes
  struct sf_feature_pass pass[SF_FEATURE_PASS_COUNT];
};

#define SF_FEATURE_PASS_ON_ANY(name, groups) void sf_features_##name(struct sf_features *f);
#define SF_FEATURE_PASS_NONE(name, groups)
SF_FEATURE_PASS_LIST(SF_FEATURE_PASS_NONE, SF_FEATURE_PASS_ON_ANY, )
#undef SF_FEATURE_PASS_ON_ANY

// In files *_path.c: the function of a pass, which has the path in its name.
#ifdef SF_LANES_PATH
#define SF_FEATURE_JOIN_(name, path) sf_features_##name##_##path
#define SF_FEATURE_JOIN(name, path) SF_FEATURE_JOIN_(name, path)
#define SF_FEATURE_PASS(name) SF_FEATURE_JOIN(name, SF_LANES_PATH)

#define SF_FEATURE_PASS_ON_PATH(name, groups) void SF_FEATURE_PASS(name)(struct sf_features * f);
SF_FEATURE_PASS_LIST(SF_FEATURE_PASS_ON_PATH, SF_FEATURE_PASS_NONE, )
#undef SF_FEATURE_PASS_ON_PATH
#endif
#undef SF_FEATURE_PASS_NONE

#endif

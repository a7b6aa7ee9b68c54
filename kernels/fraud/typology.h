#ifndef SF_KERNELS_FRAUD_TYPOLOGY_H
#define SF_KERNELS_FRAUD_TYPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/fraud/fraud_config.h"
#include "kernels/fraud/ring.h"
#include "kernels/fraud/story.h"
#include "kernels/population/customer.h"
#include "kernels/random/stream.h"

// A typology: one file, one row of typologies.def. Its functions draw from the
// stream of the typology and the number of the story only, and look at nothing
// but the honest skeleton, the story and the world.
struct sf_typology_row {
  const char *name;
  double share, rows, report_hours, report_sigma;
  enum sf_ring_family ring;
  const char *rule;
  const char *evidence;  // names separated by |
  enum sf_stream stream;
  // How likely the customer is to be chosen, Q16; 0: never. The mean over the
  // population should be near 1 (65,536).
  uint32_t (*weight)(const struct sf_customer *customer);
  // Adds the rows of an episode of fraud, or of its benign twin, to the skeleton
  // of the story; false if this customer cannot have it (what was added is then
  // taken back). For members of a ring story->member is set.
  bool (*fraud)(struct sf_story *story);
  bool (*twin)(struct sf_story *story);
  // Fills in what a ring needs to know of a candidate, beside customer and
  // number; false: no ring for this one, it stands alone. Null for typologies
  // without rings.
  bool (*nominate)(struct sf_story *story, struct sf_nomination *nomination);
};

extern const struct sf_typology_row sf_typologies[SF_TYPOLOGY_COUNT];

// Functions of the typologies, by the names of typologies.def.
#define SF_TYPOLOGY(constant, name, ...)                           \
  uint32_t sf_##name##_weight(const struct sf_customer *customer); \
  bool sf_##name##_fraud(struct sf_story *story);                  \
  bool sf_##name##_twin(struct sf_story *story);                   \
  bool sf_##name##_nominate(struct sf_story *story, struct sf_nomination *nomination);
#include "kernels/fraud/typologies.def"
#undef SF_TYPOLOGY

// Number of a story among its customer's: typology, twin or not, and index, so
// that the draws of one never depend on how many others there are.
// episode_id = customer << 16 | number.
#define SF_STORY_INDEX_MAX 2048u
static inline uint16_t sf_story_number(enum sf_typology typology, bool twin, uint32_t index) {
  return (uint16_t)((uint32_t)typology << 12 | (twin ? SF_STORY_INDEX_MAX : 0u) | index);
}
static inline enum sf_typology sf_number_typology(uint16_t number) {
  return (enum sf_typology)(number >> 12);
}
static inline bool sf_number_is_twin(uint16_t number) { return number & SF_STORY_INDEX_MAX; }

#endif

#include "kernels/activity/circles.h"

#include "kernels/random/stream.h"

// Circles of a community, and the fewest members that make one.
#define CIRCLES 3u
#define LEAST 15u

// Slots of contacts.h come first among the keys of the stream.
#define CIRCLE_KEY 64u

static void enter_community(struct sf_circles *circles, const struct sf_config *config,
                            uint32_t customer) {
  const uint32_t all = config->customers;
  const uint32_t communities = all / SF_CIRCLE_COMMUNITY ? all / SF_CIRCLE_COMMUNITY : 1;
  const uint32_t own = (customer - 1) / SF_CIRCLE_COMMUNITY;
  const uint32_t community = own < communities ? own : communities - 1;
  circles->first = community * SF_CIRCLE_COMMUNITY + 1;
  circles->members = community == communities - 1 ? all - circles->first + 1 : SF_CIRCLE_COMMUNITY;
  circles->permutation = sf_permutation_make(
      config->seed, SF_STREAM_CONTACT, (uint64_t)CIRCLE_KEY << 32 | community, circles->members);
  circles->sizes = sf_draw(config->seed, CIRCLE_KEY, community, SF_STREAM_CONTACT, 0).word[0];
}

struct sf_circle sf_circle_of(struct sf_circles *circles, const struct sf_config *config,
                              uint32_t customer) {
  if (customer - circles->first >= circles->members) {
    enter_community(circles, config, customer);
  }
  const uint32_t place = sf_permutation_apply(&circles->permutation, customer - circles->first);
  struct sf_circle circle = {0, 0, 0, 0};
  for (uint32_t c = 0, first = 0; c < CIRCLES && first <= place; c++) {
    // Small circles are commoner: the product of two draws.
    const uint32_t bits = circles->sizes >> 10 * c;
    uint32_t members =
        LEAST + ((SF_CIRCLE_MOST - LEAST + 1) * (bits & 31) * (bits >> 5 & 31) >> 10);
    members = members < circles->members - first ? members : circles->members - first;
    if (members < LEAST) {
      break;
    }
    if (place < first + members) {
      circle = (struct sf_circle){first, members, place - first, 0};
      circle.collector = sf_circle_member(circles, &circle, 0);
      break;
    }
    first += members;
  }
  return circle;
}

uint32_t sf_circle_member(const struct sf_circles *circles, const struct sf_circle *circle,
                          uint32_t rank) {
  return circles->first + sf_permutation_invert(&circles->permutation, circle->first + rank);
}

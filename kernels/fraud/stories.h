#ifndef SF_KERNELS_FRAUD_STORIES_H
#define SF_KERNELS_FRAUD_STORIES_H

#include "kernels/fraud/ring.h"
#include "kernels/fraud/story.h"

// The stories of one customer: those that may be (the plan), and those that are
// (the generation).

#define SF_STORIES_MAX 512u  // of a customer, candidates and twins

// Candidates that are left of a customer after conflicts: each has the smallest
// (precedence, priority) among those whose spans overlap its own.
struct sf_candidates {
  struct sf_candidate single[SF_STORIES_MAX];
  struct sf_nomination nomination[SF_STORIES_MAX];
  uint32_t singles, nominations;
};

// Fills `candidates` for the customer whose honest events `skeleton` holds
// (sf_skeleton_build); `story` is scratch. The skeleton is left as it was.
void sf_stories_list(struct sf_skeleton *skeleton, struct sf_story *story,
                     struct sf_candidates *candidates);

// A story that the plan has accepted.
struct sf_assignment {
  struct sf_candidate candidate;
  const struct sf_membership *member;  // null: stands alone
  const struct sf_link *link;          // shape [links]
  uint32_t links;
};

// Tells an accepted story: appends its events to the skeleton and marks the
// honest ones that it takes away. `index` is its place among the customer's stories.
// `honest` is the number of honest events. False if its rows are not those that
// the plan counted.
bool sf_story_tell(struct sf_skeleton *skeleton, uint32_t honest,
                   const struct sf_assignment *assignment, uint32_t index, struct sf_story *story);

// Mean number of candidates of a typology for a customer of weight 1 and average activity.
double sf_candidates_mean(const struct sf_config *config, enum sf_typology typology, bool twin);

#endif

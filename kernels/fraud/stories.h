#ifndef SF_KERNELS_FRAUD_STORIES_H
#define SF_KERNELS_FRAUD_STORIES_H

#include "kernels/fraud/ring.h"
#include "kernels/fraud/story.h"
#include "kernels/fraud/trace.h"

// The stories of one customer: those that may be (the plan), and those that are
// (the generation).

#define SF_STORIES_MAX 512u  // of a customer, candidates and twins

// Share of combinations that the chances of single ones are set for.
#define SF_COMBINATIONS_SET 0.08

// Candidates that are left of a customer after conflicts, which go by precedence (rings
// of transfers; fraud before twins; of each invented people, stories that take rows away,
// other rings, the rest) and priority.
struct sf_candidates {
  struct sf_candidate single[SF_STORIES_MAX];
  struct sf_nomination nomination[SF_STORIES_MAX];
  uint32_t singles, nominations;
  // What the bank will see of them, if `traced`: by singles, then by nominations.
  bool traced;
  struct sf_trace single_trace[SF_STORIES_MAX], nomination_trace[SF_STORIES_MAX];
  struct sf_touch touch[SF_TOUCHES_MAX];
  uint32_t touches;
  bool overflow;                           // there was no room for a touch
  uint32_t device_day[SF_DEVICE_FOREIGN];  // of the honest rows (sf_skeleton_device_days)
};

// Fills `list` for the customer whose honest events `skeleton` holds
// (sf_skeleton_build); `story` is scratch. The skeleton is left as it was.
void sf_stories_list(struct sf_skeleton *skeleton, struct sf_story *story,
                     struct sf_candidates *list);

// Least first_day of the traces of the candidates, SF_TRACE_NEVER without any.
uint16_t sf_candidates_first_day(const struct sf_candidates *list);

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

#endif

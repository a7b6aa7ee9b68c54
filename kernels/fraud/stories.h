#ifndef SF_KERNELS_FRAUD_STORIES_H
#define SF_KERNELS_FRAUD_STORIES_H

#include "kernels/fraud/ring.h"
#include "kernels/fraud/story.h"

// The stories of one customer: those that may be (the plan), and those that are
// (the generation).

#define SF_STORIES_MAX 512u  // of a customer, candidates and twins

// Share of combinations that the chances of single ones are set for.
#define SF_COMBINATIONS_SET 0.08

// A row that a story adds at a merchant, or takes away from there.
struct sf_touch {
  uint32_t merchant;
  uint16_t day;     // of the row, from the first day of the corpus
  uint16_t report;  // day on which the bank learns that it was fraud, or one of these
};
#define SF_TOUCH_HONEST 0xffffu  // never, or no fraud
#define SF_TOUCH_TAKEN 0xfffeu   // the row does not happen

// What the bank's knowledge (kernels/features/knowledge.h) takes from a story.
struct sf_trace {
  uint32_t customer;
  uint16_t number;
  uint16_t first_day;    // of the rows that it adds or takes away, or that may be
  uint16_t foreign_day;  // of its first row on the fraudster's device, SF_TRACE_NEVER
  bool anew;             // it changes, or may change, first days on the household's devices
  uint32_t first_touch, touches;
};
#define SF_TRACE_NEVER 0xffffu
#define SF_TOUCHES_MAX 32768u

// Candidates that are left of a customer after conflicts, which go by precedence
// (rings of transfers, other rings, the rest) and priority.
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

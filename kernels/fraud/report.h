#ifndef SF_KERNELS_FRAUD_REPORT_H
#define SF_KERNELS_FRAUD_REPORT_H

#include "kernels/fraud/story.h"

// When the bank learns of an episode, and what comes of it.

// What the law of the typology draws for a story.
struct sf_report_law {
  bool never;        // the bank never learns of it
  uint32_t delay;    // from the last row that takes money, s
  uint32_t word[2];  // draws for what the thief does then
};
struct sf_report_law sf_report_law_of(const struct sf_config *config, uint32_t customer,
                                      uint16_t number);

// Sets the report of a story that is told, refuses what it tries after a block, and adds
// the tries in vain that may follow.
void sf_report(struct sf_story *story);

#endif

#ifndef SF_KERNELS_FRAUD_TRACE_H
#define SF_KERNELS_FRAUD_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/fraud/story.h"

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
#define SF_TOUCHES_MAX 32768u  // of a customer

struct sf_candidates;

// Notes what the bank will see of a story that has been told: its rows and those that it
// takes away, in `list`, if that is traced. Sets list->overflow if there is no room.
void sf_trace_of(const struct sf_story *story, struct sf_candidates *list, struct sf_trace *trace);

// The same of a story whose rows will be dealt out from a time on.
void sf_trace_from(const struct sf_story *story, struct sf_candidates *list, uint32_t start,
                   struct sf_trace *trace);

#endif

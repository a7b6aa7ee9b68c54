#ifndef SF_KERNELS_FLESH_INSTRUMENT_H
#define SF_KERNELS_FLESH_INSTRUMENT_H

#include <stdint.h>

#include "kernels/activity/skeleton.h"
#include "kernels/fraud/story.h"

// Instruments as stored: kind (enum sf_instrument) + SF_INSTRUMENT_KINDS x
// generation. A new generation is issued when a card is renewed, or when the bank
// has learnt of a fraud and blocks the old one.
#define SF_INSTRUMENT_KINDS 6u
#define SF_INSTRUMENT_GENERATIONS 42u  // that fit into a byte

// Times, s since local midnight of the first day, at which a customer gets a new
// instrument of a kind.
#define SF_REISSUES_MAX 256u
struct sf_instruments {
  uint32_t count;
  struct sf_reissue {
    uint32_t time;
    uint8_t kind;
  } reissue[SF_REISSUES_MAX];
};

// Works out the renewals in the window and the blocks by reported stories.
void sf_instruments_begin(struct sf_instruments *instruments, const struct sf_config *config,
                          uint32_t customer, const struct sf_story *story, uint32_t stories);

// The instrument that an event uses: the one in force; in the hands of a thief
// whose story has been reported, the one that was in force before.
uint8_t sf_instrument_at(const struct sf_instruments *instruments, const struct sf_event *event,
                         const struct sf_story *story);

#endif

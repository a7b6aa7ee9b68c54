#ifndef SF_KERNELS_FRAUD_MULE_FLOW_H
#define SF_KERNELS_FRAUD_MULE_FLOW_H

#include "kernels/config.h"
#include "kernels/fraud/ring.h"

// The money that flows through a ring of mules: how much comes in and when, what is
// kept, in what parts and by which rails the rest is sent on. mule_ring.c gives it a shape.

// Stands for accounts outside the corpus, where a place of the shape is asked for.
#define SF_MULE_OUTSIDE UINT32_MAX
// Parts in which a sum is sent on at a time.
#define SF_MULE_PARTS_MOST 4u

struct sf_mule_batch {
  int64_t paise;
  uint32_t time;  // when the last part of it arrived
};

struct sf_mule_flow {
  const struct sf_config *config;
  const struct sf_nomination *nomination;
  uint32_t n;
  uint32_t seat[SF_RING_MAX];  // nomination at a place of the shape
  uint8_t role[SF_RING_MAX];   // enum sf_role of the rows of a place
  uint64_t key;                // of all draws
  bool twin;
  double c;                  // camouflage, 0..1
  uint32_t first_day;        // to which bit 0 of nomination[].upi_days belongs
  uint32_t last;             // time of a link
  uint32_t opening, spread;  // inflows: from, and over how long, s
  double ln_usual;           // of rupees that a member handles at a time
  struct sf_link *link;
  uint32_t links;
  uint32_t drawn;  // words
  struct sf_block block;
};

// The next word of the ring's draws, and the same in [0, 1).
uint32_t sf_mule_draw(struct sf_mule_flow *flow);
double sf_mule_uniform(struct sf_mule_flow *flow);

// Sets the times of links to start .. end-1, at least a day, and the usual sum.
void sf_mule_open(struct sf_mule_flow *flow, uint32_t start, uint32_t end);

// Rupees that a member handles at a time.
double sf_mule_rupees(struct sf_mule_flow *flow);

// When money comes into the ring.
uint32_t sf_mule_arrival(struct sf_mule_flow *flow);

// Money from outside to a place, in parts.
struct sf_mule_batch sf_mule_receive(struct sf_mule_flow *flow, uint32_t to, double rupees,
                                     uint32_t parts);

// What came to `from` goes on to `parts` places, shape [parts], less the cut, with the links'
// `stage`; `hops` more must fit behind. Sets into[p] to what arrived, if not null.
void sf_mule_pass_on(struct sf_mule_flow *flow, uint32_t from, struct sf_mule_batch batch,
                     const uint32_t *to, uint32_t parts, uint32_t stage, uint32_t hops,
                     struct sf_mule_batch *into);

// Puts the links in order of time and numbers them.
void sf_mule_sort(struct sf_mule_flow *flow);

#endif

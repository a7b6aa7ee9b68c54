#ifndef SF_KERNELS_ACTIVITY_CIRCLES_H
#define SF_KERNELS_ACTIVITY_CIRCLES_H

#include <stdint.h>

#include "kernels/config.h"
#include "kernels/random/permutation.h"

// Circles: 15 to 60 customers who pay one of them regularly (a housing society and
// its treasurer, a teacher and the pupils, a landlord and the tenants). A circle is a
// run of places of a keyed permutation of a community of 256 ids, its first member
// collects: everybody can name the collector, and the collector all members.
#define SF_CIRCLE_COMMUNITY 256u
#define SF_CIRCLE_MOST 60u

struct sf_circle {
  uint32_t first;      // place of the collector
  uint32_t members;    // the collector included; 0: the customer is in no circle
  uint32_t rank;       // of the customer, 0 for the collector
  uint32_t collector;  // customer id
};

// The permutation in use: neighbours share it. Zero before the first use.
struct sf_circles {
  struct sf_permutation permutation;
  uint32_t first, members;  // ids of the community
  uint32_t sizes;           // draw of the sizes of its circles
};

// `circles` changes nothing but the time it takes; it must be used with one
// configuration only.
struct sf_circle sf_circle_of(struct sf_circles *circles, const struct sf_config *config,
                              uint32_t customer);

// The member with a rank below circle.members, of the circle last asked for.
uint32_t sf_circle_member(const struct sf_circles *circles, const struct sf_circle *circle,
                          uint32_t rank);

#endif

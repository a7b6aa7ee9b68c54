#ifndef SF_KERNELS_FRAUD_RING_TABLES_H
#define SF_KERNELS_FRAUD_RING_TABLES_H

#include <stdint.h>

#include "kernels/config.h"
#include "kernels/fraud/ring_assembly.h"
#include "kernels/schema/schema.h"

// Rings as the tables /rings, /ring_members and /ring_links hold them.

// Appends the ring to the batches, behind their rows, which have room for it, its
// members and its links.
void sf_ring_write(const struct sf_config *config, const struct sf_assembly *assembly,
                   const struct sf_ring *ring, struct sf_rings *rings,
                   struct sf_ring_members *members, struct sf_ring_links *links);

#endif

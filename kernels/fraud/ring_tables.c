#include "kernels/fraud/ring_tables.h"

#include "kernels/fraud/typology.h"
#include "kernels/world/calendar.h"

// Seconds since 1970-01-01 UTC of a time since local midnight of the first day.
static int64_t utc(const struct sf_config *config, uint32_t time) {
  return sf_midnight_of(config->start_day) + time;
}

static void write_members(const struct sf_ring *ring, const struct sf_membership *member,
                          struct sf_ring_members *batch) {
  for (uint32_t i = 0; i < ring->size; i++) {
    const int64_t r = batch->rows++;
    batch->ring_id[r] = ring->ring_id;
    batch->customer_id[r] = member[i].candidate.customer;
    batch->role[r] = member[i].role;
  }
}

static void write_links(const struct sf_config *config, const struct sf_ring *ring,
                        const struct sf_link *link, struct sf_ring_links *batch) {
  for (int64_t i = 0; i < ring->links; i++) {
    const int64_t r = batch->rows++;
    batch->ring_id[r] = ring->ring_id;
    batch->source_customer_id[r] = link[i].source;
    batch->target_customer_id[r] = link[i].target;
    batch->timestamp[r] = utc(config, link[i].time);
    batch->amount[r] = (double)link[i].paise / 100.0;
  }
}

void sf_ring_write(const struct sf_config *config, const struct sf_assembly *assembly,
                   const struct sf_ring *ring, struct sf_rings *rings,
                   struct sf_ring_members *members, struct sf_ring_links *links) {
  const int64_t r = rings->rows++;
  rings->ring_id[r] = ring->ring_id;
  rings->ring_type[r] = ring->type;
  rings->fraud_type[r] = (uint8_t)sf_number_typology(ring->number);
  rings->size[r] = ring->size;
  rings->start[r] = utc(config, ring->start);
  rings->end[r] = utc(config, ring->end);
  rings->shared_device_id[r] = ring->shared_device;
  rings->shared_merchant_id[r] = ring->shared_merchant;
  write_members(ring, &assembly->member[ring->first_member], members);
  write_links(config, ring, &assembly->link[ring->first_link], links);
}

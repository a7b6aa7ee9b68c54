#include "kernels/features/passes.h"

// Group graph: the customer's devices and who else has them.

static uint32_t add_device(struct sf_features *f, struct sf_key_entry *entry, uint64_t id,
                           int32_t date) {
  const uint32_t slot = f->devices++;
  struct sf_feature_device *device = &f->device[slot];
  *device = (struct sf_feature_device){.first_date = date};
  if (f->knowledge) {
    sf_knowledge_device(f->knowledge, id, &device->known, &device->known_end);
  }
  device->shared = device->known < device->known_end;
  sf_key_map_put(&f->device_slot, entry, id, slot);
  return slot;
}

// Customers first seen on the device before the date, and the own one.
static uint32_t device_customers(const struct sf_knowledge *knowledge,
                                 struct sf_feature_device *device, int32_t date) {
  if (!device->shared) {
    return 1;
  }
  const uint32_t day = sf_knowledge_day(knowledge, date);
  while (device->known < device->known_end && knowledge->device_day[device->known] < day) {
    device->known++;
    device->others++;
  }
  return device->others + (device->first_date >= date);
}

void sf_features_devices(struct sf_features *f) {
  const struct sf_transactions *b = f->batch;
  for (uint32_t i = 0; i < f->count; i++) {
    const int64_t r = f->at + i;
    const uint64_t id = b->device_id[r];
    bool is_new = false;
    uint32_t customers = 0;
    if (id) {
      struct sf_key_entry *entry = sf_key_map_find(&f->device_slot, id);
      const bool seen = sf_key_map_holds(&f->device_slot, entry);
      is_new = !seen && f->devices > 0;
      const uint32_t slot = seen ? entry->value : add_device(f, entry, id, b->date[r]);
      customers = device_customers(f->knowledge, &f->device[slot], b->date[r]);
    }
    f->column[SF_FEATURE_IS_NEW_DEVICE][i] = is_new;
    f->column[SF_FEATURE_DEVICE_CUSTOMER_COUNT][i] = (float)customers;
  }
}

#include "kernels/features/tally.h"

#include "kernels/activity/mode.h"
#include "kernels/flesh/device.h"

// Cells that are fetched before the first of them is counted up: the table is larger than
// the caches, and one count must wait for the other where several processes count.
#define CELLS 64u

void sf_tally_rows(const struct sf_tally *tally, const struct sf_skeleton *skeleton) {
  uint32_t merchant[CELLS], day[CELLS];
  for (uint32_t first = 0; first < skeleton->events; first += CELLS) {
    const uint32_t left = skeleton->events - first, events = left < CELLS ? left : CELLS;
    uint32_t cells = 0;
    for (uint32_t e = first; e < first + events; e++) {
      const struct sf_event *event = &skeleton->event[e];
      merchant[cells] = event->merchant;
      day[cells] = event->time / SF_DAY;
      cells += (event->merchant != 0) & !(event->flags & SF_EVENT_SUPPRESSED);
    }
    for (uint32_t c = 0; c < cells; c++) {
      __builtin_prefetch(sf_tally_cell(tally, merchant[c], day[c]), 1);
    }
    for (uint32_t c = 0; c < cells; c++) {
      sf_tally_add(tally, merchant[c], day[c], 1);
    }
  }
}

static void see(struct sf_sighting *sighting, uint32_t *count, uint64_t device, uint32_t day) {
  for (uint32_t i = 0; i < *count; i++) {
    if (sighting[i].device_id == device) {
      sighting[i].day = day < sighting[i].day ? (uint16_t)day : sighting[i].day;
      return;
    }
  }
  if (*count < SF_SIGHTINGS_MAX) {
    sighting[(*count)++] = (struct sf_sighting){device, (uint16_t)day};
  }
}

// First days on the fraudsters' devices of stories.
static uint32_t foreign_sightings(const struct sf_skeleton *skeleton, const struct sf_story *story,
                                  uint32_t stories, struct sf_sighting *sighting) {
  uint32_t count = 0;
  for (uint32_t e = 0; e < skeleton->events && stories; e++) {
    const struct sf_event *event = &skeleton->event[e];
    if (event->device == SF_DEVICE_FOREIGN && !(event->flags & SF_EVENT_SUPPRESSED) &&
        event->story && event->story <= stories) {
      see(sighting, &count, story[event->story - 1].device.id, event->time / SF_DAY);
    }
  }
  return count;
}

uint32_t sf_tally_sightings(const struct sf_skeleton *skeleton, const struct sf_story *story,
                            uint32_t stories, struct sf_sighting sighting[SF_SIGHTINGS_MAX]) {
  uint32_t first[SF_DEVICE_FOREIGN];
  uint32_t count = foreign_sightings(skeleton, story, stories, sighting);
  sf_skeleton_device_days(skeleton, first);
  if (first[SF_DEVICE_COMPUTER] == UINT32_MAX && first[SF_DEVICE_TABLET] == UINT32_MAX) {
    return count;
  }
  struct sf_devices devices;
  sf_devices_begin(&devices, &skeleton->world->config, &skeleton->customer);
  static const uint8_t household[] = {SF_DEVICE_COMPUTER, SF_DEVICE_TABLET};
  for (uint32_t i = 0; i < sizeof household; i++) {
    const uint8_t kind = household[i];
    if (first[kind] != UINT32_MAX) {
      see(sighting, &count, devices.device[kind].id, first[kind]);
    }
  }
  return count;
}

#include "kernels/fraud/ring_assembly.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/array.h"
#include "kernels/flesh/device.h"
#include "kernels/fraud/candidates.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"

// Purposes of the draws of a key (those below 64 are for stories, 128 and 129 for campaigns).
enum { PURPOSE_SIZE = 64, PURPOSE_PRIORITY = 4000, PURPOSE_VICTIM = 4001 };

// Of those who were exposed at a compromise point, the share that is robbed.
#define VICTIMS SF_CHANCE(0.6)
// Sizes: P(size >= s) = (3 / s)^0.6, cut at the largest.
#define SIZE_EXPONENT 0.6

static int by_meeting(const void *left, const void *right) {
  const struct sf_nomination *a = left, *b = right;
  if (a->key != b->key) {
    return a->key < b->key ? -1 : 1;
  }
  if (a->draw != b->draw) {
    return a->draw < b->draw ? -1 : 1;
  }
  const uint64_t x = (uint64_t)a->candidate.customer << 16 | a->candidate.number;
  const uint64_t y = (uint64_t)b->candidate.customer << 16 | b->candidate.number;
  return (x > y) - (x < y);
}

static int by_customer(const void *left, const void *right) {
  const struct sf_nomination *a = left, *b = right;
  const uint64_t x = (uint64_t)a->candidate.customer << 16 | a->candidate.number;
  const uint64_t y = (uint64_t)b->candidate.customer << 16 | b->candidate.number;
  return (x > y) - (x < y);
}

// Largest ring: a tenth of the typology's episodes as the configuration makes one
// expect, so that no ring decides about a split.
static uint32_t largest(const struct sf_config *config, uint16_t number) {
  const double tenth =
      sf_episodes_needed(config, sf_number_typology(number)) * config->customers / 10;
  return tenth < SF_RING_MIN ? SF_RING_MIN : tenth > SF_RING_MAX ? SF_RING_MAX : (uint32_t)tenth;
}

static uint32_t size_of(const struct sf_config *config, uint64_t key, uint32_t place,
                        uint32_t most) {
  const struct sf_block draw = sf_ring_draw(config->seed, key, PURPOSE_SIZE + place);
  const double p = (draw.word[0] + 0.5) * 0x1p-32;
  const double size = SF_RING_MIN * sf_exp(-sf_log(p) / SIZE_EXPONENT);
  return size < most ? (uint32_t)size : most;
}

static uint8_t type_of(enum sf_ring_family family) {
  static const uint8_t type[] = {
      [SF_RING_FAMILY_SHARED_DEVICE] = SF_RING_TYPE_SHARED_DEVICE,
      [SF_RING_FAMILY_SHARED_MERCHANT] = SF_RING_TYPE_SHARED_MERCHANT,
      [SF_RING_FAMILY_SHARED_LOCATION] = SF_RING_TYPE_SHARED_LOCATION,
      [SF_RING_FAMILY_SYNTHETIC_FAMILY] = SF_RING_TYPE_SYNTHETIC_FAMILY,
      [SF_RING_FAMILY_COMPROMISE_POINT] = SF_RING_TYPE_COMPROMISE_POINT,
  };
  return type[family];
}

static uint8_t role_of(enum sf_typology typology) {
  switch (typology) {
    case SF_TYPOLOGY_MERCHANT_COLLUSION:
      return SF_MEMBER_ROLE_MERCHANT_ACCOMPLICE;
    case SF_TYPOLOGY_SYNTHETIC_IDENTITY:
      return SF_MEMBER_ROLE_FAMILY_MEMBER;
    case SF_TYPOLOGY_LOYALTY_ABUSE:
      return SF_MEMBER_ROLE_CLAIMANT;
    default:
      return SF_MEMBER_ROLE_VICTIM;
  }
}

static struct sf_membership member_of(const struct sf_ring *ring,
                                      const struct sf_nomination *nomination, uint32_t position) {
  return (struct sf_membership){
      .key = ring->key,
      .ring = ring->ring,
      .candidate = nomination->candidate,
      .size = ring->size,
      .position = position,
      .camouflage = nomination->camouflage,
      .merchant = nomination->merchant,
      .exposure = nomination->exposure,
      .type = ring->type,
      .role = role_of(sf_number_typology(ring->number)),
      .city = nomination->city,
      .shown = nomination->shown,
  };
}

// Those who were exposed and not robbed are members without rows.
static void spare_some(const struct sf_config *config, const struct sf_ring *ring,
                       struct sf_membership *member) {
  const bool compromise = ring->type == SF_RING_TYPE_COMPROMISE_POINT && ring->size >= SF_RING_MIN;
  // At least one is robbed: the first.
  for (uint32_t m = 1; m < ring->size && compromise && !sf_number_is_twin(ring->number); m++) {
    const uint32_t u = sf_redraw(sf_ring_draw(config->seed, ring->ring, PURPOSE_VICTIM).word[0], m);
    if (u >= VICTIMS) {
      struct sf_candidate *candidate = &member[m].candidate;
      member[m].role = SF_MEMBER_ROLE_EXPOSED;
      candidate->fraud_rows[0] = candidate->fraud_rows[1] = candidate->fires = 0;
      candidate->net = 0;
    }
  }
}

static void sum_up(const struct sf_config *config, struct sf_ring *ring,
                   struct sf_membership *member) {
  ring->start = UINT32_MAX;
  for (uint32_t m = 0; m < ring->size; m++) {
    const struct sf_candidate *c = &member[m].candidate;
    ring->fraud_rows[0] += c->fraud_rows[0];
    ring->fraud_rows[1] += c->fraud_rows[1];
    ring->fires += c->fires;
    ring->net += c->net;
    if (member[m].role != SF_MEMBER_ROLE_EXPOSED) {
      const uint32_t first = c->exposure ? c->exposure : c->start;
      ring->start = first < ring->start ? first : ring->start;
      ring->end = c->end > ring->end ? c->end : ring->end;
    }
  }
  for (uint32_t m = 0; m < ring->size; m++) {
    member[m].start = ring->start;
    member[m].end = ring->end;
  }
  const struct sf_block draw = sf_ring_draw(config->seed, ring->ring, PURPOSE_PRIORITY);
  ring->priority = (uint64_t)draw.word[0] << 32 | draw.word[1];
}

// A device or a drop shows in some of its members' rows, or there is no ring.
static bool needs_showing(enum sf_ring_family family) {
  return family == SF_RING_FAMILY_SHARED_DEVICE || family == SF_RING_FAMILY_SHARED_LOCATION;
}

static bool is_shown(const struct sf_nomination *nomination, int64_t count) {
  bool shown = false;
  for (int64_t i = 0; i < count && !shown; i++) {
    shown = nomination[i].shown;
  }
  return shown;
}

// What a ring shares, for the table of rings.
static void share(const struct sf_world *world, struct sf_ring *ring,
                  const struct sf_membership *first) {
  const enum sf_ring_family family = sf_typologies[sf_number_typology(ring->number)].ring;
  if (family == SF_RING_FAMILY_SHARED_DEVICE || family == SF_RING_FAMILY_SYNTHETIC_FAMILY) {
    uint32_t m = 0;
    while (m + 1 < ring->size && !first[m].shown) {
      m++;
    }
    struct sf_device device;
    sf_device_foreign(&device, world->config.seed, sf_ring_device_key(&first[m]));
    ring->shared_device = first[m].shown ? device.id : 0;
  } else if (family == SF_RING_FAMILY_COMPROMISE_POINT ||
             family == SF_RING_FAMILY_SHARED_MERCHANT) {
    ring->shared_merchant = first->merchant;
  }
}

static enum sf_status add_ring(const struct sf_world *world, struct sf_nomination *nomination,
                               uint32_t size, uint32_t place, struct sf_assembly *all,
                               struct sf_error *error) {
  const bool mule =
      sf_typologies[sf_number_typology(nomination->candidate.number)].ring == SF_RING_FAMILY_MULE;
  const int64_t links = mule && size >= SF_RING_MIN ? SF_MULE_LINKS_MAX(size) : 0;
  if (!sf_array_reserve((void **)&all->ring, &all->ring_room, all->rings + 1, sizeof *all->ring) ||
      !sf_array_reserve((void **)&all->member, &all->member_room, all->members + size,
                        sizeof *all->member) ||
      !sf_array_reserve((void **)&all->link, &all->link_room, all->links + links,
                        sizeof *all->link)) {
    return sf_fail(error, SF_MEMORY, "no memory for the members of rings");
  }
  if (mule && size < SF_RING_MIN) {
    return SF_OK;  // transfers need others
  }
  qsort(nomination, size, sizeof *nomination, by_customer);
  struct sf_ring *ring = &all->ring[all->rings++];
  struct sf_membership *member = &all->member[all->members];
  *ring = (struct sf_ring){
      .key = nomination->key,
      .ring = nomination->key + place * 0x9E3779B97F4A7C15u,
      .number = nomination->candidate.number,
      .size = size,
      .first_member = all->members,
      .first_link = all->links,
  };
  ring->type = type_of(sf_typologies[sf_number_typology(ring->number)].ring);
  for (uint32_t m = 0; m < size; m++) {
    member[m] = member_of(ring, &nomination[m], m);
    member[m].head = nomination->candidate.customer;
  }
  if (mule) {
    ring->links = sf_mule_ring_deal(
        &world->config, ring->ring, ring->key, sf_number_is_twin(ring->number), nomination, size,
        nomination->candidate.start, nomination->candidate.end, member, &all->link[all->links]);
    ring->type = member->type;
  }
  spare_some(&world->config, ring, member);
  sum_up(&world->config, ring, member);
  share(world, ring, member);
  all->members += size;
  all->links += ring->links;
  return SF_OK;
}

// Leaves one nomination of each customer, the first; returns how many are left.
static int64_t leave_one_each(struct sf_nomination *nomination, int64_t count) {
  int64_t kept = 0;
  for (int64_t i = 0; i < count; i++) {
    bool again = false;
    for (int64_t j = 0; j < kept && !again; j++) {
      again = nomination[j].candidate.customer == nomination[i].candidate.customer;
    }
    if (!again) {
      nomination[kept++] = nomination[i];
    }
  }
  return kept;
}

// Cuts the nominations of one key into rings; those left over stand alone.
static enum sf_status cut(const struct sf_world *world, struct sf_nomination *nomination,
                          int64_t count, struct sf_assembly *all, struct sf_error *error) {
  const uint16_t number = nomination->candidate.number;
  const bool whole =
      sf_typologies[sf_number_typology(number)].ring == SF_RING_FAMILY_COMPROMISE_POINT;
  const uint32_t most = largest(&world->config, number);
  uint32_t place = 0;
  for (int64_t done = 0; done < count; place++) {
    const int64_t left = count - done;
    int64_t size = whole ? left : size_of(&world->config, nomination->key, place, most);
    size = left < SF_RING_MIN ? 1 : size < left ? size : left;
    if (needs_showing(sf_typologies[sf_number_typology(number)].ring) &&
        !is_shown(nomination + done, size)) {
      size = 1;
    }
    SF_TRY(add_ring(world, nomination + done, (uint32_t)size, place, all, error));
    done += size;
  }
  return SF_OK;
}

enum sf_status sf_rings_assemble(const struct sf_world *world, struct sf_nomination *nomination,
                                 int64_t count, struct sf_assembly *assembly,
                                 struct sf_error *error) {
  qsort(nomination, (size_t)count, sizeof *nomination, by_meeting);
  for (int64_t first = 0; first < count;) {
    int64_t end = first + 1;
    while (end < count && nomination[end].key == nomination[first].key) {
      end++;
    }
    const int64_t members = leave_one_each(nomination + first, end - first);
    SF_TRY(cut(world, nomination + first, members, assembly, error));
    first = end;
  }
  return SF_OK;
}

void sf_assembly_free(struct sf_assembly *assembly) {
  free(assembly->ring);
  free(assembly->member);
  free(assembly->link);
  memset(assembly, 0, sizeof *assembly);
}

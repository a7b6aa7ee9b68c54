#include <criterion/criterion.h>
#include <string.h>

#include "kernels/activity/rails.h"
#include "kernels/activity/skeleton.h"
#include "kernels/fraud/mule_ring.h"
#include "kernels/fraud/story.h"

// Rings of every size, shape and camouflage, dealt to made-up nominations.

#define START (20u * SF_DAY)
#define END (34u * SF_DAY)
#define DAYS 60
// Days with room by UPI, bit by day: two in three, other ones for each customer.
#define UPI_DAYS(customer) (0x6DB6DB6Du << (customer) % 3)

struct dealt {
  struct sf_nomination nomination[SF_RING_MAX];
  struct sf_membership member[SF_RING_MAX];
  struct sf_link link[SF_MULE_LINKS_MAX(SF_RING_MAX)];
  uint32_t n, links;
  bool twin;
};

static const struct sf_config config = {.seed = 7, .customers = 5000, .days = DAYS};

static void deal(struct dealt *ring, uint32_t n, uint64_t key, uint32_t camouflage, bool twin) {
  memset(ring, 0xff, sizeof *ring);
  memset(ring->nomination, 0, sizeof ring->nomination);
  for (uint32_t i = 0; i < n; i++) {
    ring->nomination[i] =
        (struct sf_nomination){.candidate = {.customer = 11 + 3 * i, .number = (uint16_t)(100 + i)},
                               .key = 99,
                               .camouflage = camouflage,
                               .upi_days = UPI_DAYS(11 + 3 * i)};
  }
  ring->n = n;
  ring->twin = twin;
  ring->links = sf_mule_ring_deal(&config, key, 99, twin, ring->nomination, n, START, END,
                                  ring->member, ring->link);
}

// All rings that the tests look at, one after the other.
static bool next(struct dealt *ring, uint32_t *i) {
  static const uint32_t sizes[] = {3, 4, 5, 8, 12, 13, 30, 50};
  if (*i == 8 * 40 * 3 * 2) {
    return false;
  }
  deal(ring, sizes[*i % 8], 1000 + *i, 32768 * (*i / 8 % 3), *i / 24 % 2);
  (*i)++;
  return true;
}

static uint32_t index_of(const struct dealt *ring, uint32_t customer) {
  for (uint32_t i = 0; i < ring->n; i++) {
    if (ring->nomination[i].candidate.customer == customer) {
      return i;
    }
  }
  return UINT32_MAX;
}

Test(mule_ring, links_are_in_order_inside_the_window) {
  struct dealt ring;
  for (uint32_t i = 0; next(&ring, &i);) {
    cr_assert(ring.links >= ring.n - 1 && ring.links <= SF_MULE_LINKS_MAX(ring.n));
    for (uint32_t l = 0; l < ring.links; l++) {
      const struct sf_link *link = &ring.link[l];
      cr_assert(link->time >= START && link->time < END);
      cr_assert(l == 0 || link->time > ring.link[l - 1].time);
      cr_assert_eq(link->number, l);
      cr_assert(link->source != link->target);
      cr_assert(link->source == 0 || index_of(&ring, link->source) < ring.n);
      cr_assert(link->target == 0 || index_of(&ring, link->target) < ring.n);
    }
  }
}

Test(mule_ring, window_ends_with_the_corpus) {
  struct dealt ring;
  deal(&ring, 12, 5, 65536, false);
  const uint32_t links =
      sf_mule_ring_deal(&config, 5, 99, false, ring.nomination, 12, (DAYS - 1) * SF_DAY,
                        (DAYS + 9) * SF_DAY, ring.member, ring.link);
  cr_assert(ring.link[0].time >= (DAYS - 1) * SF_DAY);
  cr_assert(ring.link[links - 1].time < DAYS * SF_DAY);
}

// Whether it is one of the days on which its sender's own payments leave room.
static bool leaves_room(const struct sf_link *link) {
  return UPI_DAYS(link->source) >> (link->time / SF_DAY - START / SF_DAY) & 1;
}

Test(mule_ring, amounts_fit_the_rail) {
  struct dealt ring;
  uint32_t sent = 0;
  for (uint32_t i = 0; next(&ring, &i);) {
    for (uint32_t l = 0; l < ring.links; l++) {
      const struct sf_link *link = &ring.link[l];
      cr_assert(link->paise >= 100 && link->paise % 100 == 0);
      switch (link->mode) {
        case SF_PAYMENT_MODE_UPI:
          cr_assert(link->paise <= (link->source ? SF_UPI_STORY_PAISE : SF_UPI_PERSON_DAY));
          cr_assert(!link->source || leaves_room(link));
          break;
        case SF_PAYMENT_MODE_IMPS:
          cr_assert(link->paise <= SF_IMPS_MOST);
          break;
        default:
          cr_assert_eq(link->mode, SF_PAYMENT_MODE_NEFT);
          break;
      }
      int64_t paise = 0;
      uint32_t payments = 0;
      for (uint32_t k = 0; k <= l && link->source && link->mode == SF_PAYMENT_MODE_UPI; k++) {
        const bool beside = ring.link[k].source == link->source &&
                            ring.link[k].mode == SF_PAYMENT_MODE_UPI &&
                            ring.link[k].time / SF_DAY == link->time / SF_DAY;
        paise += beside ? ring.link[k].paise : 0;
        payments += beside;
      }
      cr_assert(paise <= SF_UPI_STORY_PAISE && payments <= SF_UPI_STORY_PAYMENTS);
      sent += payments > 0;
    }
  }
  cr_assert(sent > 100, "%u by UPI", sent);
}

Test(mule_ring, members_are_counted_by_their_links) {
  struct dealt ring;
  for (uint32_t i = 0; next(&ring, &i);) {
    for (uint32_t k = 0; k < ring.n; k++) {
      const struct sf_membership *member = &ring.member[k];
      uint32_t sides = 0, fires = 0, start = UINT32_MAX, end = 0;
      for (uint32_t l = 0; l < ring.links; l++) {
        const struct sf_link *link = &ring.link[l];
        const uint32_t customer = member->candidate.customer;
        if (link->source == customer || link->target == customer) {
          sides++;
          fires += sf_mule_link_fires(ring.link, l, customer);
          start = link->time < start ? link->time : start;
          end = link->time + 1;
        }
        cr_assert(link->source != customer || link->source_number == 100 + k);
        cr_assert(link->target != customer || link->target_number == 100 + k);
      }
      cr_assert(sides > 0 && sides <= SF_MULE_SIDES_MAX);
      cr_assert_eq(member->links, sides);
      cr_assert_eq(member->candidate.net, (int16_t)sides);
      cr_assert_eq(member->candidate.fraud_rows[0], ring.twin ? 0 : sides);
      cr_assert_eq(member->candidate.fires, fires);
      cr_assert_eq(member->candidate.start, start);
      cr_assert_eq(member->candidate.end, end);
      cr_assert(member->start <= start && end <= member->end);
      cr_assert_eq(member->size, ring.n);
      cr_assert_eq(member->position, k);
      cr_assert_eq(member->key, 99);
      cr_assert_eq(member->role == SF_MEMBER_ROLE_FAMILY_MEMBER, ring.twin);
    }
  }
}

// What came to a customer and what was sent, up to a link.
static void flow(const struct dealt *ring, uint32_t customer, uint32_t until, int64_t *in,
                 int64_t *out) {
  *in = *out = 0;
  for (uint32_t l = 0; l < until; l++) {
    *in += ring->link[l].target == customer ? ring->link[l].paise : 0;
    *out += ring->link[l].source == customer ? ring->link[l].paise : 0;
  }
}

Test(mule_ring, money_is_conserved_less_the_cut) {
  struct dealt ring;
  for (uint32_t i = 0; next(&ring, &i);) {
    for (uint32_t k = 0; k < ring.n && !ring.twin; k++) {
      const uint32_t customer = ring.member[k].candidate.customer;
      int64_t in = 0, out = 0;
      for (uint32_t until = 1; until <= ring.links; until++) {
        flow(&ring, customer, until, &in, &out);
        cr_assert(out <= in, "sent before it came");
      }
      if (ring.member[k].role == SF_MEMBER_ROLE_BENEFICIARY) {
        cr_assert_eq(out, 0);
      } else {
        cr_assert(out * 5 >= in * 4, "kept more than a fifth");
      }
    }
  }
}

static uint32_t count_role(const struct dealt *ring, uint8_t role) {
  uint32_t count = 0;
  for (uint32_t k = 0; k < ring->n; k++) {
    count += ring->member[k].role == role;
  }
  return count;
}

static uint8_t role_of(const struct dealt *ring, uint32_t customer) {
  return customer ? ring->member[index_of(ring, customer)].role : SF_MEMBER_ROLE_COUNT;
}

static bool has_link(const struct dealt *ring, uint8_t from, uint8_t to) {
  for (uint32_t l = 0; l < ring->links; l++) {
    if (role_of(ring, ring->link[l].source) == from && role_of(ring, ring->link[l].target) == to) {
      return true;
    }
  }
  return false;
}

// Members that a member sends to, or gets from.
static uint32_t degree(const struct dealt *ring, uint32_t customer, bool out) {
  bool met[SF_RING_MAX] = {false};
  uint32_t count = 0;
  for (uint32_t l = 0; l < ring->links; l++) {
    const struct sf_link *link = &ring->link[l];
    const uint32_t other = out ? link->target : link->source;
    if ((out ? link->source : link->target) == customer && other) {
      const uint32_t at = index_of(ring, other);
      count += !met[at];
      met[at] = true;
    }
  }
  return count;
}

static void check_fan(const struct dealt *ring, bool in) {
  const uint8_t hub = in ? SF_MEMBER_ROLE_COLLECTOR : SF_MEMBER_ROLE_SOURCE;
  cr_assert_eq(count_role(ring, hub), 1);
  cr_assert_eq(count_role(ring, SF_MEMBER_ROLE_MULE), ring->n - 1);
  for (uint32_t k = 0; k < ring->n; k++) {
    const struct sf_membership *member = &ring->member[k];
    const bool is_hub = member->role == hub;
    cr_assert_eq(degree(ring, member->candidate.customer, !in), is_hub ? ring->n - 1 : 0);
    cr_assert_eq(degree(ring, member->candidate.customer, in), is_hub ? 0 : 1);
  }
}

// Every member sends to one other; following them leads through all.
static void check_chain(const struct dealt *ring, bool cycle) {
  cr_assert(ring->n <= SF_MULE_CHAIN_MAX);
  uint32_t at = UINT32_MAX;
  const uint8_t first = cycle ? SF_MEMBER_ROLE_COLLECTOR : SF_MEMBER_ROLE_SOURCE;
  for (uint32_t k = 0; k < ring->n; k++) {
    at = ring->member[k].role == first ? k : at;
  }
  const uint32_t begin = at;
  for (uint32_t hop = 0; hop < ring->n; hop++) {
    const uint32_t customer = ring->member[at].candidate.customer;
    const bool ends = !cycle && hop == ring->n - 1;
    cr_assert_eq(degree(ring, customer, true), ends ? 0 : 1);
    cr_assert_eq(degree(ring, customer, false), !cycle && hop == 0 ? 0 : 1);
    for (uint32_t l = 0; l < ring->links && !ends; l++) {
      if (ring->link[l].source == customer && ring->link[l].target) {
        cr_assert_eq(ring->link[l].stage, hop + 1);
        at = index_of(ring, ring->link[l].target);
        break;
      }
    }
  }
  cr_assert(cycle ? at == begin : ring->member[at].role == SF_MEMBER_ROLE_BENEFICIARY);
}

static void check_scatter_gather(const struct dealt *ring) {
  cr_assert(ring->n > 3);
  cr_assert_eq(count_role(ring, SF_MEMBER_ROLE_SOURCE), 1);
  cr_assert_eq(count_role(ring, SF_MEMBER_ROLE_COLLECTOR), 1);
  for (uint32_t k = 0; k < ring->n; k++) {
    const struct sf_membership *member = &ring->member[k];
    const uint32_t out = degree(ring, member->candidate.customer, true);
    const uint32_t in = degree(ring, member->candidate.customer, false);
    const uint8_t role = member->role;
    cr_assert_eq(out, role == SF_MEMBER_ROLE_SOURCE ? ring->n - 2 : role == SF_MEMBER_ROLE_MULE);
    cr_assert_eq(in, role == SF_MEMBER_ROLE_COLLECTOR ? ring->n - 2 : role == SF_MEMBER_ROLE_MULE);
  }
  cr_assert(!has_link(ring, SF_MEMBER_ROLE_SOURCE, SF_MEMBER_ROLE_COLLECTOR));
}

Test(mule_ring, every_ring_has_its_shape) {
  struct dealt ring;
  uint32_t seen[SF_RING_TYPE_COUNT] = {0};
  for (uint32_t i = 0; next(&ring, &i);) {
    const uint8_t type = ring.member[0].type;
    if (ring.twin) {
      continue;
    }
    seen[type]++;
    switch (type) {
      case SF_RING_TYPE_MULE_FAN_IN:
      case SF_RING_TYPE_MULE_FAN_OUT:
        check_fan(&ring, type == SF_RING_TYPE_MULE_FAN_IN);
        break;
      case SF_RING_TYPE_MULE_CHAIN:
      case SF_RING_TYPE_MULE_CYCLE:
        check_chain(&ring, type == SF_RING_TYPE_MULE_CYCLE);
        break;
      default:
        cr_assert_eq(type, SF_RING_TYPE_SCATTER_GATHER);
        check_scatter_gather(&ring);
        break;
    }
  }
  for (uint32_t type = SF_RING_TYPE_MULE_FAN_IN; type <= SF_RING_TYPE_SCATTER_GATHER; type++) {
    cr_assert(seen[type] >= 10, "shape %u seldom formed: %u", type, seen[type]);
  }
}

Test(mule_ring, rows_of_fraud_have_roles_of_fraud) {
  struct dealt ring;
  for (uint32_t i = 0; next(&ring, &i);) {
    for (uint32_t l = 0; l < ring.links; l++) {
      const struct sf_link *link = &ring.link[l];
      cr_assert(!link->source || link->source_role == SF_ROLE_MULE ||
                link->source_role == SF_ROLE_LAYERING || link->source_role == SF_ROLE_COLLECTOR);
      cr_assert(!link->target || link->target_role == SF_ROLE_MULE ||
                link->target_role == SF_ROLE_LAYERING || link->target_role == SF_ROLE_COLLECTOR ||
                link->target_role == SF_ROLE_BENEFICIARY);
    }
  }
}

Test(mule_ring, brazen_ones_are_quick_and_round) {
  uint32_t quick[2] = {0, 0}, sent[2] = {0, 0}, round[2] = {0, 0};
  struct dealt ring;
  for (uint32_t i = 0; i < 200; i++) {
    const uint32_t end = i & 1;
    deal(&ring, 6, 3000 + i, end ? 65536 : 0, false);
    for (uint32_t l = 0; l < ring.links; l++) {
      if (ring.link[l].source) {
        sent[end]++;
        quick[end] += sf_mule_link_fires(ring.link, l, ring.link[l].source);
        round[end] += ring.link[l].paise % 50000 == 0;
      }
    }
  }
  cr_assert(quick[0] * 10 > sent[0] * 6, "%u of %u", quick[0], sent[0]);
  cr_assert(quick[1] * sent[0] < quick[0] * sent[1]);
  cr_assert(round[0] * 10 > sent[0] * 6, "%u of %u", round[0], sent[0]);
  cr_assert(round[1] * 2 * sent[0] < round[0] * sent[1]);
}

Test(mule_ring, is_dealt_twice_alike_and_by_the_key) {
  struct dealt a, b, c;
  deal(&a, 9, 77, 30000, false);
  deal(&b, 9, 77, 30000, false);
  deal(&c, 9, 78, 30000, false);
  cr_assert_eq(a.links, b.links);
  cr_assert_eq(memcmp(a.link, b.link, a.links * sizeof *a.link), 0);
  cr_assert_eq(memcmp(a.member, b.member, 9 * sizeof *a.member), 0);
  cr_assert(a.links != c.links || memcmp(a.link, c.link, a.links * sizeof *a.link) != 0);
}

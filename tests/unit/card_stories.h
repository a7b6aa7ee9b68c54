#ifndef SF_TESTS_UNIT_CARD_STORIES_H
#define SF_TESTS_UNIT_CARD_STORIES_H

#include "kernels/activity/rails.h"
#include "kernels/fraud/card_rows.h"
#include "kernels/fraud/role.h"
#include "told_story.h"

// Telling stories of cards to some hundred customers, one each.

#define CUSTOMERS 800u
#define DAYS 180
#define BRAZEN 0.05
#define CAMOUFLAGED 0.95

static uint32_t count[4];  // of whatever a test counts

// Tells a story of a card, of those who may have it.
static inline bool tell(struct model *m, uint32_t customer, enum sf_typology typology, bool twin,
                        const struct sf_membership *member) {
  begin(m, customer);
  return sf_typologies[typology].weight(&m->skeleton.customer) &&
         tell_nth(m, customer, typology, twin, 0, member);
}

static inline bool fires(const struct sf_event *event) { return event->flags & SF_EVENT_FIRES; }

// Tries of the thief after the card is blocked repeat a row before.
static inline bool is_told(const struct sf_event *event) {
  return !event->leg && !(story.reported && event->time >= story.reported);
}

// Tells a typology at a mean camouflage, checks its rows, and returns how often it was told.
static inline uint32_t check_at(double difficulty, enum sf_typology typology, bool twin,
                                void (*check)(struct model *m)) {
  struct model m;
  uint32_t told = 0;
  memset(count, 0, sizeof count);
  model_make_fraud(&m, 3, CUSTOMERS, difficulty);
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    if (tell(&m, customer, typology, twin, NULL)) {
      told++;
      check(&m);
    }
  }
  model_free(&m);
  return told;
}

static inline bool is_online(const struct sf_event *event) {
  return event->channel == SF_CHANNEL_MOBILE || event->channel == SF_CHANNEL_ONLINE;
}

// Tells a typology to all as members of one ring; returns how many, and of them those
// who share what `of` gives with most.
static inline uint32_t share_in_ring(enum sf_typology typology, uint32_t (*of)(struct model *m),
                                     uint32_t *members) {
  struct model m;
  uint32_t most = 0;
  uint32_t seen[CUSTOMERS + 1];
  *members = 0;
  model_make_fraud(&m, 9, CUSTOMERS, 0.3);
  for (uint32_t customer = 1; customer <= CUSTOMERS; customer++) {
    const struct sf_membership member = {.key = 77, .ring = 99, .size = 9};
    if (tell(&m, customer, typology, false, &member) && of(&m)) {
      seen[(*members)++] = of(&m);
    }
  }
  for (uint32_t i = 0; i < *members; i++) {
    uint32_t same = 0;
    for (uint32_t j = 0; j < *members; j++) {
      same += seen[j] == seen[i];
    }
    most = same > most ? same : most;
  }
  model_free(&m);
  return most;
}

#endif

#include "kernels/fraud/campaign.h"

#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/ring.h"
#include "kernels/generator.h"

// Shops of the pool that a campaign chooses from, and that are looked at for them.
#define CHOICE 2u
#define LOOKED_AT 24u
// Meetings of about a hundred candidates that make a campaign.
#define MEETINGS 4.0
#define PURPOSE 128u  // of the draws of a typology's campaigns

// Which campaign of the typology it is, of all in the window.
static uint32_t number_of(const struct sf_story *story, const struct sf_campaign *campaign) {
  if (campaign->lasting && story->member) {
    return (uint32_t)(story->member->key >> 44);
  }
  const uint32_t slot = story->begin / (SF_CAMPAIGN_DAYS * SF_DAY);
  const uint32_t all = sf_meetings(story, MEETINGS, SF_CAMPAIGN_DAYS);
  const uint32_t u =
      story->member ? (uint32_t)(story->member->key >> 32) : sf_story_draw(story, 0, 4000).word[0];
  return slot * all + sf_below(u, all);
}

// The less known half of the shops of a kind; of those with a programme all are looked at,
// since there are few.
static uint32_t first_of(const struct sf_merchant_run *run, const struct sf_campaign *campaign) {
  return campaign->programme ? 0 : run->count / 2;
}

static uint32_t pool_of(const struct sf_merchant_map *map, const struct sf_campaign *campaign) {
  uint32_t pool = 0;
  for (uint32_t k = 0; k < campaign->kinds; k++) {
    const struct sf_merchant_run *run = sf_merchant_run(map, SF_CITY_NONE, campaign->kind[k]);
    pool += run->count - first_of(run, campaign);
  }
  return pool;
}

// Shop at a place of the pool.
static uint32_t shop_at(const struct sf_merchant_map *map, const struct sf_campaign *campaign,
                        uint32_t place) {
  uint32_t k = 0;
  for (;; k++) {
    const struct sf_merchant_run *run = sf_merchant_run(map, SF_CITY_NONE, campaign->kind[k]);
    const uint32_t first = first_of(run, campaign);
    if (place < run->count - first) {
      return run->first + first + place;
    }
    place -= run->count - first;
  }
}

static uint32_t common_divisor(uint32_t a, uint32_t b) {
  while (b) {
    const uint32_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// How much is bought there, in any unit.
static double trade_of(const struct sf_merchant *shop) {
  return (double)shop->popularity * (double)sf_subcategories[shop->subcategory].weight;
}

static bool suits(const struct sf_story *story, const struct sf_campaign *campaign,
                  const struct sf_merchant *shop, int32_t day) {
  return sf_merchant_open(shop, day) && sf_merchant_serves(shop, story->skeleton->customer.city) &&
         (!campaign->programme || shop->loyalty_programme);
}

uint32_t sf_campaign_shop(const struct sf_story *story, const struct sf_campaign *campaign,
                          int64_t time, uint32_t place) {
  const struct sf_world *world = story->skeleton->world;
  const struct sf_merchant_map *map = &world->merchants;
  const int32_t day = world->config.start_day + (int32_t)(time / SF_DAY);
  const uint32_t pool = pool_of(map, campaign);
  if (!pool) {
    return 0;
  }
  // A walk through the pool that comes by each shop once, so that campaigns that follow one
  // another turn to other shops as long as there are some.
  const struct sf_block draw = sf_ring_draw(world->config.seed, story->typology, PURPOSE + place);
  uint32_t stride = 1 + sf_below(draw.word[1], pool);
  while (common_divisor(stride, pool) != 1) {
    stride++;
  }
  const uint64_t first =
      sf_below(draw.word[0], pool) + (uint64_t)number_of(story, campaign) * CHOICE * stride;
  uint32_t chosen = 0, seen = 0;
  double least = 0;
  for (uint32_t i = 0; i < LOOKED_AT && i < pool && seen < CHOICE; i++) {
    const uint32_t id = shop_at(map, campaign, (uint32_t)((first + i * stride) % pool));
    const struct sf_merchant *shop = sf_merchant_get(story->skeleton->cache, map, id);
    if (!suits(story, campaign, shop, day)) {
      continue;
    }
    if (!seen++ || trade_of(shop) < least) {
      chosen = id;
      least = trade_of(shop);
    }
  }
  return chosen;
}

uint8_t sf_campaign_sells(const struct sf_story *story, uint32_t shop) {
  return sf_merchant_get(story->skeleton->cache, &story->skeleton->world->merchants, shop)
      ->subcategory;
}

struct sf_event *sf_campaign_order(struct sf_story *story, int64_t time, uint8_t role,
                                   uint32_t shop, uint8_t subcategory) {
  const uint8_t kind = shop ? sf_campaign_sells(story, shop) : subcategory;
  struct sf_event *event = sf_story_order(story, time, role, kind);
  if (event && shop) {
    sf_story_at_merchant(story, event, shop);
  }
  return event;
}

struct sf_event *sf_campaign_buy_online(struct sf_story *story, int64_t time, uint8_t role,
                                        uint32_t shop, uint8_t subcategory, int32_t level,
                                        uint32_t u) {
  const uint8_t kind = shop ? sf_campaign_sells(story, shop) : subcategory;
  struct sf_event *event = sf_story_buy_online(story, time, role, kind, level, u);
  if (event && shop) {
    sf_story_at_merchant(story, event, shop);
    sf_story_pay_online(story, event, level, u);
  }
  return event;
}

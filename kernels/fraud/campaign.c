#include "kernels/fraud/campaign.h"

#include "kernels/fraud/account_rows.h"
#include "kernels/fraud/ring.h"
#include "kernels/generator.h"

// Shops of a kind that are looked at for the least known one.
#define LOOKED_AT 4u
// Meetings of about a hundred candidates that make a campaign.
#define MEETINGS 4.0
#define PURPOSE 128u  // of the draws of a campaign

static uint64_t key_of(const struct sf_story *story) {
  return story->member ? story->member->key
                       : sf_meeting_key(story, 0, MEETINGS, SF_CAMPAIGN_DAYS,
                                        sf_story_draw(story, 0, 4000).word[0]);
}

// A shop of the country of one of the kinds, all as likely; null if it does not suit.
static const struct sf_merchant *look_at(const struct sf_story *story,
                                         const struct sf_campaign *campaign, int32_t day,
                                         uint32_t u) {
  const struct sf_world *world = story->skeleton->world;
  const uint8_t kind = campaign->kind[sf_below(u, campaign->kinds)];
  const struct sf_merchant_run *run = sf_merchant_run(&world->merchants, SF_CITY_NONE, kind);
  if (!run->count) {
    return NULL;
  }
  const uint32_t id = run->first + sf_below(sf_redraw(u, 7), run->count);
  const struct sf_merchant *shop = sf_merchant_get(story->skeleton->cache, &world->merchants, id);
  const bool suits = sf_merchant_open(shop, day) &&
                     sf_merchant_serves(shop, story->skeleton->customer.city) &&
                     (!campaign->programme || shop->loyalty_programme);
  return suits ? shop : NULL;
}

// How much is bought there, in any unit.
static double trade_of(const struct sf_merchant *shop) {
  return (double)shop->popularity * (double)sf_subcategories[shop->subcategory].weight;
}

uint32_t sf_campaign_shop(const struct sf_story *story, const struct sf_campaign *campaign,
                          int64_t time, uint32_t place) {
  const struct sf_world *world = story->skeleton->world;
  const int32_t day = world->config.start_day + (int32_t)(time / SF_DAY);
  const struct sf_block draw = sf_ring_draw(world->config.seed, key_of(story), PURPOSE + place);
  uint32_t chosen = 0;
  double least = 0;
  for (uint32_t i = 0; i < LOOKED_AT; i++) {
    const struct sf_merchant *shop = look_at(story, campaign, day, sf_redraw(draw.word[0], i));
    if (shop && (!chosen || trade_of(shop) < least)) {
      chosen = shop->id;
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

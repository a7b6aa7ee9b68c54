#ifndef SF_KERNELS_FRAUD_CAMPAIGN_H
#define SF_KERNELS_FRAUD_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/fraud/story.h"

// Campaigns: what works at a shop is tried there again. Episodes of one typology that begin
// in the same weeks, members of a ring or not, turn to the same few shops, so that reports
// of the first raise the risk that the bank sees at the shop of the later ones. The next
// campaign has another shop: who has learned the old one by heart does not find it. Some
// hundred candidates share a campaign, however large the corpus is. An estimate.

#define SF_CAMPAIGN_DAYS 45u

// What a shop of a campaign sells, and must offer.
struct sf_campaign {
  const uint8_t *kind;  // distinct subcategories that shops of the country sell online
  uint32_t kinds;
  bool programme;  // a loyalty programme
  bool lasting;    // a ring keeps its shop as long as it lasts, else turns with the others
};

// Shop `place` (0, 1, ...) of the story's campaign: the lesser of two little known shops of
// the country that sell one of the kinds. 0 if none that came up suits the customer on that
// day.
uint32_t sf_campaign_shop(const struct sf_story *story, const struct sf_campaign *campaign,
                          int64_t time, uint32_t place);

// What such a shop sells.
uint8_t sf_campaign_sells(const struct sf_story *story, uint32_t shop);

// sf_story_order and sf_story_buy_online at such a shop; with shop 0, of the subcategory at
// any that they choose.
struct sf_event *sf_campaign_order(struct sf_story *story, int64_t time, uint8_t role,
                                   uint32_t shop, uint8_t subcategory);
struct sf_event *sf_campaign_buy_online(struct sf_story *story, int64_t time, uint8_t role,
                                        uint32_t shop, uint8_t subcategory, int32_t level,
                                        uint32_t u);

#endif

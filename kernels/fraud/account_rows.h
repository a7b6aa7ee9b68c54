#ifndef SF_KERNELS_FRAUD_ACCOUNT_ROWS_H
#define SF_KERNELS_FRAUD_ACCOUNT_ROWS_H

#include <stdbool.h>

#include "kernels/fraud/story.h"

// What the stories of accounts share.

// A purchase where the customer is at the time, by the law of honest ones.
struct sf_event *sf_story_purchase_here(struct sf_story *story, int64_t time, uint8_t role,
                                        uint8_t subcategory);

// A purchase over the internet: at a merchant of the home city that takes orders,
// else at one of the country's. The caller sets the price. Null where nobody sells
// the subcategory so, and outside the window.
struct sf_event *sf_story_order(struct sf_story *story, int64_t time, uint8_t role,
                                uint8_t subcategory);

// Makes an online purchase one by a card that the customer holds or by net banking,
// as honest life divides them, whatever the amount.
void sf_story_pay_order(struct sf_story *story, struct sf_event *event, uint32_t u);

// Moves an online row to the fraudster's device. What only phones pay by becomes a
// payment by card or net banking where that device is a computer: the instrument then hangs
// on the ring, so that a story that blocks instruments must pay by card or bank anyway.
void sf_story_log_in(struct sf_story *story, struct sf_event *event, uint32_t u);

// Makes the event a payment at the till of a shop by what honest life pays such an
// amount with (2^level paise), but for cash. The caller sets merchant and price.
void sf_story_pay_at_till(struct sf_story *story, struct sf_event *event, int32_t level,
                          uint32_t u);

// Median of the customer's honest amounts of a transaction type before a time, paise,
// from at most 127 of them spread over the past; 0 if there are none.
int64_t sf_own_median(const struct sf_story *story, uint8_t type, uint32_t before);

// The same second on the day or on one of the next ten days on which the customer is
// neither on a journey nor abroad from home; the day itself if there is none.
uint32_t sf_story_home_time(const struct sf_story *story, uint32_t time);

// Time between two purchases of one sitting, s.
uint32_t sf_sitting_gap(uint32_t u);

// The customer's own time: soon after the first honest purchase at home from a time on, as
// purchases of one sitting follow each other; where there is none within six days, a
// second of the customer's day. `channels` are bits of enum sf_channel, 0 = any.
uint32_t sf_story_beside(const struct sf_story *story, uint32_t earliest, uint32_t channels,
                         uint32_t u);

// Why a payment of this kind is declined, with the chances of honest failures;
// 0 where the draw falls on what its rail does not answer.
uint8_t sf_story_refusal(const struct sf_event *event, uint32_t u);

#endif

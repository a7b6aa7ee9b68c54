#ifndef SF_KERNELS_FRAUD_CARD_ROWS_H
#define SF_KERNELS_FRAUD_CARD_ROWS_H

#include <stdbool.h>

#include "kernels/fraud/story.h"

// What the stories of cards share.

#define SF_CARD_MODES (1u << SF_PAYMENT_MODE_CREDIT_CARD | 1u << SF_PAYMENT_MODE_DEBIT_CARD)
#define SF_CARD_INSTRUMENTS (1u << SF_INSTRUMENT_CREDIT_CARD | 1u << SF_INSTRUMENT_DEBIT_CARD)

// A payment by card at the till of a shop of a city that is open on the day, of
// about 2^level paise. Null where the city has no such shop.
struct sf_event *sf_card_at_till(struct sf_story *story, int64_t time, uint8_t role,
                                 uint8_t subcategory, uint8_t city, uint8_t mode, int32_t level,
                                 uint32_t u);

// A merchant of the country that sells the subcategory online, is open on the day and
// serves the customer; 0 if none does.
uint32_t sf_card_country_shop(const struct sf_story *story, uint8_t subcategory, int64_t time,
                              uint32_t u);

// A payment by card on the web or the phone, of about 2^level paise. Null, and the
// story is in vain, where the subcategory is not sold online.
struct sf_event *sf_card_online(struct sf_story *story, int64_t time, uint8_t role,
                                uint8_t subcategory, uint8_t mode, int32_t level, uint32_t u);

// A city from..to km away from another, by population; that one itself where three
// times three draws find none.
uint8_t sf_city_away(const struct sf_story *story, uint8_t city, uint32_t from, uint32_t to,
                     uint32_t u);

// The customer's card-present row before a time: an honest one, or of the story;
// SF_NO_EVENT if there is none.
uint32_t sf_card_present_before(const struct sf_story *story, uint32_t time);

// Speed from the card-present row before to this one, km/h; 0 if there is none.
double sf_card_speed_kmh(const struct sf_story *story, const struct sf_event *event);

// Whether the amount is more than `times` the median of the customer's honest rows
// of the same type before it.
bool sf_card_amount_above(const struct sf_story *story, const struct sf_event *event, double times);

// Shops are closed at night: a time before seven or after eleven at night becomes one
// of the next late morning.
uint32_t sf_card_opening_hours(uint32_t time, uint32_t u);

// A blend on the logarithmic scale: brazen^(1 - c) x own^c.
double sf_story_blend_log(const struct sf_story *story, double brazen, double own);

#endif

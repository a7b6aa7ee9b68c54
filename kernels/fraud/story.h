#ifndef SF_KERNELS_FRAUD_STORY_H
#define SF_KERNELS_FRAUD_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/activity/rails.h"
#include "kernels/activity/skeleton.h"
#include "kernels/flesh/device.h"
#include "kernels/fraud/ring.h"

// A story: the rows that one episode of fraud, or its benign twin, adds to the
// honest skeleton of a customer, and the honest rows that it takes away. It is
// told twice, with the same words: by the plan, which counts its rows and takes
// them back, and by the generation, once it is accepted.

#define SF_EVIDENCE_MAX 8
#define SF_STORY_ROWS_MAX 255u

struct sf_story {
  // Given.
  struct sf_skeleton *skeleton;  // holds the honest events 0 .. honest-1
  uint32_t honest;
  uint16_t number;
  uint8_t typology;  // enum sf_typology
  bool twin;
  uint8_t combination;  // enum sf_combination
  uint32_t camouflage;  // c of the episode, Q16; of the row in hand if it is progressive
  uint32_t episode_camouflage;
  uint32_t begin;  // when it should start, s since local midnight of the first day
  const struct sf_membership *member;  // null: stands alone
  const struct sf_link *link;          // of the member, in order of time
  uint32_t links;

  // Told so far.
  uint16_t index;        // 1 + place among the stories of the customer
  uint32_t first_event;  // events of the story: first_event .. first_event+rows-1
  uint32_t rows;
  uint8_t leg;             // 0, or 1 in the second part of a chain
  uint8_t second;          // typology of the second leg of a chain, 0 = none
  uint32_t fraud_rows[2];  // rows with is_fraud, by leg
  uint32_t fires;          // rows that fire the naive rule (of twins: that are labelled)
  uint32_t start, end;     // span: of all its rows and of the honest rows it takes away
  // The device of the fraudster, for events with device SF_DEVICE_FOREIGN.
  struct sf_device device;
  // Honest rows taken away: those with one of these instruments and types in the
  // span from <= time < to, and what follows from them.
  struct sf_suppression {
    uint16_t instruments;  // bit of enum sf_instrument
    uint16_t types;        // bit of enum sf_transaction_type
    uint32_t from, to;
    bool statements;  // only bills of the credit card
  } suppress;
  uint32_t suppressed;  // how many those are
  uint32_t exposed;     // 1 + honest event that exposed the victim, 0 = none
  bool borrows;         // which rows are on the fraudster's device hangs on its kind
  bool in_vain;         // a row fell outside the window: the story is not told
  // Report: when the bank learns of it, 0 = never; and what it blocks then.
  uint32_t reported;
  uint16_t blocked;                 // bit of enum sf_instrument
  float evidence[SF_EVIDENCE_MAX];  // NaN = none
  float strength;                   // sum of the evidence scaled to 0..1
  uint32_t strengths;               // number of terms in it
};

// Draw block `block` < 4096 of row or step `event` of the story, from the
// stream of its typology.
struct sf_block sf_story_draw(const struct sf_story *story, uint32_t event, uint32_t block);

// True with probability 1 - c/2: whether what a fraud cannot hide shows.
bool sf_story_shows(const struct sf_story *story, uint32_t u);

// True with probability c: whether a choice follows the victim's own law.
bool sf_story_mimics(const struct sf_story *story, uint32_t u);

// c x own + (1 - c) x brazen, on whatever (log) scale, Q16 or plain numbers.
int64_t sf_story_blend(const struct sf_story *story, int64_t brazen, int64_t own);

// To be called before row i of n: a progressive episode starts as if fully
// camouflaged and ends at the camouflage drawn; others stay as they are.
void sf_story_progress(struct sf_story *story, uint32_t i, uint32_t n);

// Appends an event of the story with a role (enum sf_role); null outside the
// window or beyond SF_STORY_ROWS_MAX. The caller sets the rest. It counts as
// fraud by its role, unless the story is a twin.
struct sf_event *sf_story_add(struct sf_story *story, int64_t time, uint8_t role);

// The same as a copy of event `own` (an honest one): merchant, mode, channel,
// device, place at that time, price law; without its failure and follow-ups.
struct sf_event *sf_story_repeat(struct sf_story *story, uint32_t own, int64_t time, uint8_t role);

// A purchase of a subcategory in a city (0 = online only) by the same law as
// honest ones, without follow-ups: merchant, mode, channel, device, price. The
// event's level may then be changed with sf_story_price.
struct sf_event *sf_story_purchase(struct sf_story *story, int64_t time, uint8_t role,
                                   uint8_t subcategory, uint8_t city);

// A purchase online at about 2^level paise (Q16), at a merchant of the own city or of the
// country, paid as honest ones of that size are. `u` is a draw.
struct sf_event *sf_story_buy_online(struct sf_story *story, int64_t time, uint8_t role,
                                     uint8_t subcategory, int32_t level, uint32_t u);

// Prices an online purchase anew, and chooses mode, channel and device to fit.
void sf_story_pay_online(struct sf_story *story, struct sf_event *event, int32_t level, uint32_t u);

// A credit (refund, chargeback) of what the story's payment `of` cost, which then has
// been paid.
struct sf_event *sf_story_pay_back(struct sf_story *story, struct sf_event *of, int64_t time,
                                   uint8_t role, uint8_t type);

// A transfer debit (to `customer`, or to an outside payee that nobody else has
// if 0) or credit of `paise` by a mode, made on the phone or the web by the
// customer's habits. Covered: it is approved.
struct sf_event *sf_story_transfer(struct sf_story *story, int64_t time, uint8_t role,
                                   uint8_t direction, uint8_t mode, uint32_t customer,
                                   int64_t paise);

// Puts the story's last row, if it is a payment at a till, off until one can have come there
// from the till before it, of the story or of honest life, as honest sittings do.
void sf_story_walk(struct sf_story *story, struct sf_event *event);

// Makes the event a purchase at another merchant: merchant and subcategory; mode
// and channel stay.
void sf_story_at_merchant(struct sf_story *story, struct sf_event *event, uint32_t merchant);

// Pays by card: mode (credit or debit card; what the customer holds), channel
// and instrument; no device at a terminal.
void sf_story_by_card(struct sf_story *story, struct sf_event *event, uint8_t mode,
                      uint8_t channel);

// Sets the amount that the flesh will find to about 2^level paise (Q16), on the
// price lattice of honest rows; the merchant's price level is taken out.
void sf_story_price(struct sf_story *story, struct sf_event *event, int32_t level);

// What the flesh will find: exact paise of any event but card bills.
int64_t sf_event_paise(const struct sf_skeleton *skeleton, const struct sf_event *event);

// Level of a priced event at its merchant's price level, Q16 log2 paise.
int32_t sf_event_level(const struct sf_skeleton *skeleton, const struct sf_event *event);

// log2 of paise in Q16, and back to paise (not rounded to a lattice).
int32_t sf_level_of_paise(int64_t paise);
int64_t sf_paise_of_level(int32_t level);

// The event happens in a city where the customer is not: at a point of the city
// drawn from `u`. For rows without a merchant at the till.
void sf_story_place(struct sf_story *story, struct sf_event *event, uint8_t city, uint32_t u);

// The event is made from the fraudster's device (a phone or computer by the
// channel; attributes from the ring or the story; needs a channel of its own, so
// not pos with a card).
void sf_story_foreign_device(struct sf_story *story, struct sf_event *event);

// The same if the event's channel goes with that device, which then changes nothing else of
// the row; false if it does not, or if the payment is bound to the customer's own phone: by
// wallet, or by UPI unless the account is `enrolled` on that device.
bool sf_story_borrow_device(struct sf_story *story, struct sf_event *event, bool enrolled);

// Key of that device: of the story, or of the ring if `member` is not null.
uint64_t sf_story_device_key(uint32_t customer, uint16_t number,
                             const struct sf_membership *member);

// The row fires the naive rule of the typology.
void sf_story_fires(struct sf_story *story, struct sf_event *event);

// Evidence `slot` in its own unit, and how strong it is, 0..1.
void sf_story_evidence(struct sf_story *story, uint32_t slot, double value, double strength);

// Takes honest rows away; see sf_story.suppress. One span a story.
void sf_story_suppress(struct sf_story *story, uint16_t instruments, uint16_t types, uint32_t from,
                       uint32_t to);

// The bills of the credit card are not paid from then on. Other stories may lie in that
// time, but not another that calls this: one story of a customer at most.
void sf_story_stop_repaying(struct sf_story *story, uint32_t from);

// The story rests on honest event `own`: no other story may take it away.
void sf_story_keep(struct sf_story *story, uint32_t own);

// Honest event `own` exposed the victim: it becomes a row of the story, with role
// exposure, that is not fraud. Once a story, and outside the span of a suppression. The
// plan (story->index 0) only notes it.
void sf_story_expose(struct sf_story *story, uint32_t own);

// Takes the mark of the exposure back.
void sf_story_conceal(struct sf_story *story);

// The instruments that are blocked when the bank learns of it.
void sf_story_block(struct sf_story *story, uint16_t instruments);

// The bank learns of it at a time of the story's own (a claim), instead of by the law of the
// typology.
void sf_story_reported(struct sf_story *story, uint32_t time);

// Own law: an honest event of the customer, chosen at random among those that
// match; SF_NO_EVENT if there is none. Failed, suppressed and following events
// (refunds and the like) never match.
#define SF_NO_EVENT UINT32_MAX
struct sf_own_query {
  uint32_t types;          // bits of enum sf_transaction_type; 0 = purchase
  uint32_t modes;          // bits of enum sf_payment_mode; 0 = any
  uint32_t channels;       // bits of enum sf_channel; 0 = any
  uint32_t after, before;  // times; before 0 = the end of the window
  bool debit;              // debits only
};
uint32_t sf_own_event(const struct sf_story *story, const struct sf_own_query *query, uint32_t u);

// Of `days` <= 32 days from a day of the window on, those on which the customer's own
// transfers by UPI leave room for stories, bit by day. UPI lets a sender move 1,00,000
// rupees to persons by 20 payments a day (rails.h): on such a day the own ones are at most
// 20,000 rupees and 6 payments, and each kind of story keeps to its part of the rest.
#define SF_UPI_OWN_PAISE 2000000
#define SF_UPI_OWN_PAYMENTS 6u
#define SF_UPI_STORY_PAISE 7500000
#define SF_UPI_STORY_PAYMENTS 10u
#define SF_UPI_LOGIN_PAISE SF_UPI_NEW_DEVICE  // of a takeover, by fewer than 4
uint32_t sf_own_upi_days(const struct sf_story *story, uint32_t day, uint32_t days);

// Median-like size of the customer's own payments of a kind, Q16 log2 paise: the
// level of a random one of them; `fallback` if there is none.
int32_t sf_own_level(const struct sf_story *story, const struct sf_own_query *query, uint32_t u,
                     int32_t fallback);

// A second of the day by the customer's own law (that of a random own event).
uint32_t sf_own_second_of_day(const struct sf_story *story, uint32_t u);

// The last honest purchase at a till in the two hours before a time, SF_NO_EVENT if none.
uint32_t sf_own_last_till(const struct sf_story *story, uint32_t time);

// Time of the first honest purchase at home from a time on; `channels` as above.
// UINT32_MAX if there is none.
uint32_t sf_own_next_purchase(const struct sf_story *story, uint32_t earliest, uint32_t channels);

// Number of honest events before a time (an upper bound of 100 is enough for
// confidence; stops counting there).
uint32_t sf_own_events_before(const struct sf_story *story, uint32_t time, uint32_t most);

// When the bank learns of a fraud row of the story, seconds since local midnight
// of the first day, 0 = never.
uint32_t sf_story_report_of(const struct sf_story *story, const struct sf_event *event);

// Log-normal delay: median x exp(sigma x normal(u)), seconds.
uint32_t sf_lognormal_seconds(double median_seconds, double sigma, uint32_t u);

#endif

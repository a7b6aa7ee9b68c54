#ifndef SF_KERNELS_ACTIVITY_EVENT_H
#define SF_KERNELS_ACTIVITY_EVENT_H

#include <stdint.h>

// The skeleton of one transaction: all that decides whether it exists, when and
// where it happens and who is paid. What is left to the flesh (authentication,
// device software, balances, status) never adds, removes or moves a row.

// What made an event; its number leads the event's ordinal, which keys all
// random draws of the flesh: append, never renumber.
enum sf_source {
  SF_SOURCE_PURCHASE = 1,
  SF_SOURCE_BILL,
  SF_SOURCE_INCOME,
  SF_SOURCE_CASH,
  SF_SOURCE_FEE,
  SF_SOURCE_TRANSFER_OUT,
  SF_SOURCE_TRANSFER_IN,
  SF_SOURCE_OUTSIDE_OUT,
  SF_SOURCE_OUTSIDE_IN,
  SF_SOURCE_TRIP,
  SF_SOURCE_CARD_BILL,
  SF_SOURCE_BANK_TRANSFER,
  SF_SOURCE_RENT,
  // 14 to 19 are free for honest life.
  SF_SOURCE_STORY = 20,  // fraud and its benign twins; number = story << 8 | row
  // What belongs to another event has its source added, so that the numbers of
  // all sources stay apart.
  SF_SOURCE_ATTEMPT = 32,  // failed try before the event; 64 and 96: the ones before
  SF_SOURCE_REFUND = 128,
  SF_SOURCE_CHARGEBACK = 160,
  SF_SOURCE_REDEMPTION = 192,
};

enum sf_event_flag {
  SF_EVENT_COVERED = 1,     // approved by construction (arranged overdraft)
  SF_EVENT_UNATTENDED = 2,  // the customer holds no device: credits, fees
  SF_EVENT_DELIVERED = 4,   // goods are sent somewhere
  SF_EVENT_PENDING = 8,
  SF_EVENT_REVERSED = 16,
  SF_EVENT_SUPPRESSED = 32,  // does not happen because of a fraud
  SF_EVENT_FIRES = 64,       // fires the naive rule of its typology
};

// Payees outside the corpus, as keys that tell them apart: usual ones by UPI,
// usual ones by bank transfer, the landlord, and others, each paid once.
enum sf_payee {
  SF_PAYEE_UPI = 1,
  SF_PAYEE_BANK = 64,
  SF_PAYEE_LANDLORD = 128,
};
#define SF_PAYEE_NEW 0x80000000u  // and 31 bits of a draw

// How the amount is found.
enum sf_amount_rule {
  SF_AMOUNT_PRICED,      // 2^level paise, at the merchant's price level, on a price point
  SF_AMOUNT_FIXED,       // `paise`
  SF_AMOUNT_OF_EVENT,    // `share` of the amount of event `link`
  SF_AMOUNT_NEAR_EVENT,  // amount of event `link` times about 1 + (`share` - 32768) / 2^20
  SF_AMOUNT_STATEMENT,   // `share` of the card balance
};

struct sf_event {
  uint32_t time;          // s since local midnight of the first day
  uint32_t ordinal;       // source and number: unique for the customer
  uint32_t amount_key;    // ordinal whose draws fix the amount: a retry has its event's
  uint32_t merchant;      // id, 0 = none
  uint32_t counterparty;  // customer id, 0 = none
  uint32_t payee;         // key of a payee outside the corpus, 0 = none
  uint32_t link;          // index of another event, for SF_AMOUNT_OF_EVENT
  int32_t level;          // log2 of the amount in paise, Q16
  int64_t paise;
  uint16_t share;       // of 65,536; 0 stands for all
  uint16_t trip;        // where the customer is: 0 home, else 1 + trip
  uint8_t amount_rule;  // enum sf_amount_rule
  uint8_t type;         // enum sf_transaction_type
  uint8_t direction;    // enum sf_direction
  uint8_t mode;         // enum sf_payment_mode
  uint8_t channel;      // enum sf_channel
  uint8_t instrument;   // 1..8, 0 = none
  uint8_t device;       // index of the customer's device, 0 = terminal or none
  uint8_t subcategory;  // enum sf_subcategory
  uint8_t fail;         // enum sf_response_code of a failing attempt, 0 = none
  uint8_t flags;        // enum sf_event_flag
  uint8_t delivery;     // city that goods are sent to, 0 = by the law of honest parcels
  uint8_t role;         // enum sf_role
  uint8_t proof;        // 1 + enum sf_auth_method, 0 = by the law
  uint8_t leg;          // of the story: 1 in the second part of a chain, else 0
  uint16_t story;       // 1 + place among the customer's stories, 0 = none
  uint8_t anomaly;      // enum sf_anomaly_type
  uint8_t severity;     // of the anomaly, of 255
};

// A journey: at the destination from `arrive` to `leave`.
struct sf_trip {
  uint32_t depart, arrive, leave, back;  // s since local midnight of the first day
  uint8_t city;
  uint8_t far;                // 1: a journey, 0: a visit nearby
  float latitude, longitude;  // of the place where the customer stays
  double point[3];
};

#endif

#ifndef SF_TESTS_INVARIANT_HISTORY_H
#define SF_TESTS_INVARIANT_HISTORY_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/check/invariant.h"
#include "kernels/check/pairing.h"
#include "kernels/world/app_version.h"
#include "kernels/world/city.h"
#include "kernels/world/subcategory.h"

// Two customers, three merchants and nine transactions made by hand, on which
// every invariant holds. Tests break it in one way at a time.
//
//   customer 1, of Mumbai, with a credit card:
//     0  1 July 2025 10:00  UPI at the till of merchant 1 in Mumbai, 150.00
//     1  10:30  credit card on the web at merchant 2, 2,500.00, sent to Delhi
//     2  12:00  UPI transfer to customer 2, 1,000.00
//     3  18:00  cash at an ATM, 5,000.00
//     4  2 July 11:00  debit card at merchant 3 in Nagpur, contactless, 900.00
//     5  31 July 09:00  salary by NEFT, 60,000.00
//     6  1 August 20:00  UPI on the phone at merchant 2, declined: 90,000 above the balance
//     7  5 August 13:00  refund of 500.00 by merchant 2 to the credit card
//   customer 2, of Nagpur:
//     8  1 July 12:00  the other side of row 2
#define ROWS 9

#define START_DAY 20270  // 2025-07-01, a Tuesday
#define LOCAL_MIDNIGHT(day) ((int64_t)(day)*86400 - 19800)

struct history {
  struct sf_config config;
  struct sf_customers customers;
  struct sf_merchants merchants;
  struct sf_transactions rows;
  void *memory[3];
};

static inline void history_place(struct history *h, int which, enum sf_table_id table, void *batch,
                                 int64_t rows) {
  const size_t bytes = sf_batch_bytes(&sf_tables[table], rows);
  h->memory[which] = aligned_alloc(64, bytes);
  memset(h->memory[which], 0, bytes);
  sf_batch_place(&sf_tables[table], batch, rows, h->memory[which]);
  ((struct sf_customers *)batch)->rows = rows;
}

static inline void history_free(struct history *h) {
  for (int i = 0; i < 3; i++) {
    free(h->memory[i]);
  }
}

static inline void add_customer(struct history *h, int64_t c, uint8_t city, float north) {
  struct sf_customers *b = &h->customers;
  static const uint8_t categories[5] = {SF_CATEGORY_GROCERIES, SF_CATEGORY_TRAVEL};
  static const uint8_t modes[4] = {1 + SF_PAYMENT_MODE_UPI, 1 + SF_PAYMENT_MODE_CASH};
  b->customer_id[c] = (uint32_t)c + 1;
  b->age[c] = 36;
  b->home_city[c] = city;
  b->home_state[c] = sf_cities[city].state;
  b->home_region[c] = sf_city_region(city);
  b->home_latitude[c] = (float)sf_cities[city].latitude + north;
  b->home_longitude[c] = (float)sf_cities[city].longitude;
  b->income_bracket[c] = SF_INCOME_BRACKET_MIDDLE;
  b->monthly_income[c] = 60000.0f;
  b->segment[c] = SF_SEGMENT_FAMILY_ORIENTED;
  b->digital_savviness[c] = SF_SAVVINESS_HIGH;
  b->avg_transaction_amount[c] = 800.0f;
  b->monthly_transaction_count[c] = 50.0f;
  memcpy(&b->preferred_categories[5 * c], categories, sizeof categories);
  memcpy(&b->preferred_payment_modes[4 * c], modes, sizeof modes);
  b->preferred_hours[c] = 0xff00;
  b->merchant_loyalty[c] = b->online_preference[c] = b->fraud_vulnerability[c] = 0.5f;
  b->account_open_date[c] = START_DAY - 100;
  b->credit_limit[c] = c == 0 ? 100000.0f : 0.0f;
  b->device_count[c] = 2;
  b->address_id[c] = b->phone_id[c] = (uint32_t)c + 1;
}

static inline void add_merchant(struct history *h, int64_t m, uint8_t subcategory, uint8_t type,
                                uint8_t city) {
  struct sf_merchants *b = &h->merchants;
  b->merchant_id[m] = (uint32_t)m + 1;
  b->name[m] = (uint16_t)(m + 7);
  b->category[m] = sf_subcategories[subcategory].category;
  b->subcategory[m] = subcategory;
  b->mcc[m] = sf_subcategories[subcategory].mcc;
  b->type[m] = type;
  b->city[m] = city;
  b->latitude[m] = (float)sf_cities[city].latitude - 0.01f;
  b->longitude[m] = (float)sf_cities[city].longitude + 0.02f;
  b->reputation[m] = 0.8f;
  b->popularity[m] = 0.25f;
  b->price_level[m] = 1.0f;
  b->accepts_online[m] = type == SF_MERCHANT_TYPE_ONLINE_ONLY;
  b->onboarding_date[m] = START_DAY - 30;
}

// What a story says of a row; the other columns follow.
struct told {
  uint32_t customer, merchant, counterparty;
  int day;  // of the window
  uint32_t second;
  double amount, balance_after, day_amount;
  uint8_t type, direction, mode, channel, status, response, proof, city;
  uint16_t day_count;
  bool is_first_merchant, is_first_payee;
};

static inline void tell_time(struct history *h, int64_t i, const struct told *told) {
  struct sf_transactions *b = &h->rows;
  const int32_t day = START_DAY + told->day;
  b->timestamp[i] = LOCAL_MIDNIGHT(day) + told->second;
  b->date[i] = day;
  b->time_of_day[i] = told->second;
  b->hour[i] = (uint8_t)(told->second / 3600);
  b->day_of_week[i] = (uint8_t)((SF_WEEKDAY_TUESDAY + told->day) % 7);
  b->is_weekend[i] = b->day_of_week[i] >= SF_WEEKDAY_SATURDAY;
  b->festival[i] = SF_FESTIVAL_NONE;
  const bool follows = i > 0 && b->customer_id[i - 1] == b->customer_id[i];
  b->time_since_last_txn[i] =
      follows ? (float)((double)(b->timestamp[i] - b->timestamp[i - 1]) / 60.0) : NAN;
}

static inline void tell_merchant(struct history *h, int64_t i, const struct told *told) {
  struct sf_transactions *b = &h->rows;
  b->merchant_id[i] = told->merchant;
  b->merchant_reputation[i] = NAN;
  b->is_first_transaction_with_merchant[i] = told->is_first_merchant;
  b->is_repeat_merchant[i] = told->merchant && !told->is_first_merchant;
  if (told->type == SF_TRANSACTION_TYPE_TRANSFER) {
    b->subcategory[i] = SF_SUBCATEGORY_PERSON_TO_PERSON;
    b->category[i] = SF_CATEGORY_TRANSFERS;
  }
  if (told->merchant) {
    const int64_t m = (int64_t)told->merchant - 1;
    b->merchant_name[i] = h->merchants.name[m];
    b->category[i] = h->merchants.category[m];
    b->subcategory[i] = h->merchants.subcategory[m];
    b->mcc[i] = h->merchants.mcc[m];
    b->merchant_type[i] = h->merchants.type[m];
    b->merchant_reputation[i] = h->merchants.reputation[m];
    b->merchant_city[i] = h->merchants.city[m];
  }
}

static inline void tell_device(struct history *h, int64_t i, const struct told *told) {
  struct sf_transactions *b = &h->rows;
  const bool online = told->channel == SF_CHANNEL_ONLINE || told->channel == SF_CHANNEL_MOBILE;
  const bool scanned = told->channel == SF_CHANNEL_POS && told->mode == SF_PAYMENT_MODE_UPI;
  const bool own = (online || scanned) && told->direction == SF_DIRECTION_DEBIT;
  b->channel[i] = told->channel;
  b->is_online[i] = online;
  b->auth_method[i] = told->proof;
  b->instrument_id[i] = 1;
  b->card_type[i] = told->mode == SF_PAYMENT_MODE_CREDIT_CARD  ? SF_CARD_TYPE_CREDIT
                    : told->mode == SF_PAYMENT_MODE_DEBIT_CARD ? SF_CARD_TYPE_DEBIT
                                                               : SF_CARD_TYPE_NOT_APPLICABLE;
  const bool web = told->channel == SF_CHANNEL_ONLINE;
  b->device_type[i] = web                                  ? SF_DEVICE_TYPE_WEB
                      : online || scanned                  ? SF_DEVICE_TYPE_MOBILE
                      : told->channel == SF_CHANNEL_ATM    ? SF_DEVICE_TYPE_ATM
                      : told->channel == SF_CHANNEL_BRANCH ? SF_DEVICE_TYPE_BRANCH
                                                           : SF_DEVICE_TYPE_POS;
  b->device_id[i] = own ? 77 : 0;
  b->os[i] = !own ? SF_OS_NONE : web ? SF_OS_WINDOWS : SF_OS_ANDROID;
  b->browser[i] = own && web ? SF_BROWSER_CHROME : SF_BROWSER_NONE;
  b->app_version[i] = own && !web ? 3 : 0;
  b->ip_prefix[i] = own ? 0xc00002 : 0;
}

static inline void tell_place(struct history *h, int64_t i, const struct told *told,
                              double distance) {
  struct sf_transactions *b = &h->rows;
  const int64_t c = (int64_t)told->customer - 1;
  b->city[i] = told->city;
  b->state[i] = sf_cities[told->city].state;
  b->region[i] = sf_city_region(told->city);
  b->city_tier[i] = sf_cities[told->city].tier;
  b->latitude[i] = h->customers.home_latitude[c];
  b->longitude[i] = h->customers.home_longitude[c];
  if (told->channel == SF_CHANNEL_POS) {
    b->latitude[i] = h->merchants.latitude[told->merchant - 1];
    b->longitude[i] = h->merchants.longitude[told->merchant - 1];
  }
  b->distance_from_home[i] = (float)distance;
  const bool home = told->city == h->customers.home_city[c];
  b->location_type[i] = home ? SF_LOCATION_TYPE_HOME : SF_LOCATION_TYPE_TRAVEL;
  b->distance_category[i] = home ? SF_DISTANCE_CATEGORY_LOCAL : SF_DISTANCE_CATEGORY_LONG_DISTANCE;
  b->delivery_distance[i] = NAN;
}

static inline void tell_customer(struct history *h, int64_t i, const struct told *told) {
  struct sf_transactions *b = &h->rows;
  const int64_t c = (int64_t)told->customer - 1;
  b->transaction_id[i] = (uint64_t)i + 1;
  b->customer_id[i] = told->customer;
  b->counterparty_id[i] = told->counterparty;
  b->home_city[i] = h->customers.home_city[c];
  b->customer_age[i] = h->customers.age[c];
  b->customer_age_group[i] = SF_AGE_GROUP_36_45;
  b->customer_income_bracket[i] = h->customers.income_bracket[c];
  b->customer_segment[i] = h->customers.segment[c];
  b->customer_digital_savviness[i] = h->customers.digital_savviness[c];
}

static inline void tell(struct history *h, int64_t i, const struct told *told, double distance) {
  struct sf_transactions *b = &h->rows;
  tell_customer(h, i, told);
  tell_time(h, i, told);
  tell_merchant(h, i, told);
  tell_device(h, i, told);
  tell_place(h, i, told, distance);
  b->amount[i] = told->amount;
  b->direction[i] = told->direction;
  b->transaction_type[i] = told->type;
  b->balance_after[i] = told->balance_after;
  b->payment_mode[i] = told->mode;
  b->status[i] = told->status;
  b->response_code[i] = told->response;
  b->is_first_payment_to_counterparty[i] = told->is_first_payee;
  b->daily_transaction_count[i] = told->day_count;
  b->daily_transaction_amount[i] = told->day_amount;
}

// The customer's opening balance is 30,000.00, half of the monthly income.
// Distances are by the great-circle formula, worked out outside this program.
static inline void history_make(struct history *h) {
  *h = (struct history){.config = {.seed = 1, .customers = 2, .start_day = START_DAY, .days = 180}};
  history_place(h, 0, SF_TABLE_CUSTOMERS, &h->customers, 2);
  history_place(h, 1, SF_TABLE_MERCHANTS, &h->merchants, 3);
  history_place(h, 2, SF_TABLE_TRANSACTIONS, &h->rows, ROWS);
  add_customer(h, 0, SF_CITY_MUMBAI, 0.03f);
  add_customer(h, 1, SF_CITY_NAGPUR, 0.0f);
  add_merchant(h, 0, SF_SUBCATEGORY_KIRANA_STORE, SF_MERCHANT_TYPE_LOCAL, SF_CITY_MUMBAI);
  add_merchant(h, 1, SF_SUBCATEGORY_ONLINE_MARKETPLACE, SF_MERCHANT_TYPE_ONLINE_ONLY,
               SF_CITY_BENGALURU);
  add_merchant(h, 2, SF_SUBCATEGORY_RESTAURANT, SF_MERCHANT_TYPE_CHAIN, SF_CITY_NAGPUR);

  // clang-format off
  enum { MUMBAI = SF_CITY_MUMBAI, NAGPUR = SF_CITY_NAGPUR,
         DEBIT = SF_DIRECTION_DEBIT, CREDIT = SF_DIRECTION_CREDIT,
         UPI = SF_PAYMENT_MODE_UPI, OK = SF_STATUS_CODE_APPROVED };
  const struct { struct told told; double km; } story[ROWS] = {
    {{1, 1, 0, 0, 36000, 150.00, 29850.00, 150.00, SF_TRANSACTION_TYPE_PURCHASE, DEBIT, UPI,
      SF_CHANNEL_POS, OK, 0, SF_AUTH_METHOD_UPI_PIN, MUMBAI, 1, true, false}, 4.9193},
    {{1, 2, 0, 0, 37800, 2500.00, 29850.00, 2650.00, SF_TRANSACTION_TYPE_PURCHASE, DEBIT,
      SF_PAYMENT_MODE_CREDIT_CARD, SF_CHANNEL_ONLINE, OK, 0, SF_AUTH_METHOD_OTP, MUMBAI, 2, true, false}, 0},
    {{1, 0, 2, 0, 43200, 1000.00, 28850.00, 3650.00, SF_TRANSACTION_TYPE_TRANSFER, DEBIT, UPI,
      SF_CHANNEL_MOBILE, OK, 0, SF_AUTH_METHOD_UPI_PIN, MUMBAI, 3, false, true}, 0},
    {{1, 0, 0, 0, 64800, 5000.00, 23850.00, 8650.00, SF_TRANSACTION_TYPE_CASH_WITHDRAWAL, DEBIT,
      SF_PAYMENT_MODE_CASH, SF_CHANNEL_ATM, OK, 0, SF_AUTH_METHOD_PIN, MUMBAI, 4, false, false}, 0},
    {{1, 3, 0, 1, 39600, 900.00, 22950.00, 900.00, SF_TRANSACTION_TYPE_PURCHASE, DEBIT,
      SF_PAYMENT_MODE_DEBIT_CARD, SF_CHANNEL_POS, OK, 0, SF_AUTH_METHOD_CONTACTLESS, NAGPUR, 1, true, false}, 688.4373},
    {{1, 0, 0, 30, 32400, 60000.00, 82950.00, 0.00, SF_TRANSACTION_TYPE_SALARY, CREDIT,
      SF_PAYMENT_MODE_NEFT, SF_CHANNEL_BRANCH, OK, 0, SF_AUTH_METHOD_NONE, MUMBAI, 1, false, false}, 0},
    {{1, 2, 0, 31, 72000, 90000.00, 82950.00, 0.00, SF_TRANSACTION_TYPE_PURCHASE, DEBIT, UPI,
      SF_CHANNEL_MOBILE, SF_STATUS_CODE_DECLINED, SF_RESPONSE_CODE_INSUFFICIENT_FUNDS,
      SF_AUTH_METHOD_UPI_PIN, MUMBAI, 1, false, false}, 0},
    {{1, 2, 0, 35, 46800, 500.00, 82950.00, 0.00, SF_TRANSACTION_TYPE_REFUND, CREDIT,
      SF_PAYMENT_MODE_CREDIT_CARD, SF_CHANNEL_ONLINE, OK, 0, SF_AUTH_METHOD_NONE, MUMBAI, 1, false, false}, 0},
    {{2, 0, 1, 0, 43200, 1000.00, 31000.00, 0.00, SF_TRANSACTION_TYPE_TRANSFER, CREDIT, UPI,
      SF_CHANNEL_MOBILE, OK, 0, SF_AUTH_METHOD_NONE, NAGPUR, 1, false, false}, 0},
  };
  // clang-format on
  for (int64_t i = 0; i < ROWS; i++) {
    tell(h, i, &story[i].told, story[i].km);
  }
  h->rows.festival[7] = SF_FESTIVAL_RAKSHA_BANDHAN;  // kept on 9 August 2025
  h->rows.delivery_city[1] = SF_CITY_DELHI;
  h->rows.delivery_distance[1] = 1144.9964f;
}

// Judges every row of the history, in file order.
static inline void history_judge(struct history *h, struct sf_verdict *verdicts) {
  sf_verdicts_init(verdicts);
  struct sf_values customer_values, merchant_values, row_values;
  sf_values_bind(&customer_values, &sf_tables[SF_TABLE_CUSTOMERS], &h->customers);
  sf_values_bind(&merchant_values, &sf_tables[SF_TABLE_MERCHANTS], &h->merchants);
  sf_values_bind(&row_values, &sf_tables[SF_TABLE_TRANSACTIONS], &h->rows);
  struct sf_ledger ledger;
  sf_ledger_create(&ledger, NULL);
  struct sf_checked_row row = {.config = &h->config,
                               .customers = &h->customers,
                               .merchants = &h->merchants,
                               .transactions = &h->rows,
                               .ledger = &ledger};
  row.values = &customer_values;
  for (row.number = row.c = 0; row.c < h->customers.rows; row.number = ++row.c) {
    sf_judge(sf_invariants_of(SF_TABLE_CUSTOMERS), &row, verdicts);
  }
  row.values = &merchant_values;
  for (row.number = row.m = 0; row.m < h->merchants.rows; row.number = ++row.m) {
    sf_judge(sf_invariants_of(SF_TABLE_MERCHANTS), &row, verdicts);
  }
  row.values = &row_values;
  for (row.number = row.t = 0; row.t < h->rows.rows; row.number = ++row.t) {
    sf_ledger_advance(&ledger, &h->rows, row.t, NULL);
    const uint32_t merchant = h->rows.merchant_id[row.t];
    row.c = (int64_t)h->rows.customer_id[row.t] - 1;
    row.m = merchant <= h->merchants.rows ? (int64_t)merchant - 1 : -1;
    sf_judge(sf_invariants_of(SF_TABLE_TRANSACTIONS), &row, verdicts);
  }
  sf_ledger_free(&ledger);
}

#endif

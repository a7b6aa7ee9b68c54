#include <criterion/criterion.h>

#include "tests/unit/invariant_history.h"

// What a ledger works out over many rows, and both sides of transfers.

static struct history history;

static struct sf_pairing pair_all(const struct history *h) {
  struct sf_pairing pairing = {0};
  for (int64_t i = 0; i < h->rows.rows; i++) {
    sf_pairing_add(&pairing, &h->rows, i);
  }
  return pairing;
}

Test(pairing, agrees_on_a_true_history) {
  history_make(&history);
  const struct sf_pairing pairing = pair_all(&history);
  cr_expect(sf_pairing_agrees(&pairing));
  cr_expect(pairing.debit_rows == 1 && pairing.credit_rows == 1 && pairing.debits != 0);
  history_free(&history);
}

static void set_amount(struct history *h) { h->rows.amount[8] = 1000.01; }
static void set_time(struct history *h) { h->rows.timestamp[8] += 1; }
static void set_sender(struct history *h) { h->rows.counterparty_id[8] = 3; }
static void set_receiver(struct history *h) { h->rows.customer_id[8] = 4; }
static void set_status(struct history *h) { h->rows.status[2] = SF_STATUS_CODE_DECLINED; }
static void set_direction(struct history *h) { h->rows.direction[8] = SF_DIRECTION_DEBIT; }

Test(pairing, sees_every_difference) {
  void (*const change[])(struct history *) = {set_amount,   set_time,   set_sender,
                                              set_receiver, set_status, set_direction};
  for (size_t k = 0; k < sizeof change / sizeof change[0]; k++) {
    history_make(&history);
    change[k](&history);
    const struct sf_pairing pairing = pair_all(&history);
    cr_expect(!sf_pairing_agrees(&pairing), "difference %zu is not seen", k);
    history_free(&history);
  }
}

// `count` UPI transfers of one rupee to others on one day.
static struct sf_ledger transfer_often(int count) {
  struct sf_ledger ledger;
  history_make(&history);
  sf_ledger_create(&ledger, NULL);
  for (int k = 0; k < count; k++) {
    sf_ledger_advance(&ledger, &history.rows, 2, NULL);
  }
  history_free(&history);
  return ledger;
}

Test(ledger, counts_the_transfers_of_a_day) {
  struct sf_ledger ledger = transfer_often(21);
  cr_expect(ledger.upi_transfers == 21 && ledger.upi_transferred == 21 * 100000);
  cr_expect(ledger.day_rows == 21 && ledger.day_debits == 21 * 100000);
  const struct sf_checked_row row = {.ledger = &ledger};
  cr_expect(!sf_invariants[SF_INVARIANT_upi_daily_limit].holds(&row));
  sf_ledger_free(&ledger);
  ledger = transfer_often(20);
  cr_expect(sf_invariants[SF_INVARIANT_upi_daily_limit].holds(&row));
  sf_ledger_free(&ledger);
}

// More merchants than the set of payees has slots at first, and two customers
// in turn whose merchants must not be mixed up.
Test(ledger, remembers_all_merchants_of_a_customer) {
  struct sf_ledger ledger;
  history_make(&history);
  cr_assert(sf_ledger_create(&ledger, NULL) == SF_OK);
  for (uint32_t customer = 1; customer <= 2; customer++) {
    history.rows.customer_id[0] = customer;
    for (int round = 0; round < 2; round++) {
      for (uint32_t merchant = 1; merchant <= 10000; merchant++) {
        history.rows.merchant_id[0] = merchant * customer;
        cr_assert(sf_ledger_advance(&ledger, &history.rows, 0, NULL) == SF_OK);
        cr_assert(ledger.merchant_is_new == (round == 0), "customer %u, merchant %u, round %d",
                  customer, merchant, round);
      }
    }
  }
  sf_ledger_free(&ledger);
  history_free(&history);
}

Test(ledger, knows_which_modes_move_the_balance) {
  for (uint8_t mode = 0; mode < SF_PAYMENT_MODE_COUNT; mode++) {
    const bool never = mode == SF_PAYMENT_MODE_CREDIT_CARD || mode == SF_PAYMENT_MODE_BNPL;
    const bool cash = mode == SF_PAYMENT_MODE_CASH;
    cr_expect(sf_moves_balance(mode, SF_CHANNEL_ATM) == !never);
    cr_expect(sf_moves_balance(mode, SF_CHANNEL_BRANCH) == !never);
    cr_expect(sf_moves_balance(mode, SF_CHANNEL_POS) == (!never && !cash));
  }
}

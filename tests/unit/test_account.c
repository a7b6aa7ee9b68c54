#include "tests/unit/model.h"

// An account with 1,000 rupees and a credit card with 5,000 of its limit left.
static struct sf_account account_with(void) {
  return (struct sf_account){.balance = 100000, .card_used = 1500000, .card_limit = 2000000};
}

static struct sf_event event_by(uint8_t mode, uint8_t channel, uint8_t direction) {
  return (struct sf_event){.mode = mode, .channel = channel, .direction = direction};
}

struct outcome {
  uint8_t status, response;
};

static struct outcome settle(struct sf_account *account, const struct sf_event *event,
                             int64_t paise) {
  struct outcome outcome = {0xff, 0xff};
  sf_account_settle(account, event, paise, &outcome.status, &outcome.response);
  return outcome;
}

#define expect_outcome(outcome, code)                                      \
  cr_expect_eq((outcome).response, SF_RESPONSE_CODE_##code, "response %u", \
               (unsigned)(outcome).response)
#define expect_state(account, money, used)                                                \
  cr_expect((account).balance == (money) && (account).card_used == (used), "%ld and %ld", \
            (long)(account).balance, (long)(account).card_used)

Test(account, modes_that_move_the_balance) {
  static const struct {
    uint8_t mode, channel;
    bool moves;
  } cases[] = {
      {SF_PAYMENT_MODE_UPI, SF_CHANNEL_POS, true},
      {SF_PAYMENT_MODE_DEBIT_CARD, SF_CHANNEL_POS, true},
      {SF_PAYMENT_MODE_NET_BANKING, SF_CHANNEL_ONLINE, true},
      {SF_PAYMENT_MODE_WALLET, SF_CHANNEL_MOBILE, true},
      {SF_PAYMENT_MODE_IMPS, SF_CHANNEL_MOBILE, true},
      {SF_PAYMENT_MODE_NEFT, SF_CHANNEL_ONLINE, true},
      {SF_PAYMENT_MODE_RTGS, SF_CHANNEL_BRANCH, true},
      {SF_PAYMENT_MODE_CASH, SF_CHANNEL_ATM, true},
      {SF_PAYMENT_MODE_CASH, SF_CHANNEL_BRANCH, true},
      {SF_PAYMENT_MODE_CASH, SF_CHANNEL_POS, false},
      {SF_PAYMENT_MODE_BNPL, SF_CHANNEL_ONLINE, false},
  };
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    struct sf_account account = account_with();
    const struct sf_event debit = event_by(cases[c].mode, cases[c].channel, SF_DIRECTION_DEBIT);
    const struct sf_event credit = event_by(cases[c].mode, cases[c].channel, SF_DIRECTION_CREDIT);
    struct outcome outcome = settle(&account, &debit, 70000);
    cr_expect(outcome.status == SF_STATUS_CODE_APPROVED && outcome.response == 0, "case %zu", c);
    expect_state(account, cases[c].moves ? 30000 : 100000, 1500000);
    outcome = settle(&account, &debit, 70000);
    cr_expect_eq(outcome.response, cases[c].moves ? SF_RESPONSE_CODE_INSUFFICIENT_FUNDS : 0);
    expect_state(account, cases[c].moves ? 30000 : 100000, 1500000);
    settle(&account, &credit, 500);
    expect_state(account, cases[c].moves ? 30500 : 100000, 1500000);
  }
}

Test(account, the_last_paisa_can_be_spent_and_no_more) {
  const struct sf_event event = event_by(SF_PAYMENT_MODE_UPI, SF_CHANNEL_POS, SF_DIRECTION_DEBIT);
  struct sf_account account = account_with();
  expect_outcome(settle(&account, &event, 100001), INSUFFICIENT_FUNDS);
  expect_outcome(settle(&account, &event, 100000), APPROVED);
  expect_state(account, 0, 1500000);
  expect_outcome(settle(&account, &event, 1), INSUFFICIENT_FUNDS);
}

Test(account, what_is_covered_may_overdraw) {
  struct sf_event event = event_by(SF_PAYMENT_MODE_UPI, SF_CHANNEL_POS, SF_DIRECTION_DEBIT);
  struct sf_account account = account_with();
  event.flags = SF_EVENT_COVERED;
  expect_outcome(settle(&account, &event, 150000), APPROVED);
  expect_state(account, -50000, 1500000);
  event.mode = SF_PAYMENT_MODE_CREDIT_CARD;
  expect_outcome(settle(&account, &event, 600000), APPROVED);
  expect_state(account, -50000, 2100000);
}

Test(account, a_credit_card_runs_against_its_limit) {
  const struct sf_event debit =
      event_by(SF_PAYMENT_MODE_CREDIT_CARD, SF_CHANNEL_POS, SF_DIRECTION_DEBIT);
  const struct sf_event refund =
      event_by(SF_PAYMENT_MODE_CREDIT_CARD, SF_CHANNEL_ONLINE, SF_DIRECTION_CREDIT);
  struct sf_account account = account_with();
  const struct outcome outcome = settle(&account, &debit, 500001);
  expect_outcome(outcome, LIMIT_EXCEEDED);
  cr_expect_eq(outcome.status, SF_STATUS_CODE_DECLINED);
  expect_state(account, 100000, 1500000);
  expect_outcome(settle(&account, &debit, 500000), APPROVED);
  expect_state(account, 100000, 2000000);
  expect_outcome(settle(&account, &refund, 40000), APPROVED);
  expect_state(account, 100000, 1960000);
}

Test(account, the_bill_frees_the_card) {
  struct sf_event bill =
      event_by(SF_PAYMENT_MODE_NET_BANKING, SF_CHANNEL_MOBILE, SF_DIRECTION_DEBIT);
  struct sf_account account = account_with();
  bill.amount_rule = SF_AMOUNT_STATEMENT;
  bill.flags = SF_EVENT_COVERED;
  expect_outcome(settle(&account, &bill, 1500000), APPROVED);
  expect_state(account, -1400000, 0);
}

Test(account, what_fails_hangs_or_is_taken_back_moves_nothing) {
  static const struct {
    uint8_t fail, flags;
    int64_t paise;
    uint8_t status, response;
  } cases[] = {
      {SF_RESPONSE_CODE_WRONG_PIN, 0, 100, SF_STATUS_CODE_DECLINED, SF_RESPONSE_CODE_WRONG_PIN},
      // A failure of the skeleton's comes before the account's state.
      {SF_RESPONSE_CODE_RISK_DECLINED, 0, 900000, SF_STATUS_CODE_DECLINED,
       SF_RESPONSE_CODE_RISK_DECLINED},
      {SF_RESPONSE_CODE_NETWORK_TIMEOUT, 0, 100, SF_STATUS_CODE_DECLINED,
       SF_RESPONSE_CODE_NETWORK_TIMEOUT},
      {SF_RESPONSE_CODE_ISSUER_UNAVAILABLE, 0, 100, SF_STATUS_CODE_DECLINED,
       SF_RESPONSE_CODE_ISSUER_UNAVAILABLE},
      {0, SF_EVENT_PENDING, 100, SF_STATUS_CODE_PENDING, SF_RESPONSE_CODE_NETWORK_TIMEOUT},
      {0, SF_EVENT_REVERSED, 100, SF_STATUS_CODE_REVERSED, SF_RESPONSE_CODE_ISSUER_UNAVAILABLE},
      {0, SF_EVENT_PENDING, 900000, SF_STATUS_CODE_DECLINED, SF_RESPONSE_CODE_INSUFFICIENT_FUNDS},
      {0, SF_EVENT_REVERSED, 900000, SF_STATUS_CODE_DECLINED, SF_RESPONSE_CODE_INSUFFICIENT_FUNDS},
  };
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    struct sf_event event = event_by(SF_PAYMENT_MODE_UPI, SF_CHANNEL_MOBILE, SF_DIRECTION_DEBIT);
    struct sf_account account = account_with();
    event.fail = cases[c].fail;
    event.flags = cases[c].flags;
    const struct outcome outcome = settle(&account, &event, cases[c].paise);
    cr_expect(outcome.status == cases[c].status && outcome.response == cases[c].response,
              "case %zu: %u, %u", c, outcome.status, outcome.response);
    expect_state(account, 100000, 1500000);
  }
}

Test(account, the_set_of_payees_forgets_between_customers) {
  struct sf_account account = {.capacity = 8192};
  const struct sf_customer customer = {.id = 1, .income = 50000.0f};
  account.seen = calloc(account.capacity, sizeof *account.seen);
  for (uint32_t round = 0; round < 3; round++) {
    sf_account_begin(&account, 1, &customer, 3000);
    for (uint32_t key = 1; key <= 1000; key++) {
      cr_assert(sf_account_is_new(&account, sf_seen_merchant(key * 64)));
      cr_assert(sf_account_is_new(&account, sf_seen_contact(key * 64)));
      cr_assert(sf_account_is_new(&account, sf_seen_payee(key * 64)));
    }
    for (uint32_t key = 1; key <= 1000; key++) {
      cr_assert(!sf_account_is_new(&account, sf_seen_merchant(key * 64)));
      cr_assert(!sf_account_is_new(&account, sf_seen_contact(key * 64)));
      cr_assert(!sf_account_is_new(&account, sf_seen_payee(key * 64)));
    }
  }
  free(account.seen);
}

// The account by the rows alone, from the opening state on.
struct book {
  int64_t balance, used, limit, day_debits;
  int32_t day;
  uint32_t day_rows;
};

struct tally {
  uint32_t covered_above, refunds, part_refunds, bills, part_bills, declined_by_limit, trips;
};

static bool is_card(const struct sf_transactions *b, int64_t i) {
  return b->payment_mode[i] == SF_PAYMENT_MODE_CREDIT_CARD;
}

static bool moves(const struct sf_transactions *b, int64_t i) {
  const bool machine = b->channel[i] == SF_CHANNEL_ATM || b->channel[i] == SF_CHANNEL_BRANCH;
  return !is_card(b, i) && b->payment_mode[i] != SF_PAYMENT_MODE_BNPL &&
         (b->payment_mode[i] != SF_PAYMENT_MODE_CASH || machine);
}

static void check_card_row(const struct sf_transactions *b, int64_t i, const struct sf_event *event,
                           int64_t paise, struct book *book, struct tally *tally) {
  const bool debit = b->direction[i] == SF_DIRECTION_DEBIT;
  if (b->status[i] != SF_STATUS_CODE_APPROVED) {
    if (b->response_code[i] == SF_RESPONSE_CODE_LIMIT_EXCEEDED && !event->fail) {
      cr_assert(book->used + paise > book->limit, "declined below the limit");
      tally->declined_by_limit++;
    }
    return;
  }
  book->used += debit ? paise : -paise;
  if (debit && book->used > book->limit) {
    cr_assert(event->flags & SF_EVENT_COVERED, "used %ld of %ld", (long)book->used,
              (long)book->limit);
    tally->covered_above++;
  }
}

// 100 rupees is the least that is paid of a bill.
static void check_bill_row(const struct sf_event *event, int64_t paise, struct book *book,
                           struct tally *tally) {
  const int64_t due = event->share ? book->used * event->share / 65536 : book->used;
  cr_assert_eq(paise, due > 10000 ? due : 10000, "paid %ld of %ld", (long)paise, (long)book->used);
  cr_assert(event->share == 0 || event->share >= 3277, "at least a twentieth");
  book->used -= paise;
  tally->bills++;
  tally->part_bills += event->share != 0;
}

static void check_balance(const struct sf_transactions *b, int64_t i, const struct sf_event *event,
                          int64_t paise, struct book *book) {
  const bool debit = b->direction[i] == SF_DIRECTION_DEBIT;
  const bool approved = b->status[i] == SF_STATUS_CODE_APPROVED;
  if (b->response_code[i] == SF_RESPONSE_CODE_INSUFFICIENT_FUNDS) {
    cr_assert(moves(b, i) && debit && book->balance < paise);
  }
  if (approved && debit && moves(b, i)) {
    cr_assert(book->balance >= paise || event->flags & SF_EVENT_COVERED, "overdrawn");
  }
  if (approved && moves(b, i)) {
    book->balance += debit ? -paise : paise;
  }
  cr_assert_eq(paise_of(b->balance_after[i]), book->balance);
  if (b->date[i] != book->day) {
    book->day = b->date[i];
    book->day_rows = 0;
    book->day_debits = 0;
  }
  book->day_rows++;
  book->day_debits += approved && debit ? paise : 0;
  cr_assert_eq(b->daily_transaction_count[i], book->day_rows);
  cr_assert_eq(paise_of(b->daily_transaction_amount[i]), book->day_debits);
}

// A refund is the purchase or the event's share of it in whole rupees.
static void check_refund(const struct sf_event *event, int64_t paise, int64_t paid,
                         struct tally *tally) {
  const int64_t part = paid * event->share / 65536 / 100 * 100;
  cr_assert_eq(paise, event->share && part ? part : paid);
  tally->refunds++;
  tally->part_refunds += event->share && part;
}

static void check_customer(struct model *m, uint32_t id, struct tally *tally) {
  struct rows rows;
  const int64_t count = rows_of(m, id, &rows);
  const struct sf_transactions *b = &rows.batch;
  model_build(m, id);
  int64_t *paid = calloc((size_t)count + 1, sizeof *paid);
  struct sf_account opening = {.capacity = 1u << 20};
  sf_account_begin(&opening, sf_world_config(m->world)->seed, &m->skeleton.customer,
                   (uint32_t)count);
  struct book book = {.balance = opening.balance,
                      .used = opening.card_used,
                      .limit = (int64_t)m->skeleton.customer.credit_limit * 100,
                      .day = -1};
  const double months = (double)book.balance / 100.0 / (double)m->skeleton.customer.income;
  cr_assert(months >= 0.299 && months <= 2.001, "opens with %g incomes", months);
  cr_assert(book.used >= 0 && book.used <= book.limit);
  for (int64_t i = 0; i < count; i++) {
    const struct sf_event *event = model_event(m, i);
    const int64_t paise = paise_of(b->amount[i]);
    cr_assert(paise > 0 && (double)paise / 100.0 == b->amount[i], "not whole paise");
    check_balance(b, i, event, paise, &book);
    if (is_card(b, i)) {
      check_card_row(b, i, event, paise, &book, tally);
    }
    if (event->amount_rule == SF_AMOUNT_STATEMENT) {
      check_bill_row(event, paise, &book, tally);
    }
    paid[m->skeleton.order[i]] = paise;
    if (event->amount_rule == SF_AMOUNT_OF_EVENT) {
      check_refund(event, paise, paid[event->link], tally);
      cr_assert(b->status[i] == SF_STATUS_CODE_APPROVED);
    }
    tally->trips += event->trip != 0;
  }
  free(paid);
  rows_free(&rows);
}

Test(account, rows_add_up_by_an_independent_book) {
  struct model m;
  struct tally tally = {0};
  model_make(&m, 8, 400, MODEL_START, 180);
  for (uint32_t id = 1; id <= 400; id++) {
    struct sf_customer customer;
    sf_customer_at(&m.world->population, id, &customer);
    if (customer.credit_limit > 0 || id <= 60) {
      check_customer(&m, id, &tally);
    }
  }
  cr_expect(tally.refunds > 50 && tally.part_refunds > 10, "%u and %u refunds", tally.refunds,
            tally.part_refunds);
  cr_expect(tally.bills > 100 && tally.part_bills > 20, "%u and %u bills", tally.bills,
            tally.part_bills);
  cr_expect(tally.trips > 1000, "%u rows on trips", tally.trips);
  cr_expect(tally.declined_by_limit > 0 || tally.covered_above > 0, "no card near its limit");
  model_free(&m);
}

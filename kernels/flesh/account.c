#include "kernels/flesh/account.h"

#include "kernels/flesh/amount.h"
#include "kernels/flesh/flesh.h"
#include "kernels/random/stream.h"

void sf_account_begin(struct sf_account *account, uint64_t seed, const struct sf_customer *customer,
                      uint32_t events) {
  const struct sf_block draw = sf_draw(seed, customer->id, 0, SF_STREAM_ACCOUNT, 0);
  // 0.3 to 2 monthly incomes, whole paise.
  const double months = 0.3 + draw.word[0] * (1.7 * 0x1p-32);
  account->balance = (int64_t)((double)customer->income * 100.0 * months);
  account->card_limit = (int64_t)customer->credit_limit * 100;
  account->card_used = account->card_limit / 8 * (draw.word[1] >> 30);
  account->previous_time = -1;
  account->day = UINT32_MAX;
  account->day_rows = 0;
  account->day_debits = 0;
  uint32_t size = 64;
  while (size < 2 * events) {
    size *= 2;
  }
  account->mask = size - 1;
  account->generation++;
}

bool sf_account_is_new(struct sf_account *account, uint64_t key) {
  uint64_t at = key * 0x9e3779b97f4a7c15u >> 32;
  for (;; at++) {
    struct sf_seen *seen = &account->seen[at & account->mask];
    if (seen->generation != account->generation) {
      seen->generation = account->generation;
      seen->key = key;
      return true;
    }
    if (seen->key == key) {
      return false;
    }
  }
}

// Rails that are paid out of the balance.
static bool moves_balance(const struct sf_event *event) {
  switch (event->mode) {
    case SF_PAYMENT_MODE_CREDIT_CARD:
    case SF_PAYMENT_MODE_BNPL:
      return false;
    case SF_PAYMENT_MODE_CASH:
      return event->channel == SF_CHANNEL_ATM || event->channel == SF_CHANNEL_BRANCH;
    default:
      return true;
  }
}

static uint8_t response_of(const struct sf_account *account, const struct sf_event *event,
                           int64_t paise) {
  if (event->fail) {
    return event->fail;
  }
  if (event->flags & SF_EVENT_COVERED || event->direction == SF_DIRECTION_CREDIT) {
    return SF_RESPONSE_CODE_APPROVED;
  }
  if (moves_balance(event) && account->balance < paise) {
    return SF_RESPONSE_CODE_INSUFFICIENT_FUNDS;
  }
  if (event->mode == SF_PAYMENT_MODE_CREDIT_CARD &&
      account->card_used + paise > account->card_limit) {
    return SF_RESPONSE_CODE_LIMIT_EXCEEDED;
  }
  if (event->flags & SF_EVENT_PENDING) {
    return SF_RESPONSE_CODE_NETWORK_TIMEOUT;
  }
  if (event->flags & SF_EVENT_REVERSED) {
    return SF_RESPONSE_CODE_ISSUER_UNAVAILABLE;
  }
  return SF_RESPONSE_CODE_APPROVED;
}

static uint8_t status_of(const struct sf_event *event, uint8_t response) {
  if (response == SF_RESPONSE_CODE_APPROVED) {
    return SF_STATUS_CODE_APPROVED;
  }
  // A payment that hangs or is taken back is not declined, unless for another reason.
  if (event->flags & SF_EVENT_PENDING && response == SF_RESPONSE_CODE_NETWORK_TIMEOUT) {
    return SF_STATUS_CODE_PENDING;
  }
  if (event->flags & SF_EVENT_REVERSED && response == SF_RESPONSE_CODE_ISSUER_UNAVAILABLE) {
    return SF_STATUS_CODE_REVERSED;
  }
  return SF_STATUS_CODE_DECLINED;
}

void sf_account_settle(struct sf_account *account, const struct sf_event *event, int64_t paise,
                       uint8_t *status, uint8_t *response) {
  *response = response_of(account, event, paise);
  *status = status_of(event, *response);
  if (*status != SF_STATUS_CODE_APPROVED) {
    return;
  }
  const int64_t signed_paise = event->direction == SF_DIRECTION_CREDIT ? paise : -paise;
  if (moves_balance(event)) {
    account->balance += signed_paise;
  }
  if (event->mode == SF_PAYMENT_MODE_CREDIT_CARD) {
    account->card_used -= signed_paise;
  } else if (event->amount_rule == SF_AMOUNT_STATEMENT) {
    account->card_used -= paise;
  }
}

// Smallest payment of a card's bill, paise: also made when nothing is owed.
#define LEAST_CARD_BILL 10000

static int64_t amount_of(const struct sf_account *account, const struct sf_event *event,
                         int64_t priced) {
  switch (event->amount_rule) {
    case SF_AMOUNT_FIXED:
      return event->paise;
    case SF_AMOUNT_OF_EVENT:
      return sf_amount_part(account->paid[event->link], event->share);
    case SF_AMOUNT_NEAR_EVENT:
      return sf_amount_near(account->paid[event->link], event->share);
    case SF_AMOUNT_STATEMENT: {
      const int64_t due =
          event->share == 0 ? account->card_used : account->card_used * event->share >> 16;
      return due > LEAST_CARD_BILL ? due : LEAST_CARD_BILL;
    }
    default:
      return priced;
  }
}

void sf_flesh_account(struct sf_flesh *flesh, uint32_t count, struct sf_transactions *batch,
                      int64_t at) {
  struct sf_account *account = &flesh->account;
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = flesh->event[i];
    const int64_t r = at + i;
    const int64_t paise = amount_of(account, event, flesh->paise[i]);
    flesh->paise[i] = paise;
    account->paid[flesh->index[i]] = paise;
    uint8_t status;
    uint8_t response;
    sf_account_settle(account, event, paise, &status, &response);

    const uint32_t day = event->time / SF_DAY;
    if (day != account->day) {
      account->day = day;
      account->day_rows = 0;
      account->day_debits = 0;
    }
    account->day_rows++;
    if (status == SF_STATUS_CODE_APPROVED && event->direction == SF_DIRECTION_DEBIT) {
      account->day_debits += paise;
    }
    const bool new_merchant =
        event->merchant && sf_account_is_new(account, sf_seen_merchant(event->merchant));
    const bool pays =
        event->type == SF_TRANSACTION_TYPE_TRANSFER && event->direction == SF_DIRECTION_DEBIT;
    const bool new_payee =
        pays &&
        sf_account_is_new(account, event->counterparty ? sf_seen_contact(event->counterparty)
                                                       : sf_seen_payee(event->payee));
    batch->amount[r] = (double)paise / 100.0;
    batch->status[r] = status;
    batch->response_code[r] = response;
    batch->balance_after[r] = (double)account->balance / 100.0;
    batch->daily_transaction_count[r] = (uint16_t)account->day_rows;
    batch->daily_transaction_amount[r] = (double)account->day_debits / 100.0;
    batch->is_first_transaction_with_merchant[r] = new_merchant;
    batch->is_repeat_merchant[r] = event->merchant && !new_merchant;
    batch->is_first_payment_to_counterparty[r] = new_payee;
    batch->time_since_last_txn[r] =
        account->previous_time < 0 ? __builtin_nanf("")
                                   : (float)((double)(event->time - account->previous_time) / 60.0);
    account->previous_time = event->time;
  }
}

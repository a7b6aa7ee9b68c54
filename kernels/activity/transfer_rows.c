#include "kernels/activity/transfer_rows.h"

#include "kernels/activity/follow_ups.h"
#include "kernels/activity/mode.h"
#include "kernels/random/stream.h"

// Of failing transfers, those that are tried again at once with success.
#define RETRIED SF_CHANCE(0.6)
// Transfers that hang or are taken back, half each.
#define HUNG SF_CHANCE(0.003)

// Why a transfer fails for good, or that it hangs.
struct outcome {
  uint8_t fail;   // enum sf_response_code, 0 = none
  uint8_t flags;  // SF_EVENT_PENDING, SF_EVENT_REVERSED or 0
};

// Whether a transfer comes to nothing: both sides draw alike, and the receiver has
// no row of it.
static struct outcome outcome_of(const struct sf_transfer *transfer) {
  struct outcome outcome = {0, 0};
  uint8_t response = 0;
  if (transfer->u < SF_FAILURE) {
    const struct sf_event rail = {.mode = transfer->mode};
    response = sf_failure_of(&rail, transfer->u);
  }
  if (response && (sf_failure_is_final(response) || sf_redraw(transfer->u, 6) >= RETRIED)) {
    outcome.fail = response;
  }
  const uint32_t hung = sf_redraw(transfer->u, 7);
  if (!response && hung < HUNG) {
    outcome.flags = hung & 1 ? SF_EVENT_PENDING : SF_EVENT_REVERSED;
  }
  return outcome;
}

static void add_debit(struct sf_skeleton *skeleton, uint32_t to, uint32_t number,
                      const struct sf_transfer *transfer, struct outcome outcome) {
  const bool outside = to == 0;
  struct sf_event *event =
      sf_skeleton_add(skeleton, (int64_t)transfer->day * SF_DAY + transfer->second,
                      outside ? SF_SOURCE_OUTSIDE_OUT : SF_SOURCE_TRANSFER_OUT, number);
  if (!event) {
    return;
  }
  event->type = SF_TRANSACTION_TYPE_TRANSFER;
  event->direction = SF_DIRECTION_DEBIT;
  event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
  event->mode = transfer->mode;
  event->instrument = sf_instrument_of(transfer->mode);
  event->channel = SF_CHANNEL_MOBILE;
  event->device = SF_DEVICE_PHONE;
  event->counterparty = to;
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = transfer->paise;
  event->fail = outcome.fail;
  event->flags = outcome.flags;
  if (!outside) {
    // What the other side knows of has been paid.
    event->flags |= outcome.fail || outcome.flags ? 0 : SF_EVENT_COVERED;
  } else {
    // Six in ten go to one of ten usual payees, the lower the more often.
    const uint32_t u = transfer->u;
    const uint32_t usual = (u >> 8 & 0xff) * (u >> 16 & 0xff) * 10 >> 16;
    event->payee = (u & 0xff) < 154 ? SF_PAYEE_UPI + usual : SF_PAYEE_NEW | u;
  }
  const bool tried = transfer->u < SF_FAILURE && !outcome.fail;
  const uint8_t response = tried ? sf_failure_of(event, transfer->u) : 0;
  if (response) {
    sf_attempt_add(skeleton, skeleton->events - 1, response, 0, sf_redraw(transfer->u, 1));
  }
}

static void add_credit(struct sf_skeleton *skeleton, uint32_t from, uint32_t number,
                       const struct sf_transfer *transfer) {
  struct sf_event *event = sf_skeleton_add(
      skeleton, (int64_t)transfer->day * SF_DAY + transfer->second, SF_SOURCE_TRANSFER_IN, number);
  if (event) {
    event->type = SF_TRANSACTION_TYPE_TRANSFER;
    event->direction = SF_DIRECTION_CREDIT;
    event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
    event->mode = transfer->mode;
    event->instrument = sf_instrument_of(transfer->mode);
    event->channel = SF_CHANNEL_ONLINE;
    event->counterparty = from;
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = transfer->paise;
    event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  }
}

void sf_transfer_add(struct sf_skeleton *skeleton, uint32_t from, uint32_t to, uint32_t number,
                     const struct sf_transfer *transfer) {
  const struct outcome outcome = outcome_of(transfer);
  if (from == skeleton->customer.id) {
    add_debit(skeleton, to, number, transfer, outcome);
  } else if (!outcome.fail && !outcome.flags) {
    add_credit(skeleton, from, number, transfer);
  }
}

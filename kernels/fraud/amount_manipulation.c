#include "kernels/activity/rails.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"

// Structuring: a sum that would be asked about is moved in parts, each a little below an
// amount from which the bank reports or asks for papers: 50,000 (PAN for cash), 2 and 10
// lakh, and 10,000 below which nobody looks. Cash is paid in, or money comes in from others, or
// what has come in is sent out, by IMPS and NEFT, with care by UPI.

#define ROWS_LEAST 3
#define ROWS_MOST 12
#define LN_ROWS 1.87  // ln 6.5
#define ROWS_SIGMA 0.35
// Rupees below the limit: brazen, and a careful one's share of the limit.
#define LN_BELOW 4.9  // 135
#define BELOW_SIGMA 0.75
#define OWN_SHARE 0.25
// Hours between parts, and those of somebody who takes weeks.
#define LN_GAP_BRAZEN 9.6  // s, 4 hours
#define LN_GAP_OWN 12.9    // 4.6 days
#define GAP_SIGMA 0.6
#define IN_CASH SF_CHANCE(0.3)
#define IN_CASH_BUSINESS SF_CHANCE(0.5)
#define NOT_CASH SF_CHANCE(0.65)  // of the careful, who leave cash alone as others do
// Transfers that come in; what is sent out comes in first.
#define COMES_IN SF_CHANCE(0.35)
// Of the careful ones' sums that are not in cash, those that UPI takes and that come in by it
// as often as they go out.
#define BY_UPI SF_CHANCE(0.6)
#define FUNDED SF_CHANCE(0.7)

static const int64_t limits[4] = {1000000, 5000000, 20000000, 100000000};  // paise

uint32_t sf_amount_manipulation_weight(const struct sf_customer *customer) {
  return customer->occupation == SF_OCCUPATION_BUSINESS_OWNER ? 180000
         : customer->occupation == SF_OCCUPATION_FREELANCER   ? 80000
                                                              : 45000;
}

bool sf_amount_manipulation_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

struct plan {
  bool cash, comes_in;
  uint8_t mode;
  uint32_t rows;
  uint32_t payees;   // that take turns
  int64_t limit;     // paise
  uint32_t upi_day;  // that money was last sent by UPI
  int64_t upi_paise;
};

// The limit that suits a customer's income.
static int64_t limit_of(const struct sf_story *story, bool cash, uint32_t u) {
  const double income = (double)story->skeleton->customer.income;
  const uint32_t percent = sf_below(u, 100);
  const uint32_t rank = income < 40000 ? percent >= 72
                        : income < 150000
                            ? (uint32_t)(percent >= 40) + (percent >= 96)
                            : (uint32_t)(percent >= 15) + (percent >= 75) + (percent >= 97);
  return limits[cash && rank > 1 ? 1 : rank];
}

// A part: below the limit by a sum that the careful let grow to a good part of it.
static int64_t part_of(struct sf_story *story, const struct plan *plan, struct sf_block draw) {
  const double z = sf_quantile(&sf_law_normal, draw.word[0]) * 0x1p-16;
  const double limit = (double)plan->limit / 100;
  const double ln_own = sf_log(limit * OWN_SHARE * (0.2 + draw.word[1] * 0x1p-32 * 2));
  const double c = story->camouflage * 0x1p-16;
  const double below = sf_exp(LN_BELOW + BELOW_SIGMA * z + (ln_own - LN_BELOW) * c);
  const double rupees = limit - sf_clamp(below, 1, limit * 0.65);
  const int64_t paise =
      plan->cash ? (int64_t)(rupees / 100) * 10000 : sf_transfer_round(rupees * 100, draw.word[2]);
  return paise < plan->limit ? paise
                             : paise - (plan->cash ? 10000 : 5000 * (1 + (draw.word[3] & 7)));
}

// Cash is paid in at a branch while it is open, or at a machine, between 10 and 16 h.
static struct sf_event *pay_in(struct sf_story *story, int64_t time, int64_t paise, uint32_t u) {
  const struct sf_world *world = story->skeleton->world;
  int64_t at = time / SF_DAY * SF_DAY + 10 * 3600 + sf_below(u, 6 * 3600);
  bool moving = true;
  for (uint32_t i = 0; i < 4 && moving; i++) {
    if (at >= (int64_t)world->config.days * SF_DAY) {
      story->in_vain = true;
      return NULL;
    }
    sf_skeleton_trip_at(story->skeleton, (uint32_t)at, &moving);
    at += moving ? SF_DAY : 0;
  }
  struct sf_event *event = moving ? NULL : sf_story_add(story, at, SF_ROLE_CASH_OUT);
  if (!event) {
    return NULL;
  }
  const bool branch = !world->calendar.day[event->time / SF_DAY].banks_closed && u & 1;
  event->type = SF_TRANSACTION_TYPE_CASH_DEPOSIT;
  event->direction = SF_DIRECTION_CREDIT;
  event->mode = SF_PAYMENT_MODE_CASH;
  event->channel = branch ? SF_CHANNEL_BRANCH : SF_CHANNEL_ATM;
  event->amount_rule = SF_AMOUNT_FIXED;
  event->paise = paise;
  event->flags |= SF_EVENT_COVERED;
  return event;
}

// Whether UPI takes a part beside what the customer sends on the day; counts it.
static bool upi_takes(struct sf_story *story, struct plan *plan, int64_t time, int64_t paise) {
  const uint32_t day = (uint32_t)(time / SF_DAY);
  const int64_t sent = (day == plan->upi_day ? plan->upi_paise : 0) + paise;
  if (sent > SF_UPI_STORY_PAISE || !sf_own_upi_days(story, day, 1)) {
    return false;
  }
  plan->upi_day = day;
  plan->upi_paise = sent;
  return true;
}

static struct sf_event *transfer(struct sf_story *story, struct plan *plan, int64_t time,
                                 int64_t paise, uint32_t u) {
  const bool out_of_room =
      plan->mode == SF_PAYMENT_MODE_UPI && !plan->comes_in && !upi_takes(story, plan, time, paise);
  const uint8_t mode = paise > SF_IMPS_MOST ? SF_PAYMENT_MODE_NEFT
                       : out_of_room        ? SF_PAYMENT_MODE_IMPS
                                            : plan->mode;
  const uint8_t direction = plan->comes_in ? SF_DIRECTION_CREDIT : SF_DIRECTION_DEBIT;
  struct sf_event *event =
      sf_story_transfer(story, time, SF_ROLE_CASH_OUT, direction, mode, 0, paise);
  if (event && !plan->comes_in) {
    // Payees take turns; a usual one of the customer among them where one takes care.
    const uint32_t payee = sf_below(u, plan->payees);
    const struct sf_block draw = sf_story_draw(story, 0, 8 + payee);
    event->payee = story->twin || sf_story_mimics(story, draw.word[0])
                       ? (mode == SF_PAYMENT_MODE_UPI ? SF_PAYEE_UPI : SF_PAYEE_BANK) +
                             sf_below(draw.word[1], 6)
                       : SF_PAYEE_NEW | draw.word[2] >> 1;
  }
  return event;
}

// The money that will be sent comes in on the day before: not fraud itself.
static void fund(struct sf_story *story, const struct plan *plan, struct sf_block draw) {
  const int64_t day = (int64_t)(story->begin / SF_DAY) - 1;
  if (draw.word[0] < FUNDED && day >= story->skeleton->first_day) {
    const int64_t time = day * SF_DAY + 8 * 3600 + sf_below(draw.word[1], 13 * 3600);
    const double paise = (double)plan->limit * plan->rows;
    sf_story_transfer(story, time, SF_ROLE_SETUP, SF_DIRECTION_CREDIT, SF_PAYMENT_MODE_NEFT, 0,
                      sf_transfer_round(paise, draw.word[2]));
  }
}

static bool tell(struct sf_story *story) {
  const struct sf_block draw = sf_story_draw(story, 0, 0);
  const struct sf_block more = sf_story_draw(story, 0, 1);
  const struct sf_customer *customer = &story->skeleton->customer;
  const bool trader = customer->occupation == SF_OCCUPATION_BUSINESS_OWNER;
  struct plan plan = {
      .cash = draw.word[0] < (trader ? IN_CASH_BUSINESS : IN_CASH) &&
              !(sf_redraw(draw.word[0], 1) < NOT_CASH && sf_story_mimics(story, more.word[1])),
      .mode = draw.word[1] < SF_CHANCE(0.55) ? SF_PAYMENT_MODE_IMPS : SF_PAYMENT_MODE_NEFT,
      .comes_in = more.word[3] < COMES_IN,
      .payees = 1 + sf_below(draw.word[2], 3)};
  plan.limit = limit_of(story, plan.cash, draw.word[3]);
  const struct sf_block rail = sf_story_draw(story, 0, 3);
  if (!plan.cash && rail.word[0] < BY_UPI && sf_story_mimics(story, rail.word[1])) {
    plan.mode = SF_PAYMENT_MODE_UPI;
    plan.limit = limits[sf_redraw(rail.word[2], 1) < SF_CHANCE(0.15)];
    plan.comes_in = rail.word[3] >> 31;
  }
  const double z = sf_quantile(&sf_law_normal, more.word[0]) * 0x1p-16;
  plan.rows = (uint32_t)sf_clamp(sf_exp(LN_ROWS + ROWS_SIGMA * z), ROWS_LEAST, ROWS_MOST);
  const int64_t close = (int64_t)story->skeleton->world->config.days * SF_DAY - SF_DAY;
  const double room = (double)(close - (int64_t)story->begin) / plan.rows;
  if (room < 6 * 3600) {
    return false;
  }
  if (!plan.cash && !plan.comes_in && !story->twin) {
    fund(story, &plan, sf_story_draw(story, 0, 2));
  }
  int64_t time = story->begin, sum = 0, below = 0;
  for (uint32_t i = 0; i < plan.rows; i++) {
    sf_story_progress(story, i, plan.rows);
    const struct sf_block row = sf_story_draw(story, 1 + i, 0);
    const struct sf_block when = sf_story_draw(story, 1 + i, 1);
    const int64_t paise = part_of(story, &plan, row);
    if (story->twin || sf_story_mimics(story, when.word[2])) {
      const int64_t at = time / SF_DAY * SF_DAY + sf_own_second_of_day(story, when.word[3]);
      time = i == 0 || at > time ? at : time;
    }
    struct sf_event *event = plan.cash ? pay_in(story, time, paise, when.word[0])
                                       : transfer(story, &plan, time, paise, when.word[0]);
    if (!event) {
      return false;
    }
    int64_t next = 0;
    while (next < 4 && paise >= limits[next]) {
      next++;
    }
    if (next < 4 && limits[next] - paise < 50000) {
      sf_story_fires(story, event);
    }
    sum += paise;
    below += plan.limit - paise;
    const double ln_gap = story->twin
                              ? LN_GAP_OWN
                              : (double)sf_story_blend(story, (int64_t)(LN_GAP_BRAZEN * 65536),
                                                       (int64_t)(LN_GAP_OWN * 65536)) *
                                    0x1p-16;
    const double gap =
        sf_exp(ln_gap + GAP_SIGMA * sf_quantile(&sf_law_normal, when.word[1]) * 0x1p-16);
    time += (int64_t)sf_clamp(gap, 900, room * 0.9);
  }
  const double mean_below = (double)below / plan.rows / 100;
  sf_story_evidence(story, 0, mean_below, 1 - mean_below / 2000);
  sf_story_evidence(story, 1, (double)sum / (double)plan.limit,
                    (double)sum / (double)plan.limit / 8);
  sf_story_evidence(story, 2, plan.rows, plan.rows / 10.0);
  return true;
}

bool sf_amount_manipulation_fraud(struct sf_story *story) { return tell(story); }

// Fees, wages or instalments that are set just below a round sum, and the takings of a
// shop paid in before they would need papers.
bool sf_amount_manipulation_twin(struct sf_story *story) { return tell(story); }

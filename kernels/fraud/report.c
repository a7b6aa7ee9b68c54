#include "kernels/fraud/report.h"

#include "kernels/activity/rails.h"
#include "kernels/activity/transfer_amount.h"
#include "kernels/fraud/role.h"
#include "kernels/fraud/typology.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"

// The last row of fraud, or of those the last one that takes money, after which the delay
// of the report counts; null if there is none.
static struct sf_event *last_row(const struct sf_story *story, bool takes) {
  struct sf_event *last = NULL;
  for (uint32_t i = 0; i < story->rows; i++) {
    struct sf_event *event = &story->skeleton->event[story->first_event + i];
    if (sf_role_is_fraud(event->role) && !(takes && event->fail) &&
        (!last || event->time >= last->time)) {
      last = event;
    }
  }
  return last;
}

// After a report the thief tries at most twice more, in vain: in a third of the
// cases once, in some twice, hours later (median, s), with other sums.
#define ONE_MORE SF_CHANCE(0.35)
#define TWO_MORE SF_CHANCE(0.1)
#define LATER_MEDIAN 21600.0
#define LATER_SIGMA 0.5  // of the natural logarithm of the sum

// Tries with the instrument of row `from`, after the report.
static void try_again(struct sf_story *story, uint32_t from, uint32_t u, uint32_t v) {
  struct sf_skeleton *skeleton = story->skeleton;
  const uint32_t tries = u < TWO_MORE ? 2 : u < ONE_MORE ? 1 : 0;
  const uint32_t end = (uint32_t)skeleton->world->config.days * SF_DAY;
  uint32_t time = story->reported;
  for (uint32_t i = 0; i < tries; i++) {
    time += 1 + sf_lognormal_seconds(LATER_MEDIAN, 1, sf_redraw(v, i));
    if (time >= end) {
      return;
    }
    const struct sf_event of = skeleton->event[from];
    struct sf_event *event = sf_story_repeat(story, from, time, of.role);
    if (!event) {
      return;
    }
    const double z = sf_quantile(&sf_law_normal, sf_redraw(v, 16 + i)) * 0x1p-16;
    event->device = of.device;
    event->channel = of.channel;
    event->trip = of.trip;
    event->fail = SF_RESPONSE_CODE_RISK_DECLINED;
    event->proof = 0;  // a larger sum may need another proof
    if (event->amount_rule == SF_AMOUNT_PRICED) {
      event->level += (int32_t)(LATER_SIGMA * z * 1.4426950408889634 * SF_LOG2_UNIT);
    } else if (event->amount_rule == SF_AMOUNT_FIXED) {
      const int64_t other = sf_transfer_round((double)of.paise * sf_exp(LATER_SIGMA * z), v);
      const int64_t most = of.mode == SF_PAYMENT_MODE_UPI ? of.paise : SF_IMPS_MOST;
      event->paise = other <= most ? other : of.paise;
    }
  }
}

struct sf_report_law sf_report_law_of(const struct sf_config *config, uint32_t customer,
                                      uint16_t number) {
  const struct sf_block draw = sf_draw(config->seed, customer, number, SF_STREAM_STORY, 1);
  const struct sf_typology_row *row = &sf_typologies[sf_number_typology(number)];
  return (struct sf_report_law){
      .never = draw.word[0] < sf_threshold_q32(config->fraud.never_reported),
      .delay = sf_lognormal_seconds(row->report_hours * 3600, row->report_sigma, draw.word[1]),
      .word = {draw.word[2], draw.word[3]},
  };
}

void sf_report(struct sf_story *story) {
  const struct sf_skeleton *skeleton = story->skeleton;
  const struct sf_config *config = &skeleton->world->config;
  struct sf_event *last = last_row(story, true);
  if (story->twin || !last) {
    return;
  }
  // The second leg of a chain is reported with the first.
  const struct sf_report_law law = sf_report_law_of(config, skeleton->customer.id, story->number);
  // A claim is a report: such a story has set it.
  if (!story->reported && law.never) {
    return;
  }
  if (!story->reported) {
    story->reported = last->time + 1 + law.delay;
    // Where nothing is blocked, nothing would refuse what is tried after the report.
    const uint32_t tried = last_row(story, false)->time;
    if (!story->blocked && story->reported <= tried) {
      story->reported = tried + 1;
    }
  }
  // What is tried after a block is refused for that reason.
  for (uint32_t i = 0; i < story->rows && story->blocked; i++) {
    struct sf_event *tried = &skeleton->event[story->first_event + i];
    if (sf_role_is_fraud(tried->role) && tried->time >= story->reported) {
      tried->fail = SF_RESPONSE_CODE_RISK_DECLINED;
    }
  }
  if (story->blocked && story->reported < (uint32_t)config->days * SF_DAY) {
    try_again(story, (uint32_t)(last - skeleton->event), law.word[0], law.word[1]);
  }
}

#include "kernels/activity/life.h"
#include "kernels/activity/mode.h"
#include "kernels/activity/months.h"
#include "kernels/activity/rails.h"
#include "kernels/math/elementary.h"
#include "kernels/random/quantile.h"
#include "kernels/random/stream.h"

// Money that comes in: salaries and pensions on their day, invoices of those who
// work for themselves, allowances of students and homemakers.

#define NUMBERS_A_MONTH 16u

static struct sf_event *add_credit(struct sf_skeleton *skeleton, int64_t time, uint32_t number,
                                   uint8_t type, uint8_t mode, int64_t paise) {
  const int32_t date = skeleton->world->config.start_day + (int32_t)(time / SF_DAY);
  struct sf_event *event = sf_core_is_silent(&skeleton->customer.core, date)
                               ? NULL
                               : sf_skeleton_add(skeleton, time, SF_SOURCE_INCOME, number);
  if (event) {
    event->type = type;
    event->direction = SF_DIRECTION_CREDIT;
    event->mode = mode;
    event->instrument = sf_instrument_of(mode);
    event->channel = SF_CHANNEL_ONLINE;
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = paise;
    event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
    event->subcategory = type == SF_TRANSACTION_TYPE_TRANSFER ? SF_SUBCATEGORY_PERSON_TO_PERSON
                                                              : SF_SUBCATEGORY_NONE;
  }
  return event;
}

// Day of the window on which a month's salary comes: the last working day of the
// month before, the first, or a fixed day up to the seventh.
static int32_t salary_day(const struct sf_month *month, int32_t start_day, uint32_t habit) {
  if (habit < SF_CHANCE(0.5)) {
    const int32_t before = start_day + month->first - 1;
    const struct sf_date date = sf_date_from_day(before);
    return sf_last_working_day(date.year, date.month) - start_day;
  }
  const int32_t fixed = habit < SF_CHANCE(0.72) ? 0 : (int32_t)((habit >> 24) % 7);
  return month->first + fixed;
}

static void add_salary(struct sf_skeleton *skeleton, const struct sf_month *month,
                       struct sf_block habit) {
  const struct sf_world *world = skeleton->world;
  const uint32_t number = month->key * NUMBERS_A_MONTH;
  const struct sf_block draw =
      sf_draw(world->config.seed, skeleton->customer.id, number, SF_STREAM_INCOME, 1);
  int32_t day = salary_day(month, world->config.start_day, habit.word[0]);
  // Banks pay on working days: the last one before.
  while (sf_banks_closed(world->config.start_day + day)) {
    day--;
  }
  // Overtime, tax and arrears move the net by two per cent.
  const double net = 1 + 0.02 * sf_quantile(&sf_law_normal, draw.word[1]) / 65536.0;
  const uint32_t second = 7 * 3600 + sf_below(draw.word[0], 12 * 3600);
  add_credit(skeleton, (int64_t)day * SF_DAY + second, number, SF_TRANSACTION_TYPE_SALARY,
             SF_PAYMENT_MODE_NEFT, (int64_t)((double)skeleton->customer.income * net) * 100);
}

// `parts` payments spread over the month that make the income on average.
static void add_earnings(struct sf_skeleton *skeleton, const struct sf_month *month,
                         uint32_t parts) {
  const struct sf_world *world = skeleton->world;
  for (uint32_t p = 0; p < parts; p++) {
    const uint32_t number = month->key * NUMBERS_A_MONTH + p;
    const struct sf_block draw =
        sf_draw(world->config.seed, skeleton->customer.id, number, SF_STREAM_INCOME, 1);
    const int32_t day = month->first + (int32_t)sf_below(draw.word[0], month->days);
    const uint32_t second = 8 * 3600 + sf_below(draw.word[1], 13 * 3600);
    // Log-normal of mean 1 and sigma 0.5.
    const double factor = sf_exp(0.5 * sf_quantile(&sf_law_normal, draw.word[2]) / 65536.0 - 0.125);
    const double rupees = (double)skeleton->customer.income / parts * factor;
    const int64_t step = rupees > 5000 ? 50000 : 5000;
    int64_t paise = (int64_t)(rupees * 100) / step * step + step;
    uint8_t mode = draw.word[3] < SF_CHANCE(0.375)   ? SF_PAYMENT_MODE_NEFT
                   : draw.word[3] < SF_CHANCE(0.625) ? SF_PAYMENT_MODE_IMPS
                                                     : SF_PAYMENT_MODE_UPI;
    if (mode == SF_PAYMENT_MODE_UPI && paise > SF_UPI_PERSON_DAY) {
      mode = SF_PAYMENT_MODE_NEFT;
    }
    if (mode == SF_PAYMENT_MODE_IMPS && paise > SF_IMPS_MOST) {
      mode = SF_PAYMENT_MODE_NEFT;
    }
    add_credit(skeleton, (int64_t)day * SF_DAY + second, number, SF_TRANSACTION_TYPE_TRANSFER, mode,
               paise);
  }
}

void sf_income_build(struct sf_skeleton *skeleton) {
  const struct sf_world *world = skeleton->world;
  const struct sf_block habit =
      sf_draw(world->config.seed, skeleton->customer.id, 0, SF_STREAM_INCOME, 0);
  struct sf_month month = sf_month_first(&world->calendar);
  // One month beyond the window: its salary may come on the last working day before.
  for (; month.first <= world->config.days + 3; month = sf_month_next(month)) {
    switch (skeleton->customer.occupation) {
      case SF_OCCUPATION_BUSINESS_OWNER:
        add_earnings(skeleton, &month, 5);
        break;
      case SF_OCCUPATION_FREELANCER:
        add_earnings(skeleton, &month, 3);
        break;
      case SF_OCCUPATION_STUDENT:
      case SF_OCCUPATION_HOMEMAKER:
        add_earnings(skeleton, &month, 2);
        break;
      default:
        add_salary(skeleton, &month, habit);
        break;
    }
  }
}

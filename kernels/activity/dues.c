#include "kernels/activity/dues.h"

#include "kernels/activity/circles.h"
#include "kernels/activity/mode.h"
#include "kernels/activity/months.h"
#include "kernels/math/elementary.h"
#include "kernels/random/stream.h"

// Monthly payments of the members of a circle to the one who collects, on or about the
// same day. Each side computes its own row from a stream of the member and the
// collector, without the other.

enum kind { SOCIETY, TEACHER, LANDLORD };

// Members of a circle who pay, of 256, by kind.
static const uint16_t joins[] = {[SOCIETY] = 230, [TEACHER] = 180, [LANDLORD] = 105};
// Of the payments of at most 10,000 rupees, by UPI; of the others, by IMPS.
#define BY_UPI SF_CHANCE(0.8)
#define BY_IMPS SF_CHANCE(0.6)
// Payments on the due day; the others up to a week later, or days before.
#define ON_THE_DAY SF_CHANCE(0.45)
// A failed payment that is tried again at once.
#define RETRIED SF_CHANCE(0.6)

static const uint16_t fees[16] = {300,  500,  500,  600,  700,  800,  1000, 1000,
                                  1000, 1200, 1500, 1500, 2000, 2000, 2500, 3000};

struct collector {
  uint32_t id;
  enum kind kind;
  uint32_t due;   // day of the month, 1..10
  int64_t paise;  // of an ordinary member
};

struct due {
  int64_t time;
  int64_t paise;
  uint8_t mode;
  uint8_t response;  // enum sf_response_code of a failed try, 0 = none
  bool is_final;     // which ends the matter
  uint32_t u;
};

static struct collector collector_of(const struct sf_world *world, uint32_t id) {
  const struct sf_block draw = sf_draw(world->config.seed, id, 0, SF_STREAM_DUES, 0);
  struct collector collector = {.id = id, .due = 1 + sf_below(draw.word[1], 10)};
  const uint32_t u = draw.word[0] >> 24;
  collector.kind = u < 100 ? SOCIETY : u < 190 ? TEACHER : LANDLORD;
  collector.paise = collector.kind == SOCIETY ? 120000 + 5000 * (int64_t)sf_below(draw.word[2], 70)
                                              : 100 * (int64_t)fees[draw.word[2] >> 28];
  return collector;
}

// What a member pays each month: the due of all, a larger flat's, or a rent of 12 to 24
// per cent of the income. One rent in eight stays just below a round sum.
static int64_t due_of(const struct collector *collector, const struct sf_core *member, uint32_t u) {
  if (collector->kind != LANDLORD) {
    return (u & 7) < 5   ? collector->paise
           : (u & 7) < 7 ? collector->paise * 3 / 2
                         : collector->paise * 2;
  }
  const double share = 0.12 + (u >> 8) * (0.12 * 0x1p-24);
  const double rupees = sf_exp2(member->log2_income * 0x1p-16) * share;
  const int64_t rent = (int64_t)(rupees < 49500 ? rupees : 49500) / 500 * 500 + 500;
  const int64_t round = rent < 7000 ? 5000 : rent < 20000 ? 10000 : 50000;
  static const uint16_t below[4] = {1, 50, 100, 500};
  return 100 * ((u & 7) == 0 ? round - below[u >> 3 & 3] : rent);
}

// The payment of a member in a month; false if there is none.
static bool find_due(const struct sf_skeleton *skeleton, const struct collector *collector,
                     uint32_t member, const struct sf_core *from, const struct sf_core *to,
                     const struct sf_block *habit, const struct sf_month *month, struct due *due) {
  const struct sf_world *world = skeleton->world;
  const struct sf_block draw = sf_draw(world->config.seed, member, month->key, SF_STREAM_DUES, 2);
  const uint32_t late = draw.word[0] < ON_THE_DAY ? 0 : sf_below(sf_redraw(draw.word[0], 1), 10);
  // Nine days later at most, two earlier.
  const int32_t day = month->first + (int32_t)(collector->due + late) + (late > 7 ? -10 : -1);
  const int32_t date = world->config.start_day + day;
  if (day < 0 || day >= world->config.days || date < from->open_day || date < to->open_day ||
      sf_core_is_quiet(from, date) || sf_core_is_quiet(to, date)) {
    return false;
  }
  due->time = (int64_t)day * SF_DAY + sf_hours_pick(&world->hours, from->occupation,
                                                    world->calendar.day[day].is_weekend,
                                                    draw.word[1], draw.word[2]);
  due->paise = due_of(collector, from, habit->word[1]);
  const uint32_t rail = habit->word[2];
  due->mode = due->paise <= SF_DUES_UPI_MOST && rail < BY_UPI ? SF_PAYMENT_MODE_UPI
              : sf_redraw(rail, 1) < BY_IMPS                  ? SF_PAYMENT_MODE_IMPS
                                                              : SF_PAYMENT_MODE_NEFT;
  due->u = draw.word[3];
  const struct sf_event event = {.mode = due->mode};
  due->response = sf_failure_of(&event, due->u);
  due->is_final =
      due->response && (sf_failure_is_final(due->response) || sf_redraw(due->u, 2) >= RETRIED);
  return true;
}

static uint32_t number_of(uint32_t rank, const struct sf_month *month) {
  return rank << 12 | (month->key & 0xfffu);
}

static struct sf_event *add(struct sf_skeleton *skeleton, const struct due *due, uint32_t source,
                            uint32_t number, uint8_t direction) {
  struct sf_event *event = sf_skeleton_add(skeleton, due->time, source, number);
  if (event) {
    event->type = SF_TRANSACTION_TYPE_TRANSFER;
    event->direction = direction;
    event->subcategory = SF_SUBCATEGORY_PERSON_TO_PERSON;
    event->mode = due->mode;
    event->instrument = sf_instrument_of(due->mode);
    event->amount_rule = SF_AMOUNT_FIXED;
    event->paise = due->paise;
  }
  return event;
}

static void add_debit(struct sf_skeleton *skeleton, const struct collector *collector,
                      const struct due *due, uint32_t number) {
  struct sf_event *event = add(skeleton, due, SF_SOURCE_DUES_OUT, number, SF_DIRECTION_DEBIT);
  if (!event) {
    return;
  }
  event->channel = SF_CHANNEL_MOBILE;
  event->device = SF_DEVICE_PHONE;
  event->counterparty = collector->id;
  if (due->is_final) {
    event->fail = due->response;
    return;
  }
  // What the other side knows of has been paid.
  event->flags = SF_EVENT_COVERED;
  if (due->response) {
    sf_attempt_add(skeleton, skeleton->events - 1, due->response, 0, sf_redraw(due->u, 1));
  }
}

static void add_credit(struct sf_skeleton *skeleton, uint32_t member, const struct due *due,
                       uint32_t number) {
  struct sf_event *event =
      due->is_final ? NULL : add(skeleton, due, SF_SOURCE_DUES_IN, number, SF_DIRECTION_CREDIT);
  if (event) {
    event->channel = SF_CHANNEL_ONLINE;
    event->counterparty = member;
    event->flags = SF_EVENT_COVERED | SF_EVENT_UNATTENDED;
  }
}

// A treasurer passes on 55 to 98 per cent of what came in, in one or two payments some
// days after the due day.
static void spend(struct sf_skeleton *skeleton, const struct collector *collector,
                  const struct sf_month *month, int64_t collected) {
  const struct sf_block draw =
      sf_draw(skeleton->world->config.seed, collector->id, month->key, SF_STREAM_DUES, 3);
  const uint32_t parts = 1 + (draw.word[0] >> 31);
  const int64_t share = 141 + (int64_t)sf_below(draw.word[1], 110);
  const int64_t paise = collected * share / (256 * (int64_t)parts) / 10000 * 10000;
  for (uint32_t p = 0; p < parts && paise > 0; p++) {
    const uint32_t day = collector->due + 3 + 4 * p + sf_below(draw.word[2] << 8 * p, 5);
    const struct due due = {
        .time = (int64_t)(month->first + (int32_t)day) * SF_DAY + 9 * 3600 +
                sf_below(draw.word[3] << 8 * p, 12 * 3600),
        .paise = paise,
        .mode = draw.word[0] & 3 ? SF_PAYMENT_MODE_NEFT : SF_PAYMENT_MODE_IMPS,
    };
    struct sf_event *event = due.time < 0 ? NULL
                                          : add(skeleton, &due, SF_SOURCE_DUES_SPENT,
                                                number_of(p, month), SF_DIRECTION_DEBIT);
    if (event) {
      event->channel = SF_CHANNEL_MOBILE;
      event->device = SF_DEVICE_PHONE;
      event->payee = SF_PAYEE_BANK + 8 + p;
    }
  }
}

static void collect(struct sf_skeleton *skeleton, const struct sf_circles *circles,
                    const struct sf_circle *circle) {
  const struct sf_world *world = skeleton->world;
  const struct collector collector = collector_of(world, circle->collector);
  struct sf_month month = sf_month_first(&world->calendar);
  for (; month.first < world->config.days; month = sf_month_next(month)) {
    int64_t collected = 0;
    for (uint32_t rank = 1; rank < circle->members; rank++) {
      const uint32_t member = sf_circle_member(circles, circle, rank);
      const struct sf_block habit =
          sf_draw(world->config.seed, member, collector.id, SF_STREAM_DUES, 1);
      const struct sf_core *core = sf_core_get(&skeleton->cores, &world->population, member);
      struct due due;
      if (habit.word[0] >> 24 < joins[collector.kind] &&
          find_due(skeleton, &collector, member, core, &skeleton->customer.core, &habit, &month,
                   &due)) {
        add_credit(skeleton, member, &due, number_of(rank, &month));
        collected += due.is_final ? 0 : due.paise;
      }
    }
    if (collector.kind == SOCIETY) {
      spend(skeleton, &collector, &month, collected);
    }
  }
}

static void pay(struct sf_skeleton *skeleton, const struct sf_circle *circle) {
  const struct sf_world *world = skeleton->world;
  const struct collector collector = collector_of(world, circle->collector);
  const struct sf_customer *customer = &skeleton->customer;
  const struct sf_block habit =
      sf_draw(world->config.seed, customer->id, collector.id, SF_STREAM_DUES, 1);
  if (habit.word[0] >> 24 >= joins[collector.kind]) {
    return;
  }
  const struct sf_core *to = sf_core_get(&skeleton->cores, &world->population, collector.id);
  struct sf_month month = sf_month_first(&world->calendar);
  for (; month.first < world->config.days; month = sf_month_next(month)) {
    struct due due;
    if (find_due(skeleton, &collector, customer->id, &customer->core, to, &habit, &month, &due)) {
      add_debit(skeleton, &collector, &due, number_of(circle->rank, &month));
    }
  }
}

void sf_dues_build(struct sf_skeleton *skeleton) {
  const struct sf_circle circle =
      sf_circle_of(&skeleton->contacts.circles, &skeleton->world->config, skeleton->customer.id);
  if (circle.members && circle.rank == 0) {
    collect(skeleton, &skeleton->contacts.circles, &circle);
  } else if (circle.members) {
    pay(skeleton, &circle);
  }
}

#include "kernels/flesh/amount.h"
#include "tests/unit/model.h"

enum { CUSTOMERS = 40, DAYS = 120 };

// Writes a customer's rows in pieces whose lengths follow from `step`, from row
// `at` of the batch on.
static void write_in_pieces(struct model *m, uint32_t customer, uint32_t step, struct rows *rows,
                            int64_t at) {
  const int64_t count = sf_history_begin(m->history, customer, NULL, 0);
  int64_t done = 0;
  for (uint32_t k = 1; done < count; k++) {
    int64_t piece = 1 + (int64_t)(k * step * 2654435761u >> 16) % (int64_t)step;
    piece = piece < count - done ? piece : count - done;
    sf_history_rows(m->history, piece, (uint64_t)done + 1, &rows->batch, NULL, at + done);
    done += piece;
  }
}

Test(flesh, rows_are_the_same_however_they_are_divided) {
  static const uint32_t steps[] = {1, 2, 7, 255, 256, 257, 1000};
  struct model m;
  int64_t longest = 0;
  model_make(&m, 9, CUSTOMERS, MODEL_START, 2 * DAYS);
  for (uint32_t id = 1; id <= CUSTOMERS; id++) {
    struct rows whole, parts;
    const int64_t count = rows_of(&m, id, &whole);
    const int64_t at = id * 37 % 100;
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
      rows_make(&parts, count + 100);
      write_in_pieces(&m, id, steps[s], &parts, at);
      cr_assert_eq(rows_differ(&whole.batch, 0, &parts.batch, at, count, true), 0,
                   "customer %u by %u", id, steps[s]);
      rows_free(&parts);
    }
    longest = count > longest ? count : longest;
    rows_free(&whole);
  }
  cr_expect(longest > 2 * SF_CHUNK, "no history of several chunks");
  model_free(&m);
}

// Every cell of a row is written, and none beside it.
Test(flesh, writes_its_rows_and_no_others) {
  const struct sf_table *table = &sf_tables[SF_TABLE_TRANSACTIONS];
  struct model m;
  model_make(&m, 9, CUSTOMERS, MODEL_START, DAYS);
  const int64_t count = sf_history_begin(m.history, 3, NULL, 0), at = 5, capacity = count + 10;
  struct rows ones, zeros;
  rows_make(&ones, capacity);
  rows_make(&zeros, capacity);
  memset(zeros.memory, 0, sf_batch_bytes(table, capacity));
  sf_history_rows(m.history, count, 1, &ones.batch, NULL, at);
  sf_history_begin(m.history, 3, NULL, 0);
  sf_history_rows(m.history, count, 1, &zeros.batch, NULL, at);
  cr_expect_eq(rows_differ(&ones.batch, at, &zeros.batch, at, count, true), 0,
               "cells that are not written");
  for (uint32_t c = 0; c < table->columns; c++) {
    const size_t size = sf_column_row_bytes(&table->column[c]);
    const uint8_t *column = sf_batch_column(&ones.batch, &table->column[c]);
    for (size_t i = 0; i < (size_t)at * size; i++) {
      cr_assert_eq(column[i], 0xff, "%s before the rows", table->column[c].name);
    }
    for (size_t i = (size_t)(at + count) * size; i < (size_t)capacity * size; i++) {
      cr_assert_eq(column[i], 0xff, "%s behind the rows", table->column[c].name);
    }
  }
  rows_free(&ones);
  rows_free(&zeros);
  model_free(&m);
}

Test(flesh, vector_paths_make_the_same_rows) {
  static const char *const paths[] = {"avx2", "avx512"};
  struct model scalar;
  uint32_t compared = 0;
  model_make_on(&scalar, "scalar", 10, CUSTOMERS, MODEL_START, DAYS);
  for (size_t p = 0; p < 2; p++) {
    if (!sf_lanes_select(paths[p])) {
      continue;
    }
    struct model other;
    model_make_on(&other, paths[p], 10, CUSTOMERS, MODEL_START, DAYS);
    for (uint32_t id = 1; id <= CUSTOMERS; id++) {
      struct rows a, b;
      const int64_t count = rows_of(&scalar, id, &a);
      cr_assert_eq(rows_of(&other, id, &b), count);
      cr_assert_eq(rows_differ(&a.batch, 0, &b.batch, 0, count, true), 0, "%s, customer %u",
                   paths[p], id);
      rows_free(&a);
      rows_free(&b);
      compared++;
    }
    model_free(&other);
  }
  model_free(&scalar);
  if (compared == 0) {
    cr_skip_test("this processor has no vector path");
  }
}

// The rows of a customer with the events that they are made of.
struct told {
  struct model *model;
  const struct sf_transactions *rows;
  int64_t row;
  const struct sf_event *event;
  int64_t paise;
};

static void for_rows(struct model *m, uint32_t customers, void (*check)(const struct told *)) {
  for (uint32_t id = 1; id <= customers; id++) {
    struct rows rows;
    const int64_t count = rows_of(m, id, &rows);
    model_build(m, id);
    for (int64_t i = 0; i < count; i++) {
      const struct told told = {m, &rows.batch, i, model_event(m, i),
                                paise_of(rows.batch.amount[i])};
      check(&told);
    }
    rows_free(&rows);
  }
}

static void check_skeleton(const struct told *t) {
  const struct sf_transactions *b = t->rows;
  const int64_t i = t->row;
  const struct sf_event *event = t->event;
  cr_assert_eq(b->timestamp[i], (int64_t)MODEL_START * SF_DAY - 19800 + event->time);
  cr_assert(b->merchant_id[i] == event->merchant && b->counterparty_id[i] == event->counterparty);
  cr_assert(b->payment_mode[i] == event->mode && b->channel[i] == event->channel);
  cr_assert(b->transaction_type[i] == event->type && b->direction[i] == event->direction);
  cr_assert(b->instrument_id[i] == event->instrument);
  cr_assert(b->transaction_id[i] == (uint64_t)i + 1);
  cr_assert(!event->fail || b->response_code[i] == event->fail);
  cr_assert(event->amount_rule != SF_AMOUNT_FIXED || t->paise == event->paise);
  // Whoever is on a trip is in its city, but for the seconds of a failed try on the road.
  const struct sf_trip *trip = event->trip ? &t->model->skeleton.trip[event->trip - 1] : NULL;
  if (!is_attempt(event)) {
    cr_assert_eq(b->city[i], trip ? trip->city : t->model->skeleton.customer.city);
  }
}

Test(flesh, keeps_what_the_skeleton_says) {
  struct model m;
  model_make(&m, 11, CUSTOMERS, MODEL_START, DAYS);
  for_rows(&m, CUSTOMERS, check_skeleton);
  model_free(&m);
}

static uint32_t without_pin, above_500, contactless, attempted;

// 500 rupees by UPI Lite until 3 December 2024, 1,000 from then on.
static void check_limits(const struct told *t) {
  const struct sf_transactions *b = t->rows;
  const int64_t i = t->row;
  const bool debit = b->direction[i] == SF_DIRECTION_DEBIT;
  if (b->payment_mode[i] == SF_PAYMENT_MODE_UPI && debit) {
    cr_assert(t->paise <= 10000000, "%g rupees by UPI", b->amount[i]);
    if (b->auth_method[i] == SF_AUTH_METHOD_NONE) {
      cr_assert(t->paise <= (b->date[i] < 20061 ? 50000 : 100000));
      cr_assert(b->status[i] != SF_STATUS_CODE_DECLINED ||
                b->response_code[i] == SF_RESPONSE_CODE_INSUFFICIENT_FUNDS);
      without_pin++;
      above_500 += t->paise > 50000;
    }
  }
  if (b->auth_method[i] == SF_AUTH_METHOD_CONTACTLESS) {
    cr_assert(t->paise <= 500000 && b->card_type[i] != SF_CARD_TYPE_NOT_APPLICABLE);
    contactless++;
  }
  if (b->response_code[i] == SF_RESPONSE_CODE_WRONG_PIN) {
    cr_assert(b->auth_method[i] != SF_AUTH_METHOD_NONE &&
              b->auth_method[i] != SF_AUTH_METHOD_CONTACTLESS);
  }
  if (is_attempt(t->event)) {
    // Two tries of one payment are of one amount.
    const uint32_t of = ordinal_tried(t->event);
    for (int64_t next = i + 1; next < b->rows; next++) {
      if (model_event(t->model, next)->ordinal == of) {
        cr_assert_eq(paise_of(b->amount[next]), t->paise);
        attempted++;
        break;
      }
    }
  }
}

Test(flesh, limits_of_payments_hold) {
  struct model m;
  model_make(&m, 12, 120, 20061 - DAYS / 2, DAYS);
  for_rows(&m, 120, check_limits);
  cr_expect(without_pin > 200 && above_500 > 2 && contactless > 10 && attempted > 100,
            "%u without PIN, %u above 500, %u contactless, %u tries", without_pin, above_500,
            contactless, attempted);
  model_free(&m);
}

// The limit of UPI Lite rises from one day to the next, 3 and 4 December 2024.
Test(flesh, the_limit_without_pin_rises_on_its_day) {
  uint32_t above[2];
  for (int32_t d = 0; d < 2; d++) {
    struct model m;
    model_make(&m, 15, 6000, 20060 + d, 1);
    above_500 = without_pin = 0;
    for_rows(&m, 6000, check_limits);
    above[d] = above_500;
    cr_expect(without_pin > 50, "%u without PIN", without_pin);
    model_free(&m);
  }
  cr_expect(above[0] == 0 && above[1] > 0, "%u and %u above 500", above[0], above[1]);
}

// A new phone moves 5,000 rupees by UPI in its first 24 hours at most; more than
// that goes by the old one, which is not seen again later.
struct replacement {
  uint64_t old_id, new_id;
  int64_t since, paid;
  bool beyond, old_seen, new_seen;
};

static struct replacement find_replacement(struct model *m, uint32_t id) {
  struct sf_devices devices;
  sf_customer_at(&m->world->population, id, &m->skeleton.customer);
  sf_devices_begin(&devices, &m->world->config, &m->skeleton.customer);
  const bool replaced = devices.replaced < (int64_t)m->world->config.days * SF_DAY;
  return (struct replacement){
      .old_id = devices.device[SF_DEVICE_PHONE].id,
      .new_id = replaced ? devices.new_phone.id : 0,
      .since = replaced ? devices.replaced : INT64_MAX,
  };
}

static void check_phone(const struct sf_transactions *b, int64_t i, int64_t time,
                        struct replacement *phone) {
  const int64_t paise = paise_of(b->amount[i]);
  const bool upi = b->payment_mode[i] == SF_PAYMENT_MODE_UPI;
  const bool first_day = time >= phone->since && time < phone->since + SF_DAY;
  if (b->device_id[i] == phone->old_id) {
    cr_assert(time < phone->since || (first_day && upi), "the old phone comes back");
    phone->beyond |= first_day;
    phone->old_seen = true;
  }
  if (phone->new_id && b->device_id[i] == phone->new_id) {
    cr_assert(time >= phone->since, "the new phone comes too early");
    phone->paid += first_day && upi ? paise : 0;
    cr_assert(phone->paid <= 500000, "%ld paise on the first day", (long)phone->paid);
    phone->new_seen = true;
  }
}

Test(flesh, a_new_phone_moves_little_on_its_first_day) {
  struct model m;
  uint32_t replaced = 0, paid = 0, beyond = 0;
  model_make(&m, 13, 500, MODEL_START, 365);
  for (uint32_t id = 1; id <= 500; id++) {
    struct replacement phone = find_replacement(&m, id);
    cr_assert_neq(phone.old_id, 0);
    cr_assert_neq(phone.old_id, phone.new_id);
    if (phone.since == INT64_MAX) {
      continue;
    }
    struct rows rows;
    const int64_t count = rows_of(&m, id, &rows);
    const int64_t midnight = (int64_t)MODEL_START * SF_DAY - 19800;
    for (int64_t i = 0; i < count; i++) {
      check_phone(&rows.batch, i, rows.batch.timestamp[i] - midnight, &phone);
    }
    replaced += phone.new_seen && phone.old_seen;
    paid += phone.paid > 0;
    beyond += phone.beyond;
    rows_free(&rows);
  }
  // A phone lasts three years.
  cr_expect(replaced > 110 && replaced < 220, "%u phones replaced in a year", replaced);
  cr_expect(paid > 20 && beyond > 2, "%u pay on the first day, %u beyond the limit", paid, beyond);
  model_free(&m);
}

// Distances and times by their definitions.
static void check_places(const struct told *t) {
  const struct sf_transactions *b = t->rows;
  const int64_t i = t->row;
  if (i > 0) {
    const float minutes = (float)((double)(b->timestamp[i] - b->timestamp[i - 1]) / 60.0);
    cr_assert(b->time_since_last_txn[i] >= minutes && b->time_since_last_txn[i] <= minutes);
  } else {
    cr_assert(isnan(b->time_since_last_txn[i]));
  }
  cr_assert_eq(b->delivery_city[i] != SF_CITY_NONE, (t->event->flags & SF_EVENT_DELIVERED) != 0);
  cr_assert(b->delivery_city[i] == SF_CITY_NONE ? isnan(b->delivery_distance[i])
                                                : b->delivery_distance[i] >= 0);
  if (b->channel[i] == SF_CHANNEL_ATM || b->channel[i] == SF_CHANNEL_BRANCH) {
    // Standard deviation 1.5 km each way around where the customer is.
    const struct sf_customer *customer = &t->model->skeleton.customer;
    cr_assert(t->event->trip || b->distance_from_home[i] < 12);
    cr_assert(fabsf(b->latitude[i] - customer->latitude) > 1e-6f, "a machine at home");
  }
}

Test(flesh, places_and_times_by_definition) {
  struct model m;
  model_make(&m, 14, CUSTOMERS, MODEL_START, DAYS);
  for_rows(&m, CUSTOMERS, check_places);
  model_free(&m);
}

// Endings that prices have, paise: whole tens, a rupee below them, and by fives.
static const int64_t ending[] = {1000, 500};

Test(flesh, near_amounts_end_as_what_they_are_near) {
  static const int64_t paid[] = {500,   2000,  4700,   9900,    12345,
                                 25000, 49900, 150000, 1299900, 7654300};
  uint32_t alike = 0;
  cr_assert_eq(sf_amount_near(300, 65535), 300, "a check of a card stays as it is");
  for (size_t p = 0; p < sizeof paid / sizeof paid[0]; p++) {
    for (uint32_t off = 0; off < 32768; off += 7) {
      for (int side = -1; side <= 1; side += 2) {
        const int64_t near = sf_amount_near(paid[p], (uint16_t)(32768 + side * (int32_t)off));
        const double ratio = fabs((double)(near - paid[p])) / (double)paid[p];
        const double wished = off / 1048576.0;
        cr_assert(near >= 500 && (ratio < 0.0625 || paid[p] < 5000));
        cr_assert(paid[p] < 5000 || (near - paid[p]) * side >= 0);
        cr_assert(paid[p] < 5000 || off > SF_AMOUNT_SAME || ratio <= 0.02);
        cr_assert(off <= SF_AMOUNT_SAME || ratio > 0.0199);
        cr_assert_eq(near % 100, paid[p] % 100 ? near % 100 : 0, "whole rupees stay whole");
        for (size_t s = 0; s < sizeof ending / sizeof ending[0]; s++) {
          const bool can = (double)paid[p] * wished >= (double)ending[s] + 1;
          cr_assert(!can || paid[p] % ending[s] || near % ending[s] == 0);
          cr_assert(!can || (paid[p] + 100) % ending[s] || (near + 100) % ending[s] == 0);
          alike += can;
        }
      }
    }
  }
  cr_assert(alike > 1000);
}

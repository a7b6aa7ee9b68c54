#include <criterion/criterion.h>
#include <string.h>

#include "kernels/activity/mode.h"
#include "kernels/activity/skeleton.h"

enum { DRAWS = 20000 };

// Edges of the bands of amounts: 200, 500, 2,000, 5,000, 20,000 and 1,00,000
// rupees, as log2 of paise in Q16, and one amount inside each band.
static const int32_t inside[7] = {800000, 980000, 1090000, 1200000, 1300000, 1450000, 1600000};
#define TOP_BAND 6

static const struct sf_day ordinary = {.count_factor = SF_FACTOR_ONE, .card_factor = SF_FACTOR_ONE};

struct choice {
  uint32_t of_mode[SF_PAYMENT_MODE_COUNT];
};

// A uniform draw of 32 bits out of DRAWS equal steps.
static uint32_t step(uint32_t i) { return (uint32_t)(((uint64_t)i << 32) / DRAWS) + 1000; }

static struct sf_event pick(const struct sf_customer *customer, const struct sf_day *date,
                            int32_t level, bool online, uint32_t u, uint32_t v) {
  struct sf_event event = {.level = level};
  sf_mode_pick(customer, date, &event, online, u, v);
  return event;
}

static struct choice choose(const struct sf_customer *customer, const struct sf_day *date,
                            int32_t level, bool online) {
  struct choice choice = {{0}};
  for (uint32_t i = 0; i < DRAWS; i++) {
    choice.of_mode[pick(customer, date, level, online, step(i), 0).mode]++;
  }
  return choice;
}

static struct sf_customer customer_with(uint8_t savviness, float limit, uint8_t devices) {
  return (struct sf_customer){.savviness = savviness,
                              .credit_limit = limit,
                              .devices = devices,
                              .mode_mask = 1u << SF_PAYMENT_MODE_UPI};
}

static void check_sale(const struct sf_customer *customer, const struct sf_event *event,
                       int32_t level, bool online) {
  const uint8_t mode = event->mode;
  const bool by_phone = mode == SF_PAYMENT_MODE_UPI || mode == SF_PAYMENT_MODE_WALLET;
  cr_assert_eq(event->instrument, sf_instrument_of(mode));
  cr_assert(mode != SF_PAYMENT_MODE_CREDIT_CARD || customer->credit_limit > 0);
  cr_assert(mode != SF_PAYMENT_MODE_IMPS && mode != SF_PAYMENT_MODE_NEFT &&
            mode != SF_PAYMENT_MODE_RTGS);
  cr_assert(mode == SF_PAYMENT_MODE_CREDIT_CARD ? event->level > level : event->level == level);
  cr_assert(event->device <= customer->devices);
  if (online) {
    cr_assert(mode != SF_PAYMENT_MODE_CASH);
    cr_assert(event->channel == SF_CHANNEL_ONLINE || event->channel == SF_CHANNEL_MOBILE);
    cr_assert(event->device != SF_DEVICE_COMPUTER || event->channel == SF_CHANNEL_ONLINE);
    cr_assert(event->channel != SF_CHANNEL_ONLINE || event->device == SF_DEVICE_COMPUTER ||
              event->device == SF_DEVICE_PHONE);
    cr_assert(event->device != SF_DEVICE_NONE);
    cr_assert(!by_phone || event->channel == SF_CHANNEL_MOBILE);
  } else {
    cr_assert(mode != SF_PAYMENT_MODE_BNPL && mode != SF_PAYMENT_MODE_NET_BANKING);
    cr_assert_eq(event->channel, SF_CHANNEL_POS);
    cr_assert_eq(event->device, by_phone ? SF_DEVICE_PHONE : SF_DEVICE_NONE);
  }
}

Test(modes, fit_the_place_of_sale_and_the_customer) {
  for (uint8_t savviness = 0; savviness < SF_SAVVINESS_COUNT; savviness++) {
    for (uint8_t devices = 1; devices <= 4; devices++) {
      for (int holder = 0; holder < 2; holder++) {
        const struct sf_customer customer = customer_with(savviness, holder ? 1e5f : 0, devices);
        for (uint32_t i = 0; i < 7 * 2 * 500; i++) {
          const int32_t level = inside[i % 7];
          const bool online = i / 7 % 2;
          const struct sf_event event =
              pick(&customer, &ordinary, level, online, step(i * 2), i * 0x9e3779b1u);
          check_sale(&customer, &event, level, online);
        }
      }
    }
  }
}

Test(modes, upi_carries_most_up_to_a_lakh_and_nothing_beyond) {
  const struct sf_customer customer = customer_with(SF_SAVVINESS_MEDIUM, 0, 2);
  for (uint32_t band = 0; band < 7; band++) {
    for (int online = 0; online < 2; online++) {
      const struct choice choice = choose(&customer, &ordinary, inside[band], online);
      const uint32_t upi = choice.of_mode[SF_PAYMENT_MODE_UPI];
      cr_expect(band == TOP_BAND ? upi == 0 : upi > DRAWS / 2, "band %u, online %d: %u", band,
                online, upi);
    }
  }
}

Test(modes, every_mode_of_merchants_is_used_somewhere) {
  const struct sf_customer customer = customer_with(SF_SAVVINESS_MEDIUM, 1e5f, 2);
  struct choice sum = {{0}};
  for (uint32_t band = 0; band < 7; band++) {
    for (int online = 0; online < 2; online++) {
      const struct choice choice = choose(&customer, &ordinary, inside[band], online);
      for (uint32_t m = 0; m < SF_PAYMENT_MODE_COUNT; m++) {
        sum.of_mode[m] += choice.of_mode[m];
      }
    }
  }
  for (uint32_t m = 0; m < SF_PAYMENT_MODE_COUNT; m++) {
    const bool of_banks =
        m == SF_PAYMENT_MODE_IMPS || m == SF_PAYMENT_MODE_NEFT || m == SF_PAYMENT_MODE_RTGS;
    cr_expect(of_banks ? sum.of_mode[m] == 0 : sum.of_mode[m] > 0, "mode %u", m);
  }
}

Test(modes, what_the_customer_prefers_is_used_more) {
  static const struct {
    uint8_t mode;
    bool online;
    uint32_t band;
  } cases[] = {{SF_PAYMENT_MODE_CREDIT_CARD, 1, 2}, {SF_PAYMENT_MODE_CREDIT_CARD, 0, 2},
               {SF_PAYMENT_MODE_DEBIT_CARD, 0, 3},  {SF_PAYMENT_MODE_WALLET, 1, 0},
               {SF_PAYMENT_MODE_CASH, 0, 0},        {SF_PAYMENT_MODE_BNPL, 1, 2}};
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    struct sf_customer customer = customer_with(SF_SAVVINESS_MEDIUM, 1e5f, 2);
    const int32_t level = inside[cases[c].band];
    const struct choice plain = choose(&customer, &ordinary, level, cases[c].online);
    customer.mode_mask |= 1u << cases[c].mode;
    const struct choice liked = choose(&customer, &ordinary, level, cases[c].online);
    cr_expect(liked.of_mode[cases[c].mode] > plain.of_mode[cases[c].mode], "case %zu", c);
  }
}

Test(modes, savviness_moves_cash_wallets_and_credit) {
  struct choice shop[SF_SAVVINESS_COUNT], online[SF_SAVVINESS_COUNT];
  for (uint8_t s = 0; s < SF_SAVVINESS_COUNT; s++) {
    const struct sf_customer customer = customer_with(s, 0, 2);
    shop[s] = choose(&customer, &ordinary, inside[0], false);
    online[s] = choose(&customer, &ordinary, inside[2], true);
  }
  cr_expect(shop[SF_SAVVINESS_HIGH].of_mode[SF_PAYMENT_MODE_CASH] <
            shop[SF_SAVVINESS_LOW].of_mode[SF_PAYMENT_MODE_CASH]);
  cr_expect(shop[SF_SAVVINESS_LOW].of_mode[SF_PAYMENT_MODE_WALLET] <
            shop[SF_SAVVINESS_HIGH].of_mode[SF_PAYMENT_MODE_WALLET]);
  cr_expect(online[SF_SAVVINESS_LOW].of_mode[SF_PAYMENT_MODE_BNPL] <
            online[SF_SAVVINESS_HIGH].of_mode[SF_PAYMENT_MODE_BNPL]);
}

// A festival that doubles the payments by credit card and adds a quarter to all
// makes the share of cards 1.6 times what it is.
Test(modes, festivals_move_payments_to_credit_cards) {
  const struct sf_day festival = {.count_factor = SF_FACTOR_ONE / 4 * 5,
                                  .card_factor = SF_FACTOR_ONE * 2};
  const struct sf_customer customer = customer_with(SF_SAVVINESS_MEDIUM, 1e5f, 2);
  const double plain =
      choose(&customer, &ordinary, inside[1], true).of_mode[SF_PAYMENT_MODE_CREDIT_CARD];
  const double more =
      choose(&customer, &festival, inside[1], true).of_mode[SF_PAYMENT_MODE_CREDIT_CARD];
  cr_expect_float_eq(more / plain, 1.6, 0.01, "%g against %g", more, plain);
}

// Each payment mode has its instrument; modes of the bank account share one.
Test(modes, instruments) {
  static const uint8_t expected[SF_PAYMENT_MODE_COUNT] = {
      [SF_PAYMENT_MODE_UPI] = 1,         [SF_PAYMENT_MODE_DEBIT_CARD] = 2,
      [SF_PAYMENT_MODE_CREDIT_CARD] = 3, [SF_PAYMENT_MODE_NET_BANKING] = 4,
      [SF_PAYMENT_MODE_IMPS] = 4,        [SF_PAYMENT_MODE_NEFT] = 4,
      [SF_PAYMENT_MODE_RTGS] = 4,        [SF_PAYMENT_MODE_WALLET] = 5,
      [SF_PAYMENT_MODE_BNPL] = 6,        [SF_PAYMENT_MODE_CASH] = 0};
  for (uint8_t m = 0; m < SF_PAYMENT_MODE_COUNT; m++) {
    cr_expect_eq(sf_instrument_of(m), expected[m], "mode %u", m);
  }
}

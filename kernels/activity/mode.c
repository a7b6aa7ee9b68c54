#include "kernels/activity/mode.h"

#include "kernels/activity/skeleton.h"

// Upper edges of the bands of amounts, levels of 200, 500, 2,000, 5,000,
// 20,000 and 1,00,000 rupees (log2 of paise, Q16).
#define BANDS 7
static const int32_t band_edge[BANDS - 1] = {936359, 1022993, 1154065, 1240699, 1371771, 1523941};

// What is bought on credit is dearer than what the same customer buys by other
// means (mean tickets of 5,200 rupees online and 2,900 in shops), levels.
#define CARD_SHIFT_ONLINE 42500
#define CARD_SHIFT_SHOP 15000

// Chance of a mode by band of the amount, per 10,000; what is left is UPI
// (net banking above its limit of one lakh). Fitted to the shares of modes and
// mean tickets of docs/calibration.md.
struct mode_row {
  uint8_t mode;
  bool online, shop;        // where it can be used
  uint8_t liked, disliked;  // factor for customers who prefer it or not, tenths
  uint16_t chance[BANDS];
};

static const struct mode_row rows[] = {
    {SF_PAYMENT_MODE_CREDIT_CARD, 1, 0, 11, 10, {330, 1900, 5200, 6300, 6300, 6300, 6300}},
    {SF_PAYMENT_MODE_CREDIT_CARD, 0, 1, 11, 10, {130, 900, 4300, 6000, 6000, 5000, 3000}},
    {SF_PAYMENT_MODE_DEBIT_CARD, 1, 1, 17, 7, {20, 60, 180, 420, 700, 600, 1500}},
    {SF_PAYMENT_MODE_WALLET, 1, 1, 22, 6, {650, 500, 250, 60, 0, 0, 0}},
    {SF_PAYMENT_MODE_CASH, 0, 1, 22, 7, {1150, 850, 600, 250, 60, 0, 0}},
    {SF_PAYMENT_MODE_BNPL, 1, 0, 25, 3, {0, 120, 500, 600, 250, 0, 0}},
    {SF_PAYMENT_MODE_NET_BANKING, 1, 0, 10, 10, {0, 60, 260, 700, 1300, 2000, 8500}},
};

static uint32_t chance_of(const struct mode_row *row, const struct sf_customer *customer,
                          const struct sf_day *date, uint32_t band) {
  const bool liked = customer->mode_mask >> row->mode & 1;
  uint64_t chance = (uint64_t)row->chance[band] * (liked ? row->liked : row->disliked);
  switch (row->mode) {
    case SF_PAYMENT_MODE_CREDIT_CARD:
      if (customer->credit_limit <= 0) {
        return 0;
      }
      // Festivals move more to cards than they add in all.
      chance = chance * date->card_factor / date->count_factor;
      break;
    case SF_PAYMENT_MODE_WALLET:
    case SF_PAYMENT_MODE_BNPL:
      chance = customer->savviness == SF_SAVVINESS_LOW ? chance / 5 : chance;
      break;
    case SF_PAYMENT_MODE_CASH:
      chance = customer->savviness == SF_SAVVINESS_HIGH ? chance / 2 : chance;
      break;
    default:
      break;
  }
  return (uint32_t)chance;
}

void sf_device_pick(const struct sf_customer *customer, struct sf_event *event, uint32_t v) {
  const uint32_t u = sf_redraw(v, 7);
  if (event->channel == SF_CHANNEL_ONLINE) {
    // One web session in five is in the browser of the phone, all where there is no computer.
    const bool phone = customer->devices < SF_DEVICE_COMPUTER || u < SF_CHANCE(0.2);
    event->device = phone ? SF_DEVICE_PHONE : SF_DEVICE_COMPUTER;
  } else if (customer->devices >= SF_DEVICE_SECOND_PHONE && u < SF_CHANCE(0.15)) {
    event->device = SF_DEVICE_SECOND_PHONE;
  } else if (customer->devices >= SF_DEVICE_TABLET && u < SF_CHANCE(0.23)) {
    event->device = SF_DEVICE_TABLET;
  } else {
    event->device = SF_DEVICE_PHONE;
  }
}

static void place_sale(const struct sf_customer *customer, struct sf_event *event, bool online,
                       uint32_t v) {
  const bool by_phone = event->mode == SF_PAYMENT_MODE_UPI || event->mode == SF_PAYMENT_MODE_WALLET;
  if (!online) {
    event->channel = SF_CHANNEL_POS;
    // A code is scanned with one's own phone; cards and cash go to the till.
    event->device = by_phone ? SF_DEVICE_PHONE : SF_DEVICE_NONE;
    return;
  }
  const uint32_t browses =
      customer->devices >= SF_DEVICE_COMPUTER ? SF_CHANCE(0.5) : SF_CHANCE(0.15);
  const bool web = !by_phone && v < browses;
  event->channel = web ? SF_CHANNEL_ONLINE : SF_CHANNEL_MOBILE;
  sf_device_pick(customer, event, v);
}

void sf_mode_pick(const struct sf_customer *customer, const struct sf_day *date,
                  struct sf_event *event, bool online, uint32_t u, uint32_t v) {
  uint32_t band = 0;
  while (band < BANDS - 1 && event->level >= band_edge[band]) {
    band++;
  }
  uint32_t at = (uint32_t)((uint64_t)u * 100000 >> 32);
  event->mode = band < BANDS - 1 ? SF_PAYMENT_MODE_UPI
                : online         ? SF_PAYMENT_MODE_NET_BANKING
                                 : SF_PAYMENT_MODE_DEBIT_CARD;
  for (uint32_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
    if (online ? !rows[r].online : !rows[r].shop) {
      continue;
    }
    const uint32_t chance = chance_of(&rows[r], customer, date, band);
    if (at < chance) {
      event->mode = rows[r].mode;
      break;
    }
    at -= chance;
  }
  if (event->mode == SF_PAYMENT_MODE_CREDIT_CARD) {
    event->level += online ? CARD_SHIFT_ONLINE : CARD_SHIFT_SHOP;
  }
  event->instrument = sf_instrument_of(event->mode);
  place_sale(customer, event, online, v);
}

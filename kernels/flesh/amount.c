#include "kernels/flesh/amount.h"

#include "kernels/activity/rails.h"
#include "kernels/flesh/flesh.h"
#include "kernels/math/elementary.h"

// Amounts of payments to merchants: 2^level paise at the merchant's price level,
// then the price points that people meet (docs/model.md, "Round amounts").

// Most that a payment mode carries to a merchant, paise.
#define CARD_MOST 50000000
#define OTHER_MOST 200000000
#define LEAST 500  // five rupees

static int64_t nearest(double paise, int64_t step) {
  return ((int64_t)paise + step / 2) / step * step;
}

// Shops: multiples of five and ten, now and then the sum of a basket to the paisa.
static int64_t round_in_shop(double paise, uint32_t kind) {
  if (paise < 50000) {
    return kind < 128   ? nearest(paise, 1000)
           : kind < 180 ? nearest(paise, 500)
           : kind < 244 ? nearest(paise, 100)
                        : (int64_t)paise;
  }
  return kind < 80    ? nearest(paise, 10000)
         : kind < 130 ? nearest(paise, 5000)
         : kind < 180 ? nearest(paise, 1000)
         : kind < 232 ? nearest(paise, 100)
                      : (int64_t)paise;
}

// Online many prices end in nine: 49, 199, 1,499, 12,999; recharges, fares and credits for games
// are round; a basket with its delivery is as it comes.
static int64_t round_online(double paise, uint32_t kind) {
  if (kind >= 102) {
    return kind < 154 ? nearest(paise, 1000) : kind < 210 ? nearest(paise, 100) : (int64_t)paise;
  }
  return paise < 30000    ? nearest(paise, 1000) - 100
         : paise < 100000 ? nearest(paise, 5000) - 100
                          : nearest(paise, 10000) - 100;
}

static int64_t round_bill(double paise, uint32_t kind) {
  return kind < 179 ? nearest(paise, 100) : (int64_t)paise;
}

int64_t sf_amount_priced(const struct sf_event *event, double paise, uint32_t u) {
  const uint32_t kind = u & 0xff;
  int64_t price;
  if (event->type == SF_TRANSACTION_TYPE_BILL_PAYMENT) {
    price = round_bill(paise, kind);
  } else if (event->channel == SF_CHANNEL_POS) {
    price = round_in_shop(paise, kind);
  } else {
    price = round_online(paise, kind);
  }
  const int64_t most = event->mode == SF_PAYMENT_MODE_UPI           ? SF_UPI_MERCHANT
                       : event->mode == SF_PAYMENT_MODE_NET_BANKING ? OTHER_MOST
                                                                    : CARD_MOST;
  // Beyond what a rail carries and below what is sold, amounts are folded back.
  price = price > most ? 2 * most - price : price;
  price = price < most / 2 && paise > (double)most ? most / 2 : price;
  return price >= LEAST ? price : LEAST + 100 * (int64_t)(u >> 8 & 15);
}

int64_t sf_amount_near(int64_t paise, uint16_t share) {
  static const int64_t steps[] = {500, 1000, 5000, 10000};
  const int64_t off = share < 32768 ? 32768 - share : share - 32768;
  const int64_t change = paise * off >> 20;
  int64_t step = paise % 100 == 0 ? 100 : 1;
  // Prices end in zeros, or a rupee below.
  for (uint32_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
    const bool ends_so = paise % steps[s] == 0 || (paise + 100) % steps[s] == 0;
    step = ends_so && steps[s] <= change ? steps[s] : step;
  }
  const bool is_same = off <= SF_AMOUNT_SAME;
  const int64_t moved = (change + (is_same ? 0 : step - 1)) / step * step;
  // Nothing is sold below the least price, but checks of a card: what would lie there lies above.
  return paise < LEAST                             ? paise
         : share < 32768 && paise - moved >= LEAST ? paise - moved
                                                   : paise + moved;
}

void sf_flesh_amounts(struct sf_flesh *flesh, uint32_t count) {
  const struct sf_world *world = flesh->world;
  const uint32_t customer = flesh->skeleton->customer.id;
  for (uint32_t i = 0; i < count; i++) {
    flesh->key[i] = flesh->event[i]->amount_key;
  }
  world->lanes->philox(world->config.seed, customer, flesh->key, SF_STREAM_AMOUNT, 0, count,
                       flesh->word[0], flesh->word[1], flesh->word[2], flesh->word[3]);
  world->lanes->paise_from_log2(flesh->level, flesh->word[0], count, flesh->priced);
  for (uint32_t i = 0; i < count; i++) {
    const struct sf_event *event = flesh->event[i];
    flesh->paise[i] = event->amount_rule == SF_AMOUNT_PRICED
                          ? sf_amount_priced(event, flesh->priced[i], flesh->word[1][i])
                          : 0;
  }
}

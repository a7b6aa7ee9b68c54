#include "kernels/flesh/instrument.h"

#include "kernels/random/stream.h"

// A card is valid for four years.
#define VALIDITY_DAYS 1460u

static void reissue(struct sf_instruments *instruments, uint32_t time, uint8_t kind) {
  if (instruments->count < SF_REISSUES_MAX) {
    instruments->reissue[instruments->count++] = (struct sf_reissue){time, kind};
  }
}

// A card expires in the window with the chance days / validity, at any time of it:
// the time is drawn over the validity.
static void renew(struct sf_instruments *instruments, const struct sf_config *config,
                  uint32_t customer, uint8_t kind) {
  const struct sf_block draw = sf_draw(config->seed, customer, kind, SF_STREAM_INSTRUMENT, 0);
  const uint32_t day = sf_below(draw.word[0], VALIDITY_DAYS);
  if (day < (uint32_t)config->days) {
    reissue(instruments, day * SF_DAY + sf_below(draw.word[1], SF_DAY), kind);
  }
}

void sf_instruments_begin(struct sf_instruments *instruments, const struct sf_config *config,
                          uint32_t customer, const struct sf_story *story, uint32_t stories) {
  instruments->count = 0;
  renew(instruments, config, customer, SF_INSTRUMENT_DEBIT_CARD);
  renew(instruments, config, customer, SF_INSTRUMENT_CREDIT_CARD);
  const uint32_t end = (uint32_t)config->days * SF_DAY;
  for (uint32_t s = 0; s < stories; s++) {
    const bool blocks = !story[s].twin && story[s].reported && story[s].reported < end;
    for (uint8_t kind = 1; blocks && kind <= SF_INSTRUMENT_KINDS; kind++) {
      if (story[s].blocked >> kind & 1) {
        reissue(instruments, story[s].reported, kind);
      }
    }
  }
}

uint8_t sf_instrument_at(const struct sf_instruments *instruments, const struct sf_event *event,
                         const struct sf_story *story) {
  if (event->instrument == SF_INSTRUMENT_NONE || instruments->count == 0) {
    return event->instrument;
  }
  uint32_t time = event->time;
  if (event->story) {
    const struct sf_story *told = &story[event->story - 1];
    const bool stolen = !told->twin && told->reported && told->blocked >> event->instrument & 1;
    time = stolen && time >= told->reported ? told->reported - 1 : time;
  }
  uint32_t generation = 0;
  for (uint32_t i = 0; i < instruments->count; i++) {
    const struct sf_reissue *reissue = &instruments->reissue[i];
    generation += reissue->kind == event->instrument && reissue->time <= time;
  }
  generation = generation < SF_INSTRUMENT_GENERATIONS ? generation : SF_INSTRUMENT_GENERATIONS - 1;
  return (uint8_t)(event->instrument + SF_INSTRUMENT_KINDS * generation);
}

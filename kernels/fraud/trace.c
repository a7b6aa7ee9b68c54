#include "kernels/fraud/trace.h"

#include "kernels/fraud/role.h"
#include "kernels/fraud/stories.h"

static void touch(struct sf_candidates *list, struct sf_trace *trace, const struct sf_event *event,
                  uint16_t report) {
  list->overflow = list->overflow || list->touches == SF_TOUCHES_MAX;
  if (event->merchant && list->touches < SF_TOUCHES_MAX) {
    list->touch[list->touches++] =
        (struct sf_touch){event->merchant, (uint16_t)(event->time / SF_DAY), report};
    trace->touches++;
  }
}

static bool is_household(uint8_t device) {
  return device == SF_DEVICE_COMPUTER || device == SF_DEVICE_TABLET;
}

static void trace_time(struct sf_trace *trace, uint32_t time) {
  const uint16_t day = (uint16_t)(time / SF_DAY);
  trace->first_day = day < trace->first_day ? day : trace->first_day;
}

// Notes what the bank will see of the rows of a story that has been told.
static void trace_rows(const struct sf_story *story, struct sf_candidates *list,
                       struct sf_trace *trace) {
  for (uint32_t i = 0; i < story->rows; i++) {
    const struct sf_event *row = &story->skeleton->event[story->first_event + i];
    const uint32_t time =
        !story->twin && sf_role_is_fraud(row->role) ? sf_story_report_of(story, row) : 0;
    const uint32_t day = time / SF_DAY;
    const bool reported = time && day < (uint32_t)story->skeleton->world->config.days;
    touch(list, trace, row, reported ? (uint16_t)day : SF_TOUCH_HONEST);
    trace_time(trace, row->time);
    const uint16_t on = (uint16_t)(row->time / SF_DAY);
    if (row->device == SF_DEVICE_FOREIGN) {
      trace->foreign_day = on < trace->foreign_day ? on : trace->foreign_day;
    } else if (is_household(row->device)) {
      trace->anew |= on < list->device_day[row->device];
    }
  }
}

// The same of the honest rows that it takes away.
static void trace_taken(const struct sf_story *story, struct sf_candidates *list,
                        struct sf_trace *trace) {
  for (uint32_t e = 0; e < story->honest && story->suppressed; e++) {
    const struct sf_event *row = &story->skeleton->event[e];
    if (row->flags & SF_EVENT_SUPPRESSED) {
      touch(list, trace, row, SF_TOUCH_TAKEN);
      trace_time(trace, row->time);
      trace->anew |=
          is_household(row->device) && row->time / SF_DAY == list->device_day[row->device];
    }
  }
}

void sf_trace_of(const struct sf_story *story, struct sf_candidates *list, struct sf_trace *trace) {
  *trace = (struct sf_trace){.customer = story->skeleton->customer.id,
                             .number = story->number,
                             .first_day = SF_TRACE_NEVER,
                             .foreign_day = SF_TRACE_NEVER,
                             .first_touch = list->touches};
  if (list->traced) {
    trace_rows(story, list, trace);
    trace_taken(story, list, trace);
    // A ring has other devices than the key that its members are told with.
    trace->anew |= story->borrows && story->member;
  }
}

void sf_trace_from(const struct sf_story *story, struct sf_candidates *list, uint32_t start,
                   struct sf_trace *trace) {
  sf_trace_of(story, list, trace);
  trace_time(trace, start);
  trace->anew = !story->twin;  // whoever hires mules may use a device of his own
  const uint8_t devices = story->skeleton->customer.devices;
  for (uint8_t kind = SF_DEVICE_COMPUTER; kind <= devices && kind < SF_DEVICE_FOREIGN; kind++) {
    trace->anew |= is_household(kind) && start / SF_DAY < list->device_day[kind];
  }
}

uint16_t sf_candidates_first_day(const struct sf_candidates *list) {
  uint16_t first = SF_TRACE_NEVER;
  for (uint32_t i = 0; i < list->singles; i++) {
    const uint16_t day = list->single_trace[i].first_day;
    first = day < first ? day : first;
  }
  for (uint32_t i = 0; i < list->nominations; i++) {
    const uint16_t day = list->nomination_trace[i].first_day;
    first = day < first ? day : first;
  }
  return first;
}

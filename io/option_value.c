#include "io/option_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/option_choice.h"
#include "io/option_parts.h"
#include "kernels/world/calendar.h"

// How much of a wrong value a message repeats.
#define SHOWN 64

int sf_date_read(const char *text, int32_t *day) {
  static const char pattern[] = "dddd-dd-dd";
  for (size_t i = 0; i < sizeof pattern; i++) {
    int fits = pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i];
    if (!fits) {
      return 0;
    }
  }
  const int year = atoi(text), month = atoi(text + 5), month_day = atoi(text + 8);
  if (month < 1 || month > 12 || month_day < 1 || month_day > sf_month_days(year, month)) {
    return 0;
  }
  *day = sf_day_from_date(year, month, month_day);
  return 1;
}

void sf_date_print(int32_t day, char text[SF_DATE_SIZE]) {
  const struct sf_date date = sf_date_from_day(day);
  snprintf(text, SF_DATE_SIZE, "%d-%02u-%02u", date.year, date.month, date.day);
}

// Decimal digits and nothing else. Leading zeros are refused: YAML readers do
// not agree whether 010 is ten or eight. ERANGE in errno: it does not fit, as
// no negative number does.
static int read_integer(const char *text, uint64_t *value) {
  const int negative = text[0] == '-' && text[1] != '\0';
  const size_t digits = strspn(text + negative, "0123456789");
  errno = 0;
  if (negative && text[1 + digits] == '\0') {
    errno = ERANGE;
    return 0;
  }
  if (digits == 0 || text[digits] != '\0' || (digits > 1 && text[0] == '0')) {
    return 0;
  }
  *value = strtoull(text, NULL, 10);
  return errno == 0;
}

// The two ends of "least..most", which may stand behind names.
static void range_ends(const struct sf_option *option, char least[32], char most[32]) {
  const char *bar = strrchr(option->range, '|'), *range = bar ? bar + 1 : option->range;
  const char *dots = strstr(range, "..");
  snprintf(least, 32, "%.*s", (int)(dots - range), range);
  snprintf(most, 32, "%s", dots + 2);
}

static enum sf_status fail_range(const struct sf_option *option, const char *text,
                                 const char *where, struct sf_error *error) {
  char range[SF_RANGE_SIZE];
  sf_option_range(option, range);
  return sf_fail(error, SF_CONFIG, "%s: %.*s is out of bounds, it must be %s", where, SHOWN, text,
                 range);
}

static enum sf_status fail_type(const struct sf_option *option, const char *text, const char *what,
                                const char *where, struct sf_error *error) {
  char range[SF_RANGE_SIZE];
  sf_option_range(option, range);
  return sf_fail(error, SF_CONFIG, "%s: '%.*s' is not %s, it must be %s", where, SHOWN, text, what,
                 range);
}

static enum sf_status set_integer(const struct sf_option *option, const char *text, void *member,
                                  const char *where, struct sf_error *error) {
  char ends[2][32];
  range_ends(option, ends[0], ends[1]);
  uint64_t value, least, most;
  if (!read_integer(text, &value)) {
    return errno == ERANGE ? fail_range(option, text, where, error)
                           : fail_type(option, text, "a whole number", where, error);
  }
  if (!read_integer(ends[0], &least) || !read_integer(ends[1], &most)) {
    return sf_fail(error, SF_INTERNAL, "%s: range '%s'", where, option->range);
  }
  if (value < least || value > most) {
    return fail_range(option, text, where, error);
  }
  if (option->size == sizeof(uint32_t)) {
    const uint32_t narrow = (uint32_t)value;
    memcpy(member, &narrow, sizeof narrow);
  } else {
    memcpy(member, &value, sizeof value);
  }
  return SF_OK;
}

// Digits with a point and an exponent as in JSON, so that no locale, hexadecimal
// number or "nan" can slip in.
static int read_real(const char *text, double *value) {
  const char *at = text + (text[0] == '-');
  const size_t whole = strspn(at, "0123456789");
  at += whole;
  if (*at == '.') {
    at++;
    at += strspn(at, "0123456789");
  }
  if (*at == 'e' || *at == 'E') {
    at += 1 + (at[1] == '-' || at[1] == '+');
    at += strspn(at, "0123456789");
  }
  if (whole == 0 || *at != '\0' || strchr("0123456789", at[-1]) == NULL) {
    return 0;
  }
  *value = strtod(text, NULL);
  return 1;
}

// The number that a name stands for in "name=value|...|least..most"; false if it is
// not one of them.
static int named_value(const struct sf_option *option, const char *name, size_t length,
                       double *value) {
  for (const char *at = option->range; strchr(at, '='); at += strcspn(at, "|") + 1) {
    const size_t span = strcspn(at, "=");
    if (span == length && memcmp(at, name, length) == 0) {
      *value = strtod(at + span + 1, NULL);
      return 1;
    }
  }
  return 0;
}

static enum sf_status set_real(const struct sf_option *option, const char *text, void *member,
                               const char *where, struct sf_error *error) {
  char ends[2][32];
  double value, least, most;
  range_ends(option, ends[0], ends[1]);
  if (!named_value(option, text, strlen(text), &value) && !read_real(text, &value)) {
    return fail_type(option, text, "a number", where, error);
  }
  if (!read_real(ends[0], &least) || !read_real(ends[1], &most)) {
    return sf_fail(error, SF_INTERNAL, "%s: range '%s'", where, option->range);
  }
  if (!(value >= least && value <= most)) {
    return fail_range(option, text, where, error);
  }
  memcpy(member, &value, sizeof value);
  return SF_OK;
}

// The fewest decimals that give back the same value; its name if it has one.
static void print_real(const struct sf_option *option, double value, char text[SF_PATH_SIZE]) {
  for (const char *at = option->range; strchr(at, '='); at += strcspn(at, "|") + 1) {
    const size_t span = strcspn(at, "=");
    const double named = strtod(at + span + 1, NULL);
    if (!(value < named) && !(value > named)) {
      snprintf(text, SF_PATH_SIZE, "%.*s", (int)span, at);
      return;
    }
  }
  for (int decimals = 0; decimals <= 12; decimals++) {
    snprintf(text, SF_PATH_SIZE, "%.*f", decimals, value);
    const double back = strtod(text, NULL);
    if (!(back < value) && !(back > value)) {
      return;
    }
  }
  snprintf(text, SF_PATH_SIZE, "%.17g", value);
}

static enum sf_status set_date(const struct sf_option *option, const char *text, void *member,
                               const char *where, struct sf_error *error) {
  char ends[2][32];
  range_ends(option, ends[0], ends[1]);
  int32_t day, least, most;
  if (!sf_date_read(text, &day)) {
    return fail_type(option, text, "a date YYYY-MM-DD", where, error);
  }
  if (!sf_date_read(ends[0], &least) || !sf_date_read(ends[1], &most)) {
    return sf_fail(error, SF_INTERNAL, "%s: range '%s'", where, option->range);
  }
  if (day < least || day > most) {
    return fail_range(option, text, where, error);
  }
  memcpy(member, &day, sizeof day);
  return SF_OK;
}

static enum sf_status set_choice(const struct sf_option *option, const char *choices,
                                 const char *text, void *member, const char *where,
                                 struct sf_error *error) {
  const int32_t position = sf_choice_position(choices, text);
  if (position < 0) {
    return fail_type(option, text, "known", where, error);
  }
  if (option->size == sizeof(bool)) {
    const bool is = position != 0;
    memcpy(member, &is, sizeof is);
  } else {
    memcpy(member, &position, sizeof position);
  }
  return SF_OK;
}

// Names of choices, separated by commas.
static enum sf_status set_choices(const struct sf_option *option, const char *text, void *member,
                                  const char *where, struct sf_error *error) {
  uint32_t chosen;
  char unknown[SF_CHOICE_SIZE], nearest[SF_CHOICE_SIZE];
  if (!sf_choices_read(option->range, text, &chosen, unknown)) {
    sf_choice_nearest(option->range, unknown, nearest);
    return nearest[0] ? sf_fail(error, SF_CONFIG, "%s: '%s' is not known, did you mean '%s'?",
                                where, unknown, nearest)
                      : fail_type(option, unknown, "known", where, error);
  }
  memcpy(member, &chosen, sizeof chosen);
  return SF_OK;
}

static enum sf_status set_text(const char *text, void *member, const char *where,
                               struct sf_error *error) {
  const size_t length = strlen(text);
  if (length >= SF_PATH_SIZE) {
    return sf_fail(error, SF_CONFIG, "%s: the value has %zu bytes, at most %d are possible", where,
                   length, SF_PATH_SIZE - 1);
  }
  memcpy(member, text, length + 1);
  return SF_OK;
}

static bool is_between(const struct sf_option *option, int64_t begin, int64_t end) {
  char ends[2][32];
  range_ends(option, ends[0], ends[1]);
  return begin >= strtoll(ends[0], NULL, 10) && end <= strtoll(ends[1], NULL, 10);
}

static enum sf_status set_slice(const struct sf_option *option, const char *text, void *member,
                                const char *where, struct sf_error *error) {
  struct sf_slice slice;
  if (!sf_slice_read(text, &slice)) {
    return fail_type(option, text, "a range", where, error);
  }
  if (!is_between(option, slice.begin, slice.end)) {
    return fail_range(option, text, where, error);
  }
  memcpy(member, &slice, sizeof slice);
  return SF_OK;
}

static enum sf_status set_duration(const struct sf_option *option, const char *text, void *member,
                                   const char *where, struct sf_error *error) {
  uint32_t seconds;
  if (!sf_duration_read(text, &seconds)) {
    return fail_type(option, text, "a time", where, error);
  }
  if (!is_between(option, seconds, seconds)) {
    return fail_range(option, text, where, error);
  }
  memcpy(member, &seconds, sizeof seconds);
  return SF_OK;
}

enum sf_status sf_option_read(const struct sf_option *option, const char *text, void *member,
                              const char *where, struct sf_error *error) {
  if (text[0] == '\0') {
    return sf_fail(error, SF_CONFIG, "%s: the value is empty", where);
  }
  switch (option->type) {
    case SF_OPTION_INTEGER:
      return set_integer(option, text, member, where, error);
    case SF_OPTION_REAL:
      return set_real(option, text, member, where, error);
    case SF_OPTION_DATE:
      return set_date(option, text, member, where, error);
    case SF_OPTION_BOOLEAN:
      return set_choice(option, "false|true", text, member, where, error);
    case SF_OPTION_CHOICE:
      return set_choice(option, option->range, text, member, where, error);
    case SF_OPTION_CHOICES:
      return set_choices(option, text, member, where, error);
    case SF_OPTION_PATH:
    case SF_OPTION_TEXT:
      return set_text(text, member, where, error);
    case SF_OPTION_SLICE:
      return set_slice(option, text, member, where, error);
    case SF_OPTION_DURATION:
      return set_duration(option, text, member, where, error);
  }
  return sf_fail(error, SF_INTERNAL, "%s: unknown type of option", where);
}

void sf_option_print(const struct sf_option *option, const void *member, char text[SF_PATH_SIZE]) {
  uint32_t narrow = 0;
  int32_t number = 0;
  uint64_t wide = 0;
  double real = 0;
  struct sf_slice slice;
  switch (option->type) {
    case SF_OPTION_SLICE:
      memcpy(&slice, member, sizeof slice);
      sf_slice_print(slice, text, SF_PATH_SIZE);
      break;
    case SF_OPTION_DURATION:
    case SF_OPTION_INTEGER:
      if (option->size == sizeof narrow) {
        memcpy(&narrow, member, sizeof narrow);
        wide = narrow;
      } else {
        memcpy(&wide, member, sizeof wide);
      }
      snprintf(text, SF_PATH_SIZE, "%" PRIu64, wide);
      break;
    case SF_OPTION_DATE:
      memcpy(&number, member, sizeof number);
      sf_date_print(number, text);
      break;
    case SF_OPTION_REAL:
      memcpy(&real, member, sizeof real);
      print_real(option, real, text);
      break;
    case SF_OPTION_BOOLEAN:
      // The first byte tells: little endian.
      snprintf(text, SF_PATH_SIZE, "%s", *(const unsigned char *)member ? "true" : "false");
      break;
    case SF_OPTION_CHOICE:
      memcpy(&number, member, sizeof number);
      sf_choice_print(option->range, number, text);
      break;
    case SF_OPTION_CHOICES:
      memcpy(&narrow, member, sizeof narrow);
      sf_choices_print(option->range, narrow, text);
      break;
    case SF_OPTION_PATH:
    case SF_OPTION_TEXT:
      snprintf(text, SF_PATH_SIZE, "%s", (const char *)member);
      break;
  }
}

// "easy (0.1), hard (0.9) or " out of "easy=0.1|hard=0.9|0..1".
static void range_names(const char *range, char text[SF_RANGE_SIZE]) {
  size_t used = 0;
  text[0] = '\0';
  for (const char *at = range; strchr(at, '=') && used < SF_RANGE_SIZE;
       at += strcspn(at, "|") + 1) {
    const size_t name = strcspn(at, "="), value = strcspn(at + name + 1, "|");
    const char *joint = strchr(at + name + value + 2, '=') ? ", " : " or ";
    used += (size_t)snprintf(text + used, SF_RANGE_SIZE - used, "%.*s (%.*s)%s", (int)name, at,
                             (int)value, at + name + 1, joint);
  }
}

void sf_option_range(const struct sf_option *option, char text[SF_RANGE_SIZE]) {
  char ends[2][32];
  switch (option->type) {
    case SF_OPTION_INTEGER:
    case SF_OPTION_DATE:
    case SF_OPTION_REAL:
      range_ends(option, ends[0], ends[1]);
      range_names(option->range, text);
      snprintf(text + strlen(text), SF_RANGE_SIZE - strlen(text), "%s to %s", ends[0], ends[1]);
      break;
    case SF_OPTION_SLICE:
      range_ends(option, ends[0], ends[1]);
      snprintf(text, SF_RANGE_SIZE, "A:B with A less than B, from %s to %s", ends[0], ends[1]);
      break;
    case SF_OPTION_DURATION:
      range_ends(option, ends[0], ends[1]);
      snprintf(text, SF_RANGE_SIZE, "seconds or [D-]HH:MM:SS, from %s to %s s", ends[0], ends[1]);
      break;
    case SF_OPTION_BOOLEAN:
      sf_choices_range("true|false", text);
      break;
    case SF_OPTION_CHOICE:
    case SF_OPTION_CHOICES:
      sf_choices_range(option->range, text);
      break;
    case SF_OPTION_PATH:
      snprintf(text, SF_RANGE_SIZE, "a path");
      break;
    case SF_OPTION_TEXT:
      snprintf(text, SF_RANGE_SIZE, "a text");
      break;
  }
}

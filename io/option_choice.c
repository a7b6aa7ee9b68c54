#include "io/option_choice.h"

#include <stdio.h>
#include <string.h>

#include "io/options.h"

int32_t sf_choice_position(const char *choices, const char *text) {
  const size_t length = strlen(text);
  int32_t position = 0;
  for (const char *at = choices;; position++) {
    const size_t span = strcspn(at, "|");
    if (span == length && memcmp(at, text, length) == 0) {
      return position;
    }
    if (at[span] == '\0') {
      return -1;
    }
    at += span + 1;
  }
}

void sf_choice_nearest(const char *choices, const char *text, char nearest[SF_CHOICE_SIZE]) {
  size_t least = strlen(text) / 2 + 1;
  nearest[0] = '\0';
  for (const char *at = choices; *at != '\0';) {
    const size_t span = strcspn(at, "|");
    char choice[SF_CHOICE_SIZE];
    snprintf(choice, sizeof choice, "%.*s", (int)span, at);
    const size_t distance = sf_name_distance(text, choice);
    if (distance < least) {
      least = distance;
      memcpy(nearest, choice, sizeof choice);
    }
    at += span + (at[span] == '|');
  }
}

bool sf_choices_read(const char *choices, const char *text, uint32_t *chosen,
                     char unknown[SF_CHOICE_SIZE]) {
  *chosen = 0;
  for (const char *at = text;; at++) {
    const size_t span = strcspn(at, ",");
    snprintf(unknown, SF_CHOICE_SIZE, "%.*s", span < SF_CHOICE_SIZE ? (int)span : SF_CHOICE_SIZE,
             at);
    const int32_t position = sf_choice_position(choices, unknown);
    if (position < 0) {
      return false;
    }
    *chosen |= 1u << position;
    at += span;
    if (*at == '\0') {
      return true;
    }
  }
}

void sf_choice_print(const char *choices, int32_t position, char text[SF_PATH_SIZE]) {
  const char *at = choices;
  for (; position > 0; position--) {
    at += strcspn(at, "|") + 1;
  }
  snprintf(text, SF_PATH_SIZE, "%.*s", (int)strcspn(at, "|"), at);
}

void sf_choices_print(const char *choices, uint32_t chosen, char text[SF_PATH_SIZE]) {
  size_t used = 0;
  text[0] = '\0';
  for (const char *at = choices; chosen != 0; chosen >>= 1) {
    const size_t span = strcspn(at, "|");
    if (chosen & 1) {
      used += (size_t)snprintf(text + used, SF_PATH_SIZE - used, "%s%.*s", used ? "," : "",
                               (int)span, at);
    }
    at += span + 1;
  }
}

void sf_choices_range(const char *choices, char text[SF_RANGE_SIZE]) {
  size_t used = 0;
  text[0] = '\0';
  for (const char *at = choices; used < SF_RANGE_SIZE;) {
    const size_t span = strcspn(at, "|");
    const char *next = at + span + (at[span] == '|');
    const char *joint = *next == '\0' ? "" : strchr(next, '|') ? ", " : " or ";
    used += (size_t)snprintf(text + used, SF_RANGE_SIZE - used, "%.*s%s", (int)span, at, joint);
    if (*next == '\0') {
      return;
    }
    at = next;
  }
}

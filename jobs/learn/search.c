#include "jobs/learn/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/learn/draw.h"

// "0.01..0.3"; the first number ends where the dots begin, as strtod would take one of them.
static bool read_range(const char *text, struct sf_search_axis *axis) {
  const char *dots = strstr(text, "..");
  char first[SF_PARAMETER_SIZE], *end;
  if (!dots || dots == text || (size_t)(dots - text) >= sizeof first) {
    return false;
  }
  snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
  axis->least = strtod(first, &end);
  const bool is_number = *end == '\0';
  axis->most = strtod(dots + 2, &end);
  return is_number && end != dots + 2 && *end == '\0' && axis->least > 0 &&
         axis->most > axis->least && isfinite(axis->most);
}

// "4|6|8"
static bool read_values(char *text, struct sf_search_axis *axis) {
  char *rest = text, *value;
  while ((value = strsep(&rest, "|")) != NULL) {
    if (value[0] == '\0' || strlen(value) >= SF_PARAMETER_SIZE ||
        axis->values == SF_SEARCH_VALUES_MAX) {
      return false;
    }
    snprintf(axis->value[axis->values++], SF_PARAMETER_SIZE, "%s", value);
  }
  return axis->values > 0;
}

static enum sf_status read_axis(char *item, int search, struct sf_search_space *space,
                                struct sf_error *error) {
  char *value = strchr(item, '=');
  if (!value || space->axes == SF_PARAMETERS_MAX) {
    return sf_fail(error, SF_CONFIG, "space: \"%.64s\" is not NAME=VALUE|VALUE...", item);
  }
  *value++ = '\0';
  SF_TRY(sf_parameters_check(item, error));
  for (int a = 0; a < space->axes; a++) {
    if (strcmp(space->axis[a].name, item) == 0) {
      return sf_fail(error, SF_CONFIG, "space: %s is given twice", item);
    }
  }
  struct sf_search_axis *axis = &space->axis[space->axes++];
  *axis = (struct sf_search_axis){.values = 0};
  snprintf(axis->name, sizeof axis->name, "%s", item);
  if (read_range(value, axis)) {
    return search == SF_SEARCH_RANDOM
               ? SF_OK
               : sf_fail(error, SF_CONFIG, "space: a range (%s) needs --search random", item);
  }
  const bool is_list = !strstr(value, "..") && read_values(value, axis);
  return is_list ? SF_OK
                 : sf_fail(error, SF_CONFIG,
                           "space: the values of %s are neither VALUE|VALUE... "
                           "nor LEAST..MOST with 0 < LEAST < MOST",
                           item);
}

enum sf_status sf_search_read(const char *text, int search, struct sf_search_space *space,
                              struct sf_error *error) {
  char items[SF_PATH_SIZE];
  space->axes = 0;
  snprintf(items, sizeof items, "%s", text);
  char *rest = items, *item;
  while ((item = strsep(&rest, ",")) != NULL) {
    SF_TRY(read_axis(item, search, space, error));
  }
  return SF_OK;
}

int64_t sf_search_points(const struct sf_search_space *space) {
  int64_t points = 1;
  for (int a = 0; a < space->axes; a++) {
    if (points > INT64_MAX / SF_SEARCH_VALUES_MAX) {
      return INT64_MAX;
    }
    points *= space->axis[a].values;
  }
  return points;
}

static void set_range(const struct sf_search_axis *axis, double u,
                      struct sf_parameters *parameters) {
  char text[SF_PARAMETER_SIZE];
  const double value = axis->least * pow(axis->most / axis->least, u);
  const bool is_whole = axis->least == floor(axis->least) && axis->most == floor(axis->most);
  // Whole ends mean whole values: rounding takes both ends in.
  snprintf(text, sizeof text, is_whole ? "%.0f" : "%.4g", value);
  sf_parameters_set(parameters, axis->name, text);
}

void sf_search_trial(const struct sf_search_space *space, int search, uint64_t seed, int64_t trial,
                     struct sf_parameters *parameters) {
  int64_t left = trial;
  for (int a = space->axes - 1; a >= 0; a--) {
    const struct sf_search_axis *axis = &space->axis[a];
    const double u =
        sf_learn_draw(seed, SF_LEARN_SEARCH, (uint64_t)trial * SF_PARAMETERS_MAX + (uint64_t)a);
    if (axis->values == 0) {
      set_range(axis, u, parameters);
    } else {
      const int64_t at =
          search == SF_SEARCH_GRID ? left % axis->values : (int64_t)(u * axis->values);
      sf_parameters_set(parameters, axis->name, axis->value[at]);
      left /= axis->values;
    }
  }
}

// Ranges and durations as options have them.
#include <criterion/criterion.h>

#include "io/option_parts.h"

Test(slices, are_read_and_printed) {
  struct sf_slice slice;
  char text[64];
  cr_expect(sf_slice_read("0:1", &slice) && slice.begin == 0 && slice.end == 1);
  cr_expect(sf_slice_read("37:4000000001", &slice) && slice.begin == 37);
  sf_slice_print(slice, text, sizeof text);
  cr_expect_str_eq(text, "37:4000000001");
}

Test(slices, of_other_forms_are_refused) {
  const char *const texts[] = {
      "",     ":",    "1",    "1:",    ":1",   "1:1",  "2:1",
      "1:2x", "-1:2", " 1:2", "1:2:3", "1: 2", "1:-2", "1:9999999999999999999"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    struct sf_slice slice = {5, 7};
    cr_expect(!sf_slice_read(texts[i], &slice), "'%s' was taken", texts[i]);
    cr_expect(slice.begin == 5 && slice.end == 7, "'%s' was stored", texts[i]);
  }
}

Test(durations, of_all_forms) {
  const struct {
    const char *text;
    uint32_t seconds;
  } good[] = {{"1", 1},
              {"90", 90},
              {"3600", 3600},
              {"1:30", 90},
              {"90:00", 5400},
              {"1:00:00", 3600},
              {"23:59:59", 86399},
              {"1-00:00:00", 86400},
              {"2-12:30:05", 217805},
              {"0-00:00:01", 1}};
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    uint32_t seconds = 0;
    cr_expect(sf_duration_read(good[i].text, &seconds), "'%s' was refused", good[i].text);
    cr_expect_eq(seconds, good[i].seconds, "'%s' is %u s", good[i].text, seconds);
  }
}

Test(durations, of_other_forms_are_refused) {
  const char *const texts[] = {
      "",      "x",   "1:",  ":1",       "1:60", "1:60:00",  "1:2:3:4",     "1-2:3",     "1-5",
      "-1:00", "1 s", "1.5", "1--1:1:1", "1-",   "1-1:1:1-", "99999-0:0:0", "9999999999"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    uint32_t seconds = 42;
    cr_expect(!sf_duration_read(texts[i], &seconds), "'%s' was taken", texts[i]);
    cr_expect_eq(seconds, 42, "'%s' was stored", texts[i]);
  }
}

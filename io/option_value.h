#ifndef SF_IO_OPTION_VALUE_H
#define SF_IO_OPTION_VALUE_H

#include "io/options.h"

// Text of one value to and from the member of struct sf_options that holds it.

// Reads `text` as the option's type and checks its range; stores at `member`.
// The message begins with `where`. Errors: SF_CONFIG, nothing is stored.
enum sf_status sf_option_read(const struct sf_option *option, const char *text, void *member,
                              const char *where, struct sf_error *error);

// Writes the value at `member` as sf_option_read takes it.
void sf_option_print(const struct sf_option *option, const void *member, char text[SF_PATH_SIZE]);

// The range for a person: "1 to 1826 days", "none, sample or full".
#define SF_RANGE_SIZE 256
void sf_option_range(const struct sf_option *option, char text[SF_RANGE_SIZE]);

// YYYY-MM-DD to and from days since 1970-01-01. Reading returns 0 on anything
// that is not a date of the Gregorian calendar written so.
int sf_date_read(const char *text, int32_t *day);
#define SF_DATE_SIZE 16
void sf_date_print(int32_t day, char text[SF_DATE_SIZE]);

#endif

#ifndef SF_IO_OPTION_PARTS_H
#define SF_IO_OPTION_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "io/options.h"

// Values that are written as several numbers. Reading returns false, and stores
// nothing, for any other text.

// "begin:end", whole numbers with begin < end < 10^18.
bool sf_slice_read(const char *text, struct sf_slice *slice);
void sf_slice_print(struct sf_slice slice, char *text, size_t size);

// Seconds, or as batch systems have it: MM:SS, HH:MM:SS, D-HH:MM:SS.
bool sf_duration_read(const char *text, uint32_t *seconds);

#endif

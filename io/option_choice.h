#ifndef SF_IO_OPTION_CHOICE_H
#define SF_IO_OPTION_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/option_value.h"

// Choices of an option, "one|of|these", at most 32, and values that name one or several.

#define SF_CHOICE_SIZE 64  // of the text of a choice, with its final zero

// Position of `text` among the choices, or -1.
int32_t sf_choice_position(const char *choices, const char *text);

// The choice that `text` was perhaps meant to be; "" if it is like none.
void sf_choice_nearest(const char *choices, const char *text, char nearest[SF_CHOICE_SIZE]);

// Reads names separated by commas to bits 1 << position. False: one of them is no
// choice, and `unknown` is its beginning.
bool sf_choices_read(const char *choices, const char *text, uint32_t *chosen,
                     char unknown[SF_CHOICE_SIZE]);

// The name at a position; the names of bits, separated by commas.
void sf_choice_print(const char *choices, int32_t position, char text[SF_PATH_SIZE]);
void sf_choices_print(const char *choices, uint32_t chosen, char text[SF_PATH_SIZE]);

// "one, of or these"
void sf_choices_range(const char *choices, char text[SF_RANGE_SIZE]);

#endif

#ifndef SF_IO_CORPUS_SETTINGS_H
#define SF_IO_CORPUS_SETTINGS_H

#include "kernels/status.h"

// The attributes of a corpus' root group as text: all that defines its data, and
// its digest. Of whatever version the corpus is.

#define SF_SETTINGS_MAX 128
#define SF_SETTING_NAME_SIZE 64
#define SF_SETTING_TEXT_SIZE 128

struct sf_settings {
  int count;
  struct {
    char name[SF_SETTING_NAME_SIZE];
    char text[SF_SETTING_TEXT_SIZE];  // cut if it is longer
  } setting[SF_SETTINGS_MAX];         // sorted by name
};

// Not collective. Numbers are written with all their digits. Errors: SF_FILE,
// SF_FORMAT.
enum sf_status sf_settings_read(const char *path, struct sf_settings *settings,
                                struct sf_error *error);

// Text of a setting, null if there is none of this name.
const char *sf_setting_find(const struct sf_settings *settings, const char *name);

#endif

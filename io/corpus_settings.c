#include "io/corpus_settings.h"

#include <stdio.h>
#include <string.h>

#include "io/h5_library.h"

// Writes a string, of fixed or variable length.
static herr_t put_string(hid_t attribute, hid_t type, char *text) {
  if (H5Tis_variable_str(type) > 0) {
    char *value = NULL;
    const herr_t outcome = H5Aread(attribute, type, &value);
    snprintf(text, SF_SETTING_TEXT_SIZE, "%s", outcome >= 0 && value ? value : "");
    H5free_memory(value);
    return outcome;
  }
  memset(text, 0, SF_SETTING_TEXT_SIZE);
  return H5Tget_size(type) < SF_SETTING_TEXT_SIZE ? H5Aread(attribute, type, text) : -1;
}

static herr_t put_number(hid_t attribute, hid_t type, char *text) {
  herr_t outcome;
  if (H5Tget_class(type) == H5T_FLOAT) {
    double value = 0;
    outcome = H5Aread(attribute, H5T_NATIVE_DOUBLE, &value);
    snprintf(text, SF_SETTING_TEXT_SIZE, "%.17g", value);
  } else if (H5Tget_sign(type) == H5T_SGN_NONE) {
    unsigned long long value = 0;
    outcome = H5Aread(attribute, H5T_NATIVE_ULLONG, &value);
    snprintf(text, SF_SETTING_TEXT_SIZE, "%llu", value);
  } else {
    long long value = 0;
    outcome = H5Aread(attribute, H5T_NATIVE_LLONG, &value);
    snprintf(text, SF_SETTING_TEXT_SIZE, "%lld", value);
  }
  return outcome;
}

static herr_t put_value(hid_t attribute, char *text) {
  const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  const H5T_class_t class = H5Tget_class(type);
  herr_t outcome = 0;
  if (H5Sget_simple_extent_npoints(space) != 1) {
    snprintf(text, SF_SETTING_TEXT_SIZE, "(%lld values)",
             (long long)H5Sget_simple_extent_npoints(space));
  } else if (class == H5T_STRING) {
    outcome = put_string(attribute, type, text);
  } else if (class == H5T_INTEGER || class == H5T_FLOAT) {
    outcome = put_number(attribute, type, text);
  } else {
    snprintf(text, SF_SETTING_TEXT_SIZE, "(%zu bytes)", H5Tget_size(type));
  }
  H5Sclose(space);
  H5Tclose(type);
  return outcome;
}

// Called by H5Aiterate for each attribute; a positive value ends it.
static herr_t take(hid_t group, const char *name, const H5A_info_t *info, void *context) {
  struct sf_settings *settings = context;
  (void)info;
  if (settings->count == SF_SETTINGS_MAX) {
    return 1;
  }
  snprintf(settings->setting[settings->count].name, SF_SETTING_NAME_SIZE, "%s", name);
  const hid_t attribute = H5Aopen(group, name, H5P_DEFAULT);
  const herr_t outcome =
      attribute < 0 ? -1 : put_value(attribute, settings->setting[settings->count].text);
  settings->count++;
  if (attribute >= 0) {
    H5Aclose(attribute);
  }
  return outcome < 0 ? -1 : 0;
}

enum sf_status sf_settings_read(const char *path, struct sf_settings *settings,
                                struct sf_error *error) {
  memset(settings, 0, sizeof *settings);
  hid_t file;
  herr_t outcome = -1;
  H5E_BEGIN_TRY {
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file >= 0) {
      outcome = H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_INC, NULL, take, settings);
      H5Fclose(file);
    }
  }
  H5E_END_TRY
  if (file < 0) {
    return sf_h5_open_fail(error, path);
  }
  return outcome == 0 ? SF_OK
                      : sf_fail(error, SF_FORMAT, "%s: the root attribute \"%s\" cannot be read",
                                path, settings->setting[settings->count - 1].name);
}

const char *sf_setting_find(const struct sf_settings *settings, const char *name) {
  for (int i = 0; i < settings->count; i++) {
    if (strcmp(settings->setting[i].name, name) == 0) {
      return settings->setting[i].text;
    }
  }
  return NULL;
}

#include "io/column_attributes.h"

#include <stdio.h>
#include <string.h>

#include "io/corpus_format.h"
#include "io/h5_attribute.h"

#define ATTRIBUTES 5

struct attributes {
  int count;
  const char *name[ATTRIBUTES], *text[ATTRIBUTES];
  char dictionary[128];
};

static void add(struct attributes *list, const char *name, const char *text) {
  list->name[list->count] = name;
  list->text[list->count++] = text;
}

static void attributes_of(const struct sf_column *column, struct attributes *list) {
  list->count = 0;
  add(list, SF_ATTR_DESCRIPTION, column->description);
  add(list, SF_ATTR_UNIT, column->unit);
  add(list, SF_ATTR_RANGE, column->range);
  add(list, SF_ATTR_MISSING, column->missing);
  if (sf_column_has_dictionary(column)) {
    snprintf(list->dictionary, sizeof list->dictionary, SF_GROUP_DICTIONARIES "/%s",
             sf_domain(column->domain)->name);
    add(list, SF_ATTR_DICTIONARY, list->dictionary);
  }
}

herr_t sf_h5_describe_column(hid_t dataset, const struct sf_column *column, enum sf_h5_text kind) {
  struct attributes list;
  attributes_of(column, &list);
  herr_t outcome = 0;
  for (int i = 0; i < list.count && outcome >= 0; i++) {
    outcome = sf_h5_set_text_as(dataset, list.name[i], kind, list.text[i]);
  }
  return outcome;
}

bool sf_h5_is_described(hid_t dataset, const struct sf_column *column) {
  struct attributes list;
  attributes_of(column, &list);
  bool is_described = true;
  for (int i = 0; i < list.count && is_described; i++) {
    char text[SF_H5_TEXT_SIZE];
    // HDF5 stores an empty text as none at all.
    is_described = (sf_h5_read_text(dataset, list.name[i], text) || list.text[i][0] == '\0') &&
                   strcmp(text, list.text[i]) == 0;
  }
  return is_described;
}

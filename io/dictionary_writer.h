#ifndef SF_IO_DICTIONARY_WRITER_H
#define SF_IO_DICTIONARY_WRITER_H

#include <hdf5.h>
#include <stdbool.h>

#include "kernels/schema/schema.h"
#include "kernels/status.h"

// /dictionaries of a corpus that is being written.
struct sf_dictionaries {
  const char *path;  // of the file, for messages
  struct {
    hid_t dataset, type;  // dataset 0: none
  } open[SF_DOMAIN_COUNT];
};

// Collective over the file's communicator. Creates those that columns of the tables
// refer to: `has`, shape [SF_TABLE_COUNT]. Errors: SF_FILE.
enum sf_status sf_dictionaries_create(hid_t file, const char *path, const bool *has,
                                      struct sf_dictionaries *dictionaries, struct sf_error *error);

// Not collective: one rank writes all strings. Errors: SF_FILE, SF_MEMORY.
enum sf_status sf_dictionaries_write(const struct sf_dictionaries *dictionaries,
                                     struct sf_error *error);

// Collective. Negative on failure.
herr_t sf_dictionaries_close(const struct sf_dictionaries *dictionaries);

#endif

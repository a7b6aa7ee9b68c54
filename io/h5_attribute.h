#ifndef SF_IO_H5_ATTRIBUTE_H
#define SF_IO_H5_ATTRIBUTE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

// Scalar attributes and datasets of a file that may be anything. The library's own
// messages are silent; nothing here is collective.

// A date, a digest or the name of a folder, with room to spare.
#define SF_H5_TEXT_SIZE 2048

// Reads a text of fixed or variable length; false if there is none.
bool sf_h5_read_text(hid_t object, const char *name, char text[SF_H5_TEXT_SIZE]);

// Reads a number as a native type, converted where it must be; false if there is
// none.
bool sf_h5_read_number(hid_t object, const char *name, hid_t type, void *value);

// Opens a dataset, negative if there is none.
hid_t sf_h5_open_dataset(hid_t file, const char *name);

// Length of a 1-D dataset, -1 if it is not one.
int64_t sf_h5_dataset_length(hid_t dataset);

// Opens a file to read it, negative if it cannot be (sf_h5_open_fail).
hid_t sf_h5_open_file(const char *path);

#endif

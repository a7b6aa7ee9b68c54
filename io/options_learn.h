#ifndef SF_IO_OPTIONS_LEARN_H
#define SF_IO_OPTIONS_LEARN_H

#include <stdint.h>

// Options of the commands that learn from a corpus; their table is
// io/options_learn.def. Choices are in the order of the table.

enum sf_split_choice { SF_SPLIT_CHOICE_TIME, SF_SPLIT_CHOICE_CUSTOMER, SF_SPLIT_CHOICE_RING };
enum sf_input_choice { SF_INPUTS_BOTH, SF_INPUTS_RAW, SF_INPUTS_FEATURES };
enum sf_prepare_format { SF_PREPARE_BOTH, SF_PREPARE_NPY, SF_PREPARE_HDF5 };
enum sf_model_choice {
  SF_MODEL_TREES,
  SF_MODEL_FOREST,
  SF_MODEL_LINEAR,
  SF_MODEL_ENSEMBLE,
  SF_MODEL_COUNT
};
enum sf_search { SF_SEARCH_GRID, SF_SEARCH_RANDOM };

#define SF_LEARN_TEXT_SIZE 1024  // SF_PATH_SIZE

struct sf_learn_options {
  uint64_t seed;
  int32_t split;                     // enum sf_split_choice
  int32_t as_of;                     // days since 1970-01-01; 0 = not set
  uint32_t undersample, oversample;  // honest rows per fraud row; 0 = not
  int32_t scaling;                   // enum sf_scaling
  int32_t encoding;                  // enum sf_encoding
  int32_t inputs;                    // enum sf_input_choice
  int32_t format;                    // enum sf_prepare_format
  int32_t model;                     // enum sf_model_choice
  int32_t search;                    // enum sf_search
  int32_t part;                      // enum sf_split
  int32_t permutation;               // boolean
  uint32_t rounds, patience, repeats, trials;
  uint32_t threads;  // 0 = as many as the machine has
  char columns[SF_LEARN_TEXT_SIZE];
  char parameters[SF_LEARN_TEXT_SIZE];
  char space[SF_LEARN_TEXT_SIZE];
  char registry[SF_LEARN_TEXT_SIZE];
  char name[SF_LEARN_TEXT_SIZE];
};

#endif

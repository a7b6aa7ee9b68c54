#ifndef SF_JOBS_LEARN_PERMUTATION_H
#define SF_JOBS_LEARN_PERMUTATION_H

#include <jansson.h>

#include "jobs/learn/dataset.h"
#include "jobs/learn/model.h"
#include "kernels/status.h"

// Rows at most over which inputs are shuffled: a random sample of the part.
#define SF_PERMUTATION_ROWS 100000

// What each input is worth to the first repeat of a model: the average precision that is
// lost when its values are shuffled among the rows of a part (Breiman, Machine Learning 45
// (2001) 5), as {input: loss}. `rows`: of the part. Errors: those of sf_dataset_read and
// sf_model_score, SF_MEMORY.
enum sf_status sf_permutation_importance(struct sf_model *model, struct sf_dataset *dataset,
                                         int part, int64_t rows, uint64_t seed, json_t **json,
                                         struct sf_error *error);

#endif

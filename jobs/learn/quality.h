#ifndef SF_JOBS_LEARN_QUALITY_H
#define SF_JOBS_LEARN_QUALITY_H

#include <jansson.h>
#include <stdio.h>

#include "jobs/learn/dataset.h"
#include "jobs/learn/recipe.h"
#include "kernels/status.h"

// Checks of the inputs on the training part: values that are missing, columns that
// are constant, columns that equal an earlier one, pairs with |r| above
// SF_CORRELATION_LIMIT (categories by the numbers of their members). Correlations are
// taken over at most SF_CORRELATION_ROWS random rows of the part.
#define SF_CORRELATION_LIMIT 0.95
#define SF_CORRELATION_ROWS 200000

// {missing: {name: rows}, constant: [name], duplicate: [[name, earlier]],
// correlated: [[name, name, r]]}; the caller's to release. Reads the dataset once.
// Errors: those of sf_dataset_read, SF_MEMORY.
enum sf_status sf_quality_check(struct sf_dataset *dataset, const struct sf_fitted *fitted,
                                json_t **report, struct sf_error *error);

// The report for a person.
void sf_quality_print(const json_t *report, FILE *stream);

#endif

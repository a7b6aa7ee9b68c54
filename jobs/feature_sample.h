#ifndef SF_JOBS_FEATURE_SAMPLE_H
#define SF_JOBS_FEATURE_SAMPLE_H

#include <mpi.h>
#include <stdbool.h>

#include "kernels/features/isolation.h"
#include "kernels/generator.h"

// Rows that the outlier score (kernels/features/isolation.h) is fitted on: those of the
// sample's customers in the first days, by their bins, 8 bytes a row.
struct sf_feature_sample;

// `*sample` is the caller's to free. Errors: SF_MEMORY.
enum sf_status sf_feature_sample_create(const struct sf_config *config,
                                        const struct sf_lanes *lanes,
                                        struct sf_feature_sample **sample, struct sf_error *error);
void sf_feature_sample_free(struct sf_feature_sample *sample);

// Whether a customer is in the sample.
bool sf_feature_sample_has(const struct sf_feature_sample *sample, uint32_t customer);

// Takes the rows of a customer whose rows `history` has begun. Customers come in order of
// their ids. Errors: SF_MEMORY.
enum sf_status sf_feature_sample_take(struct sf_feature_sample *sample, uint32_t customer,
                                      struct sf_history *history, struct sf_error *error);

// Puts the rows of a customer off to the second round. In order of ids. Errors: SF_MEMORY.
enum sf_status sf_feature_sample_defer(struct sf_feature_sample *sample, uint32_t customer,
                                       struct sf_error *error);

// Takes the next of them off the list whose id is less than `end`; 0 if there is none.
uint32_t sf_feature_sample_deferred(struct sf_feature_sample *sample, uint32_t end);

// Begins a second round through customers, in order again, whose rows take the place of
// those of the first round.
void sf_feature_sample_again(struct sf_feature_sample *sample);

// Collective over `comm`. Histograms of the columns, then, with these frozen, that of the
// score, over the samples of all ranks.
void sf_feature_sample_fit(MPI_Comm comm, const struct sf_feature_sample *sample,
                           struct sf_isolation_fit *fit, struct sf_isolation *model);

#endif

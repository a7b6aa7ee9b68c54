#ifndef SF_KERNELS_FRAUD_CANDIDATES_H
#define SF_KERNELS_FRAUD_CANDIDATES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/activity/skeleton.h"
#include "kernels/config.h"

// How many stories a customer may have: candidates, of which the plan accepts as many
// as are needed.

// Drift: over the window the weight of odd typologies rises from 1 - this to 1 + this
// of the mean, and that of even ones falls as much.
#define SF_DRIFT_SPAN 0.6

// Mean number of episodes of a typology that a customer must have for its share of the
// rows to be met.
double sf_episodes_needed(const struct sf_config *config, enum sf_typology typology);

// Rows that fire the typology's naive rule which its twins shall have, as the plan counts
// them, for so many of fraud.
int64_t sf_twin_rows_needed(enum sf_typology typology, int64_t fraud_rows);

// Fills the means of the candidates that a customer of weight 1 and average activity has
// of each typology, of fraud [0] and of twins [1]; shape [SF_TYPOLOGY_COUNT].
void sf_candidates_init(const struct sf_config *config, double mean[SF_TYPOLOGY_COUNT][2]);

// Numbers of candidates of the customer in hand, of typology t at 2 t, of its twin at
// 2 t + 1, and words for further choices about them; shapes [SF_CANDIDATE_KINDS].
#define SF_CANDIDATE_KINDS (2 * SF_TYPOLOGY_COUNT)
void sf_candidates_count(const struct sf_skeleton *skeleton, uint32_t *count, uint32_t *word);

#endif

#ifndef SF_KERNELS_ACTIVITY_LIFE_H
#define SF_KERNELS_ACTIVITY_LIFE_H

#include "kernels/activity/skeleton.h"

// All events of a customer: the sources, one file each, in turn.
void sf_skeleton_build(struct sf_skeleton *skeleton, uint32_t customer_id);

// The sources. Each appends its events to a skeleton that sf_skeleton_begin has
// taken up; trips come first, since the others look at where the customer is.
void sf_trips_build(struct sf_skeleton *skeleton);
void sf_sessions_build(struct sf_skeleton *skeleton);
void sf_bills_build(struct sf_skeleton *skeleton);
void sf_income_build(struct sf_skeleton *skeleton);
void sf_cash_build(struct sf_skeleton *skeleton);
void sf_transfers_build(struct sf_skeleton *skeleton);
void sf_outside_build(struct sf_skeleton *skeleton);

// After all sources: makes the configured share of rows odd (anomaly_rate).
void sf_anomalies_build(struct sf_skeleton *skeleton);

#endif

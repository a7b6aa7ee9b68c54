#include "kernels/activity/life.h"

void sf_skeleton_build(struct sf_skeleton *skeleton, uint32_t customer_id) {
  sf_skeleton_begin(skeleton, customer_id);
  sf_trips_build(skeleton);
  sf_sessions_build(skeleton);
  sf_bills_build(skeleton);
  sf_income_build(skeleton);
  sf_cash_build(skeleton);
  sf_transfers_build(skeleton);
  sf_outside_build(skeleton);
  sf_anomalies_build(skeleton);
}

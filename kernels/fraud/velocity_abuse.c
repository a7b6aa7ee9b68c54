#include "kernels/fraud/typology.h"

uint32_t sf_velocity_abuse_weight(const struct sf_customer *customer) {
  (void)customer;
  return 0;
}

bool sf_velocity_abuse_fraud(struct sf_story *story) {
  (void)story;
  return false;
}

bool sf_velocity_abuse_twin(struct sf_story *story) {
  (void)story;
  return false;
}

bool sf_velocity_abuse_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

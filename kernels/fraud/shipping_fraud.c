#include "kernels/fraud/typology.h"

uint32_t sf_shipping_fraud_weight(const struct sf_customer *customer) {
  (void)customer;
  return 0;
}

bool sf_shipping_fraud_fraud(struct sf_story *story) {
  (void)story;
  return false;
}

bool sf_shipping_fraud_twin(struct sf_story *story) {
  (void)story;
  return false;
}

bool sf_shipping_fraud_nominate(struct sf_story *story, struct sf_nomination *nomination) {
  (void)story;
  (void)nomination;
  return false;
}

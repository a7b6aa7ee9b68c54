#ifndef SF_KERNELS_FRAUD_ROLE_H
#define SF_KERNELS_FRAUD_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/schema/enums.h"

// Roles whose rows the perpetrator causes in order to take money or to test
// access; the others (setup, exposure, chargeback, reversal) belong to the story
// without being fraud.
static inline bool sf_role_is_fraud(uint8_t role) {
  const uint32_t fraud = 1u << SF_ROLE_TEST | 1u << SF_ROLE_CASH_OUT | 1u << SF_ROLE_MULE |
                         1u << SF_ROLE_COLLECTOR | 1u << SF_ROLE_LAYERING |
                         1u << SF_ROLE_MERCHANT_ACCOMPLICE | 1u << SF_ROLE_REFUND |
                         1u << SF_ROLE_BENEFICIARY;
  return fraud >> role & 1;
}

#endif

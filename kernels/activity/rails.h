#ifndef SF_KERNELS_ACTIVITY_RAILS_H
#define SF_KERNELS_ACTIVITY_RAILS_H

// Rules of the rails, amounts in paise (docs/model.md, sources S72 to S78).

#define SF_UPI_PERSON_DAY 10000000  // to persons, a sender's day
#define SF_UPI_MERCHANT 10000000    // a payment to an ordinary merchant
#define SF_UPI_NEW_DEVICE 500000    // from a device in its first 24 hours
#define SF_IMPS_MOST 50000000
#define SF_RTGS_LEAST 20000000
#define SF_CONTACTLESS_MOST 500000  // without PIN

// UPI Lite pays without PIN: limit of a payment until 3 December 2024 and from
// the next day on.
#define SF_LITE_OLD 50000
#define SF_LITE_NEW 100000
#define SF_LITE_NEW_DAY 20061  // 2024-12-04, days since 1970-01-01

#endif

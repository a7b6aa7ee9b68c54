#include "kernels/check/holds.h"
#include "kernels/world/app_version.h"

// Predicates on channel, device and software of /transactions.

SF_HOLDS(online_of_channel) {
  const uint8_t channel = ROW(channel);
  return ROW(is_online) == (channel == SF_CHANNEL_ONLINE || channel == SF_CHANNEL_MOBILE);
}

// At a shop's till a code is scanned with one's own phone.
static bool is_scanned(const struct sf_checked_row *row) {
  return ROW(payment_mode) == SF_PAYMENT_MODE_UPI || ROW(payment_mode) == SF_PAYMENT_MODE_WALLET;
}

SF_HOLDS(device_of_channel) {
  switch (ROW(channel)) {
    case SF_CHANNEL_POS:
      return ROW(device_type) == (is_scanned(row) ? SF_DEVICE_TYPE_MOBILE : SF_DEVICE_TYPE_POS);
    case SF_CHANNEL_ONLINE:
      return ROW(device_type) == SF_DEVICE_TYPE_WEB;
    case SF_CHANNEL_MOBILE:
      return ROW(device_type) == SF_DEVICE_TYPE_MOBILE;
    case SF_CHANNEL_ATM:
      return ROW(device_type) == SF_DEVICE_TYPE_ATM;
    default:
      return ROW(device_type) == SF_DEVICE_TYPE_BRANCH;
  }
}

// Money that arrives and fees that the bank takes are not started by the
// customer: no device, no software, no address.
static bool is_unattended(const struct sf_checked_row *row) {
  return ROW(transaction_type) == SF_TRANSACTION_TYPE_FEE ||
         (ROW(direction) == SF_DIRECTION_CREDIT &&
          ROW(transaction_type) != SF_TRANSACTION_TYPE_CASH_DEPOSIT);
}

static bool is_own_device(const struct sf_checked_row *row) {
  return !is_unattended(row) &&
         (ROW(device_type) == SF_DEVICE_TYPE_MOBILE || ROW(device_type) == SF_DEVICE_TYPE_WEB);
}

SF_HOLDS(os_of_device) {
  const uint8_t os = ROW(os);
  if (!is_own_device(row)) {
    return os == SF_OS_NONE;
  }
  return ROW(device_type) == SF_DEVICE_TYPE_MOBILE ? os == SF_OS_ANDROID || os == SF_OS_IOS
                                                   : os != SF_OS_NONE;
}

SF_HOLDS(browser_of_web) {
  return (ROW(browser) != SF_BROWSER_NONE) ==
         (is_own_device(row) && ROW(device_type) == SF_DEVICE_TYPE_WEB);
}

SF_HOLDS(app_of_mobile) {
  return ROW(app_version) == 0 || (is_own_device(row) && ROW(device_type) == SF_DEVICE_TYPE_MOBILE);
}

SF_HOLDS(app_is_released) {
  const uint16_t version = ROW(app_version);
  return version == 0 ||
         (version < SF_APP_VERSION_COUNT && ROW(date) >= sf_app_version_release_day(version));
}

SF_HOLDS(device_id_of_own) { return (ROW(device_id) != 0) == is_own_device(row); }

SF_HOLDS(ip_of_device) { return (ROW(ip_prefix) != 0) == is_own_device(row); }

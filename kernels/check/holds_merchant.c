#include "kernels/check/holds.h"
#include "kernels/world/city.h"
#include "kernels/world/subcategory.h"

// Predicates on /merchants.

SF_HOLDS(merchant_names_known) { return sf_values_have_names(row->values, row->m); }

SF_HOLDS(merchant_reals_plain) { return sf_values_are_plain(row->values, row->m); }

SF_HOLDS(merchant_id_is_row) { return MERCHANT(merchant_id) == row->number + 1; }

SF_HOLDS(merchant_has_name) { return MERCHANT(name) != 0; }

SF_HOLDS(merchant_subcategory_of_category) {
  const uint8_t subcategory = MERCHANT(subcategory);
  return subcategory != SF_SUBCATEGORY_NONE && subcategory < SF_SUBCATEGORY_COUNT &&
         MERCHANT(category) == sf_subcategories[subcategory].category;
}

SF_HOLDS(merchant_mcc_of_subcategory) {
  return MERCHANT(mcc) != 0 && MERCHANT(subcategory) < SF_SUBCATEGORY_COUNT &&
         MERCHANT(mcc) == sf_subcategories[MERCHANT(subcategory)].mcc;
}

SF_HOLDS(merchant_type_set) { return MERCHANT(type) != SF_MERCHANT_TYPE_NONE; }

SF_HOLDS(merchant_in_city) {
  return sf_is_in_city((double)MERCHANT(latitude), (double)MERCHANT(longitude), MERCHANT(city));
}

SF_HOLDS(reputation_of_type) {
  const float reputation = MERCHANT(reputation);
  switch (MERCHANT(type)) {
    case SF_MERCHANT_TYPE_CHAIN:
      return reputation >= 0.7f && reputation <= 0.95f;
    case SF_MERCHANT_TYPE_LOCAL:
      return reputation >= 0.5f && reputation <= 0.85f;
    default:
      return reputation >= 0.5f && reputation <= 1.0f;
  }
}

SF_HOLDS(popularity_is_share) {
  return MERCHANT(popularity) > 0.0f && MERCHANT(popularity) <= 1.0f;
}

SF_HOLDS(price_level_positive) { return MERCHANT(price_level) > 0.0f; }

SF_HOLDS(online_only_sells_online) {
  return MERCHANT(type) != SF_MERCHANT_TYPE_ONLINE_ONLY || MERCHANT(accepts_online);
}

SF_HOLDS(merchant_opens_in_time) { return MERCHANT(onboarding_date) <= sf_last_day(row->config); }

#include "kernels/check/holds.h"
#include "kernels/world/city.h"

// Predicates on /customers.

SF_HOLDS(customer_names_known) { return sf_values_have_names(row->values, row->c); }

SF_HOLDS(customer_reals_plain) { return sf_values_are_plain(row->values, row->c); }

SF_HOLDS(customer_id_is_row) { return CUSTOMER(customer_id) == row->number + 1; }

SF_HOLDS(customer_age_adult) { return CUSTOMER(age) >= 18 && CUSTOMER(age) <= 75; }

SF_HOLDS(home_city_set) {
  return CUSTOMER(home_city) != SF_CITY_NONE && CUSTOMER(home_city) < SF_CITY_COUNT;
}

SF_HOLDS(home_state_of_city) {
  return CUSTOMER(home_city) < SF_CITY_COUNT &&
         CUSTOMER(home_state) == sf_cities[CUSTOMER(home_city)].state;
}

SF_HOLDS(home_region_of_state) {
  return CUSTOMER(home_state) < SF_STATE_COUNT &&
         CUSTOMER(home_region) == sf_states[CUSTOMER(home_state)].region;
}

SF_HOLDS(home_point_in_city) {
  return sf_is_in_city((double)CUSTOMER(home_latitude), (double)CUSTOMER(home_longitude),
                       CUSTOMER(home_city));
}

// Monthly incomes from which the brackets count, rupees.
static const double income_from[SF_INCOME_BRACKET_COUNT + 1] = {10000,  25000,  50000,  100000,
                                                                200000, 400000, 1000000};
// The model's base-2 logarithms are in units of 2^-16, so edges may slip so much.
#define INCOME_SLACK 1e-4

SF_HOLDS(income_of_bracket) {
  const uint8_t bracket = CUSTOMER(income_bracket);
  const double income = (double)CUSTOMER(monthly_income);
  return bracket < SF_INCOME_BRACKET_COUNT &&
         income >= income_from[bracket] * (1.0 - INCOME_SLACK) &&
         income <= income_from[bracket + 1] * (1.0 + INCOME_SLACK);
}

SF_HOLDS(customer_scale_positive) {
  return CUSTOMER(avg_transaction_amount) > 0.0f && CUSTOMER(monthly_transaction_count) > 0.0f;
}

// Members differ from each other, and zeros stand behind all others.
static bool are_distinct(const uint8_t *member, int count) {
  uint64_t seen = 0;
  bool ended = false;
  for (int i = 0; i < count; i++) {
    ended |= member[i] == 0;
    if (member[i] >= 64 || (ended && member[i] != 0) || (seen >> member[i] & 1)) {
      return false;
    }
    seen |= member[i] ? UINT64_C(1) << member[i] : 0;
  }
  return true;
}

SF_HOLDS(preferred_categories_distinct) {
  return are_distinct(&row->customers->preferred_categories[5 * row->c], 5);
}

SF_HOLDS(preferred_modes_distinct) {
  return are_distinct(&row->customers->preferred_payment_modes[4 * row->c], 4);
}

SF_HOLDS(preferred_hours_in_day) {
  return CUSTOMER(preferred_hours) != 0 && CUSTOMER(preferred_hours) >> 24 == 0;
}

static bool is_share(float share) { return share >= 0.0f && share <= 1.0f; }

SF_HOLDS(customer_shares_in_unit) {
  return is_share(CUSTOMER(merchant_loyalty)) && is_share(CUSTOMER(online_preference)) &&
         is_share(CUSTOMER(fraud_vulnerability));
}

SF_HOLDS(account_opens_in_time) { return CUSTOMER(account_open_date) <= sf_last_day(row->config); }

SF_HOLDS(credit_limit_not_negative) { return CUSTOMER(credit_limit) >= 0.0f; }

SF_HOLDS(device_count_in_range) {
  return CUSTOMER(device_count) >= 1 && CUSTOMER(device_count) <= 4;
}

SF_HOLDS(household_ids_set) { return CUSTOMER(address_id) != 0 && CUSTOMER(phone_id) != 0; }

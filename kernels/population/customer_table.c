#include "kernels/population/customer.h"
#include "kernels/population/hours.h"
#include "kernels/random/permutation.h"
#include "kernels/world/city.h"

static float vulnerability_of(const struct sf_customer *customer) {
  int tenths = 0;
  tenths += customer->age < 25 || customer->age > 65 ? 2 : 0;
  tenths += customer->savviness == SF_SAVVINESS_LOW ? 3 : 0;
  tenths += customer->savviness == SF_SAVVINESS_MEDIUM ? 1 : 0;
  tenths += customer->core.bracket >= SF_INCOME_BRACKET_HIGH && customer->core.average_amount > 2000
                ? 2
                : 0;
  tenths += customer->travel ? 1 : 0;
  return (float)tenths / 10.0f;
}

void sf_customer_fill(const struct sf_population *population, uint32_t first_id, int64_t count,
                      struct sf_customers *batch, int64_t at) {
  for (int64_t i = 0; i < count; i++) {
    struct sf_customer customer;
    sf_customer_at(population, first_id + (uint32_t)i, &customer);
    const int64_t r = at + i;
    batch->customer_id[r] = customer.id;
    batch->age[r] = customer.age;
    batch->gender[r] = customer.gender;
    batch->home_city[r] = customer.city;
    batch->home_state[r] = sf_cities[customer.city].state;
    batch->home_region[r] = sf_city_region(customer.city);
    batch->home_latitude[r] = customer.latitude;
    batch->home_longitude[r] = customer.longitude;
    batch->income_bracket[r] = customer.core.bracket;
    batch->occupation[r] = customer.occupation;
    batch->monthly_income[r] = customer.income;
    batch->segment[r] = customer.core.segment;
    batch->risk_profile[r] = customer.risk;
    batch->digital_savviness[r] = customer.savviness;
    batch->avg_transaction_amount[r] = customer.core.average_amount;
    batch->monthly_transaction_count[r] = customer.monthly_count;
    for (int64_t k = 0; k < 5; k++) {
      batch->preferred_categories[r * 5 + k] = customer.categories[k];
    }
    for (int64_t k = 0; k < 4; k++) {
      batch->preferred_payment_modes[r * 4 + k] = customer.modes[k];
    }
    batch->preferred_hours[r] = sf_hours_preferred(customer.occupation);
    batch->weekend_shopper[r] = customer.weekend;
    batch->merchant_loyalty[r] = customer.loyalty;
    batch->brand_conscious[r] = customer.brand;
    batch->impulse_buyer[r] = customer.impulse;
    batch->travels_frequently[r] = customer.travel;
    batch->online_preference[r] = customer.online;
    batch->account_open_date[r] = customer.core.open_day;
    batch->credit_limit[r] = customer.credit_limit;
    batch->device_count[r] = customer.devices;
    const uint32_t owner = customer.on_head_phone ? customer.head : customer.id;
    batch->address_id[r] = 1 + sf_permutation_apply(&population->scramble, customer.head - 1);
    batch->phone_id[r] = 1 + sf_permutation_apply(&population->scramble, owner - 1);
    batch->fraud_vulnerability[r] = vulnerability_of(&customer);
  }
}

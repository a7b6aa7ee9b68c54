#include <stdio.h>

#include "kernels/schema/schema.h"
#include "kernels/world/app_version.h"
#include "kernels/world/city.h"
#include "kernels/world/merchant_name.h"
#include "kernels/world/subcategory.h"

#define SF_NAME(constant, name) name,
#define SF_DEFINE_MEMBER(prefix, tname)                                         \
  static void member_##prefix(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) { \
    static const char *const names[] = {SF_##prefix##_LIST(SF_NAME)};           \
    snprintf(text, SF_MEMBER_NAME_SIZE, "%s", names[index]);                    \
  }
SF_ENUM_LIST(SF_DEFINE_MEMBER)
#undef SF_DEFINE_MEMBER
#undef SF_NAME

static void member_city(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  snprintf(text, SF_MEMBER_NAME_SIZE, "%s", sf_cities[index].name);
}

static void member_state(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  snprintf(text, SF_MEMBER_NAME_SIZE, "%s", sf_states[index].name);
}

static void member_subcategory(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  snprintf(text, SF_MEMBER_NAME_SIZE, "%s", sf_subcategories[index].name);
}

static const struct sf_domain domains[SF_DOMAIN_COUNT] = {
    [SF_DOMAIN_NONE] = {"", 0, 0},
#define SF_DOMAIN_ROW(prefix, tname) \
  [SF_DOMAIN_##prefix] = {tname, SF_##prefix##_COUNT, member_##prefix},
    SF_ENUM_LIST(SF_DOMAIN_ROW)
#undef SF_DOMAIN_ROW
        [SF_DOMAIN_CITY] = {"city", SF_CITY_COUNT, member_city},
    [SF_DOMAIN_STATE] = {"state", SF_STATE_COUNT, member_state},
    [SF_DOMAIN_SUBCATEGORY] = {"subcategory", SF_SUBCATEGORY_COUNT, member_subcategory},
    [SF_DOMAIN_MERCHANT_NAME] = {"merchant_name", SF_MERCHANT_NAME_COUNT, sf_merchant_name},
    [SF_DOMAIN_APP_VERSION] = {"app_version", SF_APP_VERSION_COUNT, sf_app_version_name},
};

const struct sf_domain *sf_domain(enum sf_domain_id id) { return &domains[id]; }

#include <stdio.h>
#include <string.h>

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

// By enum sf_typology; [0] is no fraud.
static const struct {
  const char *name, *evidence;  // names separated by |
} typologies[] = {
    {"none", ""},
#define SF_TYPOLOGY(constant, tname, share, rows, hours, sigma, ring, rule, tevidence) \
  {#tname, tevidence},
#include "kernels/fraud/typologies.def"
#undef SF_TYPOLOGY
};
#define TYPOLOGIES ((uint32_t)(sizeof typologies / sizeof typologies[0]))

static void member_fraud_type(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  snprintf(text, SF_MEMBER_NAME_SIZE, "%s", typologies[index].name);
}

static void member_evidence(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  const char *name = typologies[index / SF_EVIDENCE_ELEMENTS].evidence;
  for (uint32_t k = index % SF_EVIDENCE_ELEMENTS; k > 0; k--) {
    name += strcspn(name, "|");
    name += *name == '|';
  }
  snprintf(text, SF_MEMBER_NAME_SIZE, "%.*s", (int)strcspn(name, "|"), name);
}

static const struct sf_domain domains[SF_DOMAIN_COUNT] = {
    [SF_DOMAIN_NONE] = {"", 0, NULL, NULL},
#define SF_DOMAIN_ROW(prefix, tname) \
  [SF_DOMAIN_##prefix] = {tname, SF_##prefix##_COUNT, member_##prefix, NULL},
    SF_ENUM_LIST(SF_DOMAIN_ROW)
#undef SF_DOMAIN_ROW
        [SF_DOMAIN_CITY] = {"city", SF_CITY_COUNT, member_city, NULL},
    [SF_DOMAIN_STATE] = {"state", SF_STATE_COUNT, member_state, NULL},
    [SF_DOMAIN_SUBCATEGORY] = {"subcategory", SF_SUBCATEGORY_COUNT, member_subcategory, NULL},
    [SF_DOMAIN_MERCHANT_NAME] = {"merchant_name", SF_MERCHANT_NAME_COUNT, sf_merchant_name,
                                 sf_merchant_names},
    [SF_DOMAIN_APP_VERSION] = {"app_version", SF_APP_VERSION_COUNT, sf_app_version_name, NULL},
    [SF_DOMAIN_FRAUD_TYPE] = {"fraud_type", TYPOLOGIES, member_fraud_type, NULL},
    [SF_DOMAIN_EVIDENCE] = {"evidence", TYPOLOGIES *SF_EVIDENCE_ELEMENTS, member_evidence, NULL},
};

const struct sf_domain *sf_domain(enum sf_domain_id id) { return &domains[id]; }

void sf_domain_members(const struct sf_domain *domain, char (*text)[SF_MEMBER_NAME_SIZE]) {
  if (domain->members) {
    domain->members(text);
    return;
  }
  memset(text, 0, domain->count * sizeof *text);
  for (uint32_t i = 0; i < domain->count; i++) {
    domain->member(i, text[i]);
  }
}

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/schema/schema.h"
#include "kernels/world/app_version.h"
#include "kernels/world/city.h"
#include "kernels/world/merchant_name.h"
#include "kernels/world/subcategory.h"

Test(world, cities_have_states_tiers_and_true_places) {
  cr_expect(SF_CITY_COUNT - 1 >= 35);
  int tier[SF_CITY_TIER_COUNT] = {0};
  for (uint8_t c = 1; c < SF_CITY_COUNT; c++) {
    const struct sf_city_row *city = &sf_cities[c];
    tier[city->tier]++;
    cr_expect(city->state > SF_STATE_NONE && city->state < SF_STATE_COUNT);
    cr_expect(sf_city_region(c) > SF_REGION_NONE && sf_city_region(c) < SF_REGION_COUNT);
    cr_expect(city->population > 0);
    cr_expect(city->latitude > 6.7 && city->latitude < 35.7, "%s", city->name);
    cr_expect(city->longitude > 68.1 && city->longitude < 97.4, "%s", city->name);
  }
  cr_expect_eq(tier[SF_CITY_TIER_1], 8, "cities of class X of the house rent allowance");
  cr_expect(tier[SF_CITY_TIER_2] > 0 && tier[SF_CITY_TIER_3] > 0);
}

Test(world, every_category_has_subcategories_with_codes) {
  cr_expect_eq(SF_CATEGORY_COUNT - 1, 18);
  cr_expect(SF_SUBCATEGORY_COUNT - 1 >= 50);
  int children[SF_CATEGORY_COUNT] = {0};
  for (uint32_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
    const struct sf_subcategory_row *row = &sf_subcategories[s];
    children[row->category]++;
    cr_expect_eq(row->mcc == 0, row->category == SF_CATEGORY_TRANSFERS, "%s", row->name);
    cr_expect(row->online <= 100 && row->brick <= 1);
    cr_expect(row->brick || row->online == 100 || row->mcc == 0,
              "%s is sold neither in shops nor wholly online", row->name);
  }
  for (uint32_t c = 1; c < SF_CATEGORY_COUNT; c++) {
    cr_expect(children[c] > 0, "category %u has no subcategory", c);
  }
}

Test(world, nouns_are_counted) {
  uint32_t nouns = 0;
  for (uint8_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
    nouns += sf_noun_count(s);
    cr_expect_eq(sf_noun_count(s) > 0, sf_subcategories[s].mcc > 0);
  }
  cr_expect_eq(nouns, SF_NOUN_COUNT);
  cr_expect(SF_MERCHANT_NAME_COUNT <= 65536, "indices of the dictionary have 16 bits");
}

Test(world, all_names_of_merchants_are_those_of_each) {
  static char names[SF_MERCHANT_NAME_COUNT][SF_MEMBER_NAME_SIZE];
  memset(names, 'x', sizeof names);
  sf_domain_members(sf_domain(SF_DOMAIN_MERCHANT_NAME), names);
  for (uint32_t i = 0; i < SF_MERCHANT_NAME_COUNT; i++) {
    char name[SF_MEMBER_NAME_SIZE] = "";
    sf_merchant_name(i, name);
    cr_assert_eq(memcmp(names[i], name, sizeof name), 0, "name %u", i);
  }
}

static int compare_names(const void *a, const void *b) { return strcmp(a, b); }

static void expect_distinct(uint32_t count, void (*member)(uint32_t, char[SF_MEMBER_NAME_SIZE])) {
  char(*names)[SF_MEMBER_NAME_SIZE] = calloc(count, sizeof *names);
  cr_assert(names);
  for (uint32_t i = 0; i < count; i++) {
    member(i, names[i]);
    const size_t length = strlen(names[i]);
    cr_expect(length > 0 && length < SF_MEMBER_NAME_SIZE - 1, "\"%s\" may be cut", names[i]);
  }
  cr_expect_str_eq(names[0], "none");
  qsort(names, count, sizeof *names, compare_names);
  for (uint32_t i = 1; i < count; i++) {
    cr_expect(strcmp(names[i - 1], names[i]) != 0, "\"%s\" twice", names[i]);
  }
  free(names);
}

Test(world, merchant_names_differ) { expect_distinct(SF_MERCHANT_NAME_COUNT, sf_merchant_name); }

Test(world, app_versions_differ) {
  cr_expect(SF_APP_VERSION_COUNT - 1 >= 12);
  expect_distinct(SF_APP_VERSION_COUNT, sf_app_version_name);
}

Test(world, local_names_end_with_a_noun_of_the_subcategory) {
  for (uint8_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
    for (uint32_t n = 0; n < sf_noun_count(s) * SF_EPITHET_COUNT; n++) {
      char name[SF_MEMBER_NAME_SIZE], nouns[256];
      sf_merchant_name(sf_local_name(s, n), name);
      snprintf(nouns, sizeof nouns, "%s", sf_subcategories[s].nouns);
      bool found = false;
      for (char *noun = strtok(nouns, "|"); noun; noun = strtok(NULL, "|")) {
        const size_t length = strlen(noun);
        found |= strlen(name) > length && strcmp(name + strlen(name) - length, noun) == 0;
      }
      cr_expect(found, "%s for %s", name, sf_subcategories[s].name);
    }
  }
}

Test(world, brands_belong_to_their_subcategories) {
  cr_expect(SF_BRAND_COUNT >= 164);
  uint32_t online_only[SF_SUBCATEGORY_COUNT] = {0};
  for (uint32_t b = 0; b < SF_BRAND_COUNT; b++) {
    const struct sf_brand *brand = &sf_brands[b];
    const struct sf_subcategory_row *kind = &sf_subcategories[brand->subcategory];
    cr_expect(b == 0 || sf_brands[b - 1].subcategory <= brand->subcategory, "%s is out of order",
              brand->name);
    cr_expect(brand->reputation >= 0.70 && brand->reputation <= 0.95, "%s", brand->name);
    cr_expect(brand->price_level >= 0.3 && brand->price_level <= 5.0, "%s", brand->name);
    cr_expect(brand->regions != 0 && !(brand->regions & 1u << SF_REGION_NONE), "%s", brand->name);
    if (brand->type == SF_MERCHANT_TYPE_ONLINE_ONLY) {
      online_only[brand->subcategory]++;
      cr_expect(kind->online > 0, "%s", brand->name);
    } else {
      cr_expect_eq(brand->type, SF_MERCHANT_TYPE_CHAIN, "%s", brand->name);
      cr_expect(kind->brick, "%s has shops of a kind without", brand->name);
    }
  }
  for (uint32_t s = 1; s < SF_SUBCATEGORY_COUNT; s++) {
    cr_expect(sf_subcategories[s].brick || sf_subcategories[s].mcc == 0 || online_only[s] >= 3,
              "%s has %u online-only brands", sf_subcategories[s].name, online_only[s]);
  }
}

// The dictionaries and enumerations as files show them.
Test(world, domains_name_every_member) {
  for (int id = SF_DOMAIN_NONE + 1; id < SF_DOMAIN_COUNT; id++) {
    const struct sf_domain *domain = sf_domain((enum sf_domain_id)id);
    cr_expect(domain->count > 0 && strlen(domain->name) > 0);
    for (uint32_t i = 0; i < domain->count; i++) {
      char name[SF_MEMBER_NAME_SIZE] = "";
      domain->member(i, name);
      // A typology may have fewer kinds of evidence than there is room for.
      cr_expect(strlen(name) > 0 || id == SF_DOMAIN_EVIDENCE, "member %u of %s has no name", i,
                domain->name);
    }
  }
}

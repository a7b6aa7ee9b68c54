#include "kernels/world/merchant_name.h"

#include <stdio.h>
#include <string.h>

#include "kernels/world/subcategory.h"

// Regions of brands.def.
enum {
  N = 1 << SF_REGION_NORTH,
  S = 1 << SF_REGION_SOUTH,
  E = 1 << SF_REGION_EAST,
  W = 1 << SF_REGION_WEST,
  C = 1 << SF_REGION_CENTRAL,
  T = 1 << SF_REGION_NORTHEAST,
  ALL = N | S | E | W | C | T
};

const struct sf_brand sf_brands[SF_BRAND_COUNT] = {
#define SF_BRAND(name, subcategory, kind, regions, tier, reputation, price_level) \
  {name,                                                                          \
   SF_SUBCATEGORY_##subcategory,                                                  \
   SF_MERCHANT_TYPE_##kind,                                                       \
   (uint8_t)(regions),                                                            \
   SF_CITY_TIER_##tier,                                                           \
   reputation,                                                                    \
   price_level},
#include "kernels/world/brands.def"
#undef SF_BRAND
};

static const char *const epithets[SF_EPITHET_COUNT] = {
    "Aastha",    "Adarsh",      "Ajanta",      "Akash",        "Amar",        "Ambika",  "Anand",
    "Annapurna", "Apna",        "Arihant",     "Ashirwad",     "Ashok",       "Asian",   "Balaji",
    "Bharathi",  "Bhavani",     "Bombay",      "Chamunda",     "City",        "Deepak",  "Durga",
    "Ganesh",    "Gayatri",     "Golden",      "Gupta",        "Guru Nanak",  "Hari Om", "Hind",
    "Jai Hind",  "Jai Mata Di", "Janata",      "Jyoti",        "Kamal",       "Krishna", "Laxmi",
    "Madina",    "Mahalaxmi",   "Mahavir",     "Manish",       "Modern",      "Murugan", "National",
    "Navjeevan", "New Bharat",  "New India",   "Om Sai",       "Padmavathi",  "Patel",   "Popular",
    "Prakash",   "Prince",      "Punjab",      "Radha",        "Rajdhani",    "Royal",   "Sai Baba",
    "Saraswati", "Sharma",      "Shiv Shakti", "Shree Ganesh", "Sri Lakshmi", "Star",    "Swastik",
    "Vinayaka"};

// Nouns before those of a subcategory, in the order of the subcategories.
static uint32_t nouns_before(uint8_t subcategory) {
  uint32_t nouns = 0;
  for (uint8_t s = 0; s < subcategory; s++) {
    nouns += sf_noun_count(s);
  }
  return nouns;
}

uint32_t sf_noun_count(uint8_t subcategory) {
  if (sf_subcategories[subcategory].mcc == 0) {
    return 0;  // nobody is a merchant of this kind
  }
  uint32_t count = 1;
  for (const char *c = sf_subcategories[subcategory].nouns; *c; c++) {
    count += *c == '|';
  }
  return count;
}

// Noun number `noun` of all; not terminated.
static const char *find_noun(uint32_t noun, int *length) {
  uint8_t subcategory = 0;
  while (noun >= sf_noun_count(subcategory)) {
    noun -= sf_noun_count(subcategory++);
  }
  const char *text = sf_subcategories[subcategory].nouns;
  for (; noun > 0; noun--) {
    text = strchr(text, '|') + 1;
  }
  *length = (int)strcspn(text, "|");
  return text;
}

uint16_t sf_local_name(uint8_t subcategory, uint32_t n) {
  return (uint16_t)(1 + SF_BRAND_COUNT + nouns_before(subcategory) * SF_EPITHET_COUNT + n);
}

void sf_merchant_name(uint32_t index, char text[SF_MEMBER_NAME_SIZE]) {
  if (index == 0) {
    snprintf(text, SF_MEMBER_NAME_SIZE, "none");
  } else if (index <= SF_BRAND_COUNT) {
    snprintf(text, SF_MEMBER_NAME_SIZE, "%s", sf_brands[index - 1].name);
  } else {
    const uint32_t n = index - 1 - SF_BRAND_COUNT;
    int length;
    const char *noun = find_noun(n / SF_EPITHET_COUNT, &length);
    snprintf(text, SF_MEMBER_NAME_SIZE, "%s %.*s", epithets[n % SF_EPITHET_COUNT], length, noun);
  }
}

// The local names of a noun, shape [SF_EPITHET_COUNT].
static void put_local_names(char (*text)[SF_MEMBER_NAME_SIZE], const char *noun, size_t length) {
  for (uint32_t e = 0; e < SF_EPITHET_COUNT; e++) {
    const size_t before = strlen(epithets[e]);
    memcpy(text[e], epithets[e], before);
    text[e][before] = ' ';
    memcpy(text[e] + before + 1, noun, length);
  }
}

void sf_merchant_names(char (*text)[SF_MEMBER_NAME_SIZE]) {
  memset(text, 0, SF_MERCHANT_NAME_COUNT * sizeof *text);
  uint32_t index = 0;
  for (; index <= SF_BRAND_COUNT; index++) {
    sf_merchant_name(index, text[index]);
  }
  for (uint8_t s = 0; s < SF_SUBCATEGORY_COUNT; s++) {
    const char *noun = sf_subcategories[s].nouns;
    for (uint32_t n = sf_noun_count(s); n > 0; n--) {
      const size_t length = strcspn(noun, "|");
      put_local_names(text + index, noun, length);
      index += SF_EPITHET_COUNT;
      noun += length + 1;
    }
  }
}

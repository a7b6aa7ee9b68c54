#ifndef SF_KERNELS_SCHEMA_ENUMS_H
#define SF_KERNELS_SCHEMA_ENUMS_H

#include <stdint.h>

// Enumerations of the data, each declared once: constant and name in the file.
// The numbers are stored in files: append, never reorder.
//   X(constant, "name in the file")
#define SF_GENDER_LIST(X)       \
  X(SF_GENDER_FEMALE, "female") \
  X(SF_GENDER_MALE, "male")     \
  X(SF_GENDER_OTHER, "other")

#define SF_INCOME_BRACKET_LIST(X)                   \
  X(SF_INCOME_BRACKET_LOW, "low")                   \
  X(SF_INCOME_BRACKET_LOWER_MIDDLE, "lower_middle") \
  X(SF_INCOME_BRACKET_MIDDLE, "middle")             \
  X(SF_INCOME_BRACKET_UPPER_MIDDLE, "upper_middle") \
  X(SF_INCOME_BRACKET_HIGH, "high")                 \
  X(SF_INCOME_BRACKET_PREMIUM, "premium")

#define SF_OCCUPATION_LIST(X)                       \
  X(SF_OCCUPATION_STUDENT, "student")               \
  X(SF_OCCUPATION_SALARIED, "salaried")             \
  X(SF_OCCUPATION_BUSINESS_OWNER, "business_owner") \
  X(SF_OCCUPATION_FREELANCER, "freelancer")         \
  X(SF_OCCUPATION_PROFESSIONAL, "professional")     \
  X(SF_OCCUPATION_GOVERNMENT, "government")         \
  X(SF_OCCUPATION_RETIRED, "retired")               \
  X(SF_OCCUPATION_HOMEMAKER, "homemaker")

#define SF_SEGMENT_LIST(X)                                     \
  X(SF_SEGMENT_YOUNG_PROFESSIONAL, "young_professional")       \
  X(SF_SEGMENT_FAMILY_ORIENTED, "family_oriented")             \
  X(SF_SEGMENT_BUDGET_CONSCIOUS, "budget_conscious")           \
  X(SF_SEGMENT_TECH_SAVVY_MILLENNIAL, "tech_savvy_millennial") \
  X(SF_SEGMENT_AFFLUENT_SHOPPER, "affluent_shopper")           \
  X(SF_SEGMENT_SENIOR_CONSERVATIVE, "senior_conservative")     \
  X(SF_SEGMENT_STUDENT, "student")

#define SF_RISK_PROFILE_LIST(X)                   \
  X(SF_RISK_PROFILE_CONSERVATIVE, "conservative") \
  X(SF_RISK_PROFILE_MODERATE, "moderate")         \
  X(SF_RISK_PROFILE_AGGRESSIVE, "aggressive")

#define SF_SAVVINESS_LIST(X)       \
  X(SF_SAVVINESS_LOW, "low")       \
  X(SF_SAVVINESS_MEDIUM, "medium") \
  X(SF_SAVVINESS_HIGH, "high")

#define SF_REGION_LIST(X)         \
  X(SF_REGION_NONE, "none")       \
  X(SF_REGION_NORTH, "north")     \
  X(SF_REGION_SOUTH, "south")     \
  X(SF_REGION_EAST, "east")       \
  X(SF_REGION_WEST, "west")       \
  X(SF_REGION_CENTRAL, "central") \
  X(SF_REGION_NORTHEAST, "northeast")

#define SF_CITY_TIER_LIST(X)  \
  X(SF_CITY_TIER_1, "tier_1") \
  X(SF_CITY_TIER_2, "tier_2") \
  X(SF_CITY_TIER_3, "tier_3")

#define SF_CATEGORY_LIST(X)                       \
  X(SF_CATEGORY_NONE, "none")                     \
  X(SF_CATEGORY_GROCERIES, "groceries")           \
  X(SF_CATEGORY_FOOD_DINING, "food_dining")       \
  X(SF_CATEGORY_SHOPPING, "shopping")             \
  X(SF_CATEGORY_CLOTHING, "clothing")             \
  X(SF_CATEGORY_ELECTRONICS, "electronics")       \
  X(SF_CATEGORY_HOME_GARDEN, "home_garden")       \
  X(SF_CATEGORY_ENTERTAINMENT, "entertainment")   \
  X(SF_CATEGORY_TRANSPORTATION, "transportation") \
  X(SF_CATEGORY_AUTOMOTIVE, "automotive")         \
  X(SF_CATEGORY_TRAVEL, "travel")                 \
  X(SF_CATEGORY_HEALTHCARE, "healthcare")         \
  X(SF_CATEGORY_HEALTH_FITNESS, "health_fitness") \
  X(SF_CATEGORY_EDUCATION, "education")           \
  X(SF_CATEGORY_UTILITIES, "utilities")           \
  X(SF_CATEGORY_BILLS_RECHARGE, "bills_recharge") \
  X(SF_CATEGORY_FINANCIAL, "financial")           \
  X(SF_CATEGORY_GIFTS, "gifts")                   \
  X(SF_CATEGORY_TRANSFERS, "transfers")

#define SF_MERCHANT_TYPE_LIST(X)     \
  X(SF_MERCHANT_TYPE_NONE, "none")   \
  X(SF_MERCHANT_TYPE_CHAIN, "chain") \
  X(SF_MERCHANT_TYPE_LOCAL, "local") \
  X(SF_MERCHANT_TYPE_ONLINE_ONLY, "online_only")

#define SF_WEEKDAY_LIST(X)             \
  X(SF_WEEKDAY_MONDAY, "monday")       \
  X(SF_WEEKDAY_TUESDAY, "tuesday")     \
  X(SF_WEEKDAY_WEDNESDAY, "wednesday") \
  X(SF_WEEKDAY_THURSDAY, "thursday")   \
  X(SF_WEEKDAY_FRIDAY, "friday")       \
  X(SF_WEEKDAY_SATURDAY, "saturday")   \
  X(SF_WEEKDAY_SUNDAY, "sunday")

#define SF_FESTIVAL_LIST(X)                           \
  X(SF_FESTIVAL_NONE, "none")                         \
  X(SF_FESTIVAL_DIWALI, "diwali")                     \
  X(SF_FESTIVAL_DUSSEHRA, "dussehra_durga_puja")      \
  X(SF_FESTIVAL_HOLI, "holi")                         \
  X(SF_FESTIVAL_EID, "eid_ul_fitr")                   \
  X(SF_FESTIVAL_CHRISTMAS, "christmas")               \
  X(SF_FESTIVAL_RAKSHA_BANDHAN, "raksha_bandhan")     \
  X(SF_FESTIVAL_ONAM, "onam")                         \
  X(SF_FESTIVAL_PONGAL, "pongal")                     \
  X(SF_FESTIVAL_GANESH_CHATURTHI, "ganesh_chaturthi") \
  X(SF_FESTIVAL_BAKRID, "bakrid")                     \
  X(SF_FESTIVAL_CHHATH, "chhath")                     \
  X(SF_FESTIVAL_UGADI, "ugadi")

#define SF_CURRENCY_LIST(X) X(SF_CURRENCY_INR, "INR")

#define SF_DIRECTION_LIST(X)     \
  X(SF_DIRECTION_DEBIT, "debit") \
  X(SF_DIRECTION_CREDIT, "credit")

#define SF_TRANSACTION_TYPE_LIST(X)                               \
  X(SF_TRANSACTION_TYPE_PURCHASE, "purchase")                     \
  X(SF_TRANSACTION_TYPE_TRANSFER, "transfer")                     \
  X(SF_TRANSACTION_TYPE_BILL_PAYMENT, "bill_payment")             \
  X(SF_TRANSACTION_TYPE_CASH_WITHDRAWAL, "cash_withdrawal")       \
  X(SF_TRANSACTION_TYPE_CASH_DEPOSIT, "cash_deposit")             \
  X(SF_TRANSACTION_TYPE_SALARY, "salary")                         \
  X(SF_TRANSACTION_TYPE_REFUND, "refund")                         \
  X(SF_TRANSACTION_TYPE_CHARGEBACK, "chargeback")                 \
  X(SF_TRANSACTION_TYPE_LOYALTY_REDEMPTION, "loyalty_redemption") \
  X(SF_TRANSACTION_TYPE_FEE, "fee")

#define SF_PAYMENT_MODE_LIST(X)                 \
  X(SF_PAYMENT_MODE_UPI, "upi")                 \
  X(SF_PAYMENT_MODE_CREDIT_CARD, "credit_card") \
  X(SF_PAYMENT_MODE_DEBIT_CARD, "debit_card")   \
  X(SF_PAYMENT_MODE_NET_BANKING, "net_banking") \
  X(SF_PAYMENT_MODE_WALLET, "wallet")           \
  X(SF_PAYMENT_MODE_CASH, "cash")               \
  X(SF_PAYMENT_MODE_BNPL, "bnpl")               \
  X(SF_PAYMENT_MODE_IMPS, "imps")               \
  X(SF_PAYMENT_MODE_NEFT, "neft")               \
  X(SF_PAYMENT_MODE_RTGS, "rtgs")

#define SF_CARD_TYPE_LIST(X)                       \
  X(SF_CARD_TYPE_NOT_APPLICABLE, "not_applicable") \
  X(SF_CARD_TYPE_CREDIT, "credit")                 \
  X(SF_CARD_TYPE_DEBIT, "debit")

#define SF_STATUS_CODE_LIST(X)           \
  X(SF_STATUS_CODE_APPROVED, "approved") \
  X(SF_STATUS_CODE_DECLINED, "declined") \
  X(SF_STATUS_CODE_PENDING, "pending")   \
  X(SF_STATUS_CODE_REVERSED, "reversed")

#define SF_RESPONSE_CODE_LIST(X)                               \
  X(SF_RESPONSE_CODE_APPROVED, "approved")                     \
  X(SF_RESPONSE_CODE_INSUFFICIENT_FUNDS, "insufficient_funds") \
  X(SF_RESPONSE_CODE_LIMIT_EXCEEDED, "limit_exceeded")         \
  X(SF_RESPONSE_CODE_WRONG_PIN, "wrong_pin")                   \
  X(SF_RESPONSE_CODE_EXPIRED_CARD, "expired_card")             \
  X(SF_RESPONSE_CODE_RISK_DECLINED, "risk_declined")           \
  X(SF_RESPONSE_CODE_ISSUER_UNAVAILABLE, "issuer_unavailable") \
  X(SF_RESPONSE_CODE_NETWORK_TIMEOUT, "network_timeout")

#define SF_CHANNEL_LIST(X)       \
  X(SF_CHANNEL_POS, "pos")       \
  X(SF_CHANNEL_ONLINE, "online") \
  X(SF_CHANNEL_MOBILE, "mobile") \
  X(SF_CHANNEL_ATM, "atm")       \
  X(SF_CHANNEL_BRANCH, "branch")

#define SF_AUTH_METHOD_LIST(X)                 \
  X(SF_AUTH_METHOD_NONE, "none")               \
  X(SF_AUTH_METHOD_PIN, "pin")                 \
  X(SF_AUTH_METHOD_OTP, "otp")                 \
  X(SF_AUTH_METHOD_BIOMETRIC, "biometric")     \
  X(SF_AUTH_METHOD_CONTACTLESS, "contactless") \
  X(SF_AUTH_METHOD_SIGNATURE, "signature")     \
  X(SF_AUTH_METHOD_UPI_PIN, "upi_pin")

#define SF_LOCATION_TYPE_LIST(X)       \
  X(SF_LOCATION_TYPE_HOME, "home")     \
  X(SF_LOCATION_TYPE_NEARBY, "nearby") \
  X(SF_LOCATION_TYPE_TRAVEL, "travel")

#define SF_DISTANCE_CATEGORY_LIST(X)           \
  X(SF_DISTANCE_CATEGORY_LOCAL, "local")       \
  X(SF_DISTANCE_CATEGORY_REGIONAL, "regional") \
  X(SF_DISTANCE_CATEGORY_LONG_DISTANCE, "long_distance")

#define SF_AGE_GROUP_LIST(X)     \
  X(SF_AGE_GROUP_18_25, "18_25") \
  X(SF_AGE_GROUP_26_35, "26_35") \
  X(SF_AGE_GROUP_36_45, "36_45") \
  X(SF_AGE_GROUP_46_55, "46_55") \
  X(SF_AGE_GROUP_56_65, "56_65") \
  X(SF_AGE_GROUP_66_PLUS, "66_plus")

#define SF_DEVICE_TYPE_LIST(X)       \
  X(SF_DEVICE_TYPE_MOBILE, "mobile") \
  X(SF_DEVICE_TYPE_WEB, "web")       \
  X(SF_DEVICE_TYPE_POS, "pos")       \
  X(SF_DEVICE_TYPE_ATM, "atm")       \
  X(SF_DEVICE_TYPE_BRANCH, "branch")

#define SF_BROWSER_LIST(X)         \
  X(SF_BROWSER_NONE, "none")       \
  X(SF_BROWSER_CHROME, "chrome")   \
  X(SF_BROWSER_FIREFOX, "firefox") \
  X(SF_BROWSER_SAFARI, "safari")   \
  X(SF_BROWSER_EDGE, "edge")       \
  X(SF_BROWSER_SAMSUNG, "samsung") \
  X(SF_BROWSER_OTHER, "other")

#define SF_OS_LIST(X)         \
  X(SF_OS_NONE, "none")       \
  X(SF_OS_ANDROID, "android") \
  X(SF_OS_IOS, "ios")         \
  X(SF_OS_WINDOWS, "windows") \
  X(SF_OS_MACOS, "macos")     \
  X(SF_OS_LINUX, "linux")     \
  X(SF_OS_OTHER, "other")

// Members of customers/preferred_payment_modes: 0 is none, else 1 + payment mode.
#define SF_PREFERRED_MODE_LIST(X) X(SF_PREFERRED_MODE_NONE, "none") SF_PAYMENT_MODE_LIST(X)

// What a row does in the story of a fraud or of its twin.
#define SF_ROLE_LIST(X)                                 \
  X(SF_ROLE_NONE, "none")                               \
  X(SF_ROLE_SETUP, "setup")                             \
  X(SF_ROLE_EXPOSURE, "exposure")                       \
  X(SF_ROLE_TEST, "test")                               \
  X(SF_ROLE_CASH_OUT, "cash_out")                       \
  X(SF_ROLE_MULE, "mule")                               \
  X(SF_ROLE_COLLECTOR, "collector")                     \
  X(SF_ROLE_LAYERING, "layering")                       \
  X(SF_ROLE_MERCHANT_ACCOMPLICE, "merchant_accomplice") \
  X(SF_ROLE_REFUND, "refund")                           \
  X(SF_ROLE_BENEFICIARY, "beneficiary")                 \
  X(SF_ROLE_CHARGEBACK, "chargeback")                   \
  X(SF_ROLE_REVERSAL, "reversal")

#define SF_COMBINATION_LIST(X)                 \
  X(SF_COMBINATION_SINGLE, "single")           \
  X(SF_COMBINATION_CHAINED, "chained")         \
  X(SF_COMBINATION_COORDINATED, "coordinated") \
  X(SF_COMBINATION_PROGRESSIVE, "progressive")

#define SF_FRAUD_SEVERITY_LIST(X)       \
  X(SF_FRAUD_SEVERITY_NONE, "none")     \
  X(SF_FRAUD_SEVERITY_LOW, "low")       \
  X(SF_FRAUD_SEVERITY_MEDIUM, "medium") \
  X(SF_FRAUD_SEVERITY_HIGH, "high")     \
  X(SF_FRAUD_SEVERITY_CRITICAL, "critical")

#define SF_ANOMALY_TYPE_LIST(X)               \
  X(SF_ANOMALY_TYPE_NONE, "none")             \
  X(SF_ANOMALY_TYPE_BEHAVIORAL, "behavioral") \
  X(SF_ANOMALY_TYPE_GEOGRAPHIC, "geographic") \
  X(SF_ANOMALY_TYPE_TEMPORAL, "temporal")     \
  X(SF_ANOMALY_TYPE_AMOUNT, "amount")

#define SF_SPLIT_LIST(X)               \
  X(SF_SPLIT_TRAIN, "train")           \
  X(SF_SPLIT_VALIDATION, "validation") \
  X(SF_SPLIT_TEST, "test")             \
  X(SF_SPLIT_GAP, "gap")

#define SF_RING_TYPE_LIST(X)                           \
  X(SF_RING_TYPE_SHARED_DEVICE, "shared_device")       \
  X(SF_RING_TYPE_SHARED_MERCHANT, "shared_merchant")   \
  X(SF_RING_TYPE_SHARED_LOCATION, "shared_location")   \
  X(SF_RING_TYPE_MULE_FAN_IN, "mule_fan_in")           \
  X(SF_RING_TYPE_MULE_FAN_OUT, "mule_fan_out")         \
  X(SF_RING_TYPE_MULE_CYCLE, "mule_cycle")             \
  X(SF_RING_TYPE_MULE_CHAIN, "mule_chain")             \
  X(SF_RING_TYPE_SCATTER_GATHER, "scatter_gather")     \
  X(SF_RING_TYPE_SYNTHETIC_FAMILY, "synthetic_family") \
  X(SF_RING_TYPE_COMPROMISE_POINT, "compromise_point")

#define SF_MEMBER_ROLE_LIST(X)                                 \
  X(SF_MEMBER_ROLE_VICTIM, "victim")                           \
  X(SF_MEMBER_ROLE_EXPOSED, "exposed")                         \
  X(SF_MEMBER_ROLE_MULE, "mule")                               \
  X(SF_MEMBER_ROLE_COLLECTOR, "collector")                     \
  X(SF_MEMBER_ROLE_SOURCE, "source")                           \
  X(SF_MEMBER_ROLE_BENEFICIARY, "beneficiary")                 \
  X(SF_MEMBER_ROLE_MERCHANT_ACCOMPLICE, "merchant_accomplice") \
  X(SF_MEMBER_ROLE_CLAIMANT, "claimant")                       \
  X(SF_MEMBER_ROLE_FAMILY_MEMBER, "family_member")

// All enumerations above: X(part of the list's name, "name of the type in the file").
#define SF_ENUM_LIST(X)                       \
  X(GENDER, "gender")                         \
  X(INCOME_BRACKET, "income_bracket")         \
  X(OCCUPATION, "occupation")                 \
  X(SEGMENT, "segment")                       \
  X(RISK_PROFILE, "risk_profile")             \
  X(SAVVINESS, "digital_savviness")           \
  X(REGION, "region")                         \
  X(CITY_TIER, "city_tier")                   \
  X(CATEGORY, "category")                     \
  X(MERCHANT_TYPE, "merchant_type")           \
  X(WEEKDAY, "weekday")                       \
  X(FESTIVAL, "festival")                     \
  X(CURRENCY, "currency")                     \
  X(DIRECTION, "direction")                   \
  X(TRANSACTION_TYPE, "transaction_type")     \
  X(PAYMENT_MODE, "payment_mode")             \
  X(CARD_TYPE, "card_type")                   \
  X(STATUS_CODE, "status")                    \
  X(RESPONSE_CODE, "response_code")           \
  X(CHANNEL, "channel")                       \
  X(AUTH_METHOD, "auth_method")               \
  X(LOCATION_TYPE, "location_type")           \
  X(DISTANCE_CATEGORY, "distance_category")   \
  X(AGE_GROUP, "age_group")                   \
  X(DEVICE_TYPE, "device_type")               \
  X(BROWSER, "browser")                       \
  X(OS, "os")                                 \
  X(PREFERRED_MODE, "preferred_payment_mode") \
  X(ROLE, "role")                             \
  X(COMBINATION, "combination")               \
  X(FRAUD_SEVERITY, "fraud_severity")         \
  X(ANOMALY_TYPE, "anomaly_type")             \
  X(SPLIT, "split")                           \
  X(RING_TYPE, "ring_type")                   \
  X(MEMBER_ROLE, "member_role")

#define SF_ENUM_CONSTANT(constant, name) constant,

enum sf_gender { SF_GENDER_LIST(SF_ENUM_CONSTANT) SF_GENDER_COUNT };
enum sf_income_bracket { SF_INCOME_BRACKET_LIST(SF_ENUM_CONSTANT) SF_INCOME_BRACKET_COUNT };
enum sf_occupation { SF_OCCUPATION_LIST(SF_ENUM_CONSTANT) SF_OCCUPATION_COUNT };
enum sf_segment { SF_SEGMENT_LIST(SF_ENUM_CONSTANT) SF_SEGMENT_COUNT };
enum sf_risk_profile { SF_RISK_PROFILE_LIST(SF_ENUM_CONSTANT) SF_RISK_PROFILE_COUNT };
enum sf_savviness { SF_SAVVINESS_LIST(SF_ENUM_CONSTANT) SF_SAVVINESS_COUNT };
enum sf_region { SF_REGION_LIST(SF_ENUM_CONSTANT) SF_REGION_COUNT };
enum sf_city_tier { SF_CITY_TIER_LIST(SF_ENUM_CONSTANT) SF_CITY_TIER_COUNT };
enum sf_category { SF_CATEGORY_LIST(SF_ENUM_CONSTANT) SF_CATEGORY_COUNT };
enum sf_merchant_type { SF_MERCHANT_TYPE_LIST(SF_ENUM_CONSTANT) SF_MERCHANT_TYPE_COUNT };
enum sf_weekday { SF_WEEKDAY_LIST(SF_ENUM_CONSTANT) SF_WEEKDAY_COUNT };
enum sf_festival { SF_FESTIVAL_LIST(SF_ENUM_CONSTANT) SF_FESTIVAL_COUNT };
enum sf_currency { SF_CURRENCY_LIST(SF_ENUM_CONSTANT) SF_CURRENCY_COUNT };
enum sf_direction { SF_DIRECTION_LIST(SF_ENUM_CONSTANT) SF_DIRECTION_COUNT };
enum sf_transaction_type { SF_TRANSACTION_TYPE_LIST(SF_ENUM_CONSTANT) SF_TRANSACTION_TYPE_COUNT };
enum sf_payment_mode { SF_PAYMENT_MODE_LIST(SF_ENUM_CONSTANT) SF_PAYMENT_MODE_COUNT };
enum sf_card_type { SF_CARD_TYPE_LIST(SF_ENUM_CONSTANT) SF_CARD_TYPE_COUNT };
enum sf_status_code { SF_STATUS_CODE_LIST(SF_ENUM_CONSTANT) SF_STATUS_CODE_COUNT };
enum sf_response_code { SF_RESPONSE_CODE_LIST(SF_ENUM_CONSTANT) SF_RESPONSE_CODE_COUNT };
enum sf_channel { SF_CHANNEL_LIST(SF_ENUM_CONSTANT) SF_CHANNEL_COUNT };
enum sf_auth_method { SF_AUTH_METHOD_LIST(SF_ENUM_CONSTANT) SF_AUTH_METHOD_COUNT };
enum sf_location_type { SF_LOCATION_TYPE_LIST(SF_ENUM_CONSTANT) SF_LOCATION_TYPE_COUNT };
enum sf_distance_category {
  SF_DISTANCE_CATEGORY_LIST(SF_ENUM_CONSTANT) SF_DISTANCE_CATEGORY_COUNT
};
enum sf_age_group { SF_AGE_GROUP_LIST(SF_ENUM_CONSTANT) SF_AGE_GROUP_COUNT };
enum sf_device_type { SF_DEVICE_TYPE_LIST(SF_ENUM_CONSTANT) SF_DEVICE_TYPE_COUNT };
enum sf_browser { SF_BROWSER_LIST(SF_ENUM_CONSTANT) SF_BROWSER_COUNT };
enum sf_os { SF_OS_LIST(SF_ENUM_CONSTANT) SF_OS_COUNT };
enum { SF_PREFERRED_MODE_NONE, SF_PREFERRED_MODE_COUNT = SF_PAYMENT_MODE_COUNT + 1 };

enum sf_role { SF_ROLE_LIST(SF_ENUM_CONSTANT) SF_ROLE_COUNT };
enum sf_combination { SF_COMBINATION_LIST(SF_ENUM_CONSTANT) SF_COMBINATION_COUNT };
enum sf_fraud_severity { SF_FRAUD_SEVERITY_LIST(SF_ENUM_CONSTANT) SF_FRAUD_SEVERITY_COUNT };
enum sf_anomaly_type { SF_ANOMALY_TYPE_LIST(SF_ENUM_CONSTANT) SF_ANOMALY_TYPE_COUNT };
enum sf_split { SF_SPLIT_LIST(SF_ENUM_CONSTANT) SF_SPLIT_COUNT };
enum sf_ring_type { SF_RING_TYPE_LIST(SF_ENUM_CONSTANT) SF_RING_TYPE_COUNT };
enum sf_member_role { SF_MEMBER_ROLE_LIST(SF_ENUM_CONSTANT) SF_MEMBER_ROLE_COUNT };

#undef SF_ENUM_CONSTANT

#endif

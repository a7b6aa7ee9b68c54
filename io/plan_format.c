#include "io/plan_format.h"

#include "io/corpus_format.h"
#include "kernels/fraud/ring.h"
#include "kernels/generator.h"
#include "kernels/schema/schema.h"
#include "mpi/fraud_plan.h"

const struct sf_plan_list_row sf_plan_lists[SF_PLAN_LIST_COUNT] = {
#define SF_PLAN_ROW(constant, name, type, kind) {name, sizeof(type), SF_PLAN_##kind},
    SF_PLAN_LISTS(SF_PLAN_ROW)
#undef SF_PLAN_ROW
};

void sf_plan_identities(const struct sf_config *config,
                        struct sf_plan_identity out[SF_PLAN_IDENTITIES]) {
  out[0] = (struct sf_plan_identity){SF_ATTR_SCHEMA_VERSION, SF_SCHEMA_VERSION};
  out[1] = (struct sf_plan_identity){SF_ATTR_SEED, (int64_t)config->seed};  // the same 64 bits
  out[2] = (struct sf_plan_identity){SF_ATTR_CUSTOMERS, config->customers};
  out[3] = (struct sf_plan_identity){SF_ATTR_START, config->start_day};
  out[4] = (struct sf_plan_identity){SF_ATTR_DAYS, config->days};
  out[5] = (struct sf_plan_identity){"fraud_key", (int64_t)sf_config_fraud_key(config)};
}

hid_t sf_plan_list_type(enum sf_plan_list list) {
  switch (sf_plan_lists[list].kind) {
    case SF_PLAN_I64:
      return H5Tcopy(H5T_STD_I64LE);
    case SF_PLAN_U64:
      return H5Tcopy(H5T_STD_U64LE);
    case SF_PLAN_U32:
      return H5Tcopy(H5T_STD_U32LE);
    case SF_PLAN_U16:
      return H5Tcopy(H5T_STD_U16LE);
    default:
      return H5Tcreate(H5T_OPAQUE, sf_plan_lists[list].bytes);
  }
}

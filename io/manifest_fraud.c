#include "io/manifest_fraud.h"

#include "kernels/fraud/typology.h"

static double share(int64_t part, int64_t all) { return all ? (double)part / (double)all : 0.0; }

static json_t *typology_of(const struct sf_fraud_totals *totals, int t) {
  return json_pack("{s:I, s:I, s:f, s:I, s:I, s:I, s:I}", "rows", (json_int_t)totals->fraud_rows[t],
                   "rows_wanted", (json_int_t)totals->wanted_rows[t], "share",
                   share(totals->fraud_rows[t], totals->fraud_rows[0]), "episodes",
                   (json_int_t)totals->episodes[t], "rule_rows", (json_int_t)totals->fires[t],
                   "twins", (json_int_t)totals->twins[t], "twin_rule_rows",
                   (json_int_t)totals->twin_fires[t]);
}

json_t *sf_manifest_fraud(const struct sf_config *config, const struct sf_fraud_totals *totals) {
  if (!config->fraud.enabled) {
    return NULL;
  }
  json_t *typologies = json_object();
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    json_object_set_new(typologies, sf_typologies[t].name, typology_of(totals, t));
  }
  const double rate = share(totals->fraud_rows[0], totals->rows);
  return json_pack("{s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I, s:o}", "rows",
                   (json_int_t)totals->fraud_rows[0], "rows_wanted",
                   (json_int_t)totals->wanted_rows[0], "rate", rate, "enrichment",
                   rate / SF_NATURAL_FRAUD_RATE, "episodes", (json_int_t)totals->episodes[0],
                   "twins", (json_int_t)totals->twins[0], "rings", (json_int_t)totals->rings,
                   "ring_members", (json_int_t)totals->members, "exchange_bytes",
                   (json_int_t)totals->exchange_bytes, "typologies", typologies);
}

// Descriptions of the tables and columns, in three formats, all loops over sf_tables;
// and of the typologies of fraud and the features of transactions.
#include "kernels/schema/schema.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "jobs/command.h"
#include "kernels/features/features.h"
#include "kernels/fraud/typology.h"

// Enumeration or dictionary of a column; null for plain numbers.
static const struct sf_domain *column_domain(const struct sf_column *column) {
  return column->domain == SF_DOMAIN_NONE ? NULL : sf_domain(column->domain);
}

// "float64", "float32[4]", "enum8 city"
static void type_text(const struct sf_column *column, char text[64]) {
  const struct sf_domain *domain = column_domain(column);
  char elements[16] = "";
  if (column->elements > 1) {
    snprintf(elements, sizeof elements, "[%u]", column->elements);
  }
  snprintf(text, 64, "%s%s%s%s", sf_type_name(column->type), elements, domain ? " " : "",
           domain ? domain->name : "");
}

// A cell of a Markdown table.
static void print_cell(const char *text) {
  fputs(" ", stdout);
  for (const char *c = text; *c; c++) {
    printf("%s%c", *c == '|' ? "\\" : "", *c);
  }
  fputs(" |", stdout);
}

static void markdown_table(const struct sf_table *table) {
  printf("### /%s\n\n", table->name);
  printf("%u columns, %zu bytes a row.\n\n", table->columns, sf_table_row_bytes(table));
  puts("| Column | Type | Unit | Range | Missing | Meaning |\n|---|---|---|---|---|---|");
  for (uint32_t c = 0; c < table->columns; c++) {
    const struct sf_column *column = &table->column[c];
    char type[64];
    type_text(column, type);
    printf("| `%s` |", column->name);
    print_cell(type);
    print_cell(column->unit);
    print_cell(column->range);
    print_cell(column->missing);
    print_cell(column->description);
    putchar('\n');
  }
  putchar('\n');
}

static int is_dictionary(enum sf_domain_id id) {
  return id == SF_DOMAIN_MERCHANT_NAME || id == SF_DOMAIN_APP_VERSION;
}

static void markdown_domains(void) {
  puts("### Enumerations\n\nMembers in the order of their numbers, from 0.\n");
  puts("| Enumeration | Members |\n|---|---|");
  for (int id = SF_DOMAIN_NONE + 1; id < SF_DOMAIN_COUNT; id++) {
    const struct sf_domain *domain = sf_domain((enum sf_domain_id)id);
    if (is_dictionary((enum sf_domain_id)id)) {
      printf("| %s | %u names, in `/dictionaries/%s` |\n", domain->name, domain->count,
             domain->name);
      continue;
    }
    printf("| %s | ", domain->name);
    for (uint32_t m = 0; m < domain->count; m++) {
      char name[SF_MEMBER_NAME_SIZE];
      domain->member(m, name);
      printf("%s%s", m > 0 ? ", " : "", name);
    }
    puts(" |");
  }
}

static void print_markdown(void) {
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    markdown_table(&sf_tables[t]);
  }
  markdown_domains();
}

static const char *ring_family_name(enum sf_ring_family family) {
  static const char *const name[] = {
      [SF_RING_FAMILY_NONE] = "none",
      [SF_RING_FAMILY_SHARED_DEVICE] = "shared device",
      [SF_RING_FAMILY_SHARED_MERCHANT] = "shared merchant",
      [SF_RING_FAMILY_SHARED_LOCATION] = "shared location",
      [SF_RING_FAMILY_MULE] = "five shapes of transfers",
      [SF_RING_FAMILY_SYNTHETIC_FAMILY] = "synthetic family",
      [SF_RING_FAMILY_COMPROMISE_POINT] = "compromise point",
  };
  return name[family];
}

static void print_typologies(void) {
  puts("| Typology | Share, % | Fraud rows | Reported after, h | Sigma | Ring | Naive rule |");
  puts("|---|---|---|---|---|---|---|");
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    const struct sf_typology_row *row = &sf_typologies[t];
    printf("| %s | %g | %g | %g | %g | %s | `%s` |\n", row->name, row->share, row->rows,
           row->report_hours, row->report_sigma, ring_family_name(row->ring), row->rule);
  }
}

static void print_features(void) {
  for (uint32_t f = 0, group = SF_FEATURE_GROUP_COUNT; f < SF_FEATURE_COUNT; f++) {
    const struct sf_feature_row *row = &sf_feature_table[f];
    if (row->group != group) {
      group = row->group;
      printf("%s### %s\n\n| Feature | Unit | Definition |\n|---|---|---|\n", f ? "\n" : "",
             sf_feature_group_names[group]);
    }
    printf("| `%s` | %s |", row->name, row->unit);
    print_cell(row->definition);
    putchar('\n');
  }
}

// A field of RFC 4180.
static void print_field(const char *text, int last) {
  const int quoted = strpbrk(text, ",\"\n") != NULL;
  fputs(quoted ? "\"" : "", stdout);
  for (const char *c = text; *c; c++) {
    printf("%s%c", *c == '"' ? "\"" : "", *c);
  }
  printf("%s%s", quoted ? "\"" : "", last ? "\n" : ",");
}

static void print_csv(void) {
  puts("table,column,type,elements,domain,unit,range,missing,description");
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      const struct sf_column *column = &sf_tables[t].column[c];
      const struct sf_domain *domain = column_domain(column);
      printf("%s,%s,%s,%u,%s,", sf_tables[t].name, column->name, sf_type_name(column->type),
             column->elements, domain ? domain->name : "");
      print_field(column->unit, 0);
      print_field(column->range, 0);
      print_field(column->missing, 0);
      print_field(column->description, 1);
    }
  }
}

static json_t *json_column(const struct sf_column *column) {
  const struct sf_domain *domain = column_domain(column);
  return json_pack("{ss ss sI ss? ss ss ss ss}", "name", column->name, "type",
                   sf_type_name(column->type), "elements", (json_int_t)column->elements, "domain",
                   domain ? domain->name : NULL, "unit", column->unit, "range", column->range,
                   "missing", column->missing, "description", column->description);
}

static json_t *json_tables(void) {
  json_t *tables = json_array();
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    json_t *columns = json_array();
    for (uint32_t c = 0; c < sf_tables[t].columns; c++) {
      json_array_append_new(columns, json_column(&sf_tables[t].column[c]));
    }
    json_array_append_new(tables,
                          json_pack("{ss so}", "name", sf_tables[t].name, "columns", columns));
  }
  return tables;
}

static json_t *json_domains(void) {
  json_t *domains = json_object();
  for (int id = SF_DOMAIN_NONE + 1; id < SF_DOMAIN_COUNT; id++) {
    const struct sf_domain *domain = sf_domain((enum sf_domain_id)id);
    json_t *members = json_array();
    for (uint32_t m = 0; m < domain->count; m++) {
      char name[SF_MEMBER_NAME_SIZE];
      domain->member(m, name);
      json_array_append_new(members, json_string(name));
    }
    json_object_set_new(domains, domain->name, members);
  }
  return domains;
}

static json_t *json_evidence(const char *names) {
  json_t *evidence = json_array();
  for (const char *at = names; *at; at += *at == '|') {
    const size_t length = strcspn(at, "|");
    json_array_append_new(evidence, json_stringn(at, length));
    at += length;
  }
  return evidence;
}

static json_t *json_typologies(void) {
  json_t *typologies = json_array();
  for (int t = 1; t < SF_TYPOLOGY_COUNT; t++) {
    const struct sf_typology_row *row = &sf_typologies[t];
    json_array_append_new(
        typologies, json_pack("{ss sf sf sf sf ss ss so}", "name", row->name, "share", row->share,
                              "rows", row->rows, "report_hours", row->report_hours, "report_sigma",
                              row->report_sigma, "ring", ring_family_name(row->ring), "rule",
                              row->rule, "evidence", json_evidence(row->evidence)));
  }
  return typologies;
}

static json_t *json_features(void) {
  json_t *features = json_array();
  for (int f = 0; f < SF_FEATURE_COUNT; f++) {
    const struct sf_feature_row *row = &sf_feature_table[f];
    json_array_append_new(features, json_pack("{ss ss ss ss}", "name", row->name, "group",
                                              sf_feature_group_names[row->group], "unit", row->unit,
                                              "definition", row->definition));
  }
  return features;
}

static enum sf_status print_json(struct sf_error *error) {
  json_t *root = json_pack("{si so so so so}", "schema_version", SF_SCHEMA_VERSION, "tables",
                           json_tables(), "domains", json_domains(), "typologies",
                           json_typologies(), "features", json_features());
  // json_pack and the dump fail together with any part that could not be made.
  const int failed =
      !root || json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) != 0;
  json_decref(root);
  if (failed) {
    return sf_fail(error, SF_MEMORY, "schema: out of memory");
  }
  putchar('\n');
  return SF_OK;
}

enum sf_status sf_job_schema(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  SF_TRY(sf_options_load(SF_COMMAND_SCHEMA, argc, argv, &options, NULL, error));
  switch (options.schema_format) {
    case SF_SCHEMA_CSV:
      print_csv();
      return SF_OK;
    case SF_SCHEMA_JSON:
      return print_json(error);
    case SF_SCHEMA_TYPOLOGIES:
      print_typologies();
      return SF_OK;
    case SF_SCHEMA_FEATURES:
      print_features();
      return SF_OK;
    default:
      print_markdown();
      return SF_OK;
  }
}

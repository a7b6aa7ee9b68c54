#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/text_table.h"
#include "jobs/inspect.h"
#include "jobs/inspect_fraud.h"

#define LINE_WIDTH 160
#define LARGEST 10  // components that are listed by size

// Lower edges of the size bands of rings.
static const uint32_t band_from[] = {0, 3, 5, 10, 20, 50, 100, 1000};
#define BANDS ((int)(sizeof band_from / sizeof band_from[0]))

// The tables of rings, whole, and the fraud rows.
struct findings {
  struct sf_rings rings;
  struct sf_ring_members members;
  struct sf_ring_links links;
  void *memory[3];
  struct sf_fraud_rows fraud;
  uint32_t customers;
  uint32_t *rings_of;  // shape [customers + 1]: rings that the customer is in
};

static enum sf_status read_table(const struct sf_corpus *corpus, enum sf_table_id table,
                                 void *batch, void **memory, struct sf_error *error) {
  const int64_t rows = sf_corpus_info(corpus)->rows[table];
  SF_TRY(sf_batch_create(table, rows > 0 ? rows : 1, batch, memory, error));
  return rows > 0 ? sf_corpus_read(corpus, table, SF_COLUMNS_ALL, 0, rows, batch, error) : SF_OK;
}

// A ring names each of its members once.
static void count_rings_of(struct findings *found) {
  for (int64_t i = 0; i < found->members.rows; i++) {
    const uint32_t customer = found->members.customer_id[i];
    if (customer <= found->customers) {
      found->rings_of[customer]++;
    }
  }
}

static enum sf_status gather(const struct sf_corpus *corpus, struct findings *found,
                             struct sf_error *error) {
  found->customers = sf_corpus_info(corpus)->config.customers;
  found->rings_of = calloc((size_t)found->customers + 1, sizeof *found->rings_of);
  if (!found->rings_of) {
    return sf_fail(error, SF_MEMORY, "out of memory for %u customers", found->customers);
  }
  SF_TRY(read_table(corpus, SF_TABLE_RINGS, &found->rings, &found->memory[0], error));
  SF_TRY(read_table(corpus, SF_TABLE_RING_MEMBERS, &found->members, &found->memory[1], error));
  SF_TRY(read_table(corpus, SF_TABLE_RING_LINKS, &found->links, &found->memory[2], error));
  count_rings_of(found);
  return sf_fraud_rows_read(corpus, &found->fraud, error);
}

static void release(struct findings *found) {
  for (int i = 0; i < 3; i++) {
    free(found->memory[i]);
  }
  free(found->rings_of);
  sf_fraud_rows_free(&found->fraud);
}

static enum sf_status add_number(struct sf_text_table *table, int64_t value,
                                 struct sf_error *error) {
  return sf_text_table_format(table, error, "%" PRId64, value);
}

static enum sf_status add_words(struct sf_text_table *table, const char *const *word, int count,
                                struct sf_error *error) {
  for (int i = 0; i < count; i++) {
    SF_TRY(sf_text_table_add(table, word[i], error));
  }
  return SF_OK;
}

static int band_of(uint32_t size) {
  int band = 0;
  while (band + 1 < BANDS && size >= band_from[band + 1]) {
    band++;
  }
  return band;
}

// Fills a table; print_table prints it.
typedef enum sf_status fill(struct sf_text_table *, const struct findings *,
                            const struct sf_name_tables *, struct sf_error *);

static enum sf_status print_table(int columns, fill *rows, const struct findings *found,
                                  const struct sf_name_tables *names, struct sf_error *error) {
  struct sf_text_table table;
  sf_text_table_init(&table, columns);
  const enum sf_status status = rows(&table, found, names, error);
  if (status == SF_OK) {
    sf_text_table_print(&table, LINE_WIDTH, stdout);
    printf("\n");
  }
  sf_text_table_free(&table);
  return status;
}

#define SIZE_COLUMNS (6 + BANDS)

static enum sf_status add_kind(struct sf_text_table *table, const char *name,
                               const struct sf_rings *rings, uint32_t kind,
                               struct sf_error *error) {
  int64_t count = 0, members = 0, in_band[BANDS] = {0};
  uint32_t least = UINT32_MAX, most = 0;
  for (int64_t i = 0; i < rings->rows; i++) {
    const uint32_t size = rings->size[i];
    if (rings->ring_type[i] == kind) {
      count++;
      members += size;
      least = size < least ? size : least;
      most = size > most ? size : most;
      in_band[band_of(size)]++;
    }
  }
  if (count == 0) {
    return SF_OK;
  }
  SF_TRY(sf_text_table_add(table, name, error));
  SF_TRY(add_number(table, count, error));
  SF_TRY(add_number(table, members, error));
  SF_TRY(add_number(table, least, error));
  SF_TRY(sf_text_table_format(table, error, "%.2f", (double)members / (double)count));
  SF_TRY(add_number(table, most, error));
  for (int b = 0; b < BANDS; b++) {
    SF_TRY(add_number(table, in_band[b], error));
  }
  return SF_OK;
}

static enum sf_status fill_sizes(struct sf_text_table *table, const struct findings *found,
                                 const struct sf_name_tables *names, struct sf_error *error) {
  static const char *const heading[] = {"ring_type", "rings", "members", "least", "mean", "most"};
  const struct sf_names *kinds = &names->domain[SF_DOMAIN_RING_TYPE];
  SF_TRY(add_words(table, heading, 6, error));
  SF_TRY(sf_text_table_format(table, error, "<%u", band_from[1]));
  for (int b = 1; b + 1 < BANDS; b++) {
    SF_TRY(sf_text_table_format(table, error, "%u-%u", band_from[b], band_from[b + 1] - 1));
  }
  SF_TRY(sf_text_table_format(table, error, ">=%u", band_from[BANDS - 1]));
  for (uint32_t kind = 0; kind < kinds->count; kind++) {
    SF_TRY(add_kind(table, kinds->text[kind], &found->rings, kind, error));
  }
  return SF_OK;
}

static enum sf_status fill_memberships(struct sf_text_table *table, const struct findings *found,
                                       const struct sf_name_tables *names, struct sf_error *error) {
  (void)names;
  uint32_t most = 0;
  for (uint32_t c = 1; c <= found->customers; c++) {
    most = found->rings_of[c] > most ? found->rings_of[c] : most;
  }
  SF_TRY(add_words(table, (const char *const[]){"rings_of_a_customer", "customers"}, 2, error));
  for (uint32_t rings = 1; rings <= most; rings++) {
    int64_t customers = 0;
    for (uint32_t c = 1; c <= found->customers; c++) {
      customers += found->rings_of[c] == rings;
    }
    if (customers) {
      SF_TRY(add_number(table, rings, error));
      SF_TRY(add_number(table, customers, error));
    }
  }
  return SF_OK;
}

static enum sf_status fill_clusters(struct sf_text_table *table, const struct findings *found,
                                    const struct sf_name_tables *names, struct sf_error *error) {
  (void)names;
  static const char *const heading[] = {"temporal_clusters_at", "clusters", "rows"};
  SF_TRY(add_words(table, heading, 3, error));
  for (int by_device = 0; by_device <= 1; by_device++) {
    struct sf_clusters clusters;
    SF_TRY(sf_count_clusters(&found->fraud, by_device, &clusters, error));
    SF_TRY(sf_text_table_add(table, by_device ? "device_id" : "merchant_id", error));
    SF_TRY(add_number(table, clusters.clusters, error));
    SF_TRY(add_number(table, clusters.rows, error));
  }
  return SF_OK;
}

// Customers with fraud rows of all typologies of the set.
static int64_t customers_with(const struct findings *found, uint32_t typologies) {
  int64_t count = 0;
  for (uint32_t c = 1; c <= found->customers; c++) {
    count += (found->fraud.typologies[c] & typologies) == typologies;
  }
  return count;
}

static enum sf_status fill_pairs(struct sf_text_table *table, const struct findings *found,
                                 const struct sf_name_tables *names, struct sf_error *error) {
  static const char *const heading[] = {"typology", "and", "customers", "lift"};
  const struct sf_names *typology = &names->domain[SF_DOMAIN_FRAUD_TYPE];
  SF_TRY(add_words(table, heading, 4, error));
  for (uint32_t a = 1; a < typology->count; a++) {
    const int64_t first = customers_with(found, UINT32_C(1) << a);
    for (uint32_t b = a + 1; b < typology->count && first > 0; b++) {
      const int64_t both = customers_with(found, UINT32_C(1) << a | UINT32_C(1) << b);
      if (both > 0) {
        const double second = (double)customers_with(found, UINT32_C(1) << b);
        SF_TRY(sf_text_table_add(table, typology->text[a], error));
        SF_TRY(sf_text_table_add(table, typology->text[b], error));
        SF_TRY(add_number(table, both, error));
        SF_TRY(sf_text_table_format(table, error, "%.4f",
                                    (double)both * found->customers / ((double)first * second)));
      }
    }
  }
  return SF_OK;
}

static void print_isolated(const struct findings *found) {
  int64_t customers = 0, isolated = 0;
  for (uint32_t c = 1; c <= found->customers; c++) {
    customers += found->fraud.typologies[c] != 0;
    isolated += found->fraud.typologies[c] != 0 && found->rings_of[c] == 0;
  }
  printf("customers with fraud: %" PRId64 "; in no ring: %" PRId64 " (share %.6f)\n", customers,
         isolated, customers ? (double)isolated / (double)customers : 0.0);
}

// The set that a customer is in, with the paths halved on the way.
static uint32_t root_of(uint32_t *parent, uint32_t customer) {
  while (parent[customer] != customer) {
    parent[customer] = parent[parent[customer]];
    customer = parent[customer];
  }
  return customer;
}

static int by_size_falling(const void *a, const void *b) {
  const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x < y) - (x > y);
}

// Components of the customers that links join; parent and size: shape [customers + 1],
// parent[c] = 0 while c has no link. Returns their number, sizes falling in `size`.
static int64_t find_components(const struct findings *found, uint32_t *parent, uint32_t *size) {
  for (int64_t i = 0; i < found->links.rows; i++) {
    const uint32_t source = found->links.source_customer_id[i];
    const uint32_t target = found->links.target_customer_id[i];
    if (source == 0 || target == 0 || source > found->customers || target > found->customers) {
      continue;  // an end outside the corpus joins nobody
    }
    parent[source] = parent[source] ? parent[source] : source;
    parent[target] = parent[target] ? parent[target] : target;
    parent[root_of(parent, source)] = root_of(parent, target);
  }
  int64_t components = 0;
  for (uint32_t c = 1; c <= found->customers; c++) {
    if (parent[c]) {
      const uint32_t root = root_of(parent, c);
      components += size[root] == 0;
      size[root]++;
    }
  }
  qsort(size, (size_t)found->customers + 1, sizeof *size, by_size_falling);
  return components;
}

static enum sf_status print_components(const struct findings *found, struct sf_error *error) {
  const size_t places = (size_t)found->customers + 1;
  uint32_t *parent = calloc(2 * places, sizeof *parent);
  if (!parent) {
    return sf_fail(error, SF_MEMORY, "out of memory for the components of the links");
  }
  uint32_t *size = parent + places;
  const int64_t components = find_components(found, parent, size);
  printf("components of the link graph: %" PRId64 "; largest:", components);
  for (int64_t i = 0; i < components && i < LARGEST; i++) {
    printf(" %" PRIu32, size[i]);
  }
  printf("%s\n", components ? "" : " none");
  free(parent);
  return SF_OK;
}

static enum sf_status print_findings(const struct findings *found,
                                     const struct sf_name_tables *names, struct sf_error *error) {
  SF_TRY(print_table(SIZE_COLUMNS, fill_sizes, found, names, error));
  SF_TRY(print_table(2, fill_memberships, found, names, error));
  SF_TRY(print_table(3, fill_clusters, found, names, error));
  SF_TRY(print_table(4, fill_pairs, found, names, error));
  print_isolated(found);
  return print_components(found, error);
}

enum sf_status sf_inspect_rings(const struct sf_corpus *corpus, const struct sf_name_tables *names,
                                struct sf_error *error) {
  struct findings found = {0};
  enum sf_status status = gather(corpus, &found, error);
  if (status == SF_OK) {
    status = print_findings(&found, names, error);
  }
  release(&found);
  return status;
}

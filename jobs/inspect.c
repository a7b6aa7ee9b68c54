#include "jobs/inspect.h"

#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/options.h"
#include "jobs/command.h"
#include "mpi/agree.h"

#define HEAD_ROWS 10
#define HEAD_ROWS_MAX 10000

// Reads a whole number of 1 .. maximum; false if the text is anything else.
static bool read_number(const char *text, uint64_t maximum, uint64_t *value) {
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 10);
  return text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0 && *value >= 1 &&
         *value <= maximum;
}

static enum sf_status inspect_head(const struct sf_corpus *corpus,
                                   const struct sf_name_tables *names,
                                   const struct sf_operands *operands, struct sf_error *error) {
  const char *name = operands->count > 2 ? operands->text[2] : "transactions";
  enum sf_table_id table = 0;
  while (table < SF_TABLE_COUNT && strcmp(sf_tables[table].name, name) != 0) {
    table++;
  }
  if (table == SF_TABLE_COUNT) {
    return sf_fail(error, SF_USAGE, "inspect head: \"%s\" is none of the tables", name);
  }
  uint64_t rows = HEAD_ROWS;
  if (operands->count > 3 && !read_number(operands->text[3], HEAD_ROWS_MAX, &rows)) {
    return sf_fail(error, SF_USAGE, "inspect head: \"%s\" is not a number of rows from 1 to %d",
                   operands->text[3], HEAD_ROWS_MAX);
  }
  return sf_inspect_head(corpus, names, table, (int64_t)rows, error);
}

static enum sf_status inspect_customer(const struct sf_corpus *corpus,
                                       const struct sf_name_tables *names,
                                       const struct sf_operands *operands, struct sf_error *error) {
  const uint32_t customers = sf_corpus_info(corpus)->config.customers;
  const char *text = operands->count > 2 ? operands->text[2] : "";
  uint64_t id;
  if (operands->count != 3 ||
      !read_number(strncmp(text, "CUST", 4) == 0 ? text + 4 : text, customers, &id)) {
    return sf_fail(error, SF_USAGE, "inspect customer: \"%s\" is not a customer id from 1 to %u",
                   text, customers);
  }
  return sf_inspect_customer(corpus, names, (uint32_t)id, error);
}

static enum sf_status inspect_episode(const struct sf_corpus *corpus,
                                      const struct sf_name_tables *names,
                                      const struct sf_operands *operands, struct sf_error *error) {
  const char *text = operands->count > 2 ? operands->text[2] : "";
  uint64_t id;
  if (operands->count != 3 || !read_number(text, UINT64_MAX, &id)) {
    return sf_fail(error, SF_USAGE, "inspect episode: \"%s\" is not an episode id", text);
  }
  return sf_inspect_episode(corpus, names, id, error);
}

static enum sf_status inspect_summary(const struct sf_corpus *corpus,
                                      const struct sf_name_tables *names,
                                      const struct sf_operands *operands, struct sf_error *error) {
  (void)operands;
  return sf_inspect_summary(corpus, names, error);
}

static enum sf_status inspect_rings(const struct sf_corpus *corpus,
                                    const struct sf_name_tables *names,
                                    const struct sf_operands *operands, struct sf_error *error) {
  (void)operands;
  return sf_inspect_rings(corpus, names, error);
}

static const struct view {
  const char *name;
  int most;  // operands, with the corpus and the view
  enum sf_status (*print)(const struct sf_corpus *, const struct sf_name_tables *,
                          const struct sf_operands *, struct sf_error *);
} views[] = {
    {"summary", 2, inspect_summary}, {"head", 4, inspect_head},   {"customer", 4, inspect_customer},
    {"episode", 4, inspect_episode}, {"rings", 2, inspect_rings},
};

// The view that the operands name; null if none.
static const struct view *find_view(const struct sf_operands *operands) {
  const char *name = operands->count > 1 ? operands->text[1] : "summary";
  for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
    if (strcmp(views[i].name, name) == 0) {
      return operands->count <= views[i].most ? &views[i] : NULL;
    }
  }
  return NULL;
}

// Opens the corpus and prints the view that the operands name.
static enum sf_status inspect(const struct sf_operands *operands, struct sf_error *error) {
  const struct view *view = find_view(operands);
  if (!view) {
    return sf_fail(error, SF_USAGE,
                   "inspect: after the corpus comes summary, head [TABLE [ROWS]], "
                   "customer ID, episode ID or rings");
  }
  struct sf_corpus *corpus = NULL;
  struct sf_name_tables names;
  SF_TRY(sf_name_tables_create(&names, error));
  // A part of a corpus holds all there is to say of a customer.
  enum sf_status status = view->print == inspect_customer
                              ? sf_corpus_open_part(operands->text[0], &corpus, error)
                              : sf_corpus_open(operands->text[0], &corpus, error);
  if (status == SF_OK) {
    status = view->print(corpus, &names, operands, error);
  }
  sf_corpus_close(corpus);
  sf_name_tables_free(&names);
  if (status == SF_OK && (fflush(stdout) != 0 || ferror(stdout))) {
    status = sf_fail(error, SF_FILE, "standard output: %m");
  }
  return status;
}

enum sf_status sf_job_inspect(int argc, char **argv, MPI_Comm comm, struct sf_error *error) {
  int rank;
  MPI_Comm_rank(comm, &rank);
  enum sf_status status = SF_OK;
  if (rank == 0) {
    struct sf_options options;
    struct sf_operands operands;
    status = sf_options_load(SF_COMMAND_INSPECT, argc, argv, &options, &operands, error);
    if (status == SF_OK) {
      status = inspect(&operands, error);
    }
  }
  return sf_share_status(comm, 0, status, error);
}

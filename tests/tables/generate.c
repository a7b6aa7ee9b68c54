// Writes the tables of kernels/random/quantile.h: generate_tables FOLDER.
#include <stdio.h>
#include <stdlib.h>

#include "tests/tables/laws.h"

static void write_side(FILE *file, const struct law *law, int upper) {
  fprintf(file, "{");
  for (uint32_t knot = 0; knot < SF_QUANTILE_KNOTS; ++knot) {
    const char *space = knot == 0 ? "" : knot % 10 == 0 ? ",\n " : ", ";
    fprintf(file, "%s%d", space, law_knot(law, upper, knot));
  }
  fprintf(file, "},\n");
}

static int write_law(const char *folder, const struct law *law) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.inc", folder, law->name);
  FILE *file = fopen(path, "w");
  if (file == NULL) {
    perror(path);
    return -1;
  }
  fprintf(file, "// Knots of the %s law (kernels/random/quantile.h), made by tests/tables.\n",
          law->name);
  write_side(file, law, 0);
  write_side(file, law, 1);
  return fclose(file);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  for (int i = 0; i < LAWS; ++i) {
    if (write_law(argv[1], &laws[i]) != 0) {
      return EXIT_FAILURE;
    }
  }
  return EXIT_SUCCESS;
}

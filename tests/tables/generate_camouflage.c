// Writes kernels/fraud/camouflage.inc: generate_camouflage FILE.
#include <gsl/gsl_cdf.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernels/fraud/camouflage.h"

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  FILE *file = fopen(argv[1], "w");
  if (file == NULL) {
    perror(argv[1]);
    return EXIT_FAILURE;
  }
  fprintf(file, "// Quantiles of Beta(4m, 4(1 - m)), Q16, made by tests/tables.\n");
  for (int i = 0; i < SF_CAMOUFLAGE_MEANS; i++) {
    const double m = (i + 1) / (SF_CAMOUFLAGE_MEANS + 1.0);
    fprintf(file, "{");
    for (int k = 0; k < SF_CAMOUFLAGE_KNOTS; k++) {
      const double p = k / (SF_CAMOUFLAGE_KNOTS - 1.0);
      const double x = gsl_cdf_beta_Pinv(p, 4 * m, 4 * (1 - m));
      fprintf(file, "%s%d", k == 0 ? "" : k % 12 == 0 ? ",\n " : ", ", (int)(x * 65536 + 0.5));
    }
    fprintf(file, "},\n");
  }
  return fclose(file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

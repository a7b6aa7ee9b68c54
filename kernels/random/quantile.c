#include "kernels/random/quantile.h"

const struct sf_quantile sf_law_normal = {{
#include "kernels/random/tables/normal.inc"
}};

const struct sf_quantile sf_law_exponential = {{
#include "kernels/random/tables/exponential.inc"
}};

const struct sf_quantile sf_law_gamma = {{
#include "kernels/random/tables/gamma.inc"
}};

const struct sf_quantile sf_law_beta = {{
#include "kernels/random/tables/beta.inc"
}};

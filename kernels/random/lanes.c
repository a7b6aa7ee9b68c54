#include "kernels/random/lanes.h"

#include <stdbool.h>
#include <string.h>

extern const struct sf_lanes sf_lanes_scalar;
#ifdef SF_LANES_X86
extern const struct sf_lanes sf_lanes_avx2;
extern const struct sf_lanes sf_lanes_avx512;
#endif

struct path {
  const struct sf_lanes *lanes;
  bool supported;
};

const struct sf_lanes *sf_lanes_select(const char *name) {
#ifdef SF_LANES_X86
  __builtin_cpu_init();
#endif
  const struct path widest_first[] = {
#ifdef SF_LANES_X86
      {&sf_lanes_avx512, __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                             __builtin_cpu_supports("avx512dq") &&
                             __builtin_cpu_supports("avx512bw")},
      {&sf_lanes_avx2, __builtin_cpu_supports("avx2")},
#endif
      {&sf_lanes_scalar, true},
  };
  const bool any = name == NULL || strcmp(name, "auto") == 0;
  for (size_t i = 0; i < sizeof widest_first / sizeof widest_first[0]; ++i) {
    const struct path *path = &widest_first[i];
    if (path->supported && (any || strcmp(name, path->lanes->name) == 0)) {
      return path->lanes;
    }
  }
  return NULL;
}

#include <stdio.h>

#include "kernels/generator.h"
#include "kernels/random/lanes.h"

// Counts the rows of one customer, which takes the whole of the model.
int main(void) {
  const struct sf_config config = {.seed = 1, .customers = 16, .start_day = 20270, .days = 30};
  struct sf_error error = {.status = SF_OK};
  struct sf_world *world = NULL;
  struct sf_history *history = NULL;
  if (sf_world_create(&config, sf_lanes_select("scalar"), &world, &error) ||
      sf_history_create(world, &history, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return 1;
  }
  printf("%lld\n", (long long)sf_history_count(history, 1, NULL));
  sf_history_free(history);
  sf_world_free(world);
  return 0;
}

// The reader of configuration files on any bytes: it may refuse them, with a
// message, and do nothing else.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

// libfyaml 0.7 loses 4 KiB when a token of some quoted texts ends in an error.
const char *__lsan_default_suppressions(void) { return "leak:libfyaml"; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct sf_config_text text;
  struct sf_options options;
  struct sf_error error = {.status = SF_OK};
  sf_options_default(&options);
  enum sf_status status =
      sf_config_parse_text((const char *)data, size, "fuzz.yaml", &text, &error);
  if (status == SF_OK) {
    status = sf_config_apply(&text, "fuzz.yaml", &options, &error);
  }
  if (status == SF_OK) {
    status = sf_options_finish(&options, &error);
  }
  // A refusal names its cause, and what is taken is within its bounds.
  if (status != error.status || (status != SF_OK && strlen(error.text) == 0)) {
    abort();
  }
  if (status == SF_OK && (options.data.customers == 0 || options.data.days < 1)) {
    abort();
  }
  return 0;
}

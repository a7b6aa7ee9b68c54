// The reader of configuration files on any bytes: it may refuse them, with a
// message, and do nothing else.
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

#include "io/config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_line(const char *text) {
  for (const char *c = text; *c; c++) {
    if (iscntrl((unsigned char)*c)) {
      return 0;
    }
  }
  return *text != '\0';
}

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
  // A refusal names its cause in one line, and what is taken is within its bounds.
  if (status != error.status || (status != SF_OK && !is_line(error.text))) {
    abort();
  }
  if (status == SF_OK && (options.data.customers == 0 || options.data.days < 1)) {
    abort();
  }
  return 0;
}

#include "kernels/status.h"

#include <stdarg.h>
#include <stdio.h>

enum sf_status sf_fail(struct sf_error *error, enum sf_status status, const char *format, ...) {
  if (error && error->status == SF_OK) {
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
  }
  return status;
}

static const struct {
  int exit_code;
  const char *text;
} outcomes[SF_STATUS_COUNT] = {
#define SF_STATUS_ROW(name, code, text) {code, text},
    SF_STATUS_LIST(SF_STATUS_ROW)
#undef SF_STATUS_ROW
};

const char *sf_status_text(enum sf_status status) { return outcomes[status].text; }

int sf_status_exit_code(enum sf_status status) { return outcomes[status].exit_code; }

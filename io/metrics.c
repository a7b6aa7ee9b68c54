#include "io/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/options.h"

enum sf_status sf_metrics_begin(struct sf_metrics *metrics, const char *path,
                                const struct sf_label *common, int commons,
                                struct sf_error *error) {
  *metrics = (struct sf_metrics){.path = path, .common = common, .commons = commons};
  metrics->stream = open_memstream(&metrics->text, &metrics->length);
  return metrics->stream ? SF_OK : sf_fail(error, SF_MEMORY, "out of memory for %s", path);
}

void sf_metrics_family(struct sf_metrics *metrics, const char *name, enum sf_metric_type type,
                       const char *help) {
  metrics->family = name;
  fprintf(metrics->stream, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
          type == SF_METRIC_COUNTER ? "counter" : "gauge");
}

// Backslash, quote and end of line are escaped in values of labels.
static void put_label(FILE *stream, const struct sf_label *label, const char *separator) {
  fprintf(stream, "%s%s=\"", separator, label->name);
  for (const char *c = label->value; *c; c++) {
    if (*c == '\n') {
      fputs("\\n", stream);
    } else {
      if (*c == '\\' || *c == '"') {
        fputc('\\', stream);
      }
      fputc(*c, stream);
    }
  }
  fputc('"', stream);
}

void sf_metrics_sample(struct sf_metrics *metrics, double value, const struct sf_label *labels,
                       int count) {
  fputs(metrics->family, metrics->stream);
  for (int i = 0; i < metrics->commons; i++) {
    put_label(metrics->stream, &metrics->common[i], i == 0 ? "{" : ",");
  }
  for (int i = 0; i < count; i++) {
    put_label(metrics->stream, &labels[i], metrics->commons + i == 0 ? "{" : ",");
  }
  if (metrics->commons + count > 0) {
    fputc('}', metrics->stream);
  }
  // Counts are exact up to 2^53.
  fprintf(metrics->stream, " %.*g\n", value == floor(value) ? 17 : 9, value);
}

void sf_metrics_single(struct sf_metrics *metrics, const char *name, enum sf_metric_type type,
                       const char *help, double value) {
  sf_metrics_family(metrics, name, type, help);
  sf_metrics_sample(metrics, value, NULL, 0);
}

static int write_all(const char *path, const char *text, size_t length) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return -1;
  }
  while (length > 0) {
    const ssize_t written = write(descriptor, text, length);
    if (written <= 0 && errno != EINTR) {
      break;
    }
    if (written > 0) {
      text += written;
      length -= (size_t)written;
    }
  }
  const int cause = errno;
  const int failed = close(descriptor) != 0 || length > 0;
  if (length > 0) {
    errno = cause;
  }
  return failed ? -1 : 0;
}

enum sf_status sf_metrics_commit(struct sf_metrics *metrics, struct sf_error *error) {
  // The collector reads *.prom only.
  char partial[SF_PATH_SIZE + 16];
  snprintf(partial, sizeof partial, "%s.partial", metrics->path);
  enum sf_status status = SF_OK;
  if (ferror(metrics->stream) | fclose(metrics->stream)) {
    status = sf_fail(error, SF_MEMORY, "out of memory for %s", metrics->path);
  } else if (write_all(partial, metrics->text, metrics->length) != 0 ||
             rename(partial, metrics->path) != 0) {
    status =
        sf_fail(error, SF_FILE, "%s: cannot write the metrics: %s", metrics->path, strerror(errno));
    unlink(partial);
  }
  free(metrics->text);
  metrics->text = NULL;
  return status;
}

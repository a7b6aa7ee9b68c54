#include "io/progress.h"

#include <math.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_SECONDS 0.1
#define LINE_SECONDS 1.0  // so that short runs are not all lines
#define BAR_WIDTH 30

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void sf_progress_start(struct sf_progress *progress, FILE *stream, const char *phase, int64_t own,
                       int64_t total, double row_bytes) {
  *progress = (struct sf_progress){.stream = stream,
                                   .terminal = stream && isatty(fileno(stream)),
                                   .phase = phase,
                                   .own = own,
                                   .total = total,
                                   .row_bytes = row_bytes,
                                   .begin = now()};
  progress->shown = progress->begin;
}

void sf_scaled_text(double value, char text[SF_SCALED_SIZE]) {
  static const char *const prefixes[] = {"", " k", " M", " G", " T"};
  size_t p = 0;
  // 999.5 would be printed as 1e+03.
  while (value >= 999.5 && p + 1 < sizeof prefixes / sizeof prefixes[0]) {
    value /= 1000;
    p++;
  }
  snprintf(text, SF_SCALED_SIZE, "%.3g%s", value, prefixes[p]);
}

// "12.3 M rows, 2.1 M rows/s, 420 MB/s, 5 s left", or, where the rows are not
// known yet, "5 s left".
static void print_rates(const struct sf_progress *progress, double part, double time) {
  if (progress->total > 0) {
    char rows[SF_SCALED_SIZE], rate[SF_SCALED_SIZE], bytes[SF_SCALED_SIZE];
    double done = part * (double)progress->total;
    double per_second = time > 0 ? done / time : 0;
    sf_scaled_text(done, rows);
    sf_scaled_text(per_second, rate);
    sf_scaled_text(per_second * progress->row_bytes, bytes);
    fprintf(progress->stream, ", %s rows, %s rows/s, %sB/s", rows, rate, bytes);
  }
  if (part > 0 && part < 1) {
    fprintf(progress->stream, ", %.0f s left", ceil(time * (1 - part) / part));
  }
}

static void draw_bar(const struct sf_progress *progress, double part, double time) {
  char bar[BAR_WIDTH + 1];
  for (int i = 0; i < BAR_WIDTH; i++) {
    bar[i] = (double)i < part * BAR_WIDTH ? '#' : '.';
  }
  bar[BAR_WIDTH] = '\0';
  fprintf(progress->stream, "\r%-8s [%s] %3.0f %%", progress->phase, bar, floor(100 * part));
  print_rates(progress, part, time);
  fputs("\033[K", progress->stream);  // clears what a longer line left
  fflush(progress->stream);
}

void sf_progress_update(struct sf_progress *progress, int64_t done) {
  double part = progress->own > 0 ? (double)done / (double)progress->own : 1;
  if (progress->listener) {
    progress->listener(progress->context, part);
  }
  if (!progress->stream) {
    return;
  }
  double time = now();
  if (progress->terminal) {
    if (done >= progress->own || time - progress->shown >= REDRAW_SECONDS) {
      progress->shown = time;
      draw_bar(progress, part, time - progress->begin);
    }
    return;
  }
  int tenths = (int)(10 * part);
  bool due = time - progress->shown >= LINE_SECONDS || done >= progress->own;
  if (tenths > progress->tenths && due) {
    progress->tenths = tenths;
    progress->shown = time;
    fprintf(progress->stream, "%s: %d %%", progress->phase, 10 * tenths);
    print_rates(progress, part, time - progress->begin);
    fputc('\n', progress->stream);
  }
}

void sf_progress_end(struct sf_progress *progress) {
  if (progress->stream && progress->terminal) {
    fputc('\n', progress->stream);
  }
}

#include "io/progress.h"

#include <math.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_SECONDS 0.1
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
}

// "12.3 M rows, 2.10 M rows/s, 420 MB/s, 5 s left"
// or, where the rows are not known yet, "5 s left".
static void print_rates(const struct sf_progress *progress, double part, double time) {
  if (progress->total > 0) {
    double rows = part * (double)progress->total;
    double rate = time > 0 ? rows / time : 0;
    fprintf(progress->stream, "%.3g M rows, %.3g M rows/s, %.3g MB/s, ", rows / 1e6, rate / 1e6,
            rate * progress->row_bytes / 1e6);
  }
  if (part > 0) {
    fprintf(progress->stream, "%.0f s left", ceil(time * (1 - part) / part));
  }
}

static void draw_bar(const struct sf_progress *progress, double part, double time) {
  char bar[BAR_WIDTH + 1];
  for (int i = 0; i < BAR_WIDTH; i++) {
    bar[i] = (double)i < part * BAR_WIDTH ? '#' : '.';
  }
  bar[BAR_WIDTH] = '\0';
  fprintf(progress->stream, "\r%-8s [%s] %3.0f %%  ", progress->phase, bar, floor(100 * part));
  print_rates(progress, part, time);
  fputs("\033[K", progress->stream);  // clears what a longer line left
  fflush(progress->stream);
}

void sf_progress_update(struct sf_progress *progress, int64_t done) {
  if (!progress->stream) {
    return;
  }
  double part = progress->own > 0 ? (double)done / (double)progress->own : 1;
  double time = now();
  if (progress->terminal) {
    if (done >= progress->own || time - progress->shown >= REDRAW_SECONDS) {
      progress->shown = time;
      draw_bar(progress, part, time - progress->begin);
    }
    return;
  }
  int tenths = (int)(10 * part);
  if (tenths > progress->tenths) {
    progress->tenths = tenths;
    fprintf(progress->stream, "%s: %d %%, ", progress->phase, 10 * tenths);
    print_rates(progress, part, time - progress->begin);
    fputc('\n', progress->stream);
  }
}

void sf_progress_end(struct sf_progress *progress) {
  if (progress->stream && progress->terminal) {
    fputc('\n', progress->stream);
  }
}

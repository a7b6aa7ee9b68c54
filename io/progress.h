#ifndef SF_IO_PROGRESS_H
#define SF_IO_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// A count in at most three digits and a prefix: "11", "193 k", "1.07 M".
#define SF_SCALED_SIZE 16
void sf_scaled_text(double value, char text[SF_SCALED_SIZE]);

// Progress of rank 0 as an estimate of all ranks: shares are of about equal
// length, so the part that it has done is taken for the part that is done. On a
// terminal a bar, else a line for every 10 %, but not more than one a second.
struct sf_progress {
  FILE *stream;  // null: silent
  // Told of every update with the part that is done, 0..1; null: none. To be set
  // after the start.
  void (*listener)(void *context, double part);
  void *context;
  bool terminal;
  const char *phase;
  int64_t own;    // steps of this rank: its rows, or its customers
  int64_t total;  // rows of all ranks, 0 while they are not known
  double row_bytes;
  double begin;  // s, of a monotonic clock
  double shown;  // time of the last output
  int tenths;    // lines printed
};

// Not collective; to be called by rank 0. `phase` is kept by reference.
void sf_progress_start(struct sf_progress *progress, FILE *stream, const char *phase, int64_t own,
                       int64_t total, double row_bytes);

// `done` of the own steps are done.
void sf_progress_update(struct sf_progress *progress, int64_t done);

// Ends the bar's line.
void sf_progress_end(struct sf_progress *progress);

#endif

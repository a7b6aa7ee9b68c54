#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernels/random/stream.h"
#include "tests/bench/bench.h"

#define REPEATS 5
#define MEMORY_BYTES ((size_t)256 << 20)
#define FILE_BYTES ((size_t)512 << 20)
#define WRITE_BYTES ((size_t)64 << 10)
#define DRAWS ((uint32_t)1 << 24)

static double measure_memset(char *memory) {
  double best = 0;
  for (int repeat = 0; repeat < REPEATS; repeat++) {
    double begin = MPI_Wtime();
    memset(memory, repeat, MEMORY_BYTES);
    __asm__ volatile("" : : "r"(memory) : "memory");  // the memory is used
    double rate = (double)MEMORY_BYTES / (MPI_Wtime() - begin);
    best = rate > best ? rate : best;
  }
  return best;
}

// Bytes per second, 0 on failure.
static double write_once(const char *path, const char *memory) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return 0;
  }
  double begin = MPI_Wtime();
  size_t done = 0;
  while (done < FILE_BYTES) {
    ssize_t now = write(descriptor, memory + done % MEMORY_BYTES, WRITE_BYTES);
    if (now <= 0) {
      break;
    }
    done += (size_t)now;
  }
  double seconds = MPI_Wtime() - begin;
  close(descriptor);
  unlink(path);
  return done >= FILE_BYTES ? (double)done / seconds : 0;
}

static double measure_philox(void) {
  double best = 0;
  uint32_t sum = 0;
  for (uint32_t repeat = 0; repeat < REPEATS; repeat++) {
    double begin = MPI_Wtime();
    for (uint32_t i = 0; i < DRAWS / 4; i++) {
      struct sf_block block = sf_draw(1, repeat, i, SF_STREAM_DAY, 0);
      sum += block.word[0] ^ block.word[1] ^ block.word[2] ^ block.word[3];
    }
    __asm__ volatile("" : : "r"(sum));  // the draws are used
    double rate = (double)DRAWS / (MPI_Wtime() - begin);
    best = rate > best ? rate : best;
  }
  return best;
}

enum sf_status bench_machine(const char *path, struct bench_machine *machine,
                             struct sf_error *error) {
  char *memory = malloc(MEMORY_BYTES);
  if (!memory) {
    return sf_fail(error, SF_MEMORY, "out of memory for the measure of memset");
  }
  *machine = (struct bench_machine){.memset_bytes = measure_memset(memory),
                                    .philox_draws = measure_philox()};
  for (int repeat = 0; repeat < REPEATS; repeat++) {
    double rate = write_once(path, memory);
    machine->write_bytes = rate > machine->write_bytes ? rate : machine->write_bytes;
  }
  free(memory);
  return machine->write_bytes > 0
             ? SF_OK
             : sf_fail(error, SF_FILE, "%s: cannot write: %s", path, strerror(errno));
}

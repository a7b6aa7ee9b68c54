#include "io/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

struct sf_log {
  int descriptor;  // -1 once a line could not be written
  int rank;
  char host[256];
  char run_id[256];
  char *path;
};

enum sf_status sf_run_id_make(char id[SF_RUN_ID_SIZE], struct sf_error *error) {
  unsigned char b[16];
  if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b) {
    return sf_fail(error, SF_FILE, "no random bytes for the id of the run: %s", strerror(errno));
  }
  b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);  // RFC 4122: version 4,
  b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);  // variant 1
  snprintf(id, SF_RUN_ID_SIZE,
           "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
           b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  return SF_OK;
}

const char *sf_slurm_job_id(void) {
  const char *array = getenv("SLURM_ARRAY_JOB_ID");
  return array ? array : getenv("SLURM_JOB_ID");
}

const char *sf_slurm_task_id(void) { return getenv("SLURM_ARRAY_TASK_ID"); }

enum sf_status sf_log_open(const char *path, int rank, const char *run_id, struct sf_log **log,
                           struct sf_error *error) {
  struct sf_log *opened = calloc(1, sizeof *opened);
  char *copy = strdup(path);
  if (!opened || !copy) {
    free(copy);
    free(opened);
    return sf_fail(error, SF_MEMORY, "out of memory for the log %s", path);
  }
  opened->path = copy;
  opened->rank = rank;
  snprintf(opened->run_id, sizeof opened->run_id, "%s", run_id);
  if (gethostname(opened->host, sizeof opened->host - 1) != 0) {
    opened->host[0] = '\0';
  }
  opened->descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (opened->descriptor < 0) {
    enum sf_status status =
        sf_fail(error, SF_FILE, "%s: cannot write the log: %s", path, strerror(errno));
    sf_log_close(opened);
    return status;
  }
  *log = opened;
  return SF_OK;
}

static void put_time(char text[40]) {
  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  const size_t length = strftime(text, 32, "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(text + length, 40 - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
}

// The line as an object; null if there is no memory. Members keep their order.
static json_t *line_of(const struct sf_log *log, enum sf_log_level level, const char *event,
                       const char *phase, json_t *members) {
  static const char *const levels[] = {"info", "warning", "error"};
  char time[40];
  put_time(time);
  json_t *line = json_pack(
      "{s:s, s:s, s:s, s:s*, s:i, s:s, s:s, s:s*, s:s*, s:s}", "time", time, "level", levels[level],
      "event", event, "phase", phase, "rank", log->rank, "host", log->host, "run_id", log->run_id,
      "job", sf_slurm_job_id(), "task", sf_slurm_task_id(), "version", SYNFIN_VERSION);
  if (line && members && json_object_update(line, members) != 0) {
    json_decref(line);
    line = NULL;
  }
  return line;
}

static int append(const struct sf_log *log, const json_t *line) {
  char *text = line ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
  const size_t length = text ? strlen(text) : 0;
  if (!text) {
    errno = ENOMEM;
    return -1;
  }
  text[length] = '\n';  // instead of the final zero
  const ssize_t written = write(log->descriptor, text, length + 1);
  if (written >= 0 && (size_t)written != length + 1) {
    errno = ENOSPC;
  }
  free(text);
  return written == (ssize_t)(length + 1) ? 0 : -1;
}

void sf_log_event(struct sf_log *log, enum sf_log_level level, const char *event, const char *phase,
                  json_t *members) {
  if (log && log->descriptor >= 0) {
    json_t *line = line_of(log, level, event, phase, members);
    if (append(log, line) != 0) {
      fprintf(stderr, "synfin: %s: the log ends here: %s\n", log->path, strerror(errno));
      close(log->descriptor);
      log->descriptor = -1;
    }
    json_decref(line);
  }
  json_decref(members);
}

void sf_log_close(struct sf_log *log) {
  if (!log) {
    return;
  }
  if (log->descriptor >= 0) {
    close(log->descriptor);
  }
  free(log->path);
  free(log);
}

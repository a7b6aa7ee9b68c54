#include "jobs/shard_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// 1. Who owns a lock.

#define NAME_SIZE 96

// As in the file, a line "name value" each. Texts that are not known are "-".
struct owner {
  char user[NAME_SIZE], host[NAME_SIZE];
  char boot[NAME_SIZE];     // which start of the host's kernel
  char space[NAME_SIZE];    // of process ids: containers have their own
  char job[NAME_SIZE];      // of the batch system, with the array task
  long process, restarts;   // restarts of the batch job
  unsigned long long born;  // of the process, in ticks since the start of the kernel
};

static void keep(char text[NAME_SIZE], const char *value) {
  snprintf(text, NAME_SIZE, "%s", value && value[0] ? value : "-");
  text[strcspn(text, " \n")] = '\0';
}

// The time of birth of a process: field 22 of /proc/PID/stat, whose second field may
// hold spaces; 0 if there is no such process, or only what its parent has not yet
// taken notice of.
static unsigned long long birth_of(long process) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%ld/stat", process);
  FILE *file = fopen(path, "r");
  if (!file) {
    return 0;
  }
  const size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = '\0';
  const char *at = strrchr(text, ')');
  if (at && (strncmp(at, ") Z", 3) == 0 || strncmp(at, ") X", 3) == 0)) {
    return 0;
  }
  for (int field = 2; at && field < 22; field++) {
    at = strchr(at + 1, ' ');
  }
  return at ? strtoull(at, NULL, 10) : 0;
}

static void describe_self(struct owner *self) {
  char text[NAME_SIZE] = "";
  const struct passwd *user = getpwuid(getuid());
  keep(self->user, user ? user->pw_name : NULL);
  gethostname(text, sizeof text - 1);
  keep(self->host, text);
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
  const bool read = file && fgets(text, sizeof text, file);
  keep(self->boot, read ? text : NULL);
  if (file) {
    fclose(file);
  }
  const ssize_t length = readlink("/proc/self/ns/pid", text, sizeof text - 1);
  text[length > 0 ? length : 0] = '\0';
  keep(self->space, text);
  const char *job = getenv("SLURM_JOB_ID"), *array = getenv("SLURM_ARRAY_JOB_ID"),
             *task = getenv("SLURM_ARRAY_TASK_ID"), *restarts = getenv("SLURM_RESTART_COUNT");
  snprintf(text, sizeof text, "%s%s%s",
           array && task ? array
           : job         ? job
                         : "",
           array && task ? "_" : "", array && task ? task : "");
  keep(self->job, text);
  self->restarts = restarts ? strtol(restarts, NULL, 10) : 0;
  self->process = (long)getpid();
  self->born = birth_of(self->process);
}

static bool write_owner(int descriptor, const struct owner *owner) {
  char text[NAME_SIZE * 8];
  const int length = snprintf(text, sizeof text,
                              "user %s\nhost %s\nprocess %ld\njob %s\nrestarts %ld\nboot %s\n"
                              "space %s\nborn %llu\n",
                              owner->user, owner->host, owner->process, owner->job, owner->restarts,
                              owner->boot, owner->space, owner->born);
  return write(descriptor, text, (size_t)length) == length && fsync(descriptor) == 0;
}

// A lock that is being written, or was when the host went down, has no owner that
// could be told. Returns false if there is no such file.
static bool read_owner(const char *path, struct owner *owner) {
  FILE *file = fopen(path, "r");
  *owner = (struct owner){.process = 0};
  keep(owner->user, NULL);
  keep(owner->host, NULL);
  keep(owner->job, NULL);
  if (!file) {
    return false;
  }
  struct owner read;
  if (fscanf(file,
             "user %95s host %95s process %ld job %95s restarts %ld boot %95s space %95s born %llu",
             read.user, read.host, &read.process, read.job, &read.restarts, read.boot, read.space,
             &read.born) == 8) {
    *owner = read;
  }
  fclose(file);
  return true;
}

// 2. Whether the owner is still there.

enum life { RUNS, ENDED, UNKNOWN };

static enum life life_of(const struct owner *owner, const struct owner *self) {
  if (strcmp(owner->job, "-") != 0 && strcmp(owner->job, self->job) == 0 &&
      owner->restarts < self->restarts) {
    return ENDED;
  }
  if (strcmp(owner->host, self->host) != 0) {
    return UNKNOWN;
  }
  if (strcmp(owner->boot, "-") != 0 && strcmp(owner->boot, self->boot) != 0) {
    return ENDED;
  }
  if (strcmp(owner->space, self->space) != 0) {
    return UNKNOWN;
  }
  return birth_of(owner->process) == owner->born && owner->born != 0 ? RUNS : ENDED;
}

static enum sf_status refuse(const char *path, const struct owner *owner, enum life life,
                             struct sf_error *error) {
  static const char *const what[] = {
      [RUNS] = "is running",
      [ENDED] = "has ended; --resume or --break-lock takes over",
      [UNKNOWN] = "is not known to have ended; --break-lock takes over"};
  return sf_fail(error, SF_FILE,
                 "%s: these shards are locked by %s on %s, process %ld, job %s, which %s", path,
                 owner->user, owner->host, owner->process, owner->job, what[life]);
}

// 3. Locks in the way.

// Takes the lock of an owner away. If another run has done so meanwhile and has put its
// own in the place, gives that back.
static void remove_lock(const char *path, const struct owner *owner) {
  char aside[SF_SHARD_PATH_SIZE + 32];
  struct owner found;
  snprintf(aside, sizeof aside, "%s.%ld", path, (long)getpid());
  if (rename(path, aside) != 0) {
    return;
  }
  if (read_owner(aside, &found) &&
      (found.process != owner->process || strcmp(found.host, owner->host) != 0)) {
    if (link(aside, path) != 0) {
      fprintf(stderr, "synfin: %s: cannot be given back: %s\n", path, strerror(errno));
    }
  }
  unlink(aside);
}

// Looks at one lock in the way; SF_OK if there is none any more.
static enum sf_status clear(const char *path, const struct owner *self,
                            const struct sf_shard_lock_means *means, struct sf_error *error) {
  struct owner owner;
  if (!read_owner(path, &owner)) {
    return SF_OK;
  }
  const enum life life = life_of(&owner, self);
  if ((life == ENDED && (means->take_ended || means->take_unknown)) ||
      (life == UNKNOWN && means->take_unknown)) {
    remove_lock(path, &owner);
    return SF_OK;
  }
  return refuse(path, &owner, life, error);
}

static bool is_lock(const char *name, struct sf_range *shards) {
  int first, end, length = 0;
  if (sscanf(name, "lock.%5d-%6d%n", &first, &end, &length) != 2 || name[length] != '\0') {
    return false;
  }
  *shards = (struct sf_range){first, end};
  return true;
}

// Clears the locks of other ranges that overlap. `*first` is set if those that cannot be
// cleared come later than `own` in the order of names.
static enum sf_status clear_others(const char *folder, const char *own, struct sf_range shards,
                                   const struct owner *self,
                                   const struct sf_shard_lock_means *means, bool *first,
                                   struct sf_error *error) {
  DIR *listing = opendir(folder);
  if (!listing) {
    return sf_fail(error, SF_FILE, "%s: cannot be listed: %s", folder, strerror(errno));
  }
  enum sf_status status = SF_OK;
  *first = true;
  for (const struct dirent *entry; (entry = readdir(listing));) {
    struct sf_range other;
    char path[SF_SHARD_PATH_SIZE + 256];
    if (!is_lock(entry->d_name, &other) || strcmp(entry->d_name, own) == 0 ||
        other.begin >= shards.end || shards.begin >= other.end) {
      continue;
    }
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    const enum sf_status found = clear(path, self, means, error);
    status = found == SF_OK ? status : found;
    *first = *first && (found == SF_OK || strcmp(own, entry->d_name) < 0);
  }
  closedir(listing);
  return status;
}

// 4. The claim. Of two that are made at the same time for different ranges both see
// the other; the one that comes later by name gives way, and the other waits for that.

#define PATIENCE 20  // looks
#define PAUSE_NS 100000000L

static enum sf_status create(const char *path, const struct owner *self,
                             const struct sf_shard_lock_means *means, struct sf_error *error) {
  int descriptor = -1;
  for (int try = 0; try < 3 && descriptor < 0; try++) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno != EEXIST) {
      return sf_fail(error, SF_FILE, "%s: cannot create: %s", path, strerror(errno));
    }
    if (descriptor < 0) {
      SF_TRY(clear(path, self, means, error));
    }
  }
  if (descriptor < 0) {
    return sf_fail(error, SF_FILE, "%s: others take it, too", path);
  }
  const bool written = write_owner(descriptor, self);
  const int cause = errno;
  close(descriptor);
  if (!written) {
    unlink(path);
    return sf_fail(error, SF_FILE, "%s: cannot write: %s", path, strerror(cause));
  }
  return SF_OK;
}

enum sf_status sf_shard_lock_take(const char *corpus, struct sf_range shards,
                                  const struct sf_shard_lock_means *means,
                                  struct sf_shard_lock *lock, struct sf_error *error) {
  struct owner self;
  char folder[SF_SHARD_PATH_SIZE], name[24];
  describe_self(&self);
  sf_shard_folder(corpus, folder);
  snprintf(name, sizeof name, "lock.%05d-%05d", (int)shards.begin, (int)shards.end);
  if (snprintf(lock->path, sizeof lock->path, "%s/%s", folder, name) >= (int)sizeof lock->path) {
    return sf_fail(error, SF_USAGE, "%s: the path is too long", folder);
  }
  lock->held = false;
  SF_TRY(create(lock->path, &self, means, error));
  lock->held = true;
  struct sf_error cause;
  enum sf_status status = SF_FILE;
  for (int look = 0; look < PATIENCE && status != SF_OK; look++) {
    bool first = false;
    cause = (struct sf_error){.status = SF_OK};
    status = clear_others(folder, name, shards, &self, means, &first, &cause);
    if (status != SF_OK && !first) {
      break;
    }
    if (status != SF_OK) {
      nanosleep(&(struct timespec){0, PAUSE_NS}, NULL);
    }
  }
  if (status != SF_OK) {
    sf_shard_lock_release(lock);
    return sf_fail(error, status, "%s", cause.text);
  }
  return SF_OK;
}

void sf_shard_lock_release(struct sf_shard_lock *lock) {
  struct owner self, owner;
  describe_self(&self);
  if (lock->held) {
    // Unless somebody took it over, who then has to.
    if (read_owner(lock->path, &owner) && owner.process == self.process &&
        strcmp(owner.host, self.host) == 0) {
      unlink(lock->path);
    }
    lock->held = false;
  }
}

#include "jobs/shard_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/corpus_format.h"
#include "io/corpus_reader.h"
#include "io/corpus_settings.h"
#include "io/feature_values.h"
#include "io/manifest.h"
#include "io/plan_file.h"
#include "io/reserve.h"
#include "jobs/pipeline.h"

static bool exists(const char *path) {
  struct stat file;
  return lstat(path, &file) == 0;
}

static void run_path(const char *corpus, char path[SF_SHARD_PATH_SIZE + 8]) {
  sf_shard_folder(corpus, path);
  const size_t length = strlen(path);
  snprintf(path + length, SF_SHARD_PATH_SIZE + 8 - length, "/run");
}

enum sf_status sf_shard_folder_check(const char *corpus, const struct sf_options *options,
                                     struct sf_range shards, struct sf_error *error) {
  SF_TRY(sf_shard_corpus_check(corpus, error));
  SF_TRY(sf_output_check(corpus, options->force || options->resume, error));
  for (int64_t k = shards.begin; k < shards.end && !options->force && !options->resume; k++) {
    char path[SF_SHARD_PATH_SIZE];
    sf_shard_path(corpus, (int)k, path);
    if (exists(path)) {
      return sf_fail(error, SF_USAGE, "%s: exists; --resume keeps it, --force replaces it", path);
    }
  }
  if (!options->resume) {
    // As for a corpus in one file; what is there already needs no room any more.
    const double part = (double)sf_range_length(shards) / options->shards;
    const double bytes = sf_pipeline_least_bytes(options);
    SF_TRY(sf_output_room(corpus, (int64_t)(part * bytes), error));
  }
  return sf_shard_folder_create(corpus, error);
}

static enum sf_status remove_file(const char *path, struct sf_error *error) {
  if (unlink(path) != 0 && errno != ENOENT) {
    return sf_fail(error, SF_FILE, "%s: cannot be removed: %s", path, strerror(errno));
  }
  return SF_OK;
}

static enum sf_status remove_partial(const char *path, struct sf_error *error) {
  char partial[SF_SHARD_PATH_SIZE + 16];
  snprintf(partial, sizeof partial, "%s.partial", path);
  return remove_file(partial, error);
}

// Shards of a corpus that had more of them.
static enum sf_status remove_more(const char *corpus, int64_t count, struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE];
  for (int64_t k = count; k < SF_SHARDS_MAX; k++) {
    sf_shard_path(corpus, (int)k, path);
    if (!exists(path)) {
      break;
    }
    SF_TRY(remove_file(path, error));
  }
  return SF_OK;
}

enum sf_status sf_shard_folder_clean(const char *corpus, const struct sf_options *options,
                                     struct sf_range shards, struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE + 8], manifest[SF_PATH_SIZE + 32];
  const bool all = sf_range_length(shards) == options->shards;
  sf_manifest_path(corpus, manifest);
  if (options->force) {
    SF_TRY(remove_file(manifest, error));
    SF_TRY(remove_file(corpus, error));
  }
  for (int64_t k = shards.begin; k < shards.end; k++) {
    sf_shard_path(corpus, (int)k, path);
    SF_TRY(remove_partial(path, error));
    if (options->force) {
      SF_TRY(remove_file(path, error));
    }
  }
  if (all) {
    sf_shard_plan_path(corpus, path);
    SF_TRY(remove_partial(path, error));
    if (options->force) {
      SF_TRY(remove_file(path, error));
      run_path(corpus, path);
      SF_TRY(remove_file(path, error));
      SF_TRY(remove_more(corpus, shards.end, error));
    }
    SF_TRY(remove_partial(corpus, error));
  }
  return SF_OK;
}

bool sf_shard_folder_read_run(const char *corpus, char run_id[SF_PATH_SIZE], int *starts) {
  char path[SF_SHARD_PATH_SIZE + 8], line[SF_PATH_SIZE];
  run_path(corpus, path);
  FILE *file = fopen(path, "r");
  *starts = 0;
  if (!file) {
    return false;
  }
  const bool found = fgets(line, sizeof line, file) && strncmp(line, "run ", 4) == 0;
  if (found) {
    line[strcspn(line, "\n")] = '\0';
    snprintf(run_id, SF_PATH_SIZE, "%s", line + 4);
  }
  while (fgets(line, sizeof line, file)) {
    *starts += strncmp(line, "start ", 6) == 0;
  }
  fclose(file);
  return found;
}

// Tasks of a job array may add their lines at the same time: each is one write. The
// first line is that of the first run.
enum sf_status sf_shard_folder_note_run(const char *corpus, const char *run_id,
                                        struct sf_range shards, struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE + 8], text[SF_PATH_SIZE + 64];
  run_path(corpus, path);
  const int create = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  const int file = create >= 0 ? create : open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  const int length =
      snprintf(text, sizeof text, "%s%s%sstart %lld:%lld\n", create >= 0 ? "run " : "",
               create >= 0 ? run_id : "", create >= 0 ? "\n" : "", (long long)shards.begin,
               (long long)shards.end);
  const bool written = file >= 0 && write(file, text, (size_t)length) == length;
  const int cause = errno;
  if (file >= 0) {
    close(file);
  }
  return written ? SF_OK : sf_fail(error, SF_FILE, "%s: cannot write: %s", path, strerror(cause));
}

// Copies a file to a new one, whose name must be free.
static bool copy(const char *from, const char *to) {
  const int source = open(from, O_RDONLY | O_CLOEXEC);
  const int target = source < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  const size_t size = (size_t)1 << 20;
  char *buffer = malloc(size);
  ssize_t count = target < 0 || !buffer ? -1 : 1;
  while (count > 0) {
    count = read(source, buffer, size);
    for (ssize_t at = 0; at < count;) {
      const ssize_t written = write(target, buffer + at, (size_t)(count - at));
      if (written <= 0) {
        count = -1;
        break;
      }
      at += written;
    }
  }
  const int cause = errno;
  free(buffer);
  if (source >= 0) {
    close(source);
  }
  if (target >= 0) {
    close(target);
  }
  errno = cause;
  return count == 0;
}

// Gives the plan a second name in the folder. Several tasks of a job array may do so at a
// time, with the same plan.
static enum sf_status adopt(const char *given, const char *path, struct sf_error *error) {
  if (link(given, path) == 0 || errno == EEXIST) {
    return SF_OK;
  }
  char own[SF_SHARD_PATH_SIZE + 96], host[64] = "";
  gethostname(host, sizeof host - 1);
  snprintf(own, sizeof own, "%s.%s.%ld", path, host, (long)getpid());
  enum sf_status status =
      copy(given, own)
          ? sf_file_sync(own, error)
          : sf_fail(error, SF_FILE, "%s: cannot be copied to %s: %s", given, own, strerror(errno));
  if (status == SF_OK) {
    status = sf_file_rename(own, path, error);
  }
  if (status != SF_OK) {
    unlink(own);
  }
  return status;
}

// Holds the file against the configuration.
static enum sf_status check_plan(const char *path, const struct sf_config *config,
                                 struct sf_error *error) {
  struct sf_range rows;
  return sf_plan_file_read_rows(path, config, (struct sf_range){0, sf_config_tiles(config)}, &rows,
                                error);
}

enum sf_status sf_shard_folder_plan(const char *corpus, const struct sf_options *options,
                                    const struct sf_config *config, int *there,
                                    struct sf_error *error) {
  char path[SF_SHARD_PATH_SIZE];
  sf_shard_plan_path(corpus, path);
  if (options->plan[0]) {
    SF_TRY(check_plan(options->plan, config, error));
    if (!exists(path)) {
      SF_TRY(adopt(options->plan, path, error));
    }
  }
  *there = exists(path);
  return *there ? check_plan(path, config, error) : SF_OK;
}

enum sf_status sf_shard_folder_features(const char *path, uint32_t *groups,
                                        struct sf_error *error) {
  struct sf_corpus *shard = NULL;
  struct sf_feature_values *values = NULL;
  *groups = 0;
  SF_TRY(sf_corpus_open_file(path, &shard, error));
  const int64_t rows = sf_corpus_info(shard)->rows[SF_TABLE_TRANSACTIONS];
  sf_corpus_close(shard);
  if (!sf_feature_values_exist(path)) {
    return SF_OK;
  }
  SF_TRY(sf_feature_values_open(path, rows, &values, error));
  const enum sf_status status = sf_feature_values_groups(values, groups, error);
  sf_feature_values_close(values);
  return status;
}

enum sf_status sf_shard_folder_keep(const char *path, const struct sf_config *config,
                                    const struct sf_shard *shard, int *stays,
                                    struct sf_error *error) {
  *stays = 0;
  if (!exists(path)) {
    return SF_OK;
  }
  struct sf_settings settings;
  struct sf_error cause = {.status = SF_OK};
  if (sf_settings_read(path, &settings, &cause) == SF_OK) {
    const char *count = sf_setting_find(&settings, SF_ATTR_SHARDS);
    if (count && atoi(count) != shard->count) {
      return sf_fail(error, SF_CONFIG,
                     "%s: is one of %s shards, not of %d; --force makes all of them anew", path,
                     count, shard->count);
    }
  }
  uint32_t features;
  cause = (struct sf_error){.status = SF_OK};
  if (sf_shard_folder_features(path, &features, &cause) == SF_OK && features != config->features) {
    return sf_fail(error, SF_CONFIG, "%s: has other features; --force makes all shards anew", path);
  }
  cause = (struct sf_error){.status = SF_OK};
  if (sf_shard_check(path, config, shard, SF_CHECK_FULL, NULL, &cause) == SF_OK) {
    *stays = 1;
  } else {
    fprintf(stderr, "synfin: %s; the shard is made again\n", cause.text);
    unlink(path);
  }
  return SF_OK;
}

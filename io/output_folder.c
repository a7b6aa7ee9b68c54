#include "io/output_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/reserve.h"

// Longest path of the folder itself: its files have names of some bytes more.
#define PATH_MOST 3900

static bool is_folder(const char *path) {
  struct stat found;
  return lstat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static void join(const char *folder, const char *name, char path[4096]) {
  snprintf(path, 4096, "%.*s/%.160s", PATH_MOST + 16, folder, name);
}

// Removes a folder of plain files. Returns false, with errno set, if it cannot; files
// may then be gone.
static bool remove_folder(const char *path) {
  DIR *folder = opendir(path);
  if (!folder) {
    return false;
  }
  bool is_removed = true;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
      is_removed = unlinkat(dirfd(folder), entry->d_name, 0) == 0 && is_removed;
    }
  }
  closedir(folder);
  return is_removed && rmdir(path) == 0;
}

// What may be replaced was made by this program: a folder of plain files, one of them
// the mark.
static bool is_ours(const char *path) {
  char mark[4096];
  join(path, SF_OUTPUT_FOLDER_MARK, mark);
  DIR *folder = access(mark, F_OK) == 0 ? opendir(path) : NULL;
  bool is_plain = folder != NULL;
  for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
    char file[4096];
    join(path, entry->d_name, file);
    const bool is_itself = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    is_plain = is_plain && (is_itself || !is_folder(file));
  }
  if (folder) {
    closedir(folder);
  }
  return is_plain;
}

static enum sf_status check_target(const char *path, int force, struct sf_error *error) {
  struct stat found;
  if (path[0] == '\0' || strlen(path) > PATH_MOST) {
    return sf_fail(error, SF_USAGE, "%.64s: the path of the output is empty or too long", path);
  }
  if (lstat(path, &found) != 0) {
    return SF_OK;
  }
  if (!is_folder(path)) {
    return sf_fail(error, SF_USAGE, "%s: exists and is not a folder", path);
  }
  if (!force) {
    return sf_fail(error, SF_USAGE, "%s: exists; --force replaces it", path);
  }
  return is_ours(path) ? SF_OK
                       : sf_fail(error, SF_USAGE,
                                 "%s: is not a folder that this program made, and stays", path);
}

enum sf_status sf_output_folder_create(struct sf_output_folder *folder, const char *path, int force,
                                       struct sf_error *error) {
  char target[4096];
  snprintf(target, sizeof target, "%s", path);
  for (size_t length = strlen(target); length > 1 && target[length - 1] == '/';) {
    target[--length] = '\0';
  }
  folder->partial[0] = '\0';
  SF_TRY(check_target(target, force, error));
  snprintf(folder->path, sizeof folder->path, "%s", target);
  snprintf(folder->partial, sizeof folder->partial, "%.*s.partial", PATH_MOST, target);
  if (is_folder(folder->partial)) {
    remove_folder(folder->partial);
  }
  if (mkdir(folder->partial, 0777) != 0) {
    const int cause = errno;
    folder->partial[0] = '\0';
    return sf_fail(error, SF_FILE, "%s: cannot create: %s", target, strerror(cause));
  }
  return SF_OK;
}

void sf_output_folder_file(const struct sf_output_folder *folder, const char *name,
                           char path[4096]) {
  join(folder->partial, name, path);
}

enum sf_status sf_output_folder_commit(struct sf_output_folder *folder, struct sf_error *error) {
  if (is_folder(folder->path) && !remove_folder(folder->path)) {
    return sf_fail(error, SF_FILE, "%s: cannot be replaced: %s", folder->path, strerror(errno));
  }
  SF_TRY(sf_file_rename(folder->partial, folder->path, error));
  folder->partial[0] = '\0';
  return SF_OK;
}

void sf_output_folder_discard(struct sf_output_folder *folder) {
  if (folder->partial[0] != '\0') {
    remove_folder(folder->partial);
    folder->partial[0] = '\0';
  }
}

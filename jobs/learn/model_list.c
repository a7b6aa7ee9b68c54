// synfin model list: the models of a registry.
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/output_folder.h"
#include "jobs/command.h"
#include "jobs/learn/model.h"

static int is_visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static const char *text_of(const json_t *json, const char *name) {
  const char *text = json_string_value(json_object_get(json, name));
  return text ? text : "?";
}

// Mean of the validation part's average precision over the repeats of the first member.
static double validation_precision(const json_t *metadata) {
  const json_t *member = json_array_get(json_object_get(metadata, "members"), 0);
  const json_t *repeats = json_object_get(member, "repeats");
  const size_t count = json_array_size(repeats);
  double sum = 0;
  for (size_t r = 0; r < count; r++) {
    sum += json_number_value(
        json_object_get(json_array_get(repeats, r), "validation_average_precision"));
  }
  return count > 0 ? sum / (double)count : 0;
}

// One line, or none if the folder is no model.
static void print_model(const char *registry, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%.2000s/%.255s/" SF_OUTPUT_FOLDER_MARK, registry, name);
  json_t *metadata = json_load_file(path, 0, NULL);
  if (metadata && json_is_array(json_object_get(metadata, "members"))) {
    const json_t *corpus = json_object_get(metadata, "corpus");
    const json_t *member = json_array_get(json_object_get(metadata, "members"), 0);
    printf("%-20s %-9s %7" JSON_INTEGER_FORMAT " %7zu %10.4f  %-9s %s\n", name,
           text_of(metadata, "model"), json_integer_value(json_object_get(metadata, "repeats")),
           json_array_size(json_object_get(member, "inputs")), validation_precision(metadata),
           text_of(json_object_get(metadata, "view"), "split"), text_of(corpus, "digest"));
  }
  json_decref(metadata);
}

enum sf_status sf_job_model(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  struct dirent **entry = NULL;
  SF_TRY(sf_options_load(SF_COMMAND_MODEL, argc, argv, &options, &operands, error));
  if (strcmp(operands.text[0], "list") != 0) {
    return sf_fail(error, SF_USAGE, "model: unknown '%.64s', did you mean 'list'?",
                   operands.text[0]);
  }
  const int count = scandir(options.learn.registry, &entry, is_visible, alphasort);
  if (count < 0) {
    return sf_fail(error, SF_FILE, "%s: there is no registry of models", options.learn.registry);
  }
  printf("%-20s %-9s %7s %7s %10s  %-9s %s\n", "name", "model", "repeats", "inputs", "validation",
         "split", "corpus");
  for (int i = 0; i < count; i++) {
    print_model(options.learn.registry, entry[i]->d_name);
    free(entry[i]);
  }
  free(entry);
  return SF_OK;
}

#include "jobs/learn/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "io/option_value.h"
#include "io/text_output.h"

static const char *choice_name(enum sf_option_id id, int32_t value, char text[SF_PATH_SIZE]) {
  sf_option_print(&sf_option_table[id], &value, text);
  return text;
}

json_t *sf_parts_json(const int64_t count[]) {
  return json_pack("{s:I, s:I, s:I}", "train", (json_int_t)count[SF_SPLIT_TRAIN], "validation",
                   (json_int_t)count[SF_SPLIT_VALIDATION], "test",
                   (json_int_t)count[SF_SPLIT_TEST]);
}

static json_t *view_json(const struct sf_learn_options *learn) {
  char split[SF_PATH_SIZE], date[SF_DATE_SIZE] = "";
  json_t *json = json_pack("{s:s, s:I, s:I, s:I}", "split",
                           choice_name(SF_OPTION_LEARN_SPLIT, learn->split, split), "seed",
                           (json_int_t)learn->seed, "undersample", (json_int_t)learn->undersample,
                           "oversample", (json_int_t)learn->oversample);
  if (learn->as_of != 0) {
    sf_date_print(learn->as_of, date);
    json_object_set_new(json, "as_of", json_string(date));
  }
  return json;
}

json_t *sf_metadata_begin(const struct sf_dataset *dataset, const struct sf_learn_options *learn,
                          const struct sf_fitted *fitted, struct sf_error *error) {
  struct sf_digest digest;
  char text[SF_DIGEST_TEXT_SIZE];
  if (sf_corpus_root_digest(dataset->corpus, &digest, error) != SF_OK) {
    return NULL;
  }
  sf_digest_text(digest, text);
  json_t *json =
      json_pack("{s:s, s:{s:s, s:s, s:i}, s:o, s:o, s:o, s:o}", "program", "synfin " SYNFIN_VERSION,
                "corpus", "path", dataset->path, "digest", text, "schema_version",
                SF_SCHEMA_VERSION, "view", view_json(learn), "rows", sf_parts_json(fitted->rows),
                "fraud", sf_parts_json(fitted->fraud), "known_fraud", sf_parts_json(fitted->known));
  if (!json) {
    sf_fail(error, SF_MEMORY, "metadata cannot be made (is the path of the corpus UTF-8?)");
  }
  return json;
}

enum sf_status sf_metadata_view(const json_t *metadata, const char *path, struct sf_view *view,
                                struct sf_error *error) {
  const char *split = NULL, *as_of = NULL;
  json_int_t seed = 0, version = 0;
  memset(view, 0, sizeof *view);
  if (json_unpack((json_t *)metadata, "{s:{s:I}, s:{s:s, s:I, s?s}}", "corpus", "schema_version",
                  &version, "view", "split", &split, "seed", &seed, "as_of", &as_of) != 0) {
    return sf_fail(error, SF_FORMAT, "%s: is not the metadata of a model", path);
  }
  if (version != SF_SCHEMA_VERSION) {
    return sf_fail(error, SF_MISMATCH,
                   "%s: the model was trained on a corpus of schema version %lld, this program "
                   "reads version %d",
                   path, (long long)version, SF_SCHEMA_VERSION);
  }
  view->seed = (uint64_t)seed;
  if ((as_of && !sf_date_read(as_of, &view->as_of)) ||
      sf_option_read(&sf_option_table[SF_OPTION_LEARN_SPLIT], split, &view->split, path, NULL) !=
          SF_OK) {
    return sf_fail(error, SF_FORMAT, "%s: its view of the corpus cannot be read", path);
  }
  return SF_OK;
}

enum sf_status sf_json_write(const char *path, const json_t *json, int force,
                             struct sf_error *error) {
  char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
  if (!text) {
    return sf_fail(error, SF_MEMORY, "out of memory for %s", path);
  }
  struct sf_text_output output;
  enum sf_status status = sf_text_output_create(&output, path, force, error);
  const size_t length = strlen(text);
  for (size_t at = 0; at < length && status == SF_OK; at += SF_TEXT_ROOM_MAX) {
    const size_t piece = length - at < SF_TEXT_ROOM_MAX ? length - at : SF_TEXT_ROOM_MAX;
    status = sf_text_output_room(&output, piece, error);
    if (status == SF_OK) {
      memcpy(output.buffer + output.used, text + at, piece);
      output.used += piece;
    }
  }
  free(text);
  status = status == SF_OK ? sf_text_output_room(&output, 1, error) : status;
  if (status == SF_OK) {
    output.buffer[output.used++] = '\n';
    status = sf_text_output_commit(&output, error);
  }
  sf_text_output_free(&output);
  return status;
}

enum sf_status sf_metadata_write(const struct sf_output_folder *folder, const json_t *metadata,
                                 struct sf_error *error) {
  char path[4096];
  sf_output_folder_file(folder, SF_OUTPUT_FOLDER_MARK, path);
  return sf_json_write(path, metadata, 0, error);
}

#include "io/config_file.h"

#include <errno.h>
#include <jansson.h>
#include <libfyaml.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// The one key that is no option.
#define BASE "base"

// A key or value: text with its final zero, and where it stands.
struct scalar {
  int32_t line;
  char text[SF_PATH_SIZE];
};

struct reader {
  struct fy_diag *diag;
  struct fy_parser *parser;
  const char *name;
  struct sf_error *error;
};

static int32_t event_line(struct fy_event *event) {
  const struct fy_mark *mark = fy_event_start_mark(event);
  return mark ? mark->line + 1 : 1;  // libfyaml counts from 0
}

// The first cause is the one to report; libfyaml's own message has no names in it.
static enum sf_status fail_syntax(const struct reader *reader) {
  void *at = NULL;
  const struct fy_diag_error *cause = fy_diag_errors_iterate(reader->diag, &at);
  if (!cause) {
    return sf_fail(reader->error, SF_CONFIG, "%s: not YAML", reader->name);
  }
  return sf_fail(reader->error, SF_CONFIG, "%s:%d: not YAML: %s", reader->name, cause->line,
                 cause->msg);
}

// The next event, which is the caller's to free; null at an error.
static struct fy_event *next_event(struct reader *reader) {
  struct fy_event *event = fy_parser_parse(reader->parser);
  if (event && fy_diag_got_error(reader->diag)) {
    fy_parser_event_free(reader->parser, event);
    return NULL;
  }
  return event;
}

static enum fy_event_type next_type(struct reader *reader, int32_t *line) {
  struct fy_event *event = next_event(reader);
  const enum fy_event_type type = event ? event->type : FYET_NONE;
  if (event) {
    *line = event_line(event);
    fy_parser_event_free(reader->parser, event);
  }
  return type;
}

static enum sf_status copy_scalar(struct reader *reader, struct fy_event *event,
                                  struct scalar *scalar) {
  size_t length = 0;
  const char *text = fy_token_get_text(fy_event_get_token(event), &length);
  scalar->line = event_line(event);
  if (!text) {
    length = 0;  // `key:` without a value has no text
  }
  if (length >= SF_PATH_SIZE) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: %zu bytes of text, at most %d are possible",
                   reader->name, scalar->line, length, SF_PATH_SIZE - 1);
  }
  if (length > 0 && memchr(text, '\0', length)) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: the text holds a zero byte", reader->name,
                   scalar->line);
  }
  if (length > 0) {
    memcpy(scalar->text, text, length);
  }
  scalar->text[length] = '\0';
  return SF_OK;
}

// Reads a key or a value; `*end` is set at the end of the mapping. `key` is
// the key that a value belongs to, null for a key itself.
static enum sf_status next_scalar(struct reader *reader, const char *key, struct scalar *scalar,
                                  int *end) {
  struct fy_event *event = next_event(reader);
  if (!event) {
    return fail_syntax(reader);
  }
  enum sf_status status = SF_OK;
  if (event->type == FYET_MAPPING_END && !key) {
    *end = 1;
  } else if (event->type == FYET_SCALAR) {
    status = copy_scalar(reader, event, scalar);
  } else if (key) {
    status = sf_fail(reader->error, SF_CONFIG, "%s:%d: %s: must be a single value", reader->name,
                     event_line(event), key);
  } else {
    status = sf_fail(reader->error, SF_CONFIG, "%s:%d: a key must be the name of an option",
                     reader->name, event_line(event));
  }
  fy_parser_event_free(reader->parser, event);
  return status;
}

static enum sf_status fail_unknown(const struct reader *reader, const struct scalar *key) {
  const char *nearest = sf_option_nearest(key->text, SF_COMMAND_CONFIG, SF_SCOPE_RUN);
  if (sf_name_distance(key->text, BASE) <= 1) {
    nearest = BASE;
  }
  if (!nearest) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: unknown key '%.64s', see 'synfin help config'",
                   reader->name, key->line, key->text);
  }
  return sf_fail(reader->error, SF_CONFIG, "%s:%d: unknown key '%.64s', did you mean '%s'?",
                 reader->name, key->line, key->text, nearest);
}

static enum sf_status fail_duplicate(const struct reader *reader, const struct scalar *key,
                                     int32_t first) {
  return sf_fail(reader->error, SF_CONFIG, "%s:%d: %s is given a second time, first in line %d",
                 reader->name, key->line, key->text, first);
}

static enum sf_status take_base(const struct reader *reader, const struct scalar *key,
                                const struct scalar *value, struct sf_config_text *config) {
  if (config->base_line > 0) {
    return fail_duplicate(reader, key, config->base_line);
  }
  if (value->text[0] == '\0') {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: base: the value is empty", reader->name,
                   key->line);
  }
  config->base_line = key->line;
  memcpy(config->base, value->text, sizeof config->base);
  return SF_OK;
}

static enum sf_status take_option(const struct reader *reader, const struct scalar *key,
                                  const struct scalar *value, struct sf_config_text *config) {
  const enum sf_option_id id =
      sf_option_find(key->text, strlen(key->text), SF_COMMAND_CONFIG, SF_SCOPE_RUN);
  if (id == SF_OPTION_COUNT) {
    return fail_unknown(reader, key);
  }
  for (int32_t i = 0; i < config->count; i++) {
    if (config->entry[i].option == id) {
      return fail_duplicate(reader, key, config->entry[i].line);
    }
  }
  struct sf_config_entry *entry = &config->entry[config->count++];
  entry->option = id;
  entry->line = key->line;
  memcpy(entry->value, value->text, sizeof entry->value);
  return SF_OK;
}

static enum sf_status read_mapping(struct reader *reader, struct sf_config_text *config) {
  for (;;) {
    struct scalar key = {0}, value = {0};
    int end = 0;
    SF_TRY(next_scalar(reader, NULL, &key, &end));
    if (end) {
      return SF_OK;
    }
    // An unknown key is the cause even if its value is of a wrong kind as well.
    const int base = strcmp(key.text, BASE) == 0;
    if (!base && sf_option_find(key.text, strlen(key.text), SF_COMMAND_CONFIG, SF_SCOPE_RUN) ==
                     SF_OPTION_COUNT) {
      return fail_unknown(reader, &key);
    }
    SF_TRY(next_scalar(reader, key.text, &value, &end));
    SF_TRY(base ? take_base(reader, &key, &value, config)
                : take_option(reader, &key, &value, config));
  }
}

// stream: [document: mapping]; a file without any document sets nothing.
static enum sf_status read_stream(struct reader *reader, struct sf_config_text *config) {
  int32_t line = 1;
  if (next_type(reader, &line) != FYET_STREAM_START) {
    return fail_syntax(reader);
  }
  enum fy_event_type type = next_type(reader, &line);
  if (type == FYET_STREAM_END) {
    return SF_OK;
  }
  if (type != FYET_DOCUMENT_START) {
    return fail_syntax(reader);
  }
  type = next_type(reader, &line);
  if (type == FYET_NONE) {
    return fail_syntax(reader);
  }
  if (type != FYET_MAPPING_START) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: must be lines of the form 'key: value'",
                   reader->name, line);
  }
  SF_TRY(read_mapping(reader, config));
  if (next_type(reader, &line) != FYET_DOCUMENT_END) {
    return fail_syntax(reader);
  }
  type = next_type(reader, &line);
  if (type == FYET_DOCUMENT_START) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: a second document", reader->name, line);
  }
  return type == FYET_STREAM_END ? SF_OK : fail_syntax(reader);
}

// What libfyaml must not see: 0.7 never returns from some malformed directives
// ("%..." lines, which no configuration needs) and from some bytes that are no
// text. UTF-8 is what jansson makes strings of.
static enum sf_status check_text(const char *text, size_t size, const char *name,
                                 struct sf_error *error) {
  int32_t line = 1;
  for (size_t i = 0; i < size; i++) {
    const unsigned char c = (unsigned char)text[i];
    const int line_start = i == 0 || text[i - 1] == '\n' || text[i - 1] == '\r';
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return sf_fail(error, SF_CONFIG, "%s:%d: control character 0x%02x", name, line, (unsigned)c);
    }
    if (c == '%' && line_start) {
      return sf_fail(error, SF_CONFIG, "%s:%d: a line cannot begin with '%%'", name, line);
    }
    line += c == '\n';
  }
  json_t *string = json_stringn(text, size);
  if (!string) {
    return sf_fail(error, SF_CONFIG, "%s: not a text in UTF-8", name);
  }
  json_decref(string);
  return SF_OK;
}

static enum sf_status open_reader(struct reader *reader, const char *text, size_t size) {
  const struct fy_diag_cfg diag = {.level = FYET_ERROR, .module_mask = ~0u};
  reader->diag = fy_diag_create(&diag);
  if (!reader->diag) {
    return sf_fail(reader->error, SF_MEMORY, "%s: out of memory", reader->name);
  }
  fy_diag_set_collect_errors(reader->diag, true);
  const struct fy_parse_cfg parse = {.flags = FYPCF_COLLECT_DIAG, .diag = reader->diag};
  reader->parser = fy_parser_create(&parse);
  if (!reader->parser || fy_parser_set_string(reader->parser, text, size) != 0) {
    return sf_fail(reader->error, SF_MEMORY, "%s: out of memory", reader->name);
  }
  return SF_OK;
}

enum sf_status sf_config_parse_text(const char *text, size_t size, const char *name,
                                    struct sf_config_text *config, struct sf_error *error) {
  memset(config, 0, sizeof *config);
  if (size == 0) {
    return SF_OK;
  }
  SF_TRY(check_text(text, size, name, error));
  struct reader reader = {.name = name, .error = error};
  enum sf_status status = open_reader(&reader, text, size);
  if (status == SF_OK) {
    status = read_stream(&reader, config);
  }
  if (reader.parser) {
    fy_parser_destroy(reader.parser);
  }
  if (reader.diag) {
    fy_diag_destroy(reader.diag);
  }
  return status;
}

static enum sf_status apply_at(const struct sf_config_text *config, const char *name, int32_t file,
                               struct sf_options *options, struct sf_error *error) {
  uint32_t given = 0;
  for (int32_t i = 0; i < config->count; i++) {
    const struct sf_config_entry *entry = &config->entry[i];
    const struct sf_origin origin = {.level = SF_LEVEL_FILE, .file = file, .line = entry->line};
    char where[2 * SF_PATH_SIZE];
    snprintf(where, sizeof where, "%s:%d: %s", name, entry->line,
             sf_option_table[entry->option].name);
    SF_TRY(sf_options_set(options, entry->option, entry->value, origin, where, error));
    given |= 1u << entry->option;
  }
  return sf_options_end_level(options, given, name, error);
}

enum sf_status sf_config_apply(const struct sf_config_text *config, const char *name,
                               struct sf_options *options, struct sf_error *error) {
  if (options->file_count == SF_CONFIG_FILES_MAX) {
    return sf_fail(error, SF_CONFIG, "%s: more than %d configuration files", name,
                   SF_CONFIG_FILES_MAX);
  }
  const int32_t file = options->file_count++;
  snprintf(options->files[file], SF_PATH_SIZE, "%s", name);
  return apply_at(config, name, file, options, error);
}

// One file of a chain of bases. The identity tells a file under two names.
struct link {
  char path[SF_PATH_SIZE];
  dev_t device;
  ino_t inode;
  struct sf_config_text config;
};

static enum sf_status read_file(struct link *link, const char *from, char *buffer,
                                struct sf_error *error) {
  FILE *stream = fopen(link->path, "rb");
  struct stat status;
  if (!stream || fstat(fileno(stream), &status) != 0) {
    const int cause = errno;
    if (stream) {
      fclose(stream);
    }
    return sf_fail(error, SF_CONFIG, "%s%s: %s", from, link->path, strerror(cause));
  }
  link->device = status.st_dev;
  link->inode = status.st_ino;
  const size_t size = fread(buffer, 1, SF_CONFIG_BYTES_MAX, stream);
  const int cause = ferror(stream) ? errno : 0;
  const int whole = size < SF_CONFIG_BYTES_MAX;
  fclose(stream);
  if (cause) {
    return sf_fail(error, SF_CONFIG, "%s%s: %s", from, link->path, strerror(cause));
  }
  if (!whole) {
    return sf_fail(error, SF_CONFIG, "%s%s: has %d bytes or more, too many for a configuration",
                   from, link->path, SF_CONFIG_BYTES_MAX);
  }
  return sf_config_parse_text(buffer, size, link->path, &link->config, error);
}

// The path of the base named in `link`.
static enum sf_status base_path(const struct link *link, char path[SF_PATH_SIZE],
                                struct sf_error *error) {
  char folder[SF_PATH_SIZE];
  snprintf(folder, sizeof folder, "%s", link->path);
  const char *base = link->config.base;
  const int relative = base[0] != '/' && strchr(link->path, '/');
  const int length = relative ? snprintf(path, SF_PATH_SIZE, "%s/%s", dirname(folder), base)
                              : snprintf(path, SF_PATH_SIZE, "%s", base);
  if (length >= SF_PATH_SIZE) {
    return sf_fail(error, SF_CONFIG, "%s:%d: base: the path is too long", link->path,
                   link->config.base_line);
  }
  return SF_OK;
}

// Follows the bases from links[0] on; `*count` files are read.
static enum sf_status read_chain(struct link *links, int32_t *count, char *buffer,
                                 struct sf_error *error) {
  char from[2 * SF_PATH_SIZE] = "";
  for (*count = 0;;) {
    struct link *link = &links[*count];
    SF_TRY(read_file(link, from, buffer, error));
    ++*count;
    for (int32_t i = 0; i + 1 < *count; i++) {
      if (links[i].device == link->device && links[i].inode == link->inode) {
        return sf_fail(error, SF_CONFIG, "%s%s is already one of the files that lead here", from,
                       link->path);
      }
    }
    if (link->config.base_line == 0) {
      return SF_OK;
    }
    snprintf(from, sizeof from, "%s:%d: base: ", link->path, link->config.base_line);
    if (*count == SF_CONFIG_FILES_MAX) {
      return sf_fail(error, SF_CONFIG, "%smore than %d configuration files", from,
                     SF_CONFIG_FILES_MAX);
    }
    SF_TRY(base_path(link, links[*count].path, error));
  }
}

enum sf_status sf_config_load(const char *path, struct sf_options *options,
                              struct sf_error *error) {
  struct link *links = calloc(SF_CONFIG_FILES_MAX, sizeof *links);
  char *buffer = malloc(SF_CONFIG_BYTES_MAX);
  enum sf_status status = SF_OK;
  if (!links || !buffer) {
    status = sf_fail(error, SF_MEMORY, "%s: out of memory", path);
    goto done;
  }
  if (snprintf(links[0].path, SF_PATH_SIZE, "%s", path) >= SF_PATH_SIZE) {
    status = sf_fail(error, SF_CONFIG, "--config: the path is too long");
    goto done;
  }
  int32_t count;
  status = read_chain(links, &count, buffer, error);
  for (int32_t i = count - 1; i >= 0 && status == SF_OK; i--) {
    status = sf_config_apply(&links[i].config, links[i].path, options, error);
  }
done:
  free(buffer);
  free(links);
  return status;
}

#include "io/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

// The one key that is no option.
#define BASE "base"

// A key or value: text with its final zero, and where it stands.
struct scalar {
  int32_t line;
  char text[SF_PATH_SIZE];
};

struct reader {
  yaml_parser_t parser;
  const char *text;  // what the parser reads
  const char *name;
  struct sf_error *error;
};

// libyaml counts from 0.
static int32_t event_line(const yaml_event_t *event) { return (int32_t)event->start_mark.line + 1; }

// Bytes that are no text have an offset only. What the scanner gives up on, such
// as a quote that is never closed, is where it begins, not where the text ends.
static int32_t fault_line(const struct reader *reader) {
  const yaml_parser_t *parser = &reader->parser;
  if (parser->error != YAML_READER_ERROR) {
    const yaml_mark_t *mark =
        parser->error == YAML_SCANNER_ERROR ? &parser->context_mark : &parser->problem_mark;
    return (int32_t)mark->line + 1;
  }
  int32_t line = 1;
  for (size_t i = 0; i < parser->problem_offset; i++) {
    line += reader->text[i] == '\n';
  }
  return line;
}

static enum sf_status fail_syntax(const struct reader *reader) {
  const yaml_parser_t *parser = &reader->parser;
  if (parser->error == YAML_MEMORY_ERROR) {
    return sf_fail(reader->error, SF_MEMORY, "%s: out of memory", reader->name);
  }
  char detail[64] = "";
  if (parser->error == YAML_READER_ERROR && parser->problem_value >= 0) {
    snprintf(detail, sizeof detail, " (0x%02x)", (unsigned)parser->problem_value);
  } else if (parser->context) {
    snprintf(detail, sizeof detail, " %s", parser->context);
  }
  return sf_fail(reader->error, SF_CONFIG, "%s:%d: not YAML: %s%s", reader->name,
                 fault_line(reader), parser->problem, detail);
}

// The next event, which is the caller's to delete.
static enum sf_status next_event(struct reader *reader, yaml_event_t *event) {
  return yaml_parser_parse(&reader->parser, event) ? SF_OK : fail_syntax(reader);
}

// The type and line of the next event, for those that hold nothing else.
static enum sf_status next_type(struct reader *reader, yaml_event_type_t *type, int32_t *line) {
  yaml_event_t event;
  SF_TRY(next_event(reader, &event));
  *type = event.type;
  *line = event_line(&event);
  yaml_event_delete(&event);
  return SF_OK;
}

static enum sf_status copy_scalar(const struct reader *reader, const yaml_event_t *event,
                                  struct scalar *scalar) {
  const char *text = (const char *)event->data.scalar.value;
  const size_t length = event->data.scalar.length;
  scalar->line = event_line(event);
  if (length >= SF_PATH_SIZE) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: %zu bytes of text, at most %d are possible",
                   reader->name, scalar->line, length, SF_PATH_SIZE - 1);
  }
  if (memchr(text, '\0', length)) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: the text holds a zero byte", reader->name,
                   scalar->line);
  }
  memcpy(scalar->text, text, length + 1);
  return SF_OK;
}

// Reads a key or a value; `*end` is set at the end of the mapping. `key` is
// the key that a value belongs to, null for a key itself.
static enum sf_status next_scalar(struct reader *reader, const char *key, struct scalar *scalar,
                                  int *end) {
  yaml_event_t event;
  SF_TRY(next_event(reader, &event));
  enum sf_status status = SF_OK;
  if (event.type == YAML_MAPPING_END_EVENT && !key) {
    *end = 1;
  } else if (event.type == YAML_SCALAR_EVENT) {
    status = copy_scalar(reader, &event, scalar);
  } else if (key) {
    status = sf_fail(reader->error, SF_CONFIG, "%s:%d: %s: must be a single value", reader->name,
                     event_line(&event), key);
  } else {
    status = sf_fail(reader->error, SF_CONFIG, "%s:%d: a key must be the name of an option",
                     reader->name, event_line(&event));
  }
  yaml_event_delete(&event);
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
  yaml_event_type_t type;
  int32_t line;
  SF_TRY(next_type(reader, &type, &line));  // the start of the stream
  SF_TRY(next_type(reader, &type, &line));
  if (type == YAML_STREAM_END_EVENT) {
    return SF_OK;
  }
  SF_TRY(next_type(reader, &type, &line));  // after the start of the document
  if (type != YAML_MAPPING_START_EVENT) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: must be lines of the form 'key: value'",
                   reader->name, line);
  }
  SF_TRY(read_mapping(reader, config));
  SF_TRY(next_type(reader, &type, &line));  // the end of the document
  SF_TRY(next_type(reader, &type, &line));
  if (type != YAML_STREAM_END_EVENT) {
    return sf_fail(reader->error, SF_CONFIG, "%s:%d: a second document", reader->name, line);
  }
  return SF_OK;
}

// Text of the file in a message must not make two lines of it, or steer a terminal.
static enum sf_status on_one_line(enum sf_status status, struct sf_error *error) {
  for (size_t i = 0; status != SF_OK && error && error->text[i]; i++) {
    if (iscntrl((unsigned char)error->text[i])) {
      error->text[i] = '?';
    }
  }
  return status;
}

// What libyaml would take in another sense: "%..." lines tell how to read the
// rest, and three characters end a line in YAML 1.1 but not in 1.2, so that in
// a value they would become blanks.
static enum sf_status check_text(const char *text, size_t size, const char *name,
                                 struct sf_error *error) {
  static const char *const breaks[] = {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
  int32_t line = 1;
  for (size_t i = 0; i < size; i++) {
    const int line_start = i == 0 || text[i - 1] == '\n' || text[i - 1] == '\r';
    if (text[i] == '%' && line_start) {
      return sf_fail(error, SF_CONFIG, "%s:%d: a line cannot begin with '%%'", name, line);
    }
    for (size_t b = 0; b < sizeof breaks / sizeof breaks[0]; b++) {
      const size_t length = strlen(breaks[b]);
      if (size - i >= length && memcmp(&text[i], breaks[b], length) == 0) {
        return sf_fail(error, SF_CONFIG,
                       "%s:%d: U+0085, U+2028 and U+2029 must be written as \"\\N\", \"\\L\" and "
                       "\"\\P\"",
                       name, line);
      }
    }
    line += text[i] == '\n';
  }
  return SF_OK;
}

enum sf_status sf_config_parse_text(const char *text, size_t size, const char *name,
                                    struct sf_config_text *config, struct sf_error *error) {
  memset(config, 0, sizeof *config);
  // libyaml would count a byte order mark as indentation, or take it for UTF-16.
  if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    size -= 3;
  }
  SF_TRY(check_text(text, size, name, error));
  struct reader reader = {.text = text, .name = name, .error = error};
  if (!yaml_parser_initialize(&reader.parser)) {
    return sf_fail(error, SF_MEMORY, "%s: out of memory", name);
  }
  yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, size);
  const enum sf_status status = read_stream(&reader, config);
  yaml_parser_delete(&reader.parser);
  return on_one_line(status, error);
}

static enum sf_status apply_at(const struct sf_config_text *config, const char *name, int32_t file,
                               struct sf_options *options, struct sf_error *error) {
  struct sf_option_set given = {{false}};
  for (int32_t i = 0; i < config->count; i++) {
    const struct sf_config_entry *entry = &config->entry[i];
    const struct sf_origin origin = {.level = SF_LEVEL_FILE, .file = file, .line = entry->line};
    char where[2 * SF_PATH_SIZE];
    snprintf(where, sizeof where, "%s:%d: %s", name, entry->line,
             sf_option_table[entry->option].name);
    SF_TRY(sf_options_set(options, entry->option, entry->value, origin, where, error));
    given.has[entry->option] = true;
  }
  return sf_options_end_level(options, &given, name, error);
}

enum sf_status sf_config_apply(const struct sf_config_text *config, const char *name,
                               struct sf_options *options, struct sf_error *error) {
  if (options->file_count == SF_CONFIG_FILES_MAX) {
    return sf_fail(error, SF_CONFIG, "%s: more than %d configuration files", name,
                   SF_CONFIG_FILES_MAX);
  }
  const int32_t file = options->file_count++;
  snprintf(options->files[file], SF_PATH_SIZE, "%s", name);
  return on_one_line(apply_at(config, name, file, options, error), error);
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
  return on_one_line(status, error);
}

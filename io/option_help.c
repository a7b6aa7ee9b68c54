// Texts made from the options table: help on the terminal and the reference page.
#include <string.h>

#include "io/option_value.h"
#include "io/options.h"

// What stands for the value in "--seed N"; choices are spelled out.
static const char *value_name(const struct sf_option *option) {
  switch (option->type) {
    case SF_OPTION_INTEGER:
      return " N";
    case SF_OPTION_REAL:
      return " X";
    case SF_OPTION_DATE:
      return " YYYY-MM-DD";
    case SF_OPTION_PATH:
      return " FILE";
    case SF_OPTION_TEXT:
      return " TEXT";
    case SF_OPTION_SLICE:
      return " A:B";
    case SF_OPTION_DURATION:
      return " TIME";
    case SF_OPTION_CHOICES:
      return " NAME,...";
    case SF_OPTION_CHOICE:
      return option->range;
    case SF_OPTION_BOOLEAN:
      break;
  }
  return "";
}

static void print_option(const struct sf_option *option, FILE *stream) {
  const char *space = option->type == SF_OPTION_CHOICE ? " " : "";
  if (option->letter) {
    fprintf(stream, "  -%c, --%s%s%s\n", option->letter, option->name, space, value_name(option));
  } else {
    fprintf(stream, "  --%s%s%s\n", option->name, space, value_name(option));
  }
  fprintf(stream, "        %s", option->help);
  const char *joint = " (";
  if (option->type == SF_OPTION_INTEGER || option->type == SF_OPTION_DATE ||
      option->type == SF_OPTION_REAL || option->type == SF_OPTION_CHOICES) {
    char range[SF_RANGE_SIZE];
    sf_option_range(option, range);
    fprintf(stream, "%s%s", joint, range);
    joint = "; ";
  }
  if (option->initial[0] && option->type != SF_OPTION_BOOLEAN) {
    fprintf(stream, "%sdefault %s", joint, option->initial);
    joint = "; ";
  }
  fputs(joint[0] == ';' ? ")\n" : "\n", stream);
}

static void print_usage(enum sf_command_id command, FILE *stream) {
  const struct sf_command_text *text = &sf_command_texts[command];
  fprintf(stream, "synfin %s", text->name);
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    if (sf_option_table[id].commands >> command & 1) {
      fputs(" [OPTION]...", stream);
      break;
    }
  }
  if (text->operands[0] != '\0') {
    fprintf(stream, " %s", text->operands);
  }
  if (command == SF_COMMAND_GENERATE || command == SF_COMMAND_EXPORT) {
    fputs(" -o FILE", stream);
  }
  fputc('\n', stream);
}

static void program_help(FILE *stream) {
  fputs(
      "Synthetic Indian payment data, a pure function of a configuration.\n\n"
      "usage: synfin COMMAND [OPTION]...\n"
      "       mpirun -n RANKS synfin COMMAND [OPTION]...\n\ncommands:\n",
      stream);
  for (int id = 0; id < SF_COMMAND_COUNT; id++) {
    fprintf(stream, "  %-10s %s\n", sf_command_texts[id].name, sf_command_texts[id].summary);
  }
  fputs("\n'synfin help COMMAND' lists the options of a command.\n", stream);
}

void sf_options_help(enum sf_command_id command, FILE *stream) {
  if (command == SF_COMMAND_COUNT) {
    program_help(stream);
    return;
  }
  fprintf(stream, "%s\n\nusage: ", sf_command_texts[command].summary);
  print_usage(command, stream);
  const char *heading = "\noptions:\n";
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    if (sf_option_table[id].commands >> command & 1) {
      fputs(heading, stream);
      heading = "";
      print_option(&sf_option_table[id], stream);
    }
  }
  if (sf_option_table[SF_OPTION_CONFIG].commands >> command & 1) {
    fputs(
        "\nOptions may also stand in a YAML file (--config) or in the environment "
        "(SYNFIN_SEED=7).\n"
        "Later wins: defaults, base file, file, environment, command line.\n",
        stream);
  }
}

// A bar inside a table cell must be escaped, in code as well.
static void put_cell(const char *text, FILE *stream) {
  for (; *text; text++) {
    fprintf(stream, "%s%c", *text == '|' ? "\\" : "", *text);
  }
}

static void markdown_commands(FILE *stream) {
  fputs("| Command | Does |\n|---|---|\n", stream);
  for (enum sf_command_id id = 0; id < SF_COMMAND_COUNT; id++) {
    const char *operands = sf_command_texts[id].operands;
    fprintf(stream, "| `synfin %s%s", sf_command_texts[id].name, operands[0] ? " " : "");
    put_cell(operands, stream);
    fprintf(stream, "` | %s |\n", sf_command_texts[id].summary);
  }
}

static void markdown_option(const struct sf_option *option, FILE *stream) {
  static const char *const scopes[] = {[SF_SCOPE_DATA] = "the data",
                                       [SF_SCOPE_RUN] = "the run",
                                       [SF_SCOPE_SOURCE] = "the run (not a key of a file)",
                                       [SF_SCOPE_LINE] = "the run (command line only)"};
  char range[SF_RANGE_SIZE];
  sf_option_range(option, range);
  fputs("| `", stream);
  if (option->letter) {
    fprintf(stream, "-%c`, `", option->letter);
  }
  fprintf(stream, "--%s` | %s", option->name, range);
  if (option->unit[0]) {
    fprintf(stream, " %s", option->unit);
  }
  fputs(" | ", stream);
  put_cell(option->initial[0] ? option->initial : "not set", stream);
  fprintf(stream, " | %s | ", scopes[option->scope]);
  const char *joint = "";
  for (int id = 0; id < SF_COMMAND_COUNT; id++) {
    if (option->commands >> id & 1) {
      fprintf(stream, "%s%s", joint, sf_command_texts[id].name);
      joint = ", ";
    }
  }
  fputs(" | ", stream);
  put_cell(option->help, stream);
  fputs(" |\n", stream);
}

void sf_options_markdown(FILE *stream) {
  fputs("## Commands\n\n", stream);
  markdown_commands(stream);
  fputs(
      "\n## Options\n\n| Option | Values | Default | Decides | Commands | Meaning |\n"
      "|---|---|---|---|---|---|\n",
      stream);
  for (int id = 0; id < SF_OPTION_COUNT; id++) {
    markdown_option(&sf_option_table[id], stream);
  }
}

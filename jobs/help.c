#include <stdio.h>
#include <string.h>

#include "jobs/command.h"

enum sf_command_id sf_command_find(const char *name) {
  for (int id = 0; id < SF_COMMAND_COUNT; id++) {
    if (strcmp(name, sf_command_texts[id].name) == 0) {
      return (enum sf_command_id)id;
    }
  }
  return SF_COMMAND_COUNT;
}

enum sf_status sf_command_unknown(const char *name, struct sf_error *error) {
  const char *nearest = sf_command_nearest(name);
  if (nearest) {
    return sf_fail(error, SF_USAGE, "unknown command '%.64s', did you mean '%s'?", name, nearest);
  }
  return sf_fail(error, SF_USAGE, "unknown command '%.64s', see 'synfin help'", name);
}

enum sf_status sf_job_help(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  struct sf_operands operands;
  SF_TRY(sf_options_load(SF_COMMAND_HELP, argc, argv, &options, &operands, error));
  if (options.help_format == SF_HELP_MARKDOWN) {
    sf_options_markdown(stdout);
    return SF_OK;
  }
  enum sf_command_id command = SF_COMMAND_COUNT;
  if (operands.count > 0) {
    command = sf_command_find(operands.text[0]);
    if (command == SF_COMMAND_COUNT) {
      return sf_command_unknown(operands.text[0], error);
    }
  }
  sf_options_help(command, stdout);
  return SF_OK;
}

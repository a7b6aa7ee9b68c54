#include <gsl/gsl_version.h>
#include <hdf5.h>
#include <isa-l.h>
#include <jansson.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>
#include <yaml.h>

#include "jobs/command.h"
#include "jobs/learn/booster.h"
#include "kernels/random/lanes.h"
#include "kernels/schema/schema.h"

#ifdef __clang__
#define COMPILER "clang "
#else
#define COMPILER "gcc "
#endif

// Works before MPI_Init, like all that this command calls.
static void print_mpi(void) {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length, version, subversion;
  MPI_Get_library_version(text, &length);
  MPI_Get_version(&version, &subversion);
  // Open MPI adds build details after commas and lines.
  text[strcspn(text, ",\n")] = '\0';
  printf("MPI %d.%d        %s\n", version, subversion, text);
}

enum sf_status sf_job_version(int argc, char **argv, struct sf_error *error) {
  struct sf_options options;
  unsigned major = 0, minor = 0, release = 0;
  SF_TRY(sf_options_load(SF_COMMAND_VERSION, argc, argv, &options, NULL, error));
  if (H5get_libversion(&major, &minor, &release) < 0) {
    return sf_fail(error, SF_INTERNAL, "HDF5 does not tell its version");
  }
  printf("synfin         %s\n", SYNFIN_VERSION);
  printf("schema         %d\n", SF_SCHEMA_VERSION);
  printf("compiler       %s%s\n", COMPILER, __VERSION__);
  printf("vector path    %s\n", sf_lanes_select(NULL)->name);
  printf("HDF5           %u.%u.%u\n", major, minor, release);
  print_mpi();
  printf("GSL            %s\n", gsl_version);
  printf("libyaml        %s\n", yaml_get_version_string());
  printf("jansson        %s\n", JANSSON_VERSION);
  printf("xxHash         %u.%u.%u\n", XXH_versionNumber() / 10000, XXH_versionNumber() / 100 % 100,
         XXH_versionNumber() % 100);
  printf("ISA-L          %d.%d.%d\n", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
  printf("XGBoost        %s\n", sf_booster_version());
  return SF_OK;
}

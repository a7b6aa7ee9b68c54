#ifndef SF_JOBS_LEARN_PARAMETERS_H
#define SF_JOBS_LEARN_PARAMETERS_H

#include <jansson.h>
#include <stdint.h>

#include "kernels/status.h"

// Parameters of XGBoost as texts.

#define SF_PARAMETERS_MAX 32
#define SF_PARAMETER_SIZE 48

struct sf_parameters {
  int count;
  char name[SF_PARAMETERS_MAX][SF_PARAMETER_SIZE], value[SF_PARAMETERS_MAX][SF_PARAMETER_SIZE];
};

// The parameters of a kind of model (enum sf_model_choice but the ensemble).
void sf_parameters_default(int kind, struct sf_parameters *parameters);

// Sets a parameter, in place of an earlier value.
void sf_parameters_set(struct sf_parameters *parameters, const char *name, const char *value);

// Sets the threads of a kind; 0: all. A linear model takes one: more of them wait for each
// other at each of its coordinates, and make it several times slower.
void sf_parameters_threads(struct sf_parameters *parameters, int kind, uint32_t threads);

// SF_CONFIG, with the nearest name, unless users may set a parameter of this name.
enum sf_status sf_parameters_check(const char *name, struct sf_error *error);

// Reads "name=value,name=value". Errors: SF_CONFIG.
enum sf_status sf_parameters_read(struct sf_parameters *parameters, const char *text,
                                  struct sf_error *error);

// Pairs of name and value, ended by a null name, that point into `parameters`.
void sf_parameters_list(const struct sf_parameters *parameters,
                        const char *list[SF_PARAMETERS_MAX + 1][2]);

json_t *sf_parameters_json(const struct sf_parameters *parameters);

#endif

#include "io/dictionary_writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/corpus_format.h"
#include "io/h5_library.h"

static enum sf_status create_dictionary(hid_t file, struct sf_dictionaries *out,
                                        enum sf_domain_id id, struct sf_error *error) {
  const struct sf_domain *domain = sf_domain(id);
  char name[128];
  snprintf(name, sizeof name, "%s/%s", SF_GROUP_DICTIONARIES, domain->name);
  const hid_t type = H5Tcopy(H5T_C_S1);
  hid_t dataset = H5I_INVALID_HID;
  if (H5Tset_size(type, SF_MEMBER_NAME_SIZE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0) {
    dataset = sf_h5_create_dataset(file, name, type, domain->count);
  }
  out->open[id].type = type;
  out->open[id].dataset = dataset;
  return dataset > 0 ? SF_OK : sf_h5_fail(error, SF_FILE, "%s: cannot create %s", out->path, name);
}

enum sf_status sf_dictionaries_create(hid_t file, const char *path, const bool *has,
                                      struct sf_dictionaries *dictionaries,
                                      struct sf_error *error) {
  *dictionaries = (struct sf_dictionaries){.path = path};
  const hid_t group = sf_h5_create_group(file, SF_GROUP_DICTIONARIES);
  if (group < 0 || H5Gclose(group) < 0) {
    return sf_h5_fail(error, SF_FILE, "%s: cannot create %s", path, SF_GROUP_DICTIONARIES);
  }
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    for (uint32_t c = 0; has[t] && c < sf_tables[t].columns; c++) {
      const struct sf_column *column = &sf_tables[t].column[c];
      if (sf_column_has_dictionary(column) && dictionaries->open[column->domain].dataset == 0) {
        SF_TRY(create_dictionary(file, dictionaries, column->domain, error));
      }
    }
  }
  return SF_OK;
}

enum sf_status sf_dictionaries_write(const struct sf_dictionaries *dictionaries,
                                     struct sf_error *error) {
  for (int d = 0; d < SF_DOMAIN_COUNT; d++) {
    const hid_t dataset = dictionaries->open[d].dataset;
    const struct sf_domain *domain = sf_domain((enum sf_domain_id)d);
    if (dataset == 0) {
      continue;
    }
    char(*names)[SF_MEMBER_NAME_SIZE] = malloc(domain->count * sizeof *names);
    if (!names) {
      return sf_fail(error, SF_MEMORY, "out of memory for the dictionary %s", domain->name);
    }
    sf_domain_members(domain, names);
    const herr_t outcome =
        sf_h5_write_rows(dataset, dictionaries->open[d].type, 0, domain->count, names, false);
    free(names);
    if (outcome < 0) {
      return sf_h5_fail(error, SF_FILE, "%s: cannot write the dictionary %s", dictionaries->path,
                        domain->name);
    }
  }
  return SF_OK;
}

herr_t sf_dictionaries_close(const struct sf_dictionaries *dictionaries) {
  herr_t outcome = 0;
  for (int d = 0; d < SF_DOMAIN_COUNT && outcome >= 0; d++) {
    if (dictionaries->open[d].dataset > 0) {
      outcome =
          H5Dclose(dictionaries->open[d].dataset) < 0 ? -1 : H5Tclose(dictionaries->open[d].type);
    }
  }
  return outcome;
}

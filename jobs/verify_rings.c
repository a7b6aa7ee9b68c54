#include <stdlib.h>

#include "jobs/verify_parts.h"
#include "jobs/verify_reading.h"

// The rings of a share, with their members and links in memory.
struct rings {
  struct sf_reading rings, members, links;
};

static void rings_free(struct rings *rings) {
  sf_reading_free(&rings->rings);
  sf_reading_free(&rings->members);
  sf_reading_free(&rings->links);
}

// Rows first .. end-1 of `id`, shape [rows], sorted, that hold the value.
static struct sf_range equal_range(const uint32_t *id, int64_t rows, uint32_t value) {
  struct sf_range range = {0, rows};
  for (int64_t high = rows; range.begin < high;) {
    const int64_t middle = range.begin + (high - range.begin) / 2;
    if (id[middle] < value) {
      range.begin = middle + 1;
    } else {
      high = middle;
    }
  }
  for (range.end = range.begin; range.end < rows && id[range.end] == value;) {
    range.end++;
  }
  return range;
}

static struct sf_checked_row row_of(const struct sf_corpus *corpus, const struct rings *rings) {
  return (struct sf_checked_row){.config = &sf_corpus_info(corpus)->config,
                                 .rings = &rings->rings.batch.rings,
                                 .members = &rings->members.batch.ring_members,
                                 .links = &rings->links.batch.ring_links,
                                 .e = -1};
}

static void judge_rings(struct sf_checked_row row, const struct rings *rings, int64_t first,
                        struct sf_findings *findings) {
  const struct sf_invariant_span span = sf_invariants_of(SF_TABLE_RINGS);
  row.values = &rings->rings.values;
  for (row.g = 0; row.g < row.rings->rows; row.g++) {
    const struct sf_range members =
        equal_range(row.members->ring_id, row.members->rows, row.rings->ring_id[row.g]);
    row.k = members.begin;
    row.k_end = members.end;
    row.number = first + row.g;
    sf_judge(span, &row, findings->invariant);
  }
}

// The ring that a member or link of the share names, among those of the share.
static int64_t place_of(const struct sf_checked_row *row, uint32_t ring_id) {
  const struct sf_range found = equal_range(row->rings->ring_id, row->rings->rows, ring_id);
  return sf_range_length(found) > 0 ? found.begin : -1;
}

static void judge_members(struct sf_checked_row row, const struct rings *rings, int64_t first,
                          struct sf_findings *findings) {
  const struct sf_invariant_span span = sf_invariants_of(SF_TABLE_RING_MEMBERS);
  row.values = &rings->members.values;
  for (row.k = 0; row.k < row.members->rows; row.k++) {
    row.g = place_of(&row, row.members->ring_id[row.k]);
    row.number = first + row.k;
    sf_judge(span, &row, findings->invariant);
    if (row.members->role[row.k] != SF_MEMBER_ROLE_EXPOSED) {
      sf_pairing_add_side(&findings->membership, true, row.members->ring_id[row.k],
                          row.members->customer_id[row.k], 0, 0.0);
    }
  }
}

static void judge_links(struct sf_checked_row row, const struct rings *rings, int64_t first,
                        struct sf_findings *findings) {
  const struct sf_invariant_span span = sf_invariants_of(SF_TABLE_RING_LINKS);
  row.values = &rings->links.values;
  for (row.l = 0; row.l < row.links->rows; row.l++) {
    const uint32_t ring_id = row.links->ring_id[row.l];
    const struct sf_range members = equal_range(row.members->ring_id, row.members->rows, ring_id);
    row.g = place_of(&row, ring_id);
    row.k = members.begin;
    row.k_end = members.end;
    row.number = first + row.l;
    sf_judge(span, &row, findings->invariant);
    sf_link_pairing_add_link(&findings->links, row.links, row.l);
  }
}

// Rows of a table, sorted by ring_id, for rings begin+1 .. end. The first and the
// last share take what stands before and behind all rings.
static enum sf_status find_rows(const struct sf_corpus *corpus, enum sf_table_id table,
                                struct sf_range rings, struct sf_range *rows,
                                struct sf_error *error) {
  const struct sf_corpus_info *info = sf_corpus_info(corpus);
  *rows = (struct sf_range){0, info->rows[table]};
  if (rings.begin > 0) {
    SF_TRY(sf_corpus_first_key(corpus, table, "ring_id", (uint32_t)rings.begin + 1, &rows->begin,
                               error));
  }
  if (rings.end < info->rows[SF_TABLE_RINGS]) {
    SF_TRY(
        sf_corpus_first_key(corpus, table, "ring_id", (uint32_t)rings.end + 1, &rows->end, error));
  }
  return SF_OK;
}

enum sf_status sf_verify_rings(const struct sf_corpus *corpus, struct sf_range share,
                               struct sf_findings *findings, struct sf_error *error) {
  struct rings rings = {0};
  struct sf_range members = {0, 0}, links = {0, 0};
  enum sf_status status = SF_OK;
  // Members and links without any ring belong to rank 0, whose share comes first.
  const bool takes = sf_range_length(share) > 0 || share.begin == 0;
  if (takes) {
    status = find_rows(corpus, SF_TABLE_RING_MEMBERS, share, &members, error);
  }
  if (takes && status == SF_OK) {
    status = find_rows(corpus, SF_TABLE_RING_LINKS, share, &links, error);
  }
  if (status == SF_OK) {
    status = sf_reading_range(&rings.rings, corpus, SF_TABLE_RINGS, share, findings, error);
  }
  if (status == SF_OK) {
    status =
        sf_reading_range(&rings.members, corpus, SF_TABLE_RING_MEMBERS, members, findings, error);
  }
  if (status == SF_OK) {
    status = sf_reading_range(&rings.links, corpus, SF_TABLE_RING_LINKS, links, findings, error);
  }
  if (status == SF_OK) {
    const struct sf_checked_row row = row_of(corpus, &rings);
    judge_rings(row, &rings, share.begin, findings);
    judge_members(row, &rings, members.begin, findings);
    judge_links(row, &rings, links.begin, findings);
  }
  rings_free(&rings);
  return status;
}

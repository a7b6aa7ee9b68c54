#include "jobs/plan_report.h"

#include <math.h>
#include <stdio.h>

#include "jobs/pipeline.h"
#include "kernels/features/features.h"

// 1. Bytes of the file, table by table.

static void table_rows(const struct sf_config *config, const struct sf_needs *needs,
                       double rows[SF_TABLE_COUNT]) {
  const double transactions = needs->transactions;
  rows[SF_TABLE_CUSTOMERS] = config->customers;
  rows[SF_TABLE_MERCHANTS] = sf_config_merchants(config);
  rows[SF_TABLE_TRANSACTIONS] = rows[SF_TABLE_LABELS] = transactions;
  rows[SF_TABLE_EPISODES] = needs->cost.episodes * transactions;
  rows[SF_TABLE_RINGS] = needs->cost.rings * transactions;
  rows[SF_TABLE_RING_MEMBERS] = needs->cost.members * transactions;
  rows[SF_TABLE_RING_LINKS] = needs->cost.links * transactions;
}

// Returns the sum.
static double print_bytes(const struct sf_config *config, const struct sf_needs *needs) {
  double rows[SF_TABLE_COUNT], table[SF_TABLE_COUNT];
  table_rows(config, needs, rows);
  const double features =
      needs->transactions * (double)(sf_feature_width(config->features) * sizeof(float));
  double bytes = sf_pipeline_corpus_bytes(config, needs->transactions), tables = features;
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    table[t] = rows[t] * (double)sf_table_row_bytes(&sf_tables[t]);
    tables += table[t];
    bytes += t >= SF_TABLE_EPISODES ? table[t] : 0;  // those that sf_pipeline_corpus_bytes leaves
  }
  printf("bytes            %.0f (%.1f MB)\n", bytes, bytes / 1e6);
  for (int t = 0; t < SF_TABLE_COUNT; t++) {
    printf("  %-14s %.0f\n", sf_tables[t].name, table[t]);
  }
  printf("  %-14s %.0f\n  %-14s %.0f\n", "features", features, "other", bytes - tables);
  return bytes;
}

// 2. Memory and nodes.

static double node_bytes(const struct sf_needs *needs, double ranks) {
  return ranks * needs->rank_bytes + needs->knowledge_bytes;
}

// Ranks of a node: one on each core, or as many as there is memory for, but at least one.
static double ranks_of_node(const struct sf_needs *needs, const struct sf_limits *limits) {
  double ranks = fmin(limits->cores, needs->ranks);
  if (node_bytes(needs, ranks) > limits->node_bytes) {
    ranks = floor((limits->node_bytes - needs->knowledge_bytes) / needs->rank_bytes);
  }
  return fmax(ranks, 1);
}

static void print_memory(const struct sf_needs *needs, const struct sf_limits *limits) {
  const double ranks = ranks_of_node(needs, limits), nodes = ceil(needs->ranks / ranks);
  printf("memory per rank  %.0f MB\n", needs->rank_bytes / 1e6);
  printf("memory per node  %.0f MB with %.0f %s, of it %.1f MB for what the bank knows\n",
         node_bytes(needs, ranks) / 1e6, ranks, ranks == 1 ? "rank" : "ranks",
         needs->knowledge_bytes / 1e6);
  printf("nodes            %.0f like this one, of %.0f %s and %.1f GB\n", nodes, limits->cores,
         limits->cores == 1 ? "core" : "cores", limits->node_bytes / 1e9);
}

// 3. Time, with a core for each rank and a file system that keeps up.

static double wall_seconds(const struct sf_config *config, const struct sf_needs *needs,
                           double bytes) {
  return needs->cost.start +
         sf_cost_seconds(&needs->cost, config, needs->transactions, bytes) / needs->ranks;
}

static void print_time(const struct sf_needs *needs, double seconds, double bytes) {
  printf("wall time        %.1f s on %.0f %s (estimate, for cores like these)\n", seconds,
         needs->ranks, needs->ranks == 1 ? "rank" : "ranks");
  printf("core-hours       %.4g (estimate)\n", seconds * needs->ranks / 3600);
  printf("file system      %.1f MB/s to keep up\n", bytes / seconds / 1e6);
}

// 4. What would not do.

static void judge_space(const struct sf_limits *limits, double bytes) {
  if (bytes > limits->free_bytes) {
    printf("short of space   %.1f MB are needed, %.1f MB are free\n", bytes / 1e6,
           limits->free_bytes / 1e6);
  }
  if (bytes > limits->quota_bytes) {
    printf("short of quota   %.1f MB are needed, %.1f MB are left of the user's quota\n",
           bytes / 1e6, limits->quota_bytes / 1e6);
  }
}

static void judge_memory(const struct sf_needs *needs, const struct sf_limits *limits) {
  const double ranks = ranks_of_node(needs, limits), bytes = node_bytes(needs, ranks);
  if (bytes > limits->node_bytes) {
    printf("short of memory  a node needs %.0f MB and has %.0f MB (%s)\n", bytes / 1e6,
           limits->node_bytes / 1e6, limits->node_from);
  }
  if (needs->rank_bytes + needs->knowledge_bytes > limits->rank_bytes) {
    printf("short of memory  a rank needs %.0f MB and may have %.0f MB (ulimit -v)\n",
           (needs->rank_bytes + needs->knowledge_bytes) / 1e6, limits->rank_bytes / 1e6);
  }
}

// The knowledge of the bank counts reports in 32 bits.
static void judge_reports(const struct sf_needs *needs) {
  if (needs->reports > (double)UINT32_MAX) {
    printf("short of numbers %.3g reports of fraud are expected, features take %.3g\n",
           needs->reports, (double)UINT32_MAX);
  }
}

static void judge_time(const struct sf_config *config, const struct sf_needs *needs,
                       const struct sf_limits *limits, double seconds, double bytes) {
  if (seconds <= limits->seconds) {
    return;
  }
  const double work = sf_cost_seconds(&needs->cost, config, needs->transactions, bytes);
  const double left = limits->seconds - needs->cost.start;
  printf("short of time    %.1f s are needed, %.1f s are left", seconds, limits->seconds);
  if (left > 0) {
    printf(": %.0f ranks would do", ceil(work / left));
  }
  printf("\n");
}

void sf_plan_report(const struct sf_options *options, const struct sf_needs *needs,
                    const struct sf_limits *limits) {
  const struct sf_config *config = &options->data;
  printf("customers        %u\n", config->customers);
  printf("merchants        %u\n", sf_config_merchants(config));
  printf("transactions     %.0f (%s)\n", needs->transactions,
         needs->is_counted ? "counted" : "estimate");
  const double bytes = print_bytes(config, needs);
  const double seconds = wall_seconds(config, needs, bytes);
  print_memory(needs, limits);
  print_time(needs, seconds, bytes);
  judge_space(limits, bytes);
  judge_memory(needs, limits);
  judge_reports(needs);
  judge_time(config, needs, limits, seconds, bytes);
}

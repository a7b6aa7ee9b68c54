#include "jobs/limits.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/quota.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// A number in the environment, NAN if there is none.
static double variable(const char *name) {
  const char *text = getenv(name);
  char *end;
  const double value = text ? strtod(text, &end) : NAN;
  return text && *text && *end == '\0' ? value : NAN;
}

// 1. Space.

#ifndef dbtob
#define dbtob(blocks) ((blocks) << 10)
#endif

// Limits of the kernel's own quotas; parallel file systems have others and answer
// neither this nor, some of them, by the free space that they report.
static double quota_left(int folder) {
#ifdef SYS_quotactl_fd
  struct dqblk quota;
  memset(&quota, 0, sizeof quota);
  if (syscall(SYS_quotactl_fd, folder, QCMD(Q_GETQUOTA, USRQUOTA), getuid(), &quota) == 0) {
    const __u64 most = quota.dqb_bhardlimit ? quota.dqb_bhardlimit : quota.dqb_bsoftlimit;
    const double left = (double)dbtob(most) - (double)quota.dqb_curspace;
    return most == 0 ? INFINITY : left > 0 ? left : 0;
  }
#endif
  (void)folder;
  return INFINITY;
}

static void find_space(const char *output, struct sf_limits *limits) {
  char copy[PATH_MAX];
  snprintf(copy, sizeof copy, "%s", output[0] ? output : "./");
  const int folder = open(output[0] ? dirname(copy) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct statvfs system;
  if (folder < 0) {
    return;
  }
  if (fstatvfs(folder, &system) == 0) {
    limits->free_bytes = (double)system.f_bavail * (double)system.f_frsize;
  }
  limits->quota_bytes = quota_left(folder);
  close(folder);
}

// 2. Memory.

static void take_node(struct sf_limits *limits, double bytes, const char *from) {
  if (bytes > 0 && bytes < limits->node_bytes) {
    limits->node_bytes = bytes;
    limits->node_from = from;
  }
}

// A file that holds a number or "max"; NAN without it.
static double number_in(const char *path) {
  FILE *file = fopen(path, "re");
  double value = NAN;
  if (file && fscanf(file, "%lf", &value) != 1) {
    value = NAN;
  }
  if (file) {
    fclose(file);
  }
  return value;
}

// The least limit of a control group and of those that it is in.
static void take_group(struct sf_limits *limits, const char *root, char *group, const char *name) {
  for (;;) {
    char path[2 * PATH_MAX + 64];
    snprintf(path, sizeof path, "%s%s/%s", root, group, name);
    take_node(limits, number_in(path), "its control group");
    char *slash = strrchr(group, '/');
    if (!slash) {
      return;
    }
    *slash = '\0';
  }
}

static void take_groups(struct sf_limits *limits) {
  FILE *file = fopen("/proc/self/cgroup", "re");
  char line[PATH_MAX];
  while (file && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    char *group = strchr(line, ':'), *path = group ? strchr(group + 1, ':') : NULL;
    if (path && strncmp(group, ":memory:", 8) == 0) {
      take_group(limits, "/sys/fs/cgroup/memory", path + 1, "memory.limit_in_bytes");
    } else if (path && path == group + 1) {
      take_group(limits, "/sys/fs/cgroup", path + 1, "memory.max");
    }
  }
  if (file) {
    fclose(file);
  }
}

#define MEBIBYTE 1048576.0  // the unit of Slurm

static void find_memory(struct sf_limits *limits) {
  take_node(limits, (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE), "its memory");
  take_groups(limits);
  take_node(limits, MEBIBYTE * variable("SLURM_MEM_PER_NODE"), "SLURM_MEM_PER_NODE");
  take_node(limits, MEBIBYTE * variable("SLURM_MEM_PER_CPU") * limits->cores, "SLURM_MEM_PER_CPU");
  struct rlimit space;
  if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) {
    limits->rank_bytes = (double)space.rlim_cur;
  }
}

void sf_limits_find(const char *output, struct sf_limits *limits) {
  *limits = (struct sf_limits){INFINITY, INFINITY, INFINITY, "", INFINITY, INFINITY, 1};
  const double cores = variable("SLURM_CPUS_ON_NODE");
  limits->cores = cores >= 1 ? cores : (double)sysconf(_SC_NPROCESSORS_ONLN);
  limits->cores = limits->cores >= 1 ? limits->cores : 1;
  find_space(output, limits);
  find_memory(limits);
  const double end = variable("SLURM_JOB_END_TIME");
  if (end > 0) {
    const double left = end - (double)time(NULL);
    limits->seconds = left > 0 ? left : 0;
  }
}

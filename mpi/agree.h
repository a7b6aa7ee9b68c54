#ifndef SF_MPI_AGREE_H
#define SF_MPI_AGREE_H

#include <mpi.h>

#include "kernels/status.h"

// Collective over `comm`. Ends a phase that can fail on some ranks only: without
// it the healthy ranks would wait in the next collective for ever. Returns the
// worst status over ranks, and leaves in `error` of every rank the text of the
// lowest rank that has it, with that rank's number in front when there are
// several ranks. Not to be called again for a failure that is agreed upon.
enum sf_status sf_agree(MPI_Comm comm, enum sf_status status, struct sf_error *error);

// Collective over `comm`. The same without naming the rank, for failures that are known
// to be of several ranks or whose text says enough.
enum sf_status sf_agree_text(MPI_Comm comm, enum sf_status status, struct sf_error *error);

// Collective over `comm`. The same for what only one rank does: the others take
// over its status and its text, and no rank is named.
enum sf_status sf_share_status(MPI_Comm comm, int root, enum sf_status status,
                               struct sf_error *error);

#endif

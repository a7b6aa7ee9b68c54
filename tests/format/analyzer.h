// Included first in every file that clang-tidy analyses: it sees one file at a
// time and could not know that sf_fail returns the status it is given, so that
// every path on which a call failed would look as if it went on.
#include "kernels/status.h"
#define sf_fail(error, status, ...) (sf_fail(error, status, __VA_ARGS__), (status))

// Likewise, an agreement is never better than the status that went into it.
#if __has_include(<mpi.h>)
#include "mpi/agree.h"
#define sf_agree(comm, status, error)                                     \
  __extension__({                                                         \
    const enum sf_status sf_own_ = (status);                              \
    const enum sf_status sf_agreed_ = sf_agree((comm), sf_own_, (error)); \
    sf_own_ != SF_OK ? sf_own_ : sf_agreed_;                              \
  })
#endif

// Included first in every file that clang-tidy analyses: it sees one file at a
// time and could not know that sf_fail returns the status it is given, so that
// every path on which a call failed would look as if it went on.
#include "kernels/status.h"
#define sf_fail(error, status, ...) (sf_fail(error, status, __VA_ARGS__), (status))

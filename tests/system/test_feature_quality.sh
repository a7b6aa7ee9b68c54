#!/bin/bash
# In the default corpus every feature is finite, none is constant and no two say
# the same; each of these faults is found where it is.
set -euo pipefail

if ! "$PYTHON" -c 'import h5py' 2>/dev/null; then
  echo "needs python3-h5py" >&2
  exit 77
fi
quality=$SOURCE/tests/stat/feature_quality.py

"$SYNFIN" generate --quiet --check none -o corpus.h5
"$PYTHON" -B "$quality" corpus.h5
rm corpus.h5

"$PYTHON" - <<'END'
import h5py
import numpy as np

x = np.random.default_rng(1).normal(100, 1, (200000, 7)).astype(np.float32)
x[:, 1] = 3
x[150000, 2] = np.nan
x[:, 4] = x[:, 3]
x[:, 6] = 8 - 2 * x[:, 5]
with h5py.File("faulty.h5", "w") as corpus:
    values = corpus.create_dataset("features/values", data=x)
    values.attrs["names"] = np.array([b"good", b"still", b"nan", b"one", b"same", b"up", b"down"])
END
if "$PYTHON" -B "$quality" faulty.h5 >faults.txt; then
  echo "faults are not found"
  exit 1
fi
diff - <(grep FAULT faults.txt | sort) <<'END'
FAULT: nan has values that are not finite
FAULT: one and same say the same
FAULT: still is 3 in all rows
FAULT: up and down say the same
END

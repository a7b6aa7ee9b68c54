#!/bin/bash
# The Python of docs/examples and the script of docs/baselines.md run as they stand, as
# far as the packages that they need are installed.
set -euo pipefail
"$PYTHON" -c 'import h5py, numpy, sklearn' || { echo "skipped: python3-sklearn is not installed" && exit 77; }

# A program that plants labels and features into each corpus that it generates.
cat >planting <<'END'
#!/bin/bash
set -euo pipefail
"$PROGRAM" "$@"
if [[ $1 == generate ]]; then
  "$PYTHON" "$SOURCE/tests/system/lib/plant.py" "$(sed 's/.* -o \([^ ]*\).*/\1/' <<<"$*")"
fi
END
chmod +x planting
export PROGRAM=$SYNFIN SYNFIN=$PWD/planting
export OMP_THREAD_LIMIT=1  # on a busy machine threads would wait for each other

"$SYNFIN" generate --quiet --customers 150 --days 60 -o corpus.h5
"$PYTHON" "$SOURCE/docs/examples/pyg_edge_index.py" corpus.h5 >graph.txt
grep -Eq '^rings: edge_index \(2, [1-9][0-9]*\), edge_attr \([1-9][0-9]*, 2\)' graph.txt
grep -Eq '^transfers: edge_index \(2, [1-9][0-9]*\)' graph.txt
"$PYTHON" - "$SOURCE" <<'END'
import sys
import h5py
import numpy

sys.path.insert(0, sys.argv[1] + "/docs/examples")
import pyg_edge_index as example

with h5py.File("corpus.h5") as corpus:
    customers = len(corpus["customers/customer_id"])
    for graph in (example.ring_graph(corpus), example.transfer_graph(corpus)):
        index, attributes = graph
        assert index.dtype == numpy.int64 and attributes.dtype == numpy.float32
        assert 0 <= index.min() and index.max() < customers and (index[0] != index[1]).all()
        assert len(attributes) == index.shape[1] and numpy.isfinite(attributes).all()
END

if "$PYTHON" -c 'import xgboost' 2>/dev/null; then
  "$PYTHON" "$SOURCE/docs/examples/xgboost_h5py.py" corpus.h5 >model.txt
  awk '/^average precision/ { found = $3 } END { exit !(found > 0.1) }' model.txt

  printf 'before\n<!-- begin measured: baselines -->\nold\n<!-- end measured: baselines -->\nafter\n' >page.md
  "$PYTHON" "$SOURCE/docs/baselines.py" --rows 12000 --days 60 --seeds 1 --difficulties easy \
    --scratch "$PWD" --into page.md --json numbers.json >table.txt
  grep -q '^| AP, raw + features | 0\.[0-9]* (0\.5' page.md
  grep -q '^| mule_account | 0\.' page.md
  [[ $(head -1 page.md) == before && $(tail -1 page.md) == after ]]
  if grep -Eq 'nan|^old$' page.md; then
    cat page.md
    exit 1
  fi
fi

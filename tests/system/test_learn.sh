#!/bin/bash
# Models find the planted fraud, evaluate measures as scikit-learn does, and a search
# says the same on one rank and on two.
set -euo pipefail
lib=$SOURCE/tests/system/lib
"$PYTHON" -c 'import h5py, numpy, sklearn' || { echo "skipped: python3-sklearn is not installed" && exit 77; }

# A build without XGBoost says so before it looks at anything.
"$SYNFIN" train none.h5 2>message || true
if grep -q 'without XGBoost' message; then
  for line in "train a.h5" "tune a.h5" "evaluate a.h5 b" "predict a.h5 b -o c"; do
    code=0
    # shellcheck disable=SC2086
    "$SYNFIN" $line 2>message || code=$?
    [[ $code == 2 ]] || { echo "exit code $code instead of 2: $line" && exit 1; }
    grep -q 'libxgboost-dev' message
  done
  exit 77
fi

"$SYNFIN" generate --quiet --customers 150 --days 60 -o corpus.h5
"$PYTHON" "$lib/plant.py" corpus.h5
common=(--quiet --threads 1)
short=(--rounds 40 --patience 10)

# Every measure, for each kind of model; the ensemble with two repeats, for the spread.
"$SYNFIN" train corpus.h5 "${common[@]}" "${short[@]}" --inputs features --repeats 2
"$SYNFIN" train corpus.h5 "${common[@]}" --model forest --inputs features \
  --params num_parallel_tree=30 --repeats 2
"$SYNFIN" train corpus.h5 "${common[@]}" "${short[@]}" --model ensemble --name all \
  --params max_depth=4 --repeats 2
for model in trees forest all; do
  "$SYNFIN" evaluate corpus.h5 "$model" "${common[@]}" -o "$model.json"
  "$SYNFIN" predict corpus.h5 "$model" "${common[@]}" -o "$model.npy"
  "$PYTHON" "$lib/check_measures.py" corpus.h5 "$model.npy" "$model.json"
done

# The linear model alone, with typologies of a single repeat and importances.
"$SYNFIN" train corpus.h5 "${common[@]}" "${short[@]}" --model linear --inputs features
"$SYNFIN" evaluate corpus.h5 linear "${common[@]}" --permutation -o linear.json
"$SYNFIN" predict corpus.h5 linear "${common[@]}" -o linear.npy
"$PYTHON" "$lib/check_measures.py" corpus.h5 linear.npy linear.json
"$PYTHON" - <<'END'
import json
trees, linear = (json.load(open(f"{m}.json")) for m in ("trees", "linear"))
planted = {"feature_03", "feature_10", "feature_20"}
top = lambda worth: set(sorted(worth, key=worth.get)[-3:])
assert top(linear["permutation"]) == planted, linear["permutation"]
assert top(linear["gain"]["linear"]) == planted
assert planted >= top(trees["gain"]["trees"]) - {"feature_30"} and "feature_03" in top(trees["gain"]["trees"])
assert trees["measures"]["average_precision"]["sd"] > 0
END

# The list of models, and the same model once more.
"$SYNFIN" model list >list.txt
[[ $(awk 'NR > 1 { print $1 }' list.txt | tr '\n' ' ') == "all forest linear trees " ]]
"$SYNFIN" train corpus.h5 "${common[@]}" "${short[@]}" --inputs features --repeats 2 --name again
cmp models/trees/trees-1.ubj models/again/trees-1.ubj
if cmp -s models/trees/trees-1.ubj models/trees/trees-2.ubj; then
  echo "two seeds make one model"
  exit 1
fi

# A search: what is best does not depend on the ranks.
search=(--inputs features "${common[@]}" "${short[@]}")
for ranks in 1 2; do
  mpirun -n "$ranks" "$SYNFIN" tune corpus.h5 "${search[@]}" --space 'max_depth=2|4,eta=0.1|0.3' \
    -o "grid$ranks.json"
  mpirun -n "$ranks" "$SYNFIN" tune corpus.h5 "${search[@]}" --search random --trials 3 \
    --space 'max_depth=2..6,eta=0.05..0.5' -o "random$ranks.json"
done
cmp grid1.json grid2.json
cmp random1.json random2.json
"$PYTHON" - <<'END'
import json
grid, chance = (json.load(open(f"{f}1.json"))["trials"] for f in ("grid", "random"))
assert [t["params"] for t in grid] == [f"max_depth={d},eta={e}" for d in (2, 4) for e in (0.1, 0.3)]
assert len({t["params"] for t in chance}) == 3
for trial in chance:
    depth, eta = (float(p.split("=")[1]) for p in trial["params"].split(","))
    assert depth in (2, 3, 4, 5, 6) and 0.05 <= eta <= 0.5
END
best=$("$PYTHON" -c 'import json; print(json.load(open("grid1.json"))["best"])')
"$SYNFIN" train corpus.h5 "${search[@]}" --name best --params "$best"
"$PYTHON" - <<'END'
import json
model = json.load(open("models/best/metadata.json"))["members"][0]
trials = json.load(open("grid1.json"))["trials"]
got = model["repeats"][0]["validation_average_precision"]
assert got == max(t["validation_average_precision"] for t in trials), got
END
[[ -z $(find . -name '*.partial') ]] || { echo "partial output is left" && exit 1; }

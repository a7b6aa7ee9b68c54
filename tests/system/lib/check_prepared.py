"""check_prepared.py CASE [ARGUMENT...]: looks into what `synfin prepare` wrote.

Everything is computed anew from the corpus with NumPy, pandas' formulas written out.
"""
import json
import sys

import h5py
import numpy

PARTS = ("train", "validation", "test")
LEFT_OUT = {"transaction_id", "customer_id", "merchant_id", "counterparty_id", "device_id",
            "timestamp", "date", "merchant_name", "ip_prefix", "instrument_id"}
KOLKATA = 19800


def load(folder, name, part):
    array = numpy.load(f"{folder}/{name}_{part}.npy", mmap_mode="r")
    assert array.flags.writeable is False and isinstance(array, numpy.memmap), "not mapped"
    assert array.offset % 64 == 0, "data are not aligned"
    return array


def metadata(folder):
    with open(f"{folder}/metadata.json", encoding="utf-8") as file:
        return json.load(file)


def raw(corpus, folder):
    """Inputs by name as doubles, in the order of the matrix, and the number of members of
    each category."""
    values, levels = {}, {}
    for name, data in corpus["transactions"].items():
        if name in LEFT_OUT:
            continue
        members = h5py.check_enum_dtype(data.dtype)
        if members and data.dtype != numpy.bool_:
            levels["transactions/" + name] = len(members)
        elif "dictionary" in data.attrs:
            levels["transactions/" + name] = len(corpus[data.attrs["dictionary"]])
        values["transactions/" + name] = data[:].astype(float)
    names = corpus["features/values"].attrs["names"]
    features = corpus["features/values"][:].astype(float)
    for column, name in enumerate(names):
        values[name.decode()] = features[:, column]
    order = [entry["name"] for entry in metadata(folder)["inputs"]]
    assert set(order) == set(values) and len(order) == len(values)
    return {name: values[name] for name in order}, levels


def parts_by_time(corpus):
    members = h5py.check_enum_dtype(corpus["labels/split"].dtype)
    split = corpus["labels/split"][:]
    return {part: numpy.flatnonzero(split == members[part]) for part in PARTS}


def same(got, expected, what):
    if not numpy.allclose(got, expected, rtol=1e-6, atol=1e-6, equal_nan=True):
        worst = numpy.nanargmax(numpy.abs(got - expected))
        sys.exit(f"{what}: {numpy.ravel(got)[worst]} instead of {numpy.ravel(expected)[worst]}")


def encode(values, levels, fraud, train, encoding, scaling):
    """The matrix of all rows, fitted on `train` only, by scikit-learn where it can."""
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    columns, scaled = [], []
    for name, value in values.items():
        count = levels.get(name, 0)
        if count and encoding == "onehot":
            columns += [(value == level).astype(float) for level in range(count)]
            scaled += [False] * count
            continue
        if count and encoding == "target":
            share = fraud[train].mean()
            rows = numpy.bincount(value[train].astype(int), minlength=count)
            frauds = numpy.bincount(value[train].astype(int), fraud[train], minlength=count)
            value = ((frauds + 20 * share) / (rows + 20))[value.astype(int)]
        columns.append(value)
        scaled.append(True)
    matrix, scaled = numpy.stack(columns, 1), numpy.array(scaled)
    scaler = {"standard": StandardScaler(), "minmax": MinMaxScaler()}.get(scaling)
    if scaler:
        scaler.fit(matrix[train][:, scaled])
        matrix[:, scaled] = scaler.transform(matrix[:, scaled])
    return matrix


def check_matrix(path, folder, encoding, scaling):
    """Every value of X, y and id is what scikit-learn makes of the corpus."""
    with h5py.File(path) as corpus, h5py.File(f"{folder}/prepared.h5") as prepared:
        values, levels = raw(corpus, folder)
        fraud = corpus["labels/is_fraud"][:]
        parts = parts_by_time(corpus)
        matrix = encode(values, levels, fraud, parts["train"], encoding, scaling)
        assert len(metadata(folder)["columns"]) == matrix.shape[1]
        assert [n.decode() for n in prepared["names"]] == metadata(folder)["columns"]
        for part, rows in parts.items():
            x = load(folder, "X", part)
            assert x.dtype == numpy.float32 and x.shape == (len(rows), matrix.shape[1])
            # A scaled float32 has the error of one rounding of the result.
            same(x, matrix[rows].astype(numpy.float32), f"X_{part}")
            assert (load(folder, "y", part) == fraud[rows]).all()
            assert (load(folder, "truth", part) == fraud[rows]).all()
            assert (load(folder, "id", part) == rows + 1).all()
            for name in ("X", "y", "truth", "id"):
                stored = prepared[f"{part}/{name}"]
                assert stored.dtype == load(folder, name, part).dtype
                assert numpy.array_equal(stored[:], load(folder, name, part),
                                         equal_nan=name == "X")


def check_quality(path, folder):
    """The planted faults are found, and what else NumPy finds."""
    found = metadata(folder)["quality"]
    with h5py.File(path) as corpus:
        values, _ = raw(corpus, folder)
        train = parts_by_time(corpus)["train"]
    values = {name: value[train] for name, value in values.items()}
    names = list(values)
    missing = {n: int(numpy.isnan(v).sum()) for n, v in values.items() if numpy.isnan(v).any()}
    assert found["missing"] == missing and missing
    constant = {n for n, v in values.items() if n not in missing and v.min() == v.max()}
    assert set(found["constant"]) == constant and len(constant) >= 2
    assert len({"feature_40", "is_holiday"} & constant) <= 1
    centred = numpy.stack([numpy.nan_to_num(v - numpy.nanmean(v)) for v in values.values()])
    with numpy.errstate(invalid="ignore", divide="ignore"):
        r = numpy.corrcoef(centred)
    twins = {tuple(pair) for pair in found["duplicate"]}
    for later, earlier in twins:
        assert numpy.array_equal(values[later], values[earlier], equal_nan=True)
    pairs = {(a, b): value for a, b, value in found["correlated"]}
    assert twins and pairs
    for i, name in enumerate(names):
        for j in range(i):
            if name in constant or names[j] in constant or (name, names[j]) in twins:
                continue
            assert (abs(r[i, j]) > 0.95) == ((names[j], name) in pairs), (names[j], name, r[i, j])
            if (names[j], name) in pairs:
                assert abs(pairs[names[j], name] - r[i, j]) < 1e-6


def check_balance(folder, full, under, over):
    """Only the training part is balanced, exactly as asked."""
    fraud = int(load(full, "y", "train").sum())
    honest = len(load(full, "y", "train")) - fraud
    kept = min(honest, under * fraud) if under else honest
    copies = max(fraud, -(-kept // over)) if over else fraud
    y, ids = load(folder, "y", "train"), load(folder, "id", "train")
    assert (int(y.sum()), int((y == 0).sum())) == (copies, kept)
    assert len(numpy.unique(ids[y == 0])) == kept, "an honest row is repeated"
    counts = numpy.unique(ids[y == 1], return_counts=True)[1]
    assert len(counts) == fraud and counts.max() - counts.min() <= 1
    for part in PARTS[1:]:
        for name in ("X", "y", "id"):
            assert numpy.array_equal(load(folder, name, part), load(full, name, part),
                                     equal_nan=name == "X")
    assert metadata(folder)["inputs"] == metadata(full)["inputs"], "fitted after the sampling"


def check_disjoint(path, folder, by):
    """No customer, or no ring, has rows in two parts, and all rows are in one."""
    with h5py.File(path) as corpus:
        customer = corpus["transactions/customer_id"][:]
        members = corpus["ring_members/customer_id"][:], corpus["ring_members/ring_id"][:]
        links = numpy.stack([corpus["ring_links/source_customer_id"][:],
                             corpus["ring_links/target_customer_id"][:]])
        links = links[:, (links > 0).all(axis=0)]
    part_of = numpy.full(customer.max() + 1, -1)
    total = 0
    for number, part in enumerate(PARTS):
        ids = customer[load(folder, "id", part).astype(int) - 1]
        total += len(ids)
        assert ((part_of[ids] == -1) | (part_of[ids] == number)).all(), "a customer is in two parts"
        part_of[ids] = number
    assert total == len(customer)
    rows = numpy.array([metadata(folder)["rows"][part] for part in PARTS]) / total
    assert (abs(rows - [0.6, 0.2, 0.2]) < 0.15).all(), rows
    crossing = sum(len(set(part_of[members[0][members[1] == ring]])) > 1
                   for ring in numpy.unique(members[1]))
    crossing += int((part_of[links[0]] != part_of[links[1]]).sum())
    assert (crossing == 0) == (by == "ring"), f"{crossing} rings or links cross"


def check_as_of(path, folder, date):
    """Labels are the reports up to the start of the day; the truth stands beside them."""
    start = numpy.datetime64(date).astype("datetime64[s]").astype(int) - KOLKATA
    with h5py.File(path) as corpus:
        fraud, reported = corpus["labels/is_fraud"][:], corpus["labels/reported_at"][:]
        for part, rows in parts_by_time(corpus).items():
            known = fraud[rows] & (reported[rows] > 0) & (reported[rows] <= start)
            assert (load(folder, "y", part) == known).all()
            assert (load(folder, "truth", part) == fraud[rows]).all()
            hidden = int((fraud[rows] & ~known).sum())
            print(f"{part}: {int(known.sum())} known, {hidden} hidden")
            assert hidden > 0


def change_test_rows(path):
    """Other amounts, categories, features and labels in the test part and the gaps."""
    draw = numpy.random.default_rng(3)
    with h5py.File(path, "r+") as corpus:
        members = h5py.check_enum_dtype(corpus["labels/split"].dtype)
        split = corpus["labels/split"][:]
        rows = numpy.flatnonzero((split != members["train"]) & (split != members["validation"]))
        for name in ("amount", "category", "channel"):
            values = corpus["transactions"][name][:]
            values[rows] = values[draw.permutation(rows)] * (1000 if name == "amount" else 1)
            corpus["transactions"][name][:] = values
        features = corpus["features/values"][:]
        features[rows] = 100 * draw.standard_normal((len(rows), features.shape[1]))
        corpus["features/values"][:] = features
        fraud = corpus["labels/is_fraud"][:]
        fraud[rows] = ~fraud[rows]
        corpus["labels/is_fraud"][:] = fraud


def check_unmoved(before, after):
    """Fitted statistics and the training part are the same; the test part is not."""
    assert metadata(before)["inputs"] == metadata(after)["inputs"]
    assert metadata(before)["quality"] == metadata(after)["quality"]
    for part in PARTS:
        a, b = load(before, "X", part), load(after, "X", part)
        assert numpy.array_equal(a, b, equal_nan=True) == (part != "test"), part


CASES = {"matrix": check_matrix, "quality": check_quality, "disjoint": check_disjoint,
         "as_of": check_as_of, "change": change_test_rows, "unmoved": check_unmoved,
         "balance": lambda a, b, under, over: check_balance(a, b, int(under), int(over))}
CASES[sys.argv[1]](*sys.argv[2:])

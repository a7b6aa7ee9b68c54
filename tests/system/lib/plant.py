#!/usr/bin/python3
"""plant.py CORPUS [SEED]: replaces the labels, rings and features of a corpus by planted ones.

For tests of what learns from a corpus: the signal is known and there is enough
of it in a small file. 1 % of rows are fraud of four typologies, all of a fifth of
the customers; rings of three to eight customers, some sharing a member; each fraud
is reported 0 to 30 days later, or never; 84 features, of which three see the fraud,
two are equal, one is constant and two correlate. Digests are not brought up to date.
"""
import sys

import h5py
import numpy

FEATURES = 84
KOLKATA = 19800
# The last columns have names of the program's own, so that their group is known.
GRAPH = ["amount_zscore", "amount_to_balance_ratio", "is_new_device", "device_customer_count",
         "merchant_risk_1d", "merchant_risk_7d", "merchant_risk_28d", "fan_in_7d", "fan_out_7d",
         "pass_through_ratio_24h", "minutes_since_last_inflow", "new_payee_flag",
         "same_amount_merchant_count_24h", "chargeback_count", "account_age_days"]


def replace(group, name, values):
    """Overwrites a column, of any new length, and keeps its type and attributes."""
    old = group[name]
    kind, attributes = old.id.get_type(), dict(old.attrs)
    del group[name]
    space = h5py.h5s.create_simple((len(values),))
    new = h5py.Dataset(h5py.h5d.create(group.id, name.encode(), kind, space))
    if len(values):
        new.write_direct(numpy.asarray(values).astype(new.dtype.base))
    for key, value in attributes.items():
        new.attrs[key] = value


def plant_rings(corpus, draw, customers):
    """Members of rings, as pairs (ring, customer)."""
    pairs, pool = [], draw.permutation(customers)[: customers // 3] + 1
    at, ring = 0, 0
    while at + 3 <= len(pool):
        ring += 1
        size = int(draw.integers(3, 9))
        start = at - 1 if at and draw.random() < 0.2 else at
        pairs += [(ring, int(c)) for c in pool[start : at + size]]
        at += size
    pairs = sorted(set(pairs))
    number = numpy.array([p[0] for p in pairs])
    member = numpy.array([p[1] for p in pairs])
    for name in corpus["ring_members"]:
        values = {"ring_id": number, "customer_id": member}.get(name, numpy.zeros(len(pairs)))
        replace(corpus["ring_members"], name, values)
    for name in corpus["rings"]:
        mule = h5py.check_enum_dtype(corpus["rings/fraud_type"].dtype)["mule_account"]
        values = {"ring_id": numpy.arange(1, ring + 1), "fraud_type": numpy.full(ring, mule)}
        replace(corpus["rings"], name, values.get(name, numpy.zeros(ring)))
    first = numpy.flatnonzero(number[1:] == number[:-1])
    # The first ring has a link to somebody outside the corpus.
    target = numpy.where(first == first[0], 0, member[first + 1])
    links = {"ring_id": number[first], "source_customer_id": member[first],
             "target_customer_id": target}
    for name in corpus["ring_links"]:
        replace(corpus["ring_links"], name, links.get(name, numpy.ones(len(first))))
    ring_of = numpy.zeros(customers + 1, numpy.uint32)
    ring_of[member] = number
    return ring_of


def main(path, seed=1):
    draw = numpy.random.default_rng(seed)
    with h5py.File(path, "r+") as corpus:
        transactions, labels = corpus["transactions"], corpus["labels"]
        customer, timestamp = transactions["customer_id"][:], transactions["timestamp"][:]
        rows, customers = len(customer), int(corpus["customers/customer_id"].shape[0])
        ring_of = plant_rings(corpus, draw, customers)
        victim = draw.random(customers + 1) < 0.2
        fraud = victim[customer] & (draw.random(rows) < 0.05)
        kinds = h5py.check_enum_dtype(labels["fraud_type"].dtype)
        names = ["card_cloning", "account_takeover", "card_testing", "mule_account"]
        kind = draw.choice([kinds[n] for n in names], rows) * fraud
        delay = draw.integers(0, 30 * 86400, rows)
        reported = numpy.where(fraud & (draw.random(rows) < 0.9), timestamp + delay, 0)
        day = (timestamp + KOLKATA) // 86400
        position = (day - day.min()) / (day.max() - day.min() + 1)
        members = h5py.check_enum_dtype(labels["split"].dtype)
        bounds = [(0.55, "train"), (0.6, "gap"), (0.75, "validation"), (0.8, "gap"), (1, "test")]
        split = numpy.full(rows, members["test"])
        for bound, name in reversed(bounds):
            split[position < bound] = members[name]
        planted = {"is_fraud": fraud, "fraud_type": kind, "reported_at": reported, "split": split,
                   "episode_id": customer.astype(numpy.uint64) * 65536 * fraud,
                   "ring_id": ring_of[customer] * fraud}
        for name in labels:
            replace(labels, name, planted.get(name, numpy.zeros(rows)))

        values = draw.standard_normal((rows, FEATURES)).astype(numpy.float32)
        for column, strength in ((3, 2.0), (10, 1.5), (20, 1.0)):
            values[:, column] += strength * fraud
        values[:, 30] = values[:, 31]
        values[:, 40] = 7
        values[:, 51] = values[:, 50] + 0.05 * values[:, 51]
        values[:, 60] = numpy.round(numpy.exp(values[:, 60]))
        if "features" in corpus:
            del corpus["features"]
        names = [f"feature_{f:02}" for f in range(FEATURES - len(GRAPH))] + GRAPH
        stored = corpus.create_dataset("features/values", data=values)
        stored.attrs["names"] = numpy.asarray(names, "S48")
        groups = ["graph" if name in GRAPH else "aggregate" for name in names]
        stored.attrs["groups"] = numpy.asarray(groups, "S48")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

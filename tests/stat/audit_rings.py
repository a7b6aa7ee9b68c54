#!/usr/bin/python3
"""Counts rings anew from the tables: whether each has its declared shape, whether its links and
what its members share stand in the transactions, and the statistics that `synfin inspect rings`
gives.
"""

import argparse
import itertools
import sys

import numpy as np
import pandas
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

import audit_bands as bands
import audit_ring_shapes
from audit_bands import Line, most
from audit_corpus import Corpus
from audit_history import pair_key

CLUSTER_ROWS, CLUSTER_SECONDS = 3, 30 * 60
SIZES = (3, 5, 10, 20, 50, 100, 1000)  # lower edges of the size bands
TRANSFER_RINGS = tuple(audit_ring_shapes.SHAPES)


def frames(corpus):
    """The three tables as pandas frames with enumerations by name."""
    rings = corpus.table("rings")
    names = {code: name for name, code in rings.members("ring_type").items()}
    typologies = {code: name for name, code in rings.members("fraud_type").items()}
    ring = pandas.DataFrame({name: rings[name] for name in rings.names}).set_index("ring_id")
    ring["ring_type"] = ring.ring_type.map(names)
    ring["fraud_type"] = ring.fraud_type.map(typologies)
    members = corpus.table("ring_members")
    roles = {code: name for name, code in members.members("role").items()}
    member = pandas.DataFrame(
        {"ring": members["ring_id"], "customer": members["customer_id"], "role": members["role"]}
    )
    member["role"] = member.role.map(roles)
    table = corpus.table("ring_links")
    link = pandas.DataFrame({
        "ring": table["ring_id"], "source": table["source_customer_id"].astype(np.int64),
        "target": table["target_customer_id"].astype(np.int64), "timestamp": table["timestamp"],
        "amount": table["amount"],
    })  # fmt: skip
    return ring, member, link.sort_values(["ring", "timestamp"], kind="stable")


def member_faults(ring, member, link):
    known = member.ring.isin(ring.index)
    size = member.groupby("ring").customer.nunique().reindex(ring.index, fill_value=0)
    ends = pandas.concat(
        [link[["ring", end]].rename(columns={end: "customer"}) for end in ("source", "target")]
    )
    ends = ends[ends.customer > 0].drop_duplicates()
    moving = member[member.ring.map(ring.ring_type).isin(TRANSFER_RINGS)]
    moving = moving.merge(ends, how="left", on=["ring", "customer"], indicator=True)
    joined = ends.merge(member[["ring", "customer"]], how="left", indicator=True)
    start, end = ring.start.reindex(link.ring).values, ring.end.reindex(link.ring).values
    return {
        "members of no ring": int((~known).sum()),
        "members without a role": int(member.role.isna().sum()),
        "members named twice": int(member.duplicated(["ring", "customer"]).sum()),
        "rings whose size is not that of their members": int((size != ring["size"]).sum()),
        "ends of links that are no members": int((joined._merge == "left_only").sum()),
        "members without a link in rings of transfers": int((moving._merge == "left_only").sum()),
        "links outside the ring's window": int(
            ((link.timestamp < start) | (link.timestamp > end)).sum()
        ),
    }


def link_faults(corpus, ring, link):
    """Both sides of every transfer: a debit of the source and a credit of the target, with equal
    amount and second, that are fraud of this ring."""
    rows, labels = corpus.transactions, corpus.labels
    moved = link[link.amount > 0]
    transfer = np.flatnonzero(rows.where("transaction_type", "transfer"))
    credit = rows.where("direction", "credit")[transfer]
    owner = corpus.customer[transfer] + 1
    other = rows["counterparty_id"][transfer].astype(np.int64)
    sides = (
        ("debit", moved.source, moved.target, ~credit, 0),
        ("credit", moved.target, moved.source, credit, 0),
    )
    values = {}
    for name, own, partner, mask, nobody in sides:
        wanted = own.values != nobody
        count = int(wanted.sum())
        parts = (
            (own.values[wanted], owner[mask]),
            (partner.values[wanted], other[mask]),
            (moved.timestamp.values[wanted], rows["timestamp"][transfer][mask]),
            (
                np.rint(moved.amount.values[wanted] * 100).astype(np.int64),
                np.rint(rows["amount"][transfer][mask] * 100).astype(np.int64),
            ),
        )
        key = pair_key(*[np.concatenate(part) for part in parts])
        found = np.isin(key[:count], key[count:])
        values[f"links without their {name}"] = int((~found).sum())
        order = np.argsort(key[count:], kind="stable")
        place = np.minimum(np.searchsorted(key[count:], key[:count], sorter=order), len(order) - 1)
        row = transfer[mask][order[place]][found] if len(order) else np.zeros(0, dtype=np.int64)
        own_ring = labels["ring_id"][row] == moved.ring.values[wanted][found]
        mule = ring.ring_type.reindex(moved.ring.values[wanted][found]).isin(TRANSFER_RINGS).values
        values[f"{name}s of links that are no fraud of the ring"] = int(
            (mule & ~(own_ring & corpus.fraud[row])).sum()
        )
    return values


def shape_faults(ring, link):
    """{kind: {ring: what is wrong}} of the rings made of transfers."""
    moved = link[link.amount > 0]
    groups = dict(list(moved.groupby("ring")))
    found = {}
    for kind, shape in audit_ring_shapes.SHAPES.items():
        own = ring.index[ring.ring_type == kind]
        wrong = {int(k): shape(groups[k]) if k in groups else "no links" for k in own}
        found[kind] = {k: text for k, text in wrong.items() if text}
    return found


def shared_rows(corpus, member):
    """Rows of ring members: ring, customer, row index; a row stands once for each ring of its
    customer."""
    pair = member[["ring", "customer"]].drop_duplicates()
    first = corpus.first[pair.customer.values - 1]
    length = corpus.first[pair.customer.values] - first
    begin = np.repeat(first - np.r_[0, np.cumsum(length)[:-1]], length)
    row = begin + np.arange(int(length.sum()))
    return pandas.DataFrame({
        "ring": np.repeat(pair.ring.values, length),
        "customer": np.repeat(pair.customer.values, length), "row": row,
    })  # fmt: skip


def sharing(corpus, ring, member):
    """Share of the members of each ring with a row at what the ring shares, NaN where it shares
    none of this kind. Columns device, merchant, city, home (address, phone or device of another
    member).
    """
    rows = corpus.transactions
    own = shared_rows(corpus, member)
    size = member.groupby("ring").customer.nunique().reindex(ring.index)
    result = pandas.DataFrame(index=ring.index)
    for name, column in (("device", "device_id"), ("merchant", "merchant_id")):
        shared = ring[f"shared_{name}_id"]
        at = rows[column][own.row.values] == shared.reindex(own.ring).values
        count = own[at & (own.ring.map(shared) > 0).values].groupby("ring").customer.nunique()
        result[name] = (count.reindex(ring.index, fill_value=0) / size).where(shared > 0)
    labelled = own[corpus.labels["ring_id"][own.row.values] == own.ring.values]
    city = labelled.assign(city=rows["delivery_city"][labelled.row.values])
    city = city[~rows.where("delivery_city", "none")[city.row.values]]
    common = city.drop_duplicates(["ring", "customer", "city"]).groupby(["ring", "city"]).size()
    most_common = common.groupby("ring").max().reindex(ring.index, fill_value=0)
    result["city"] = (most_common / size).where(ring.ring_type == "shared_location")
    result["home"] = home_sharing(corpus, ring, member, labelled, size)
    return result


def home_sharing(corpus, ring, member, labelled, size):
    devices = labelled.assign(value=corpus.transactions["device_id"][labelled.row.values])
    parts = [devices.loc[devices.value > 0, ["ring", "customer", "value"]]]
    for name in ("address_id", "phone_id"):
        values = corpus.customers[name][member.customer.values - 1]
        parts.append(member[["ring", "customer"]].assign(value=values))
    linked = []
    for part in parts:
        part = part.drop_duplicates()
        with_others = part[part.groupby(["ring", "value"]).customer.transform("nunique") > 1]
        linked.append(with_others[["ring", "customer"]])
    count = pandas.concat(linked).drop_duplicates().groupby("ring").size()
    share = count.reindex(ring.index, fill_value=0) / size
    return share.where(ring.ring_type == "synthetic_family")


# What a kind of ring must share, and of how many members at least; None: of one. One fraud device
# serves size^(1 - camouflage^2) victims, so members of a well hidden ring have others.
MUST_SHARE = (
    ("shared_device", "device", None),
    ("shared_merchant", "merchant", 1.0),
    ("compromise_point", "merchant", 1.0),
    ("shared_location", "city", None),
    ("synthetic_family", "home", 1.0),
)


def sharing_lines(ring, shared):
    lines = []
    for kind, what, least in MUST_SHARE:
        own = shared.loc[ring.ring_type == kind, what].fillna(0)
        wrong = own <= 0 if least is None else own < least
        lines.append(Line(f"{kind} rings without their {what}", (int(wrong.sum()),), most(0)))
        lines.append(Line(f"{kind} rings, members at the shared {what}", (float(own.mean()),)))
    return lines


def window_faults(corpus, ring):
    """Fraud rows of a ring outside its window."""
    fraud = np.flatnonzero(corpus.fraud & (corpus.labels["ring_id"] > 0))
    own, time = corpus.labels["ring_id"][fraud], corpus.transactions["timestamp"][fraud]
    start, end = ring.start.reindex(own).values, ring.end.reindex(own).values
    return int((~((time >= start) & (time <= end))).sum())


# Statistics


def clusters(place, time):
    """Temporal clusters: a row belongs to one if it is among three fraud rows of a place that lie
    within 30 minutes; groups of rows of a place joined by such triples are one cluster. Returns
    clusters, rows.
    """
    order = np.lexsort((time, place))
    place, time = place[order], time[order]
    if len(place) < CLUSTER_ROWS:
        return 0, 0
    last = CLUSTER_ROWS - 1
    close = (place[last:] == place[:-last]) & (time[last:] - time[:-last] <= CLUSTER_SECONDS)
    step = np.zeros(len(place) + 1, dtype=np.int64)  # +1 where a triple begins, -1 behind its end
    begins = np.flatnonzero(close)
    np.add.at(step, begins, 1)
    np.add.at(step, begins + CLUSTER_ROWS, -1)
    member = np.cumsum(step)[:-1] > 0
    # Row i goes on the cluster of row i - 1 if a triple holds both.
    joint = np.zeros(len(place) + 1, dtype=np.int64)
    np.add.at(joint, begins + 1, 1)
    np.add.at(joint, begins + CLUSTER_ROWS, -1)
    return int((member & (np.cumsum(joint)[:-1] == 0)).sum()), int(member.sum())


def cooccurrence(corpus):
    """{(typology, typology): (customers with fraud rows of both, lift)}, against independence among
    all customers of the corpus."""
    rows = np.flatnonzero(corpus.fraud)
    members = corpus.labels.members("fraud_type")
    names = sorted(members, key=members.get)
    has = np.zeros((len(corpus.first) - 1, len(names)), dtype=np.int64)
    has[corpus.customer[rows], corpus.labels["fraud_type"][rows]] = 1
    both, alone = has.T @ has, has.sum(axis=0)
    found = {}
    for a, b in itertools.combinations(range(1, len(names)), 2):
        if both[a, b]:
            lift = both[a, b] * len(has) / (alone[a] * alone[b])
            found[f"{names[a]} + {names[b]}"] = (int(both[a, b]), float(lift))
    return found


def components(link):
    """Customers of each connected component of the links, largest first."""
    inner = link[(link.source > 0) & (link.target > 0)]
    nodes, code = np.unique(inner[["source", "target"]].values, return_inverse=True)
    if len(nodes) == 0:
        return []
    source, target = code.reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(source)), (source, target)), shape=(len(nodes),) * 2)
    _, label = connected_components(graph, directed=False)
    return sorted(np.bincount(label).tolist(), reverse=True)


def statistics(corpus, ring, member, link):
    band = np.searchsorted(SIZES, ring["size"], side="right") - 1
    edges = [str(SIZES[k]) if k >= 0 else "fewer" for k in band]
    by_size = pandas.crosstab(ring.ring_type, pandas.Series(edges, index=ring.index))
    in_rings = member.drop_duplicates(["ring", "customer"]).groupby("customer").size()
    rows, time = corpus.transactions, corpus.transactions["timestamp"]
    temporal = {}
    for name in ("merchant_id", "device_id"):
        some = corpus.fraud & (rows[name] > 0)
        temporal[name] = clusters(rows[name][some], time[some])
    victims = np.unique(corpus.customer[corpus.fraud]) + 1
    alone = ~np.isin(victims, in_rings.index.values)
    sizes = components(link)
    return {
        "rings by kind": ring.ring_type.value_counts().to_dict(),
        "members by kind": ring.groupby("ring_type")["size"].sum().to_dict(),
        "rings by kind and size from": by_size.to_dict("index"),
        "customers by number of rings": in_rings.value_counts().sort_index().to_dict(),
        "temporal clusters (clusters, rows)": temporal,
        "typologies of one customer (customers, lift)": cooccurrence(corpus),
        "isolated share of customers with fraud": float(alone.mean()) if len(alone) else 0.0,
        "components of the link graph": len(sizes),
        "largest components": sizes[:10],
    }


def measure(corpus):
    ring, member, link = frames(corpus)
    faults = member_faults(ring, member, link) | link_faults(corpus, ring, link)
    faults["fraud rows of rings outside their window"] = window_faults(corpus, ring)
    shapes = shape_faults(ring, link)
    for kind, wrong in shapes.items():
        faults[f"{kind} rings of another shape"] = len(wrong)
    wrong, judged = audit_ring_shapes.unconserved(link[link.amount > 0])
    faults["mules that pass on more or less than their inflow but the cut"] = len(wrong)
    unfunded = audit_ring_shapes.unfunded(link[link.amount > 0])
    faults["customers who send what has not come"] = len(unfunded)
    lines = [Line(name, (count,), most(0)) for name, count in faults.items()]
    lines += sharing_lines(ring, sharing(corpus, ring, member))
    lines += [Line("rings", (len(ring),)), Line("mules that pass on money", (judged,))]
    return lines, {
        "corpus": corpus.name,
        "shapes": {kind: dict(list(wrong.items())[:5]) for kind, wrong in shapes.items()},
        "statistics": statistics(corpus, ring, member, link),
    }


def text_of(statistics):
    lines = []
    for name, value in statistics.items():
        lines.append(f"{name}: {'' if isinstance(value, dict) else value}")
        if isinstance(value, dict):
            lines += [f"    {key}: {entry}" for key, entry in value.items()]
    return "\n".join(lines) + "\n"


def audit(options):
    with Corpus(options.corpus) as corpus:
        lines, details = measure(corpus)
    code = bands.report(lines, details["corpus"], options, details)
    if not options.json and not options.into:
        sys.stdout.write("\n" + text_of(details["statistics"]))
    return code


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", help="HDF5 file written by synfin generate")
    bands.add_output_options(parser)
    return audit(parser.parse_args())


if __name__ == "__main__":
    sys.exit(bands.run(main, "audit_rings.py"))

"""The shapes that rings of mules declare, checked on the links of one ring.

Each function gets a pandas frame with the columns source, target, timestamp, amount of the links
that move money, ordered by time, and returns None or what is wrong. Customer 0 stands for accounts
outside the corpus: its links bring money into the ring or take it out, and belong to no shape.
"""

import pandas

FORWARDED = (0.80, 1.0)  # share of what came in that a mule passes on; the rest is the cut


def inner(links):
    """Links between customers."""
    return links[(links.source > 0) & (links.target > 0)]


def star(links, hub_end, other_end):
    """All links between customers have one customer at `hub_end` and several at the other."""
    between = inner(links)
    hubs, others = between[hub_end].unique(), between[other_end].unique()
    if len(hubs) != 1 or len(others) < 2 or hubs[0] in others:
        return f"{len(hubs)} hubs with {len(others)} neighbours"
    return None


def fan_in(links):
    return star(links, "target", "source")


def fan_out(links):
    return star(links, "source", "target")


def walk(links):
    """Customers in the order of the links from the only start on, None if it is not one path."""
    pairs = inner(links).drop_duplicates(["source", "target"])
    if pairs.empty:
        return None
    following = dict(zip(pairs.source, pairs.target))
    if len(following) != len(pairs) or pairs.target.duplicated().any():
        return None
    starts = set(pairs.source) - set(pairs.target)
    node = starts.pop() if len(starts) == 1 else int(pairs.source.iloc[0])
    path = [node]
    while path[-1] in following and len(path) <= len(pairs):
        path.append(following[path[-1]])
    return path if len(path) == len(pairs) + 1 else None


def in_order(links, path):
    """First links of consecutive customers of the path come one after the other."""
    first = inner(links).groupby(["source", "target"]).timestamp.min()
    times = [first[pair] for pair in zip(path, path[1:])]
    return all(a <= b for a, b in zip(times, times[1:]))


def chain(links):
    path = walk(links)
    if path is None or path[0] == path[-1] or len(path) < 3:
        return "not one path"
    return None if in_order(links, path) else "links out of order"


def cycle(links):
    path = walk(links)
    if path is None or path[0] != path[-1] or len(path) < 4:
        return "does not close"
    return None if in_order(links, path) else "links out of order"


def scatter_gather(links):
    between = inner(links)
    if between.empty:
        return "no links"
    sources = set(between.source) - set(between.target)
    sinks = set(between.target) - set(between.source)
    middle = set(between.source) & set(between.target)
    if len(sources) != 1 or len(sinks) != 1 or len(middle) < 2:
        return f"{len(sources)} sources, {len(middle)} between, {len(sinks)} sinks"
    first, last = sources.pop(), sinks.pop()
    pairs = set(zip(between.source, between.target))
    wanted = {(first, node) for node in middle} | {(node, last) for node in middle}
    return None if pairs == wanted else "links that skip a stage"


SHAPES = {
    "mule_fan_in": fan_in,
    "mule_fan_out": fan_out,
    "mule_chain": chain,
    "mule_cycle": cycle,
    "scatter_gather": scatter_gather,
}


def unconserved(links):
    """Customers who pass on more or less than came in but the cut, and how many were judged.

    `links` are those of all rings, with the column ring. What comes in after a customer's last link
    out is kept and not counted: the last link of a cycle, which comes back to its start.
    """
    out = (
        links[links.source > 0]
        .groupby(["ring", "source"])
        .agg(outflow=("amount", "sum"), went=("timestamp", "max"))
    )
    out.index.names = ["ring", "target"]
    into = links[links.target > 0].join(out.went, on=["ring", "target"])
    into = into[into.timestamp <= into.went].groupby(["ring", "target"]).amount.sum()
    both = out.join(into.rename("inflow"), how="inner")
    share = both.outflow / both.inflow
    margin = 0.01  # amounts are rounded
    wrong = (share < FORWARDED[0] - margin) | (share > FORWARDED[1] + 1e-9)
    return both[wrong], len(both)


def unfunded(links):
    """Customers who at some link have sent more than had come in over the links before; only those
    who get money in the ring, since others spend their own."""
    parts = [
        pandas.DataFrame(
            {
                "ring": links.ring,
                "customer": links[end],
                "timestamp": links.timestamp,
                "paise": sign * (links.amount * 100).round().astype("int64"),
            }
        )
        for end, sign in (("target", 1), ("source", -1))
    ]
    moves = pandas.concat(parts)
    moves = moves[moves.customer > 0].sort_values(["ring", "customer", "timestamp"], kind="stable")
    groups = moves.groupby(["ring", "customer"]).paise
    least, largest = groups.cumsum(), groups.transform("max")
    return moves[(least < 0) & (largest > 0)][["ring", "customer"]].drop_duplicates()

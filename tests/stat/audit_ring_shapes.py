"""The shapes that rings of mules declare, checked on the links of one ring.

Each function gets a pandas frame with the columns source, target, timestamp, amount of the links
that move money, ordered by time, and returns None or what is wrong. Customer 0 stands for accounts
outside the corpus, each of its links for another one: such links bring money into a ring or take it
out.
"""

import numpy as np
import pandas

FORWARDED = (0.80, 1.0)  # share of what came in that a mule passes on; the rest is the cut


def inner(links):
    """Links between customers."""
    return links[(links.source > 0) & (links.target > 0)]


def degrees(links):
    """Distinct payers and payees of each customer, accounts outside counted by link."""
    named = links.assign(
        source=np.where(links.source > 0, links.source, -np.arange(1, len(links) + 1)),
        target=np.where(links.target > 0, links.target, -np.arange(1, len(links) + 1)),
    ).drop_duplicates(["source", "target"])
    into, out = named.target.value_counts(), named.source.value_counts()
    nodes = sorted(set(into.index) | set(out.index))
    return pandas.DataFrame({"into": into, "out": out}, index=nodes).fillna(0).astype(int)


def star(links, many, few):
    """One customer on every link, with more neighbours on one side than on the other."""
    degree = degrees(links)
    hub = degree[many].idxmax()
    if hub <= 0 or not ((links.source == hub) | (links.target == hub)).all():
        return "links that miss the hub"
    if degree.loc[hub, many] < 2 or degree.loc[hub, many] <= degree.loc[hub, few]:
        return f"hub with {degree.loc[hub, 'into']} payers and {degree.loc[hub, 'out']} payees"
    return None


def fan_in(links):
    return star(links, "into", "out")


def fan_out(links):
    return star(links, "out", "into")


def walk(links):
    """Customers in the order of the links from the only start on, None if it is not one path."""
    pairs = inner(links).drop_duplicates(["source", "target"])
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

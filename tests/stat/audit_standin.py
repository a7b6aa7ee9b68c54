"""A stand-in for labelled corpora in the tests of the audits: labels put on rows of an honest
corpus, so that every column stays consistent, and leaks planted on purpose.

Fraud rows are honest rows of which some signals (amount, hour, distance, first payments) are a
little stronger than usual, in runs of a few rows of one customer. A leak changes columns of fraud
rows, or the choice of the rows, as a careless generator would.
"""

import shutil

import h5py
import numpy as np

from audit_corpus import TYPOLOGIES
from audit_typologies import read_typologies
from corpus import codes

FRAUD_TYPES = {"none": 0} | {name: k + 1 for k, name in enumerate(TYPOLOGIES)}
ROLES = (
    "none", "setup", "exposure", "test", "cash_out", "mule", "collector", "layering",
    "merchant_accomplice", "refund", "beneficiary", "chargeback", "reversal",
)  # fmt: skip


def enumeration(members):
    if not isinstance(members, dict):
        members = {name: k for k, name in enumerate(members)}
    return h5py.enum_dtype(members, basetype="u1")


def rank_score(values):
    """Values as ranks in -1 .. 1, missing ones in the middle."""
    values = np.where(np.isnan(values), np.nanmedian(values), values)
    order = np.argsort(values, kind="stable")
    rank = np.empty(len(values))
    rank[order] = np.linspace(-1, 1, len(values))
    return rank


def signal(table, strength, random):
    """Attraction of each row to fraud, by what a thief cannot hide, and chance."""
    hour = table["hour"][:].astype(float)
    parts = (
        rank_score(table["amount"][:]),
        rank_score(table["distance_from_home"][:].astype(float)),
        (hour < 6).astype(float),
        table["is_first_transaction_with_merchant"][:].astype(float)
        + table["is_first_payment_to_counterparty"][:],
    )
    noise = random.gumbel(size=len(hour))
    return strength * (2 * parts[0] + 0.7 * parts[1] + 0.5 * parts[2] + 0.5 * parts[3]) + noise


def choose_rows(attraction, share, customer, random):
    """Row and episode of the fraud rows: the attractive rows, some with rows right behind them."""
    wanted = int(share * len(attraction))
    seeds = np.argsort(-attraction)[: wanted // 2]
    length = random.integers(1, 4, len(seeds))
    rows = np.concatenate([seeds + step for step in range(3)])
    keep = np.concatenate([length > step for step in range(3)])
    episode = np.tile(np.arange(1, len(seeds) + 1), 3)
    rows, episode = rows[keep], episode[keep]
    inside = rows < len(attraction)
    rows, episode = rows[inside], episode[inside]
    own = customer[rows] == customer[seeds[episode - 1]]
    rows, first = np.unique(rows[own], return_index=True)
    return rows, episode[own][first]


def make(source, path, seed=1, strength=1.0, share=0.01, leak=None, difficulty=0.45):
    """Copies the corpus, labels it, and plants `leak`, the name of a function of LEAKS."""
    random = np.random.default_rng(seed)
    shutil.copy(source, path)
    with h5py.File(path, "r+") as corpus:
        table = corpus["transactions"]
        customer = table["customer_id"][:]
        attraction = signal(table, strength, random)
        if leak in CHOICES:
            attraction += CHOICES[leak](table)
        rows, episode = choose_rows(attraction, share, customer, random)
        if "labels" in corpus:
            del corpus["labels"]
        write_labels(corpus, rows, episode, random)
        if leak in LEAKS:
            LEAKS[leak](table, rows)
        corpus.attrs["difficulty"] = difficulty


def write_labels(corpus, rows, episode, random):
    table = corpus["transactions"]
    count = table["customer_id"].shape[0]
    labels = corpus.create_group("labels")
    typology = random.integers(1, len(TYPOLOGIES) + 1, int(episode.max()) + 1)
    reported = report_times(table, rows, episode, typology, random)
    claims, claim_episode = claim_rows(table, rows, episode, typology)
    at_claim = np.zeros(len(reported), dtype=np.int64)
    at_claim[claim_episode] = table["timestamp"][:][claims]
    friendly = typology == FRAUD_TYPES["friendly_fraud"]
    reported = np.where(friendly, at_claim, reported)

    def column(name, values, dtype=None, at=rows):
        full = np.zeros(count, dtype=dtype or values.dtype)
        full[at] = values
        labels.create_dataset(name, data=full, dtype=dtype)

    both, of = np.r_[rows, claims], np.r_[episode, claim_episode]
    role = np.repeat([ROLES.index("cash_out"), ROLES.index("chargeback")], [len(rows), len(claims)])
    column("is_fraud", np.ones(len(rows), dtype=bool))
    column("fraud_type", typology[of].astype(np.uint8), enumeration(FRAUD_TYPES), both)
    column("episode_id", of.astype(np.uint64), at=both)
    column("role", role.astype(np.uint8), enumeration(ROLES), both)
    column("benign_twin_of", np.zeros(len(rows), np.uint8), enumeration(FRAUD_TYPES))
    column("reported_at", reported[of], at=both)


def report_times(table, rows, episode, typology, random):
    """By episode: a log-normal delay after its last row; 0 for eight of a hundred, and where that
    row is not approved."""
    laws = read_typologies()
    median = np.array([1.0] + [laws[name].hours * 3600 for name in TYPOLOGIES])
    sigma = np.array([1.0] + [laws[name].sigma for name in TYPOLOGIES])
    last, taken = np.zeros((2, len(typology)), dtype=np.int64)
    time, approved = table["timestamp"][:][rows], codes(table["status"])["approved"]
    approved = table["status"][:][rows] == approved
    np.maximum.at(last, episode, time)
    np.maximum.at(taken, episode[approved], time[approved])
    last[taken < last] = 0
    normal = random.standard_normal(len(typology))
    delay = np.ceil(median[typology] * np.exp(sigma[typology] * normal)).astype(np.int64)
    return np.where((last > 0) & (random.random(len(typology)) >= 0.08), last + delay, 0)


def claim_rows(table, rows, episode, typology):
    """The last row of the customer of each episode of friendly_fraud becomes its claim."""
    customer = table["customer_id"][:]
    own = rows[typology[episode] == FRAUD_TYPES["friendly_fraud"]]
    last = np.searchsorted(customer, customer[own], side="right") - 1
    code = episode[typology[episode] == FRAUD_TYPES["friendly_fraud"]]
    free = ~np.isin(last, rows)
    claims, first = np.unique(last[free], return_index=True)
    return claims, code[free][first]


# Leaks by the choice of the rows: what is added to their attraction.


def at_the_end(table):
    """Fraud rows are the last rows of their customer."""
    customer = table["customer_id"][:]
    last = np.searchsorted(customer, customer, side="right") - np.arange(len(customer))
    return np.where(last <= 4, 12.0, 0.0)


def low_customers(table):
    """Fraud was put on the first customers of the file."""
    customer = table["customer_id"][:]
    return np.where(customer < customer.max() / 4, 3.0, 0.0)


CHOICES = {"row id": at_the_end, "row order": low_customers}


# Leaks by changed cells.


def change(table, name, rows, values):
    column = table[name][:]
    column[rows] = values
    table[name][:] = column


def lost_app_version(table, rows):
    change(table, "app_version", rows, 0)


def odd_paise(table, rows):
    amount = table["amount"][:][rows]
    change(table, "amount", rows, np.floor(amount) + 0.37)


def far_away(table, rows):
    """One ordered column tells all."""
    change(table, "distance_from_home", rows, 5000 + rows % 100)


def one_city(table, rows):
    """An enumeration tells all: fraud happens in a city where hardly anybody is."""
    visits = np.bincount(table["city"][:])
    change(table, "city", rows, np.argmin(np.where(visits > 0, visits, visits.max())))


def online_flag(table, rows):
    """Contradicts the channel."""
    flag = table["is_online"][:]
    flag[rows] = ~flag[rows]
    table["is_online"][:] = flag


LEAKS = {
    "null mask": lost_app_version,
    "decimal pattern": odd_paise,
    "best column": far_away,
    "best category": one_city,
    "contradictions": online_flag,
}

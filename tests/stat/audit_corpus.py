"""A corpus with labels in memory, as the audits of its fraud see it."""

import json
import pathlib

import h5py
import numpy as np

from corpus import codes

TYPOLOGIES = (
    "card_cloning", "account_takeover", "merchant_collusion", "velocity_abuse",
    "amount_manipulation", "refund_fraud", "stolen_card", "synthetic_identity",
    "first_party_fraud", "friendly_fraud", "transaction_replay", "card_testing", "mule_account",
    "shipping_fraud", "loyalty_abuse",
)  # fmt: skip

# Mean camouflage that each named difficulty stands for.
DIFFICULTIES = {"easy": 0.08, "standard": 0.5, "hard": 0.92}

DAY = 86400  # s
INDIA = 19800  # s from UTC to local time


def plain(values):
    """Enumerations and flags as small integers, everything else as it is."""
    return values.view(np.uint8) if values.dtype == bool else values


class Table:
    """Columns of one table, read when first used; enumerations by code, members by name."""

    def __init__(self, group):
        self._group = group
        self._columns = {}
        self.names = tuple(group)

    def __contains__(self, name):
        return name in self._group

    def __getitem__(self, name):
        if name not in self._columns:
            self._columns[name] = plain(self._group[name][:])
        return self._columns[name]

    def replace(self, name, values):
        """Uses these values of a column from now on; the file stays as it is."""
        self._columns[name] = values

    def members(self, name):
        """{member: code} of an enumerated column, None for other columns."""
        members = h5py.check_enum_dtype(self._group[name].dtype)
        return None if self.is_flag(name) else members

    def is_flag(self, name):
        return self._group[name].dtype == bool

    def where(self, name, *members):
        """Mask of the rows in which an enumerated column is one of the named members."""
        known = codes(self._group[name])
        wanted = [known[member] for member in members]
        return np.isin(self[name], np.array(wanted, dtype=np.uint8))

    def missing(self, name):
        """Mask of the rows without a value, by the column's attribute `missing`; None if all have
        one."""
        text = self._group[name].attrs.get("missing", "")
        text = text.decode() if isinstance(text, bytes) else str(text)
        word = text.split(" ")[0]
        if not word:
            return None
        if word == "NaN":
            return np.isnan(self[name])
        if word == "0":
            return self[name] == 0
        members = self.members(name)
        if members is None:  # of a dictionary, whose first entry is `none`
            return self[name] == 0
        return self[name] == members[word]


class Corpus:
    """Tables of one file. `customer` is the row's customer counted from 0, `first` the row at which
    each customer begins (shape [customers + 1])."""

    def __init__(self, path):
        self.path = str(path)
        self.name = pathlib.Path(path).name
        self._file = h5py.File(path, "r")
        self.rows = self._file["transactions/customer_id"].shape[0]
        for name, group in self._file.items():
            if isinstance(group, h5py.Group) and name != "dictionaries":
                setattr(self, name, Table(group))
        if "labels" not in self._file:
            raise ValueError("no table /labels: made with --no-fraud?")
        owner = self.transactions["customer_id"]
        self.customer = (owner - 1).astype(np.int64)
        count = self._file["customers/age"].shape[0]
        self.first = np.searchsorted(owner, np.arange(1, count + 2))
        self.fraud = self.labels["is_fraud"].astype(bool)
        days = int(self._file.attrs["days"])
        start = np.datetime64(text_of(self._file.attrs["start"]), "D").astype(np.int64)
        self.start = int(start) * DAY - INDIA
        self.end = self.start + days * DAY

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def setting(self, name, default=None):
        """A value of the configuration: an attribute of the file, or in the manifest beside it."""
        if name in self._file.attrs:
            return self._file.attrs[name]
        manifest = pathlib.Path(self.path).with_suffix(".manifest.json")
        if not manifest.exists():
            return default
        with open(manifest, encoding="utf-8") as file:
            return json.load(file).get("data", {}).get(name, default)

    def table(self, name):
        """A table that older or fraud-free corpora lack; KeyError names it."""
        if name not in self._file:
            raise KeyError(f"no table /{name}")
        return getattr(self, name)

    def difficulty(self):
        """easy, standard, hard, or the mean camouflage as text where it is none of theirs."""
        value = self.setting("difficulty")
        if value is None:
            raise KeyError("no attribute difficulty in the file or its manifest")
        if isinstance(value, (str, bytes)):
            return text_of(value)
        for name, mean in DIFFICULTIES.items():
            if abs(float(value) - mean) < 1e-6:
                return name
        return f"{float(value):g}"

    def typology(self, name):
        """Mask of the fraud rows of a typology."""
        return self.fraud & self.labels.where("fraud_type", name)

    def month(self):
        """Local month of every row, counted from January 1970."""
        dates = self.transactions["date"].astype("datetime64[D]")
        return dates.astype("datetime64[M]").astype(np.int64)

    def cell(self):
        """Payment mode and transaction type of every row as one number."""
        rows = self.transactions
        return rows["payment_mode"].astype(np.int64) * 16 + rows["transaction_type"]


def text_of(value):
    return value.decode() if isinstance(value, bytes) else str(value)

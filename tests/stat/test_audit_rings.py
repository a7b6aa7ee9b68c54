#!/usr/bin/python3
"""The audit of rings itself: one sound ring of each kind passes, and each fault put in is found."""

import pathlib
import tempfile
import unittest

import h5py
import numpy as np

import audit_rings
from audit_corpus import TYPOLOGIES, Corpus
from audit_standin import FRAUD_TYPES, enumeration

HOUR = 3600
MIDNIGHT = 1_751_308_200  # 2025-07-01 in India, s since 1970-01-01 UTC
RING_TYPES = (
    "shared_device", "shared_merchant", "shared_location", "mule_fan_in", "mule_fan_out",
    "mule_cycle", "mule_chain", "scatter_gather", "synthetic_family", "compromise_point",
)  # fmt: skip
ROLES = ("victim", "mule", "collector", "source", "beneficiary", "family_member")
MEMBERS = {
    "transaction_type": ("purchase", "transfer"),
    "direction": ("debit", "credit"),
    "delivery_city": ("none", "pune", "delhi"),
}
CUSTOMERS = 40


class World:
    """Rows, rings, members and links under construction."""

    def __init__(self):
        self.rows, self.rings, self.members, self.links = [], [], [], []
        self.address = np.arange(1, CUSTOMERS + 1)
        self.phone = np.arange(1, CUSTOMERS + 1)

    def ring(self, kind, customers, **shared):
        start = MIDNIGHT + 24 * HOUR * (len(self.rings) + 1)
        usual = {"start": start, "end": start + 20 * HOUR, "device": 0, "merchant": 0}
        self.rings.append(usual | {"kind": kind, "size": len(customers)} | shared)
        number = len(self.rings)
        self.members += [(number, customer, "mule") for customer in customers]
        return number

    def row(self, ring, customer, hour, **facts):
        time = self.rings[ring - 1]["start"] + int(hour * HOUR)
        usual = {"amount": 500.0, "partner": 0, "type": "purchase", "direction": "debit"}
        usual |= {"merchant": 0, "device": 0, "delivery": "none", "fraud": True}
        self.rows.append(usual | {"customer": customer, "time": time, "ring": ring} | facts)

    def link(self, ring, source, target, hour, amount):
        time = self.rings[ring - 1]["start"] + int(hour * HOUR)
        self.links.append([ring, source, target, time, amount])
        for own, other, direction in ((source, target, "debit"), (target, source, "credit")):
            if own:
                self.row(
                    ring,
                    own,
                    hour,
                    partner=other,
                    type="transfer",
                    amount=amount,
                    direction=direction,
                )

    def all_kinds(self):
        ring = self.ring("mule_fan_in", [1, 2, 3, 4])
        for k, source in enumerate((2, 3, 4)):
            self.link(ring, 0, source, k, 1050.0)
            self.link(ring, source, 1, 1.5 + k, 1000.0)
        self.link(ring, 1, 0, 5, 2850.0)
        ring = self.ring("mule_fan_out", [5, 6, 7, 8])
        self.link(ring, 0, 5, 0, 3100.0)
        for k, target in enumerate((6, 7, 8)):
            self.link(ring, 5, target, 1 + k, 1000.0)
        ring = self.ring("mule_chain", [9, 10, 11, 12])
        for k in range(3):
            self.link(ring, 9 + k, 10 + k, k, round(5000 * 0.95**k, 2))
        ring = self.ring("mule_cycle", [13, 14, 15])
        self.link(ring, 0, 13, 0, 5300.0)
        for k, pair in enumerate(((13, 14), (14, 15), (15, 13))):
            self.link(ring, *pair, 1 + k, round(5000 * 0.95**k, 2))
        ring = self.ring("scatter_gather", [16, 17, 18, 19])
        for k, middle in enumerate((17, 18)):
            self.link(ring, 16, middle, k, 1000.0)
            self.link(ring, middle, 19, 4 + k, 900.0)
        for kind, customers, shared in (
            ("shared_device", (20, 21, 22), {"device": 77}),
            ("shared_merchant", (23, 24, 25), {"merchant": 5}),
            ("compromise_point", (26, 27, 28), {"merchant": 6}),
            ("shared_location", (29, 30, 31), {"delivery": "pune"}),
            ("synthetic_family", (32, 33, 34), {}),
        ):
            named = {name: value for name, value in shared.items() if name != "delivery"}
            ring = self.ring(kind, customers, **named)
            for k, customer in enumerate(customers):
                self.row(ring, customer, k / 6, **shared)
        self.address[31:34] = 900
        return self

    def write(self, path):
        self.rows.sort(key=lambda row: (row["customer"], row["time"]))

        def put(group, name, values, members=None, dtype=None):
            if members is not None:
                values = np.array([members.index(value) for value in values], dtype=np.uint8)
                dtype = enumeration(members)
            group.create_dataset(name, data=np.asarray(values, dtype=dtype), dtype=dtype)

        with h5py.File(path, "w") as file:
            file.attrs["start"], file.attrs["days"] = "2025-07-01", 60
            customers, rows = file.create_group("customers"), file.create_group("transactions")
            put(customers, "age", np.full(CUSTOMERS, 30), dtype="u1")
            put(customers, "address_id", self.address, dtype="u4")
            put(customers, "phone_id", self.phone, dtype="u4")

            def field(name):
                return [row[name] for row in self.rows]

            for name, key, dtype in (
                ("customer_id", "customer", "u4"), ("timestamp", "time", "i8"),
                ("amount", "amount", "f8"), ("counterparty_id", "partner", "u4"),
                ("merchant_id", "merchant", "u4"), ("device_id", "device", "u8"),
            ):  # fmt: skip
                put(rows, name, field(key), dtype=dtype)
            put(rows, "transaction_type", field("type"), MEMBERS["transaction_type"])
            put(rows, "direction", field("direction"), MEMBERS["direction"])
            put(rows, "delivery_city", field("delivery"), MEMBERS["delivery_city"])
            labels = file.create_group("labels")
            put(labels, "is_fraud", field("fraud"), dtype=bool)
            put(labels, "ring_id", field("ring"), dtype="u4")
            labels.create_dataset("fraud_type", dtype=enumeration(FRAUD_TYPES), data=np.full(
                len(self.rows), FRAUD_TYPES["mule_account"], dtype=np.uint8))  # fmt: skip
            self.write_rings(file, put)

    def write_rings(self, file, put):
        rings = file.create_group("rings")
        put(rings, "ring_id", np.arange(1, len(self.rings) + 1), dtype="u4")
        put(rings, "ring_type", [ring["kind"] for ring in self.rings], RING_TYPES)
        put(rings, "fraud_type", ["mule_account"] * len(self.rings), ("none", *TYPOLOGIES))
        for name, key, dtype in (
            ("size", "size", "u4"), ("start", "start", "i8"), ("end", "end", "i8"),
            ("shared_device_id", "device", "u8"), ("shared_merchant_id", "merchant", "u4"),
        ):  # fmt: skip
            put(rings, name, [ring[key] for ring in self.rings], dtype=dtype)
        members = file.create_group("ring_members")
        put(members, "ring_id", [m[0] for m in self.members], dtype="u4")
        put(members, "customer_id", [m[1] for m in self.members], dtype="u4")
        put(members, "role", [m[2] for m in self.members], ROLES)
        links = file.create_group("ring_links")
        names = ("ring_id", "source_customer_id", "target_customer_id", "timestamp", "amount")
        for k, (name, dtype) in enumerate(zip(names, ("u4", "u4", "u4", "i8", "f8"))):
            put(links, name, [link[k] for link in self.links], dtype=dtype)


def misses(world):
    """Measures of a world that are missed, and the statistics."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rings.h5"
        world.write(path)
        with Corpus(path) as corpus:
            lines, details = audit_rings.measure(corpus)
    return [line.measure for line in lines if line.verdict == "miss"], details["statistics"]


class Sound(unittest.TestCase):
    def test_every_kind_passes(self):
        missed, found = misses(World().all_kinds())
        self.assertEqual(missed, [])
        self.assertEqual(found["rings by kind"], {kind: 1 for kind in RING_TYPES})
        self.assertEqual(found["components of the link graph"], 5)
        self.assertEqual(found["largest components"], [4, 4, 4, 4, 3])
        self.assertEqual(found["customers by number of rings"], {1: 34})
        self.assertEqual(found["isolated share of customers with fraud"], 0.0)
        # At the device and at two merchants three rows within 20 minutes each.
        clusters = found["temporal clusters (clusters, rows)"]
        self.assertEqual(clusters, {"merchant_id": (2, 6), "device_id": (1, 3)})

    def test_clusters(self):
        place, minute = np.array([1] * 7 + [2] * 2), np.array([0, 20, 40, 50, 200, 201, 202, 0, 1])
        self.assertEqual(audit_rings.clusters(place, minute * 60), (2, 6))
        self.assertEqual(audit_rings.clusters(place[:2], minute[:2]), (0, 0))

    def test_lift(self):
        world = World().all_kinds()
        with tempfile.TemporaryDirectory() as folder:
            world.write(folder + "/x.h5")
            with h5py.File(folder + "/x.h5", "r+") as file:
                customer = file["transactions/customer_id"][:]
                second = np.r_[False, customer[1:] == customer[:-1]] & (customer <= 10)
                types = file["labels/fraud_type"][:]
                types[second] = 1
                file["labels/fraud_type"][:] = types
            with Corpus(folder + "/x.h5") as corpus:
                found = audit_rings.cooccurrence(corpus)
        both = len(np.unique(customer[second]))
        expected = both * CUSTOMERS / (34 * both)
        self.assertEqual(found, {"card_cloning + mule_account": (both, expected)})


class Faults(unittest.TestCase):
    def found(self, expected, break_it):
        world = World().all_kinds()
        break_it(world)
        missed, _ = misses(world)
        self.assertIn(expected, missed)

    def link_of(self, world, source, target):
        return next(link for link in world.links if link[1:3] == [source, target])

    def row_of(self, world, customer, partner):
        return next(r for r in world.rows if r["customer"] == customer and r["partner"] == partner)

    def test_cycle_that_does_not_close(self):
        self.found("mule_cycle rings of another shape",
                   lambda w: w.links.remove(self.link_of(w, 15, 13)))  # fmt: skip

    def test_chain_out_of_order(self):
        def swap(world):
            self.link_of(world, 9, 10)[3] += 3 * HOUR

        self.found("mule_chain rings of another shape", swap)

    def test_fan_in_with_a_stray_link(self):
        self.found("mule_fan_in rings of another shape", lambda w: w.link(1, 2, 3, 6, 10.0))

    def test_fan_out_that_is_none(self):
        def drop(world):
            world.links = [link for link in world.links if link[2] not in (7, 8)]

        self.found("mule_fan_out rings of another shape", drop)

    def test_scatter_without_gather(self):
        self.found("scatter_gather rings of another shape",
                   lambda w: w.links.remove(self.link_of(w, 18, 19)))  # fmt: skip

    def test_missing_credit(self):
        self.found("links without their credit", lambda w: w.rows.remove(self.row_of(w, 10, 9)))

    def test_debit_a_second_late(self):
        def delay(world):
            self.row_of(world, 9, 10)["time"] += 1

        self.found("links without their debit", delay)

    def test_credit_that_is_no_fraud(self):
        def clear(world):
            self.row_of(world, 10, 9)["fraud"] = False

        self.found("credits of links that are no fraud of the ring", clear)

    def test_money_made_by_a_mule(self):
        def more(world):
            self.link_of(world, 10, 11)[4] = 6000.0

        self.found("mules that pass on more or less than their inflow but the cut", more)

    def test_money_kept_by_a_mule(self):
        def less(world):
            self.link_of(world, 10, 11)[4] = 2000.0

        self.found("mules that pass on more or less than their inflow but the cut", less)

    def test_money_sent_before_it_came(self):
        def early(world):
            self.link_of(world, 1, 0)[3] -= 2 * HOUR

        self.found("customers who send what has not come", early)

    def test_member_without_a_link(self):
        def join(world):
            world.members.append((3, 35, "mule"))

        self.found("members without a link in rings of transfers", join)

    def test_device_on_no_row(self):
        def other(world):
            world.rings[5]["device"] = 78

        self.found("shared_device rings without their device", other)

    def test_member_who_was_not_at_the_merchant(self):
        def stray(world):
            next(row for row in world.rows if row["customer"] == 27)["merchant"] = 9

        self.found("compromise_point rings without their merchant", stray)

    def test_nothing_delivered(self):
        def keep(world):
            for row in world.rows:
                row["delivery"] = "none"

        self.found("shared_location rings without their city", keep)

    def test_family_that_shares_nothing(self):
        def part(world):
            world.address[33] = 34

        self.found("synthetic_family rings without their home", part)

    def test_link_outside_the_window(self):
        def late(world):
            self.link_of(world, 9, 10)[3] += 48 * HOUR

        self.found("links outside the ring's window", late)

    def test_row_outside_the_window(self):
        self.found(
            "fraud rows of rings outside their window", lambda w: w.row(7, 23, 30, merchant=5)
        )

    def test_wrong_size(self):
        def grow(world):
            world.rings[0]["size"] = 9

        self.found("rings whose size is not that of their members", grow)

    def test_end_that_is_no_member(self):
        self.found("ends of links that are no members", lambda w: w.link(1, 35, 1, 4, 10.0))

    def test_member_named_twice(self):
        self.found("members named twice", lambda w: w.members.append(w.members[0]))


if __name__ == "__main__":
    unittest.main(verbosity=2)

"""recompute_digests.py CORPUS: "table/column digest" lines, computed from the
values in the file by the formula of docs/reproducibility.md, and at the end the
digest of the corpus. Shares no code with the program but libxxhash."""
import ctypes
import sys

import h5py
import numpy


class Hash(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


xxhash = ctypes.CDLL("libxxhash.so.0")
xxhash.XXH3_128bits_withSeed.restype = Hash
xxhash.XXH3_128bits_withSeed.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]


def xxh3(data, seed=0):
    found = xxhash.XXH3_128bits_withSeed(data, len(data), seed)
    return found.high << 64 | found.low


with h5py.File(sys.argv[1], "r") as corpus:
    names = [line.split()[0].split("/") for line in sys.stdin]  # in the order of the schema
    unit = {
        "customers": (corpus["customers/customer_id"][:] - 1) // 16,
        "merchants": (corpus["merchants/merchant_id"][:] - 1) // 1024,
        "transactions": (corpus["transactions/customer_id"][:] - 1) // 16,
    }
    unit["episodes"] = (corpus["episodes/customer_id"][:] - 1) // 16
    for table in ("rings", "ring_members", "ring_links"):
        unit[table] = corpus[table]["ring_id"][:]
    unit["labels"] = unit["features"] = unit["transactions"]
    if "features" in corpus:
        features = corpus["features/values"][:]
        feature_names = list(corpus["features/values"].attrs["names"])
    text = ""
    for table, column in names:
        if table == "features":
            values = numpy.ascontiguousarray(features[:, feature_names.index(column.encode())])
        else:
            values = corpus[table][column][:]
        starts = numpy.flatnonzero(numpy.diff(unit[table], prepend=-1))
        ends = numpy.append(starts[1:], len(values))
        digest = 0
        for first, end in zip(starts, ends):
            digest += xxh3(values[first:end].tobytes(), int(unit[table][first]))
        text += f"{table}/{column} {digest % 2**128:032x}\n"
    print(text + f"corpus {xxh3(text.encode()):032x}")

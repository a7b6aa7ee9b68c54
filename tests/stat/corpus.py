"""Reads a corpus in pieces of bounded memory, with enumerations by name."""

import h5py
import numpy as np

SLAB_ROWS = 1 << 19


def codes(dataset):
    """Number of every member of an enumerated dataset, by name."""
    members = h5py.check_enum_dtype(dataset.dtype)
    if members is None:
        raise ValueError(f"{dataset.name} is not an enumeration")
    return members


def names(dataset):
    """Name of every member of an enumerated dataset, by number."""
    return {number: name for name, number in codes(dataset).items()}


def customer_slabs(table, columns, rows=SLAB_ROWS):
    """Yields {column: values} for runs of about `rows` rows that never split a customer.

    The rows of `table` must be ordered by customer_id. The last customer of a run is left to the
    next one; a customer with more rows than a run gets a run of its own.
    """
    total = table["customer_id"].shape[0]
    start, wanted = 0, rows
    while start < total:
        end = min(start + wanted, total)
        if end < total:
            customers = table["customer_id"][start:end]
            end = start + int(np.searchsorted(customers, customers[-1]))
            if end == start:
                wanted *= 2
                continue
        yield {name: table[name][start:end] for name in columns}
        start, wanted = end, rows

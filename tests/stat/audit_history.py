"""What a row's past holds: windows, ranks and distinct counts over the rows of a customer.

Rows are ordered by customer and time. Nothing loops over rows: windows are index ranges found by
binary search, sums are differences of running sums.
"""

import numpy as np

EARTH_RADIUS = 6371.0088  # km, IUGG mean


def great_circle(latitude_a, longitude_a, latitude_b, longitude_b):
    """Distance in km of points in degrees (haversine)."""
    a, b = np.radians(latitude_a, dtype=np.float64), np.radians(latitude_b, dtype=np.float64)
    half = np.sin((b - a) / 2) ** 2
    turn = np.radians(np.subtract(longitude_b, longitude_a, dtype=np.float64))
    half += np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1)))


def group_starts(ordered):
    """Index at which the run of equal values that each element is in begins."""
    change = np.r_[True, ordered[1:] != ordered[:-1]]
    return np.maximum.accumulate(np.where(change, np.arange(len(ordered)), 0))


def pair_key(*parts):
    """One number for each distinct tuple of non-negative integers."""
    key = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        distinct, code = np.unique(part, return_inverse=True)
        key = key * len(distinct) + code
    return key


def previous_in_group(key, order=None):
    """Row before each row with an equal key, -1 if none, in row order or in the given order."""
    if order is None:
        order = np.argsort(key, kind="stable")
    else:
        order = order[np.argsort(key[order], kind="stable")]
    previous = np.full(len(key), -1, dtype=np.int64)
    same = key[order[1:]] == key[order[:-1]]
    previous[order[1:][same]] = order[:-1][same]
    return previous


def previous_of_customer(customer, mask):
    """Last row of the mask before each row and of the same customer, -1 if none."""
    last = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
    previous = np.r_[-1, last[:-1]]
    found = previous >= 0
    found[found] = customer[previous[found]] == customer[found]
    return np.where(found, previous, -1)


def window_starts(group, time, seconds):
    """First row of each row's group later than `seconds` before it; rows sorted by group, time."""
    span = int(time.max() - time.min()) + seconds + 2
    key = group.astype(np.int64) * span + (time - time.min())
    begin = np.searchsorted(key, key - seconds, side="right")
    return np.maximum(begin, group_starts(group))


def window_sum(values, begin):
    """Sum of `values` from `begin` to each row, both included."""
    total = np.r_[0, np.cumsum(values, dtype=np.float64)]
    return total[1:] - total[begin]


def count_so_far(mask, customer):
    """Rows of the mask of the customer before each row, itself not included."""
    return window_sum(mask, group_starts(customer)) - mask


def distinct_in_window(key, mask, begin):
    """Distinct keys among the masked rows from `begin` to each row; `begin` must not decrease.

    A row j stands for its key in the windows of rows i >= j that begin at or before j and after the
    row with this key before j. As `begin` does not decrease, these i are one range.
    """
    rows = np.flatnonzero(mask)
    before = np.full(len(rows), -1, dtype=np.int64)
    order = np.argsort(key[rows], kind="stable")
    same = key[rows[order[1:]]] == key[rows[order[:-1]]]
    before[order[1:][same]] = rows[order[:-1][same]]
    low = np.maximum(rows, np.searchsorted(begin, before, side="right"))
    high = np.searchsorted(begin, rows, side="right")
    valid = low < high
    step = np.zeros(len(mask) + 1, dtype=np.int64)
    np.add.at(step, low[valid], 1)
    np.add.at(step, high[valid], -1)
    return np.cumsum(step)[:-1]


def customers_of_device_so_far(device, customer, time):
    """Distinct customers seen on the row's device up to the row; 0 without a device."""
    rows = np.flatnonzero(device != 0)
    rows = rows[np.lexsort((rows, time[rows], device[rows]))]
    _, code = np.unique(device[rows], return_inverse=True)
    pair = code * (int(customer.max()) + 1) + customer[rows]
    new = previous_in_group(pair) < 0
    count = np.zeros(len(device), dtype=np.int64)
    count[rows] = window_sum(new, group_starts(code))
    return count

"""Looks for features that say nothing or the same as another one.

Usage: feature_quality.py CORPUS

Every value must be finite, no column constant, no two columns equal or an affine function of each
other (|r| = 1 but for rounding). Prints the range of every feature and the pairs with |r| > 0.95;
ends with 1 and names what is wrong.
"""

import sys

import h5py
import numpy as np

SLAB_ROWS = 1 << 16
EXACT = 1 - 1e-9  # float32 columns that are affine functions of each other come closer to 1


def slabs(dataset):
    for start in range(0, dataset.shape[0], SLAB_ROWS):
        yield dataset[start : start + SLAB_ROWS]


def extremes(dataset):
    """Whether all is finite, least and largest value of every column."""
    finite, least, most = True, np.inf, -np.inf
    for slab in slabs(dataset):
        finite = finite & np.isfinite(slab).all(axis=0)
        least, most = np.minimum(least, slab.min(axis=0)), np.maximum(most, slab.max(axis=0))
    return finite, least, most


def correlations(dataset, centre, scale):
    """Matrix of r; the columns are moved and scaled before, so that sums of squares are exact."""
    total = np.zeros(dataset.shape[1])
    products = np.zeros((dataset.shape[1],) * 2)
    for slab in slabs(dataset):
        slab = (slab.astype(np.float64) - centre) / scale
        total += slab.sum(axis=0)
        products += slab.T @ slab
    covariance = products - np.outer(total, total) / dataset.shape[0]
    deviation = np.sqrt(np.diag(covariance))
    with np.errstate(invalid="ignore"):  # 0 / 0 of constant columns
        return covariance / np.outer(deviation, deviation)


def pairs_above(r, limit):
    first, second = np.nonzero(np.triu(np.abs(r) > limit, 1))
    return sorted(zip(first, second), key=lambda pair: -abs(r[pair]))


def faults(values):
    """Prints what the columns are and yields what is wrong with them."""
    names = [name.decode() for name in values.attrs["names"]]
    finite, least, most = extremes(values)
    for k, name in enumerate(names):
        print(f"{name:32}{least[k]:14.6g}{most[k]:14.6g}")
        if not finite[k]:
            yield f"{name} has values that are not finite"
        elif least[k] == most[k]:
            yield f"{name} is {least[k]:g} in all rows"
    scale = np.where(finite & (most > least), most - least, 1)
    r = np.nan_to_num(correlations(values, np.where(finite, (least + most) / 2, 0), scale))
    for i, j in pairs_above(r, 0.95):
        print(f"r = {r[i, j]:.6f}: {names[i]}, {names[j]}")
    for i, j in pairs_above(r, EXACT):
        yield f"{names[i]} and {names[j]} say the same"


def main():
    with h5py.File(sys.argv[1]) as corpus:
        found = list(faults(corpus["features/values"]))
    for fault in found:
        print("FAULT:", fault)
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main())

"""Times EASE in float32 by numpy and by scipy's LAPACK, on data of the same size as `bench/parts.ts`.

    python bench/numpy_side.py [items, 10000 by default]
"""
import json
import sys
import time

import numpy as np
import scipy.sparse as sp
from scipy.linalg import lapack

items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
draw = np.random.default_rng(1)
rows = np.repeat(np.arange(2 * items), 20)
columns = (items * draw.random(len(rows)) ** 2).astype(int)
matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (2 * items, items))
matrix.data[:] = 1


def inverse_of(gram):
    return np.linalg.inv(gram)


def inverse_by_cholesky(gram):
    factor, _ = lapack.spotrf(gram, lower=1, overwrite_a=1)
    half, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    return np.tril(half) + np.tril(half, -1).T


for name, inverted in [("numpy", inverse_of), ("LAPACK's Cholesky", inverse_by_cholesky)]:
    start, used = time.perf_counter(), time.process_time()
    gram = (matrix.T @ matrix).toarray()
    gram[np.diag_indices(items)] += 300
    inverse = inverted(gram)
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices(items)] = 0
    print(json.dumps({
        "what": f"EASE, {items} items, {name}",
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - used, 2),
    }))

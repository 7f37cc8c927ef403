"""What numpy takes for EASE in float32 on as many items as `bench/parts.ts` does.

    python bench/numpy_side.py [items, 10000 where absent]
"""
import json
import sys
import time

import numpy as np
import scipy.sparse as sp

items = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
draw = np.random.default_rng(1)
rows = np.repeat(np.arange(2 * items), 20)
columns = (items * draw.random(len(rows)) ** 2).astype(int)
matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (2 * items, items))
matrix.data[:] = 1

start, used = time.perf_counter(), time.process_time()
gram = (matrix.T @ matrix).toarray()
gram[np.diag_indices(items)] += 300
inverse = np.linalg.inv(gram)
weights = inverse / -np.diag(inverse)
weights[np.diag_indices(items)] = 0
print(json.dumps({
    "what": f"EASE, {items} items",
    "seconds": round(time.perf_counter() - start, 2),
    "cpu_seconds": round(time.process_time() - used, 2),
}))

"""Times `implicit` (PyPI, 0.7.3) on Gowalla: cosine kNN and an epoch of ALS.

    python bench/implicit_side.py <folder of the data sets>
"""
import json
import sys
import time

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender

rows = np.loadtxt(f"{sys.argv[1]}/gowalla/train.csv.gz", delimiter=",", skiprows=1, dtype=np.int64)
users, items = rows[:, 0], rows[:, 1]
matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (users, items)))


def say(what, start, **more):
    print(json.dumps({"what": what, "seconds": round(time.perf_counter() - start, 2), **more}))


start = time.perf_counter()
CosineRecommender(K=200).fit(matrix, show_progress=False)
say("cosine kNN", start)
for factors in (64, 128):
    model = AlternatingLeastSquares(factors=factors, iterations=5, use_gpu=False, random_state=1)
    start = time.perf_counter()
    model.fit(matrix, show_progress=False)
    seconds = (time.perf_counter() - start) / 5
    print(json.dumps({"what": "ALS epoch", "factors": factors, "seconds": round(seconds, 2)}))

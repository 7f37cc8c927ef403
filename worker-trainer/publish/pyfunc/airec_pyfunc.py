"""Reads an AiREC model with numpy and returns the same recommendations as the AiREC service.

    model = mlflow.pyfunc.load_model("models:/project-7-recommender@champion")
    model.predict(pd.DataFrame({"item_title": ["Heat (1995)"], "user_id": ["1"]}), params={"n": 10})

Each row of the frame may have `item_title` or `item_id`, `user_id`, and `history` (a list of item
ids, oldest first, used in place of the user's stored history); empty values count as missing. The
result for a row is a list of {"item_id", "item_title", "score"}, best first.
"""

import difflib
import json
from pathlib import Path

import numpy as np

DTYPES = {"U8": "<u1", "U16": "<u2", "U32": "<u4", "F32": "<f4", "F64": "<f8"}


def _load_pyfunc(data_path):
    """Entry point for MLflow; data_path is the artifact's data folder."""
    return Recommender(Path(data_path))


class Recommender:
    def __init__(self, folder):
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if self.manifest["format_version"] not in (1, 2):
            version = self.manifest["format_version"]
            raise ValueError(f"This loader reads versions 1 and 2 of airec-model, not {version}.")
        arrays = read_safetensors(folder / "model.safetensors")
        self.ids = Strings(arrays, "items.ids")
        self.titles = Strings(arrays, "items.titles")
        self.popularity = arrays["items.popularity"].astype(np.int64)
        self.weights = Rows(arrays, "weights")
        self.similar = Rows(arrays, "similar") if "similar.offsets" in arrays else self.weights
        self.users = self.histories = None
        users = self.private_file("data/users.safetensors")
        if users is not None:
            arrays = read_safetensors(folder / users)
            self.users = Strings(arrays, "users.ids")
            self.histories = Rows(arrays, "users.histories")

    def private_file(self, name):
        """Returns the path of a file of user histories, or None; erasures rename such files."""
        here = {name: name} if name in self.manifest["sha256"] else {}
        path = self.manifest.get("private", here).get(name)
        return None if path is None else path.removeprefix("data/")

    def predict(self, model_input, params=None):
        """Returns one list of recommendations for each row of the frame."""
        params = params or {}
        n = int(params.get("n", 10))
        exclude_seen = bool(params.get("exclude_seen", True))
        if n < 1:
            raise ValueError(f"n says how many are wanted, 1 or more; it is {n}.")
        columns = [c for c in ("item_id", "item_title", "user_id", "history") if c in model_input]
        rows = zip(*(model_input[c] for c in columns)) if columns else [()] * len(model_input)
        answers = []
        for row in rows:
            request = {c: value for c, value in zip(columns, row) if not is_missing(value)}
            answers.append(self.recommend(request, n=n, exclude_seen=exclude_seen))
        return answers

    def recommend(self, request, n=10, exclude_seen=True):
        """Returns the recommendations for one request, a dict without missing values."""
        self.require(request)
        item = self.asked_item(request)
        history, weights = self.asked_history(request)
        ranked = self.rank(item, history, weights, n=n, exclude_seen=exclude_seen)
        return [
            {"item_id": self.ids[i], "item_title": self.titles[i], "score": score}
            for i, score in ranked
        ]

    def require(self, request):
        """Raises ValueError if the request lacks what the model type needs.

        CONTENT needs an item, COLLABORATIVE a user, HYBRID both; a history is always enough.
        """
        model_type = self.manifest["model_type"]
        if "history" in request:
            return
        if model_type != "COLLABORATIVE" and not request.keys() & {"item_id", "item_title"}:
            raise ValueError(f"A {model_type} model recommends by item_title; a row has none.")
        if model_type != "CONTENT" and "user_id" not in request:
            raise ValueError(f"A {model_type} model recommends by user_id; a row has none.")

    def asked_item(self, request):
        if self.manifest["model_type"] == "COLLABORATIVE":
            return None
        if "item_id" in request:
            item = self.ids.find(text_of(request["item_id"]))
            if item is None:
                raise ValueError(f"The catalogue has no item with the id {request['item_id']!r}.")
            return item
        if "item_title" not in request:
            return None
        title = str(request["item_title"])
        item = self.titles.find(title)
        if item is None:
            near = difflib.get_close_matches(title, list(self.titles), n=3)
            hint = f" Near it are {', '.join(map(repr, near))}." if near else ""
            raise ValueError(f"The catalogue has no item titled {title!r}.{hint}")
        return item

    def asked_history(self, request):
        """Returns item indices and their weights, oldest first; empty for an unknown user."""
        if "history" in request:
            found = [self.ids.find(text_of(i)) for i in request["history"]]
            history = [i for i in found if i is not None]
            return history, [1.0] * len(history)
        user = None
        if self.users is not None and "user_id" in request:
            user = self.users.find(text_of(request["user_id"]))
        if user is None or self.manifest["model_type"] == "CONTENT":
            return [], []
        items, weights = self.histories[user]
        return items.tolist(), weights.tolist()

    def rank(self, item, history, weights, n, exclude_seen):
        """Returns the n best (index, score) pairs, by score, then popularity, then index.

            score(j) = sum over h of w_h * W[h, j]                               history alone
            score(j) = S[i, j]                                                   item alone
            score(j) = g / max S[i] * S[i, j] + (1 - g) / max sums * sums[j]     both

        The maxima exclude the requested item and the history; a part whose maximum is not positive
        counts as zero. All sums are float64, in the order of the history.
        """
        scores = np.zeros(len(self.ids))
        allowed = np.ones(len(self.ids), dtype=bool)
        for h, weight in zip(history, weights):
            columns, values = self.weights[h]
            scores[columns] += weight * values
        allowed[history] = False
        if item is not None:
            allowed[item] = False
            columns, values = self.similar[item]
            if not history:
                scores[columns] += values
            else:
                gamma = self.manifest["gamma"]
                top = scores[allowed].max(initial=0)
                scores *= (1 - gamma) / top if top > 0 else 0
                top = values[allowed[columns]].max(initial=0)
                if top > 0:
                    scores[columns] += (gamma / top) * values
        if not exclude_seen:
            allowed[history] = True
            if item is not None:
                allowed[item] = False
            # Rejected items, which have negative weights, are never recommended.
            allowed[[h for h, weight in zip(history, weights) if weight < 0]] = False
        candidates = np.flatnonzero(allowed)
        order = np.lexsort((candidates, -self.popularity[candidates], -scores[candidates]))
        best = candidates[order[:n]]
        return [(i, score + 0.0) for i, score in zip(best.tolist(), scores[best].tolist())]


class Rows:
    """A CSR matrix: row r is (columns, values), with the values as float64."""

    def __init__(self, arrays, name):
        self.offsets = arrays[f"{name}.offsets"]
        self.columns = arrays[f"{name}.columns"]
        self.values = arrays[f"{name}.values"]

    def __getitem__(self, row):
        entries = slice(self.offsets[row], self.offsets[row + 1])
        return self.columns[entries], self.values[entries].astype(np.float64)


class Strings:
    """An array of strings, searched by binary search in the stored order of their bytes."""

    def __init__(self, arrays, name):
        self.bytes = arrays[f"{name}.bytes"].tobytes()
        self.offsets = arrays[f"{name}.offsets"]
        self.order = arrays[f"{name}.order"]

    def __len__(self):
        return len(self.order)

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError(index)
        return self.raw(index).decode("utf-8")

    def raw(self, index):
        return self.bytes[self.offsets[index] : self.offsets[index + 1]]

    def find(self, text):
        """Returns the first index of the text in the stored order, or None."""
        wanted = text.encode("utf-8", "replace")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(self.order[middle]) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == len(self) or self.raw(self.order[low]) != wanted:
            return None
        return int(self.order[low])


def read_safetensors(path):
    """Returns the arrays of a safetensors file by name.

    The file is 8 bytes of header length, a JSON header, and the data.
    """
    file = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(file[:8].tobytes(), "little")
    header = json.loads(file[8:start].tobytes())
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, end = entry["data_offsets"]
            arrays[name] = np.asarray(file[start + first : start + end]).view(DTYPES[entry["dtype"]])
    return arrays


def is_missing(value):
    """Returns whether a value is missing: None, NaN, an empty string or an empty list."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return len(value) == 0
    return value is None or value == "" or value != value


def text_of(value):
    """Returns an id as stored in the model; pandas may have turned it from 1 into 1.0."""
    if isinstance(value, (float, np.floating)) and value == int(value):
        value = int(value)
    return str(value)

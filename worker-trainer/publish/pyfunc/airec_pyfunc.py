"""Reads an AiREC model with numpy and returns the same recommendations as the AiREC service.

    model = mlflow.pyfunc.load_model("models:/project-7-recommender@champion")
    model.predict(pd.DataFrame({"item_title": ["Heat (1995)"], "user_id": ["1"]}), params={"n": 10})

Each row of the frame may have `item_title` or `item_id`, `user_id`, and `history` (a list, oldest
first, used in place of the user's stored history: item ids, or dicts with `item_id` and any of
`event_type`, `rating`, `timestamp` and `weight`); empty values count as missing. The result for a
row is a list of {"item_id", "item_title", "score"}, best first.
"""

import calendar
import difflib
import json
import math
import re
from bisect import bisect_left, bisect_right
from pathlib import Path

import numpy as np

DTYPES = {"U8": "<u1", "U16": "<u2", "U32": "<u4", "F32": "<f4", "F64": "<f8"}


def _load_pyfunc(data_path):
    """Entry point for MLflow; data_path is the artifact's data folder."""
    return Recommender(Path(data_path))


class Recommender:
    def __init__(self, folder):
        self.manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if self.manifest["format_version"] not in (1, 2, 3):
            version = self.manifest["format_version"]
            raise ValueError(f"This loader reads versions 1 to 3 of airec-model, not {version}.")
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
            sent = [h if isinstance(h, dict) else {"item_id": h} for h in request["history"]]
            rows = [(self.ids.find(text_of(row["item_id"])), row) for row in sent]
            rows = [(item, row) for item, row in rows if item is not None]
            reading = self.manifest.get("reading")
            if reading is None:
                return unread_history(rows, self.manifest.get("liking"))
            return sent_history(rows, reading)
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


def sent_history(rows, reading):
    """Returns the history of (item, row) pairs: items and weights, oldest first.

    Rows with a weight count as they are, before the others.
    """
    weighed = [(item, row) for item, row in rows if not is_missing(row.get("weight"))]
    others = [
        {
            "item": item,
            "weight": event_weight(row.get("event_type"), reading["event_weights"]),
            "rating": single(number_of(row.get("rating"))),
            "time": seconds_of(row.get("timestamp")),
        }
        for item, row in rows
        if is_missing(row.get("weight"))
    ]
    items, weights = history_of(others, reading)
    explicit = [float(row["weight"]) for _, row in weighed]
    return [item for item, _ in weighed] + items, explicit + weights


def unread_history(rows, liking):
    """Returns the history of (item, row) pairs for models before version 3, in their order."""
    ratings = [number_of(row.get("rating")) for _, row in rows]
    total, count = 0.0, 0
    for rating in ratings:
        if not math.isnan(rating):
            total += rating
            count += 1
    if liking is None or liking["rule"] == "all":
        liking = {"rule": "own_mean", "mean": total / max(count, 1)}
    opinion = opinion_by(liking, total, count)
    weights = []
    for (_, row), rating in zip(rows, ratings):
        if not is_missing(row.get("weight")):
            weights.append(float(row["weight"]))
        else:
            value = 1.0 if math.isnan(rating) else opinion(rating)
            weights.append(1.0 if value > 0 else value)
    return [item for item, _ in rows], weights


def history_of(rows, reading):
    """Returns the history of rows, as docs/artifact.md specifies it: items and their weights."""
    age = lambda row: -math.inf if math.isnan(row["time"]) else row["time"]
    rows = sorted(rows, key=age)  # stable
    weigh_rows(rows, reading["liking"])
    entries = join_rows(rows)
    ranks = rating_ranks(entries) if reading["signal"] == "valued" else [0.0] * len(entries)
    fade = reading.get("fade", 1.0)
    power = factor = 1.0
    later = None
    for entry, rank in zip(reversed(entries), reversed(ranks)):
        if later is not None:
            power *= fade
            if entry["time"] != later["time"]:
                factor = power
        if entry["weight"] > 0:
            entry["served"] = single((rank or 1.0) * factor)
        else:
            entry["served"] = entry["weight"]
        later = entry
    return [entry["item"] for entry in entries], [entry["served"] for entry in entries]


def weigh_rows(rows, liking):
    """Multiplies the weights of the rows by the opinions of their ratings."""
    rule = liking["rule"]
    scale = liking.get("scale") if rule == "own_mean" else None
    total, count = 0.0, 0
    for row in rows:
        if not math.isnan(row["rating"]):
            rating = row["rating"]
            total += min(scale["most"], max(scale["least"], rating)) if scale else rating
            count += 1
    if count == 0:
        return
    opinion = opinion_by(liking, total, count)
    disliked = math.nan if rule in ("all", "own_mean", "from") else 0.0
    for row in rows:
        if math.isnan(row["rating"]) or not row["weight"] > 0:
            continue
        value = opinion(row["rating"])
        if value > 0:
            row["weight"] = single(row["weight"] * value)
        else:
            row["weight"] = single(value) if value < 0 else disliked


def opinion_by(liking, total, count):
    """Returns the function from a user's rating to its weight."""
    rule = liking["rule"]
    if rule == "above_zero":
        return lambda rating: 1.0 if rating > 0 else -1.0 if rating < 0 else 0.0
    if rule == "amount":
        unit = ln1p(liking["usual"])
        return lambda rating: ln1p(rating) / unit if rating > 0 else -0.1 if rating < 0 else 0.0
    if rule == "from":
        return lambda rating: 1.0 if rating >= liking["limit"] else -1.0 if rating < 0 else 0.0
    if rule == "all":
        mean = total / count
    else:
        mean = (total + 5 * liking["mean"]) / (count + 5)
        if "scale" in liking:
            least, most = liking["scale"]["least"], liking["scale"]["most"]
            mean = max(mean, (least + most) / 2 - 0.25 * (most - least) / 2)
    limit = mean - 1e-9 * abs(mean)
    return lambda rating: -1.0 if rating < 0 else 1.0 if rating >= limit else 0.0


def join_rows(rows):
    """Returns one entry per item, ordered by the items' last rows."""
    entries = {}
    for row in reversed(rows):
        entry = entries.setdefault(
            row["item"],
            {
                "item": row["item"],
                "time": row["time"],
                "rating": math.nan,
                "sum": 0.0,
                "most": 0.0,
                "closed": False,
            },
        )
        if math.isnan(entry["rating"]):
            entry["rating"] = row["rating"]
        weight = row["weight"]
        if entry["closed"] or weight == 0:
            continue
        if weight > 0:
            entry["sum"] += weight
            entry["most"] = max(entry["most"], weight)
        else:  # a rejection, or NaN
            entry["closed"] = True
            if weight < 0 and entry["sum"] == 0:
                entry["sum"] = entry["most"] = weight
    for entry in entries.values():
        most, total = entry["most"], entry["sum"]
        entry["weight"] = single(most if total == most else most * (1 + ln(total / most)))
    return list(entries.values())[::-1]


def rating_ranks(entries):
    """Returns twice the share of ratings below each one; 0 without a rating or if rejected."""
    is_rated = lambda entry: entry["weight"] >= 0 and not math.isnan(entry["rating"])
    own = sorted(entry["rating"] for entry in entries if is_rated(entry))
    return [
        (bisect_left(own, entry["rating"]) + bisect_right(own, entry["rating"])) / len(own)
        if is_rated(entry)
        else 0.0
        for entry in entries
    ]


def ln(x):
    """Returns the logarithm of x >= 1 by + - * / alone, the same bits as all readers (fdlibm)."""
    if x == math.inf:
        return x
    k = 0
    while x > 1.4142135623730951:
        x /= 2
        k += 1
    f = x - 1
    s = f / (2 + f)
    z = s * s
    r = 0.0
    for factor in LN_FACTORS:
        r = z * (factor + r)
    half = f * f / 2
    return k * 6.93147180369123816490e-1 + (
        f - (half - (s * (half + r) + k * 1.90821492927058770002e-10))
    )


LN_FACTORS = (
    1.479819860511658591e-1,
    1.531383769920937332e-1,
    1.818357216161805012e-1,
    2.222219843214978396e-1,
    2.857142874366239149e-1,
    3.999999999940941908e-1,
    6.666666666666735130e-1,
)


def ln1p(x):
    """Returns the logarithm of 1 + x for x >= 0."""
    u = 1 + x
    return x if u == 1 or u == math.inf else ln(u) * (x / (u - 1))


def event_weight(event, weights):
    """Returns the weight of an event, NaN to cancel earlier rows; 1 if it is not listed.

    An event is looked up as it is, else without its separators.
    """
    event = "" if is_missing(event) else str(event).strip().lower()
    weight = weights.get(event, weights.get(re.sub(r"[ _\-.:/]", "", event), 1))
    return math.nan if weight is None else single(weight)


def single(number):
    """Returns a number rounded to float32."""
    return float(np.float32(number))


def number_of(value):
    return math.nan if is_missing(value) else float(value)


ISO = re.compile(
    r"([1-9]\d{3})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?"
    r"(?:Z|([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)


def seconds_of(time):
    """Returns a time as seconds since 1970: a number, or ISO 8601, in UTC without a zone."""
    if is_missing(time):
        return math.nan
    if not isinstance(time, str):
        return float(time)
    found = ISO.fullmatch(time)
    if not found:
        raise ValueError(f"{time!r} is not a time: send seconds since 1970 or ISO 8601.")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        raise ValueError(f"{time!r} is not a time.")
    offset = 3600 * int(found[9] or 0) + 60 * int(found[10] or 0)
    utc = calendar.timegm((year, month, day, hour, minute, second)) + float(found[7] or 0)
    return utc + offset if found[8] == "-" else utc - offset


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
    """Returns an id as stored in the model, without characters that are not shown.

    pandas may have turned it from 1 into 1.0.
    """
    if isinstance(value, (float, np.floating)) and value == int(value):
        value = int(value)
    text = str(value)
    if not NOT_SHOWN.search(text):
        return text
    # Joiners within an id stay: they change how Persian, Hindi and emoji are written.
    return HIDDEN.sub("", text).strip().strip(JOINERS).strip()


HIDDEN = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
JOINERS = "\u200c\u200d"
NOT_SHOWN = re.compile("[\u200b-\u200f\u2060\ufeff]")

"""Loads models by MLflow, repeats the golden requests of each, and prints a comparison as JSON.

    python reproduce_golden.py <model URI> <folder with its golden files> [<URI> <folder> …]
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import mlflow.pyfunc
import pandas as pd

COLUMNS = ("item_id", "item_title", "user_id", "history")



def with_hidden(column):
    """Returns a column of ids or histories with characters that are not shown in its ids."""
    if column.name == "history":
        return column.map(lambda sent: sent and [hidden_in(entry) for entry in sent])
    return column if column.name == "item_title" else column.map(hidden_in, na_action="ignore")


def hidden_in(entry):
    if isinstance(entry, dict):
        return entry | {"item_id": hidden_in(entry["item_id"])}
    return f"\u200d\ufeff {str(entry)[:1]}\u200b{str(entry)[1:]}\u2060\u200c"


arguments = sys.argv[1:]
pairs = list(zip(arguments[::2], arguments[1::2]))
models = [mlflow.pyfunc.load_model(uri) for uri, _ in pairs]  # load all before the first prediction
report = []
for model, (uri, folder) in zip(models, pairs):
    answers = []
    manifest = json.loads((Path(folder) / "data" / "manifest.json").read_text("utf-8"))
    for name in ("data/golden.json", "data/golden-users.json"):
        path = Path(folder) / manifest.get("private", {}).get(name, name)
        if path.exists():
            answers += json.loads(path.read_text("utf-8"))["answers"]
    together = defaultdict(list)
    for answer in answers:
        request = answer["request"]
        together[request["n"], request["include_seen"]].append(answer)
    equal, rows, differs = 0, 0, None
    for (n, include_seen), group in together.items():
        requests = [answer["request"] for answer in group]
        used = [c for c in COLUMNS if any(c in request for request in requests)]
        frame = pd.DataFrame({c: [request.get(c) for request in requests] for c in used})
        params = {"n": n, "exclude_seen": not include_seen}
        given = model.predict(frame, params=params)
        if "user_id" in frame:  # with numeric ids, as in a frame read from a CSV file
            numbers = frame.assign(user_id=frame["user_id"].map(int, na_action="ignore"))
            assert model.predict(numbers, params=params) == given
        assert model.predict(frame.apply(with_hidden), params=params) == given
        for answer, got in zip(group, given, strict=True):
            rows += 1
            if got == answer["answer"]:
                equal += 1
            elif differs is None:
                differs = {"request": answer["request"], "got": got[:3], "wanted": answer["answer"][:3]}
    example = len(model.predict(model.input_example))
    report.append({"uri": uri, "requests": rows, "equal": equal, "differs": differs, "example": example})
print(json.dumps(report))

"""LightGBM's side of the peer suite: does the steps of <dir>/job.json and writes <dir>/answers.json and binary results.

Tables are columns one after another, labels and results little-endian doubles (leaves 32-bit integers).
"""

import json
import os
import sys
import time

import lightgbm as lgb
import numpy as np

directory = sys.argv[1]


def path(name):
    return os.path.join(directory, name)


def table(source):
    return np.fromfile(path(source["file"]), dtype=source["type"]).reshape(source["columns"], -1).T


def train(step):
    data = lgb.Dataset(
        table(step["rows"]),
        np.fromfile(path(step["labels"]), dtype="<f8"),
        categorical_feature=step.get("categorical", []),
        group=step.get("group"),
        params=step["params"],
    )
    started = time.process_time()
    data.construct()
    bin_ms = 1000 * (time.process_time() - started)
    clock = []

    def tick(_):
        clock.append((time.process_time(), time.perf_counter()))

    booster = lgb.train(step["params"], data, step["rounds"], callbacks=[tick])
    booster.save_model(path(step["model"]))
    return {
        "binMs": bin_ms,
        "cpuMs": [1000 * (b[0] - a[0]) for a, b in zip(clock, clock[1:])],
        "wallMs": [1000 * (b[1] - a[1]) for a, b in zip(clock, clock[1:])],
    }


def predict(step):
    booster = lgb.Booster(model_file=path(step["model"]))
    rows = table(step["rows"])
    cpu_ms = {}
    for kind in step["kinds"]:
        asked = {"raw": {"raw_score": True}, "prediction": {}, "leaf": {"pred_leaf": True}, "contrib": {"pred_contrib": True}}
        started = time.process_time()
        result = np.ascontiguousarray(booster.predict(rows, num_threads=1, **asked[kind]))
        cpu_ms[kind] = 1000 * (time.process_time() - started)
        result.astype("<i4" if kind == "leaf" else "<f8").tofile(path(f"{step['model']}.{kind}"))
    return {"cpuMs": cpu_ms}


with open(path("job.json"), encoding="utf-8") as file:
    steps = json.load(file)
answers = [{"train": train, "predict": predict}[step["do"]](step) for step in steps]
with open(path("answers.json"), "w", encoding="utf-8") as file:
    json.dump(answers, file)

"""Writes the models of data frames, rows of raw data and answers that the tests of the import read: LightGBM 4.7.0's and
XGBoost 3.2.0's own estimators, asked about frames with the same categories.

Run: python make_frames.py, in this folder.
"""
import json
import os
import tempfile

import lightgbm
import numpy as np
import pandas
import xgboost

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
CODES, TOWNS = [500, 510, 1000, 7], ["Zürich", "a, b", "Aachen"]


def frame(rows, seed):
    random = np.random.default_rng(seed)
    missing = random.random(rows) < 0.1
    town = random.choice(np.array(TOWNS, dtype=object), rows)
    town[missing] = None
    return pandas.DataFrame({
        "size": np.round(random.standard_normal(rows), 3),
        "code": pandas.Categorical(random.choice(CODES, rows), categories=CODES),
        "town": pandas.Categorical(town, categories=TOWNS),
        "open": pandas.Categorical(random.choice([True, False], rows), categories=[True, False]),
    })


def targets(data):
    clean = data["code"].cat.codes == 1
    return data["size"] + 2 * clean + (data["town"] == "Aachen") + data["open"].astype(bool)


def lightgbm_cases(data, z):
    settings = dict(n_estimators=4, num_leaves=6, min_child_samples=5, min_data_per_group=5, cat_smooth=1, verbose=-1, n_jobs=1)
    yield "regressor", lightgbm.LGBMRegressor(**settings).fit(data, z), data.columns
    yield "classifier", lightgbm.LGBMClassifier(**settings).fit(data, z > 1.5), data.columns
    early = lightgbm.LGBMRegressor(**{**settings, "n_estimators": 60, "learning_rate": 0.9})
    early.fit(data, z, eval_set=[(data, -z)], callbacks=[lightgbm.early_stopping(2, verbose=False)])
    yield "early", early, data.columns


def ascii(data):
    return data.assign(town=data["town"].cat.rename_categories({"Zürich": "Zurich"}))


def xgboost_cases(data, z):
    columns = ["size", "code", "town"]
    data = ascii(data[columns])
    settings = dict(n_estimators=4, max_depth=3, n_jobs=1, enable_categorical=True, max_cat_to_onehot=1)
    yield "regressor", xgboost.XGBRegressor(**settings).fit(data, z), columns
    yield "classifier", xgboost.XGBClassifier(**settings).fit(data, (z > 1.5).astype(int)), columns
    classes = np.digitize(z, [0, 2])
    other = np.roll(classes, 1)
    early = dict(settings, n_estimators=12, early_stopping_rounds=2, num_parallel_tree=2, subsample=0.7, seed=1)
    yield "early", xgboost.XGBClassifier(**early).fit(data, classes, eval_set=[(data, other)], verbose=False), columns
    dart = dict(settings, n_estimators=8, booster="dart", early_stopping_rounds=1)
    yield "dart", xgboost.XGBRegressor(**dart).fit(data, z, eval_set=[(data, np.roll(z, 1))], verbose=False), columns


def text_of(model):
    if hasattr(model, "booster_"):
        return model.booster_.model_to_string()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.json")
        model.save_model(path)
        with open(path, encoding="utf-8") as file:
            return file.read()


def answers(model, rows):
    found = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)
    return [float(x) for x in np.asarray(found, float).ravel()]


def main():
    data, probe = frame(400, 5), frame(25, 6)
    z = targets(data)
    cases = []
    for library, made in (("lightgbm", lightgbm_cases(data, z)), ("xgboost", xgboost_cases(data, z))):
        for name, model, columns in made:
            rows = probe[list(columns)] if library == "lightgbm" else ascii(probe[list(columns)])
            case = {"name": f"{library} {name}", "model": text_of(model), "rows": rows.to_csv(index=False), "answers": answers(model, rows)}
            if library == "lightgbm":
                # A category that was not there in training counts as missing.
                other = rows.assign(code=pandas.Categorical([123] * len(rows)))
                case["other"] = {"rows": other.to_csv(index=False), "answers": answers(model, other)}
            cases.append(case)
    ordered = data.assign(grade=pandas.Categorical(["lo", "hi"] * 200, categories=["lo", "hi"], ordered=True))
    refused = [{"why": "lists of categories", "model": text_of(lightgbm.LGBMRegressor(n_estimators=2, verbose=-1).fit(ordered, z))}]
    listed = json.loads(next(case["model"] for case in cases if case["name"] == "xgboost regressor"))
    del listed["learner"]["gradient_booster"]["model"]["cats"]
    refused.append({"why": "whose meaning is not in the file", "model": json.dumps(listed)})
    # XGBoost counts the characters of a category where its bytes are meant, and cuts what follows.
    cut = xgboost.XGBRegressor(n_estimators=2, enable_categorical=True).fit(data[["size", "town"]], z)
    refused.append({"why": "not ASCII", "model": text_of(cut)})
    targets_ = xgboost.XGBRegressor(n_estimators=2, multi_strategy="multi_output_tree").fit(data[["size"]], np.c_[z, z])
    refused.append({"why": "2 targets", "model": text_of(targets_)})
    with open(os.path.join(DATA, "foreign_frames.json"), "w", encoding="ascii") as out:
        json.dump({"cases": cases, "refused": refused}, out, indent=0)
        out.write("\n")


if __name__ == "__main__":
    main()

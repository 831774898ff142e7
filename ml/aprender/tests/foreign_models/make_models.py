"""Writes the models, rows and answers that the tests of the import read: LightGBM 4.7.0's and XGBoost 3.2.0's.

Run: python make_models.py, in this folder.
"""
import json
import os

import lightgbm
import numpy as np
import xgboost

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


def table(rows):
    random = np.random.default_rng(3)
    x = np.round(random.standard_normal((rows, 5)), 3)
    x[:, 3] = random.integers(0, 40, rows)
    x[random.random((rows, 5)) < 0.1] = np.nan
    x[random.random((rows, 5)) < 0.05] = 0
    return x


def targets(x):
    clean = np.nan_to_num(x)
    return clean[:, 0] + clean[:, 1] * clean[:, 2] + (clean[:, 3] % 3)


def lightgbm_cases(x, z):
    base = dict(num_leaves=6, verbose=-1, num_threads=1, seed=1, min_data_in_leaf=5)
    yield "regression", dict(base, objective="regression"), z, []
    yield "categorical", dict(base, objective="binary", min_data_per_group=5, cat_smooth=1), (z > 1).astype(int), [3]
    yield "zero_missing", dict(base, objective="binary", zero_as_missing=True), (z > 1).astype(int), []
    yield "no_missing", dict(base, objective="poisson", use_missing=False), np.round(np.abs(z)), []
    yield "multiclass", dict(base, objective="multiclass", num_class=3), np.digitize(z, [0, 1.5]), []
    yield "forest", dict(base, objective="binary", boosting="rf", bagging_freq=1, bagging_fraction=0.7), (z > 1).astype(int), []


def xgboost_cases(z):
    base = dict(max_depth=3, nthread=1, seed=1, tree_method="hist")
    yield "regression", dict(base, objective="reg:squarederror"), z, False
    yield "binary", dict(base, objective="binary:logistic"), (z > 1).astype(int), False
    yield "categorical", dict(base, objective="binary:logistic", max_cat_to_onehot=1), (z > 1).astype(int), True
    yield "multiclass", dict(base, objective="multi:softprob", num_class=3), np.digitize(z, [0, 1.5]), False
    yield "poisson", dict(base, objective="count:poisson"), np.round(np.abs(z)), False
    yield "dart", dict(base, objective="reg:squarederror", booster="dart", rate_drop=0.3), z, False


def listed(values):
    return [None if np.isnan(v) else v for v in np.asarray(values, float).ravel()]


def main():
    x, probe = table(600), table(700)[600:640]
    z = targets(x)
    cases = []
    for name, settings, y, categories in lightgbm_cases(x, z):
        model = lightgbm.train(settings, lightgbm.Dataset(x, y, categorical_feature=categories), 4)
        cases.append({"name": "lightgbm " + name, "model": model.model_to_string(), "answers": listed(model.predict(probe)),
                      "raw": listed(model.predict(probe, raw_score=True)), "contributions": listed(model.predict(probe, pred_contrib=True))})
    for name, settings, y, categories in xgboost_cases(z):
        types = ["q", "q", "q", "c" if categories else "q", "q"]
        model = xgboost.train(settings, xgboost.DMatrix(x, y, feature_types=types, enable_categorical=categories), 4)
        rows = xgboost.DMatrix(probe, feature_types=types, enable_categorical=categories)
        cases.append({"name": "xgboost " + name, "model": model.save_raw("json").decode(), "answers": listed(model.predict(rows)),
                      "raw": listed(model.predict(rows, output_margin=True)), "contributions": listed(model.predict(rows, pred_contribs=True))})
    with open(os.path.join(DATA, "foreign_models.json"), "w", encoding="ascii") as out:
        json.dump({"rows": listed(probe), "cases": cases}, out, indent=0)
        out.write("\n")


if __name__ == "__main__":
    main()

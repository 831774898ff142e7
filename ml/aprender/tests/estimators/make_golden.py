"""Writes golden.json and the data sets that the tests of the estimators read: scikit-learn's folds and figures.

Run with scikit-learn 1.9.1: python make_golden.py, in this folder. The data sets come with scikit-learn (BSD 3-clause).
"""
import json
import os

import numpy as np
import sklearn
from sklearn import cluster, datasets, decomposition, ensemble, linear_model, naive_bayes, neighbors, tree
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


def scaled(model):
    return make_pipeline(StandardScaler(), model)


CLASSIFIERS = {
    "logistic": lambda: scaled(linear_model.LogisticRegression(max_iter=1000)),
    "naive_bayes": naive_bayes.GaussianNB,
    "nearest": lambda: scaled(neighbors.KNeighborsClassifier(5)),
    "tree": lambda: tree.DecisionTreeClassifier(random_state=0),
    "forest": lambda: ensemble.RandomForestClassifier(100, random_state=0),
    "extra": lambda: ensemble.ExtraTreesClassifier(100, random_state=0),
    "boosting": lambda: ensemble.HistGradientBoostingClassifier(random_state=0),
}
REGRESSORS = {
    "linear": linear_model.LinearRegression,
    "ridge": linear_model.Ridge,
    "nearest": lambda: scaled(neighbors.KNeighborsRegressor(5)),
    "tree": lambda: tree.DecisionTreeRegressor(max_depth=3, random_state=0),
    "forest": lambda: ensemble.RandomForestRegressor(100, random_state=0),
    "extra": lambda: ensemble.ExtraTreesRegressor(100, random_state=0),
    "boosting": lambda: ensemble.HistGradientBoostingRegressor(random_state=0),
}


def scores(models, table, target, folds):
    # Trees break ties by chance and forests draw: their figure is the mean over five seeds.
    found = {}
    for name, make in models.items():
        seeds = range(5) if name in ("tree", "forest", "extra") else range(1)
        runs = []
        for seed in seeds:
            model = make()
            if "random_state" in model.get_params():
                model.set_params(random_state=seed)
            for train, test in folds:
                runs.append(model.fit(table[train], target[train]).score(table[test], target[test]))
        found[name] = float(np.mean(runs))
    return found


def write_table(name, table, target):
    with open(os.path.join(DATA, name + ".csv"), "w", encoding="ascii") as out:
        for row, value in zip(table, target):
            out.write(",".join("%.10g" % x for x in row) + f",{value:g}\n")


def write_digits(table, target):
    # One character from 0 to g for each of 64 values from 0 to 16.
    with open(os.path.join(DATA, "digits.txt"), "w", encoding="ascii") as out:
        for row, value in zip(table, target):
            out.write("".join("0123456789abcdefg"[int(x)] for x in row) + f" {value}\n")


def assignment(folds, rows):
    fold_of = np.zeros(rows, int)
    for number, (_, test) in enumerate(folds):
        fold_of[test] = number
    return "".join(map(str, fold_of))


def main():
    golden = {"scikit-learn": sklearn.__version__}
    loaders = {"iris": datasets.load_iris, "wine": datasets.load_wine, "breast_cancer": datasets.load_breast_cancer,
               "digits": datasets.load_digits}
    for name, load in loaders.items():
        table, target = load(return_X_y=True)
        if name == "digits":
            write_digits(table, target)
        else:
            write_table(name, table, target)
        folds = list(StratifiedKFold(5, shuffle=True, random_state=0).split(table, target))
        golden[name] = {"folds": assignment(folds, len(target)), "scores": scores(CLASSIFIERS, table, target, folds)}
        if name != "breast_cancer":
            points = table if name == "digits" else StandardScaler().fit_transform(table)
            k = len(set(target))
            golden[name]["inertia"] = float(cluster.KMeans(k, n_init=10, random_state=0).fit(points).inertia_)
        if name != "digits":
            shares = decomposition.PCA(3).fit(StandardScaler().fit_transform(table)).explained_variance_ratio_
            golden[name]["explained"] = [float(x) for x in shares]
    table, target = datasets.load_diabetes(return_X_y=True)
    write_table("diabetes", table, target)
    folds = list(KFold(5, shuffle=True, random_state=0).split(table))
    golden["diabetes"] = {"folds": assignment(folds, len(target)), "scores": scores(REGRESSORS, table, target, folds)}
    with open(os.path.join(DATA, "golden.json"), "w", encoding="ascii") as out:
        json.dump(golden, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()

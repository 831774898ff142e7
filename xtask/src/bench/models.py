"""Peers of `xtask bench --only models`: models.py data FOLDER writes the data; models.py SUBJECT FOLDER REPEATS prints, for each
peer, its name, the median seconds and the figure that says how good the model is."""
import sys
import time
import warnings

import numpy as np

subject, folder = sys.argv[1], sys.argv[2]
if subject == "data":
    random = np.random.default_rng(1)
    x = random.standard_normal((200_000, 50))
    score = x @ random.standard_normal(50) / 3 + 2 * x[:, 0] * x[:, 1]
    z = score + random.standard_normal(200_000)
    x.tofile(folder + "/x.f64")
    z.tofile(folder + "/z.f64")
    (z > 0).astype(float).tofile(folder + "/y.f64")
    sys.exit()

import lightgbm
from sklearn import cluster, decomposition, ensemble, linear_model, metrics, neighbors

warnings.filterwarnings("ignore")
repeats = int(sys.argv[3])


def load(rows):
    x = np.fromfile(folder + "/x.f64").reshape(-1, 50)[:rows]
    return x, np.fromfile(folder + "/y.f64")[:rows].astype(int), np.fromfile(folder + "/z.f64")[:rows]


def say(who, fit, quality):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        model = fit()
        times.append(time.perf_counter() - start)
    print(who, sorted(times)[len(times) // 2], quality(model))


if subject == "boosting":
    x, y, _ = load(200_000)
    settings = dict(objective="binary", num_leaves=31, learning_rate=0.1, verbose=-1, num_threads=1)
    say("LightGBM", lambda: lightgbm.train(settings, lightgbm.Dataset(x, y), 100),
        lambda m: metrics.log_loss(y, m.predict(x)))
    say("scikit-learn", lambda: ensemble.HistGradientBoostingClassifier(early_stopping=False).fit(x, y),
        lambda m: metrics.log_loss(y, m.predict_proba(x)))
elif subject == "forest":
    x, y, _ = load(60_000)
    say("scikit-learn", lambda: ensemble.RandomForestClassifier(20, random_state=0).fit(x[:50_000], y[:50_000]),
        lambda m: m.score(x[50_000:], y[50_000:]))
elif subject == "k-means":
    x, _, _ = load(100_000)
    say("scikit-learn", lambda: cluster.KMeans(16, n_init=1, max_iter=50, tol=0, random_state=0).fit(x),
        lambda m: m.inertia_)
elif subject == "logistic":
    x, y, _ = load(200_000)
    say("scikit-learn", lambda: linear_model.LogisticRegression().fit(x, y),
        lambda m: metrics.log_loss(y, m.predict_proba(x)))
elif subject == "neighbours":
    x, y, _ = load(22_000)
    say("scikit-learn",
        lambda: neighbors.KNeighborsClassifier(5, algorithm="brute").fit(x[:20_000], y[:20_000]).score(
            x[20_000:], y[20_000:]),
        lambda score: score)
elif subject == "components":
    x, _, _ = load(200_000)
    say("scikit-learn", lambda: decomposition.PCA(10, svd_solver="covariance_eigh").fit(x),
        lambda m: m.explained_variance_.sum())
elif subject == "least squares":
    x, _, z = load(200_000)
    say("scikit-learn", lambda: linear_model.LinearRegression().fit(x, z), lambda m: m.score(x, z))

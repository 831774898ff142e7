"""The cases of `cargo xtask bench --only kernels` in numpy, each in its quickest form. Usage: NAME SECONDS."""

import sys
import time

import numpy as np

LENGTH = 1_000_000
name, seconds = sys.argv[1], float(sys.argv[2])
random = np.random.default_rng(1)


def vector():
    """Uniform in [-0.5, 0.5)."""
    return random.random(LENGTH, dtype=np.float32) - np.float32(0.5)


def normal(rows, columns):
    """Standard normal numbers."""
    return random.standard_normal((rows, columns))


def symmetric(rows, columns):
    """A positive definite matrix."""
    a = normal(rows, columns)
    return a @ a.T


def chain(a, b, c, out):
    """max(a b + c, 0), without arrays in between."""
    np.multiply(a, b, out=out)
    np.add(out, c, out=out)
    np.maximum(out, 0, out=out)


def chain_one(a, out):
    """max(2 a + 1, 0), without arrays in between."""
    np.multiply(a, np.float32(2), out=out)
    np.add(out, np.float32(1), out=out)
    np.maximum(out, 0, out=out)


def chain_sum(a, b, out):
    """The sum of sqrt(|a - b|)."""
    np.subtract(a, b, out=out)
    np.abs(out, out=out)
    np.sqrt(out, out=out)
    return out.sum()


def softmax(x):
    """Along rows."""
    e = x - x.max(axis=1, keepdims=True)
    np.exp(e, out=e)
    e /= e.sum(axis=1, keepdims=True)
    return e


def layer_norm(x):
    """Along rows, with weight and bias."""
    y = x - x.mean(axis=1, keepdims=True)
    y /= np.sqrt(y.var(axis=1, keepdims=True) + np.float32(1e-5))
    y *= np.full(1000, 1.5, np.float32)
    y += np.full(1000, 0.5, np.float32)
    return y


def top(a, k):
    """Indices of the k largest, in order."""
    best = np.argpartition(a, -k)[-k:]
    return best[np.argsort(a[best])[::-1]]


def case():
    """The call that is timed."""
    if name in ("least-squares", "covariance"):
        a, b = normal(200_000, 50), normal(200_000, 1)
        return (lambda: np.linalg.lstsq(a, b)) if name == "least-squares" else (lambda: a.T @ a)
    if name in ("cholesky", "eigen", "svd"):
        s = {"cholesky": symmetric(500, 510), "eigen": symmetric(200, 200), "svd": normal(200, 100)}[name]
        solve = {
            "cholesky": np.linalg.cholesky,
            "eigen": np.linalg.eigh,
            "svd": lambda a: np.linalg.svd(a, full_matrices=False),
        }[name]
        return lambda: solve(s)
    if name in ("softmax", "layer-norm", "int8-product"):
        x = random.random((1000, 1000), dtype=np.float32) - np.float32(0.5)
        out = np.empty_like(x)
        return {
            "softmax": lambda: softmax(x),
            "layer-norm": lambda: layer_norm(x),
            # There is no quick product of integers: what it saves is this one.
            "int8-product": lambda: np.matmul(x, x.T, out=out),
        }[name]
    a, b, c, out = vector(), vector(), vector(), np.empty(LENGTH, np.float32)
    positive = a + np.float32(0.75)
    return {
        "dot": lambda: np.dot(a, b),
        "sum": lambda: a.sum(),
        "max": lambda: a.max(),
        "distance": lambda: np.dot(np.subtract(a, b, out=out), out),
        "add": lambda: np.add(a, b, out=out),
        "exp": lambda: np.exp(a, out=out),
        "log": lambda: np.log(positive, out=out),
        "tanh": lambda: np.tanh(a, out=out),
        "chain": lambda: chain(a, b, c, out),
        "chain-one": lambda: chain_one(a, out),
        "chain-sum": lambda: chain_sum(a, b, out),
        "argsort": lambda: np.argsort(a, kind="stable"),
        "top-100": lambda: top(a, 100),
    }[name]


call = case()
rounds = 7
found = []
call()
for _ in range(rounds):
    # What other programs take of the machine is no part of it.
    begin, calls, spent = time.thread_time(), 0, 0.0
    while spent < seconds / rounds:
        call()
        calls += 1
        spent = time.thread_time() - begin
    found.append(spent / calls)
print("numpy", sorted(found)[rounds // 2])

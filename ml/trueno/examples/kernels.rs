//! Times elementwise operations, reductions, selections and decompositions. `cargo xtask bench --only kernels` calls it.
//!
//! Usage: `kernels NAME SECONDS`. Prints `trueno SECONDS`: the median time of a call, in processor time.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its measurements")]

use std::hint::black_box;
use std::time::Instant;
use trueno::expr::{Expression, of, values};
use trueno::linalg::{Cholesky, Svd, SymmetricEigen, least_squares};
use trueno::quantized::QuantizedRows;
use trueno::random::Philox;
use trueno::{Array, gram, matmul, neural, reduce, select};

/// Elements of the vectors.
const LENGTH: usize = 1_000_000;

/// CPU seconds of this thread, as Linux counts them, so other programs do not affect the result. Wall-clock seconds
/// elsewhere.
fn clock(start: Instant) -> f64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = counted.as_deref().and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |n| n / 1e9)
}

/// Median over the rounds, in seconds per call.
fn time<R>(seconds: f64, mut call: impl FnMut() -> R) -> f64 {
    let rounds = 7;
    let start = Instant::now();
    let mut found = Vec::new();
    black_box(call());
    for _ in 0..rounds {
        let (begin, mut calls) = (clock(start), 0u32);
        let mut spent = 0.0;
        while spent < seconds / f64::from(rounds) {
            black_box(call());
            calls += 1;
            spent = clock(start) - begin;
        }
        found.push(spent / f64::from(calls));
    }
    found.sort_by(f64::total_cmp);
    found[found.len() / 2]
}

/// A case on vectors of f32, uniform in [-0.5, 0.5).
fn vectors(name: &str, seconds: f64) -> Option<f64> {
    let mut random = Philox::new(1);
    let mut make = || Array::from_fn(&[LENGTH], |_| random.uniform_f32() - 0.5).expect("small");
    let (a, b, c) = (make(), make(), make());
    let (a, b, c) = (a.as_slice(), b.as_slice(), c.as_slice());
    let mut result = Array::zeros(&[LENGTH]).expect("small");
    let out = result.as_mut_slice();
    let fits = "one length";
    Some(match name {
        "dot" => time(seconds, || reduce::dot(a, b).expect(fits)),
        "sum" => time(seconds, || values(a).sum()),
        "max" => time(seconds, || values(a).max_value().expect("not empty")),
        "distance" => time(seconds, || reduce::squared_distance(a, b).expect(fits)),
        "add" => time(seconds, || {
            values(a).add(values(b)).and_then(|e| e.eval_into(out)).expect(fits);
        }),
        "exp" => time(seconds, || values(a).exp().eval_into(out).expect(fits)),
        "log" => {
            let positive = values(a).offset(0.75).eval().expect("small");
            time(seconds, || of(&positive).ln().eval_into(out).expect(fits))
        }
        "tanh" => time(seconds, || values(a).tanh().eval_into(out).expect(fits)),
        "chain" => time(seconds, || {
            let chain = values(a).mul(values(b)).and_then(|e| e.add(values(c)));
            chain.map(Expression::relu).and_then(|e| e.eval_into(out)).expect(fits);
        }),
        "chain-one" => time(seconds, || {
            values(a).scale(2.0).offset(1.0).relu().eval_into(out).expect(fits);
        }),
        "chain-sum" => time(seconds, || {
            let chain = values(a).sub(values(b)).expect(fits).abs().sqrt();
            chain.sum()
        }),
        "argsort" => time(seconds, || select::argsort(a)),
        "top-100" => time(seconds, || select::top_k(a, 100)),
        _ => return None,
    })
}

/// A case on matrices of f32.
fn layers(name: &str, seconds: f64) -> Option<f64> {
    let mut random = Philox::new(2);
    let x = Array::from_fn(&[1000, 1000], |_| random.uniform_f32() - 0.5).expect("small");
    Some(match name {
        "softmax" => time(seconds, || neural::softmax(&x.view()).expect("small")),
        "layer-norm" => {
            let (weight, bias) = ([1.5; 1000], [0.5; 1000]);
            time(seconds, || neural::layer_norm(&x.view(), &weight, &bias, 1e-5).expect("small"))
        }
        "int8-product" => {
            let rows = QuantizedRows::new(&x.view()).expect("finite");
            time(seconds, || rows.matmul_transposed(&rows).expect("one depth"))
        }
        _ => return None,
    })
}

/// A case on matrices of f64.
fn decompositions(name: &str, seconds: f64) -> Option<f64> {
    let mut random = Philox::new(3);
    let mut normal =
        |rows, columns| Array::from_fn(&[rows, columns], |_| random.normal()).expect("fits memory");
    let symmetric = |a: &Array<f64>| matmul(&a.view(), &a.transpose()).expect("the shapes fit");
    Some(match name {
        "least-squares" => {
            let (a, b) = (normal(200_000, 50), normal(200_000, 1));
            time(seconds, || least_squares(&a.view(), &b.view()).expect("finite"))
        }
        "covariance" => {
            let a = normal(200_000, 50);
            time(seconds, || gram(&a.view()).expect("a matrix"))
        }
        "cholesky" => {
            let a = symmetric(&normal(500, 510));
            time(seconds, || Cholesky::new(&a.view()).expect("positive definite"))
        }
        "eigen" => {
            let a = symmetric(&normal(200, 200));
            time(seconds, || SymmetricEigen::new(&a.view()).expect("settles"))
        }
        "svd" => {
            let a = normal(200, 100);
            time(seconds, || Svd::new(&a.view()).expect("settles"))
        }
        _ => return None,
    })
}

fn main() {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let name = arguments.first().map_or("dot", String::as_str);
    let seconds = arguments.get(1).and_then(|a| a.parse::<f64>().ok()).unwrap_or(1.0);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be made");
    let found = pool.install(|| {
        vectors(name, seconds).or_else(|| layers(name, seconds)).or_else(|| decompositions(name, seconds))
    });
    match found {
        Some(time) => println!("trueno {time:e}"),
        None => eprintln!("no case is called {name}"),
    }
}

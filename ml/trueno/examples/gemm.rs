//! Times matrix products: ours, and with the feature `peers` the `gemm` crate's, in turn. `cargo xtask bench --only gemm` calls it.
//!
//! Usage: `gemm f32|f64 SIZE THREADS SECONDS`. Prints lines `ours GFLOP/s` and `gemm GFLOP/s`: medians over rounds.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its measurements")]

use std::time::{Duration, Instant};
use trueno::random::Philox;
use trueno::{Array, Epilogue, Real, gemm, with_level};

/// Median speed over the rounds.
fn median(speeds: &mut [f64]) -> f64 {
    speeds.sort_by(f64::total_cmp);
    speeds[speeds.len() / 2]
}

/// Billions of operations per second, over as many calls as fit into the given time.
fn speed(flops: f64, time: Duration, mut call: impl FnMut()) -> f64 {
    call();
    let start = Instant::now();
    let mut calls = 0u32;
    while start.elapsed() < time {
        call();
        calls += 1;
    }
    flops * f64::from(calls.max(1)) / start.elapsed().as_secs_f64() / 1e9
}

#[cfg(feature = "peers")]
#[allow(unsafe_code, reason = "the peer's interface takes pointers")]
fn peer<T: Real>(n: usize, a: &Array<T>, b: &Array<T>, c: &mut Array<T>, threads: usize) {
    let parallelism =
        if threads > 1 { gemm_peer::Parallelism::Rayon(threads) } else { gemm_peer::Parallelism::None };
    let s = n as isize;
    // The columns of the transposed product: this crate is optimised for that order.
    // SAFETY: three square matrices of n rows and columns.
    unsafe {
        gemm_peer::gemm(
            n,
            n,
            n,
            c.as_mut_slice().as_mut_ptr(),
            s,
            1,
            false,
            b.as_slice().as_ptr(),
            s,
            1,
            a.as_slice().as_ptr(),
            s,
            1,
            T::ZERO,
            T::ONE,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(not(feature = "peers"))]
fn peer<T: Real>(_: usize, _: &Array<T>, _: &Array<T>, _: &mut Array<T>, _: usize) {}

fn measure<T: Real>(n: usize, threads: usize, seconds: f64) {
    let mut random = Philox::new(1);
    let mut matrix =
        || Array::from_fn(&[n, n], |_| T::from_f64(random.uniform() - 0.5)).expect("a size that fits");
    let (a, b) = (matrix(), matrix());
    let mut c = Array::<T>::zeros(&[n, n]).expect("a size that fits");
    let flops = 2.0 * (n as f64).powi(3);
    let rounds = 7;
    let time = Duration::from_secs_f64(seconds / f64::from(rounds) / 2.0);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(speed(flops, time, || {
            gemm(T::ONE, &a.view(), &b.view(), T::ZERO, c.view_mut(), &Epilogue::default())
                .expect("the shapes fit");
        }));
        if cfg!(feature = "peers") {
            theirs.push(speed(flops, time, || peer(n, &a, &b, &mut c, threads)));
        }
    }
    println!("ours {:.1}", median(&mut ours));
    if cfg!(feature = "peers") {
        println!("gemm {:.1}", median(&mut theirs));
    }
}

fn main() {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let number =
        |i: usize, default: f64| arguments.get(i).and_then(|a| a.parse::<f64>().ok()).unwrap_or(default);
    let (n, threads, seconds) = (number(1, 1024.0) as usize, number(2, 1.0) as usize, number(3, 2.0));
    let level = match arguments.get(4).map(String::as_str) {
        Some("avx2") => trueno::Level::Avx2,
        Some("portable") => trueno::Level::Portable,
        _ => trueno::Level::detected(),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
    pool.install(|| {
        with_level(level, || match arguments.first().map(String::as_str) {
            Some("f64") => measure::<f64>(n, threads, seconds),
            _ => measure::<f32>(n, threads, seconds),
        });
    });
}

use super::*;
use crate::random::Philox;
use crate::simd::{Level, with_level};

fn random_array(dims: &[usize], seed: u64) -> Array<f64> {
    let mut random = Philox::new(seed);
    Array::from_fn(dims, |_| random.normal()).expect("a small shape")
}

#[test]
fn chains_agree_with_one_element_at_a_time() {
    for length in [0, 1, 7, 8, 9, 31, 32, 100, 1000] {
        let (a, b, c) = (random_array(&[length], 1), random_array(&[length], 2), random_array(&[length], 3));
        let chain = of(&a)
            .mul(of(&b))
            .and_then(|e| e.add(of(&c)))
            .expect("one shape")
            .abs()
            .sqrt()
            .scale(3.0)
            .offset(-1.0);
        let found = chain.eval().expect("small");
        for i in 0..length {
            let exact = (a.as_slice()[i] * b.as_slice()[i] + c.as_slice()[i]).abs().sqrt() * 3.0 - 1.0;
            assert_eq!(found.as_slice()[i], exact);
        }
        assert_eq!(chain.collect(), found.as_slice());
    }
}

#[test]
fn operands_are_broadcast_transposed_and_sliced() {
    let (a, row, column) = (random_array(&[5, 37], 1), random_array(&[37], 2), random_array(&[5, 1], 3));
    let wide = random_array(&[37, 10], 4);
    let part = wide.transpose().slice_step(0, 0..10, 2).expect("within");
    let sum = of(&row)
        .add(of(&column))
        .and_then(|e| e.mul(of(&a)))
        .and_then(|e| e.sub(view(&part)))
        .expect("they fit");
    assert_eq!(sum.shape().dims(), [5, 37]);
    let found = sum.eval().expect("small");
    let mut total = 0.0;
    for i in 0..5 {
        for j in 0..37 {
            let at = |x: &Array<f64>, i, j| x.get(&[i, j]).expect("within");
            let exact = (row.as_slice()[j] + at(&column, i, 0)) * at(&a, i, j) - at(&wide, j, 2 * i);
            assert_eq!(at(&found, i, j), exact);
            total += exact;
        }
    }
    assert!((sum.sum() - total).abs() < 1e-12);
    assert!(of(&row).add(values(&[1.0, 2.0])).is_err());
}

#[test]
fn reductions_agree_with_loops() {
    for length in [1, 5, 16, 63, 64, 65, 1000, 70_000, 200_001] {
        let a = random_array(&[length], length as u64);
        let exact = a.as_slice().iter().sum::<f64>();
        let size = a.as_slice().iter().map(|x| x.abs()).sum::<f64>();
        assert!((of(&a).sum() - exact).abs() <= 1e-15 * size * 20.0);
        let largest = a.as_slice().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let smallest = a.as_slice().iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!((of(&a).max_value(), of(&a).min_value()), (Ok(largest), Ok(smallest)));
        let negative = of(&a).abs().neg().offset(-1.0).max_value().expect("not empty");
        assert!(negative <= -1.0);
    }
    assert_eq!(values::<f32>(&[]).sum(), 0.0);
    assert!(values::<f32>(&[]).max_value().is_err());
}

#[test]
fn nan_shows_in_maxima_wherever_it_stands() {
    for length in [3, 64, 200] {
        for place in 0..length {
            let mut a = vec![1.0f32; length];
            a[place] = f32::NAN;
            a[(place + 1) % length] = 5.0;
            assert!(values(&a).max_value().expect("not empty").is_nan());
            assert!(values(&a).min_value().expect("not empty").is_nan());
        }
    }
}

#[test]
fn results_are_the_same_bits_on_all_instruction_sets_and_threads() {
    let mut random = Philox::new(9);
    for length in [1, 17, 100, 65_537, 1_300_000] {
        let a = (0..length).map(|_| random.uniform_f32() - 0.3).collect::<Vec<_>>();
        let run = |threads: usize, level: Level| {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
            pool.install(|| {
                with_level(level, || {
                    let dot = crate::reduce::dot(&a, &a).expect("one length");
                    let chain = values(&a).scale(1.7).exp().offset(0.1);
                    let sample = chain
                        .eval()
                        .expect("small")
                        .as_slice()
                        .iter()
                        .step_by(97)
                        .map(|x| x.to_bits())
                        .collect::<Vec<_>>();
                    (dot.to_bits(), chain.sum().to_bits(), sample)
                })
            })
        };
        let expected = run(1, Level::detected());
        for level in Level::available().into_iter().filter(|l| length < 100_000 || *l != Level::Portable) {
            for threads in [1, 2] {
                assert!(run(threads, level) == expected, "{length}, {threads}, {level}");
            }
        }
    }
}

/// Results that are written past the caches: larger than any second-level cache, starting at any address, whole and in
/// rows.
#[test]
fn large_results_have_the_same_bits_wherever_they_begin() {
    let (rows, columns) = (513, 16_411);
    let length = rows * columns;
    let numbers = (0..length + 3).map(|i| (i % 1013) as f32 - 500.0).collect::<Vec<_>>();
    let (a, b) = (&numbers[..length], &numbers[3..]);
    let sum = values(a).add(values(b)).expect("one length");
    let expected = sum.collect();
    let mut out = vec![0.0; length + 3];
    for level in Level::available() {
        for start in 0..4 {
            let out = &mut out[start..][..length];
            out.fill(0.0);
            with_level(level, || sum.eval_into(out)).expect("one length");
            assert!(out == expected, "{level} {start}");
        }
    }
    let table = Array::from_slice(b, &[rows, columns]).expect("so many");
    let by_row = of(&table).add(view(&table.view().slice(0, 0..1).expect("there"))).expect("broadcast");
    let out = &mut out[1..][..length];
    by_row.eval_into(out).expect("one length");
    assert!(by_row.collect() == out);
}

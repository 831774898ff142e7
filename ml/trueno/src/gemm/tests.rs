use super::*;
use crate::random::Philox;
use crate::simd::with_level;

/// A matrix of the given shape, in one of four memory layouts.
fn matrix<T: Real>(random: &mut Philox, rows: usize, columns: usize, layout: u64) -> (Array<T>, u64) {
    let dims = match layout {
        0 => [rows, columns],
        1 => [columns, rows],
        2 => [rows, columns + 3],
        _ => [2 * columns, rows],
    };
    let array = Array::from_fn(&dims, |_| T::from_f64(random.uniform() - 0.5)).expect("small");
    (array, layout)
}

fn view<T: Real>((array, layout): &(Array<T>, u64), columns: usize) -> ArrayView<'_, T> {
    match layout {
        0 => array.view(),
        1 => array.transpose(),
        2 => array.view().slice(1, 1..columns + 1).expect("within"),
        _ => array.view().slice_step(0, 0..2 * columns, -2).expect("within").transpose(),
    }
}

/// Checks one product against sums in f64, within the bound of Higham (Accuracy and Stability, 2nd ed., (3.5)):
/// |error| ≤ γₖ · |a|·|b|, γₖ = k u / (1 - k u); the constant is k + 2 for alpha and beta.
fn check<T: Real>(random: &mut Philox, m: usize, n: usize, k: usize, level: Level) -> Vec<u64> {
    let a = matrix::<T>(random, m, k, random.clone().below(4));
    let b = matrix::<T>(random, k, n, random.clone().below(4));
    let (a, b) = (view(&a, k), view(&b, n));
    let mut c = matrix::<T>(random, m, n, random.clone().below(4));
    let before = view(&c, n).to_array();
    let (alpha, beta) = [(1.0, 0.0), (1.0, 1.0), (-0.5, 2.0), (0.3, 0.0)][random.below(4) as usize];
    let layout = c.1;
    let target = match layout {
        0 => c.0.view_mut(),
        1 => c.0.view_mut().transpose(),
        2 => c.0.view_mut().slice(1, 1..n + 1).expect("within"),
        _ => return Vec::new(),
    };
    with_level(level, || gemm(T::from_f64(alpha), &a, &b, T::from_f64(beta), target, &Epilogue::default()))
        .expect("the shapes fit");
    let found = view(&c, n).to_array();
    let gamma = (k + 3) as f64 * T::EPSILON.to_f64() / 2.0;
    for i in 0..m {
        for j in 0..n {
            let at = |v: &ArrayView<'_, T>, i, j| v.get(&[i, j]).expect("within").to_f64();
            let (mut sum, mut size) = (0.0, 0.0);
            for l in 0..k {
                let term = at(&a, i, l) * at(&b, l, j);
                sum += term;
                size += term.abs();
            }
            let old = at(&before.view(), i, j);
            let (alpha, beta) = (T::from_f64(alpha).to_f64(), T::from_f64(beta).to_f64());
            let exact = alpha * sum + beta * old;
            let bound =
                1.01 * gamma * (alpha.abs() * size + (beta * old).abs()) + f64::from(f32::MIN_POSITIVE);
            let error = (at(&found.view(), i, j) - exact).abs();
            assert!(error <= bound, "{m}×{k}×{n} at ({i}, {j}), {level}: error {error:e}, bound {bound:e}");
        }
    }
    found.as_slice().iter().map(|x| x.to_f64().to_bits()).collect()
}

/// `count` random shapes: small ones, thin ones, ones around tile borders, a few beyond the blocks.
fn random_cases<T: Real>(seed: u64, count: usize) {
    let mut random = Philox::new(seed);
    for case in 0..count {
        let mut size = |case: usize| match case % 5 {
            0 => 1 + random.below(8) as usize,
            1 => 1 + random.below(40) as usize,
            2 => [1, 2, 5, 6, 7, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66][random.below(15) as usize],
            3 => 1 + random.below(70) as usize,
            _ => 1 + random.below(20) as usize,
        };
        let (m, n) = (size(case), size(case / 5));
        let k = if case % 97 == 0 { 1000 + size(3) } else { size(case / 25) };
        let before = random.clone();
        let mut expected: Option<Vec<u64>> = None;
        for level in Level::available().into_iter().rev() {
            random = before.clone();
            let bits = check::<T>(&mut random, m, n, k, level);
            assert!(expected.as_ref().is_none_or(|e| *e == bits), "{m}×{k}×{n}: {level} gives other bits");
            expected = Some(bits);
        }
    }
}

#[test]
fn f32_products_keep_the_error_bound_and_agree_on_all_instruction_sets() {
    random_cases::<f32>(11, 600);
}

#[test]
fn f64_products_keep_the_error_bound_and_agree_on_all_instruction_sets() {
    random_cases::<f64>(12, 400);
}

#[test]
#[ignore = "10,000 cases take some seconds; `cargo nextest run -p trueno --run-ignored all`"]
fn ten_thousand_products_keep_the_error_bound() {
    random_cases::<f32>(13, 6000);
    random_cases::<f64>(14, 4000);
}

/// The same product with one and two threads.
fn with_threads<T: Real>(a: &Array<T>, b: &Array<T>, threads: usize, level: Level) -> Array<T> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
    pool.install(|| with_level(level, || matmul(&a.view(), &b.view()))).expect("the shapes fit")
}

#[test]
fn large_products_are_the_same_with_any_number_of_threads_and_instruction_set() {
    let mut random = Philox::new(3);
    for (m, k, n) in [(130, 1100, 200), (300, 600, 70), (1, 700, 900), (900, 700, 1), (257, 129, 511)] {
        let a = Array::from_fn(&[m, k], |_| random.uniform_f32() - 0.5).expect("small");
        let b = Array::from_fn(&[k, n], |_| random.uniform_f32() - 0.5).expect("small");
        let expected = with_threads(&a, &b, 1, Level::detected());
        for threads in [1, 2, 3] {
            for level in Level::available().into_iter().filter(|l| *l != Level::Portable) {
                assert!(with_threads(&a, &b, threads, level) == expected, "{m}×{k}×{n}, {threads}, {level}");
            }
        }
    }
}

#[test]
fn an_epilogue_is_what_separate_steps_give() {
    let mut random = Philox::new(4);
    for (m, k, n) in [(70, 33, 13), (5, 600, 40), (66, 20, 1), (1, 20, 66)] {
        let mut make = |dims: &[usize]| Array::from_fn(dims, |_| random.uniform() - 0.5).expect("small");
        let (a, b, residual, right, down) =
            (make(&[m, k]), make(&[k, n]), make(&[n, m]), make(&[n]), make(&[m]));
        for activation in [
            Activation::Identity,
            Activation::Relu,
            Activation::Gelu,
            Activation::Silu,
            Activation::Tanh,
            Activation::Sigmoid,
        ] {
            let epilogue = Epilogue {
                scale: 0.25,
                column_bias: Some(right.as_slice()),
                row_bias: Some(down.as_slice()),
                activation,
                residual: Some(residual.transpose()),
            };
            let mut fused = Array::zeros(&[m, n]).expect("small");
            gemm(1.0, &a.view(), &b.view(), 0.0, fused.view_mut(), &epilogue).expect("the shapes fit");
            let plain = matmul(&a.view(), &b.view()).expect("the shapes fit");
            for i in 0..m {
                for j in 0..n {
                    let at = |x: &Array<f64>| x.get(&[i, j]).expect("within");
                    let x = 0.25 * at(&plain) + right.as_slice()[j] + down.as_slice()[i];
                    let y = match activation {
                        Activation::Identity => x,
                        Activation::Relu => x.max(0.0),
                        Activation::Gelu => {
                            0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044_715 * x.powi(3))).tanh())
                        }
                        Activation::Silu => x / (1.0 + (-x).exp()),
                        Activation::Tanh => x.tanh(),
                        Activation::Sigmoid => 1.0 / (1.0 + (-x).exp()),
                    };
                    let exact = y + residual.get(&[j, i]).expect("within");
                    assert!((at(&fused) - exact).abs() < 1e-14, "{activation:?}: {} and {exact}", at(&fused));
                }
            }
        }
    }
}

#[test]
fn batches_are_broadcast() {
    let mut random = Philox::new(5);
    let a = Array::from_fn(&[3, 1, 4, 5], |_| random.uniform()).expect("small");
    let b = Array::from_fn(&[2, 5, 6], |_| random.uniform()).expect("small");
    let c = batched_matmul(&a.view(), &b.view()).expect("the shapes fit");
    assert_eq!(c.dims(), [3, 2, 4, 6]);
    for i in 0..3 {
        for j in 0..2 {
            let left = a.view().index_axis(0, i).and_then(|v| v.index_axis(0, 0)).expect("within");
            let right = b.view().index_axis(0, j).expect("within");
            let part = c.view().index_axis(0, i).and_then(|v| v.index_axis(0, j)).expect("within");
            assert!(part.to_array() == matmul(&left, &right).expect("the shapes fit"));
        }
    }
    assert!(batched_matmul(&a.view(), &a.view()).is_err());
}

#[test]
fn products_that_do_not_fit_say_so() {
    let a = Array::<f32>::zeros(&[10, 100]).expect("small");
    let refused = matmul(&a.view(), &a.view()).expect_err("100 columns, 10 rows");
    assert_eq!(
        refused.to_string(),
        "cannot multiply 10×100 by 10×100: 100 columns meet 10 rows; consider transposing the right one with `.transpose()`"
    );
    let empty = Array::<f32>::zeros(&[3, 0]).expect("small");
    let nothing = matmul(&empty.view(), &empty.transpose()).expect("3×0 by 0×3");
    assert_eq!(nothing.as_slice(), [0.0; 9]);
    assert_eq!(matmul(&empty.transpose(), &empty.view()).expect("0×3 by 3×0").dims(), [0, 0]);
    let vector = Array::<f32>::zeros(&[3]).expect("small");
    assert!(matches!(matmul(&vector.view(), &a.view()), Err(ShapeError::Rank { .. })));
}

#[test]
fn what_was_in_the_result_counts_only_with_beta() {
    let a = Array::full(&[7, 3], 1.0f32).expect("small");
    let mut c = Array::full(&[7, 7], f32::NAN).expect("small");
    gemm(1.0, &a.view(), &a.transpose(), 0.0, c.view_mut(), &Epilogue::default()).expect("the shapes fit");
    assert_eq!(c.as_slice(), [3.0; 49]);
    let empty = Array::<f32>::zeros(&[7, 0]).expect("small");
    gemm(1.0, &empty.view(), &empty.transpose(), 2.0, c.view_mut(), &Epilogue::default())
        .expect("the shapes fit");
    assert_eq!(c.as_slice(), [6.0; 49]);
}

/// If k is 0, the result is beta · c and the epilogue, in every memory layout of operands and result.
#[test]
fn without_any_k_the_old_result_is_scaled_and_finished() {
    let mut random = Philox::new(6);
    let bias = [1.0f32; 9];
    let epilogue = Epilogue { column_bias: Some(&bias), ..Epilogue::default() };
    for layouts in 0..64 {
        for level in Level::available() {
            let (a, b) =
                (matrix(&mut random, 130, 0, layouts % 4), matrix(&mut random, 0, 9, layouts / 4 % 4));
            let mut c = matrix::<f32>(&mut random, 130, 9, layouts / 16);
            let before = view(&c, 9).to_array();
            let target = match c.1 {
                0 => c.0.view_mut(),
                1 => c.0.view_mut().transpose(),
                2 => c.0.view_mut().slice(1, 1..10).expect("within"),
                _ => continue,
            };
            with_level(level, || gemm(5.0, &view(&a, 0), &view(&b, 9), 2.0, target, &epilogue))
                .expect("the shapes fit");
            let found = view(&c, 9).to_array();
            assert!(
                found.as_slice().iter().zip(before.as_slice()).all(|(x, y)| *x == 2.0 * y + 1.0),
                "{layouts}"
            );
        }
    }
}

#[test]
fn a_matrix_times_itself_has_the_bits_of_the_product() {
    let mut random = Philox::new(7);
    for (rows, columns) in [(1, 1), (3, 5), (40, 50), (700, 33), (64, 200), (2000, 65), (5, 0), (0, 5)] {
        for layout in 0..4 {
            for level in Level::available() {
                let a = matrix::<f64>(&mut random, rows, columns, layout);
                let a = view(&a, columns);
                let (found, product) = with_level(level, || {
                    (gram(&a).expect("a matrix"), matmul(&a.transpose(), &a).expect("fits"))
                });
                assert!(found == product, "{rows}×{columns}, {layout}, {level}");
            }
        }
    }
}

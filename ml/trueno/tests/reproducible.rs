//! The promise of the crate: the same bits on all instruction sets and with any number of threads.

use rayon::{ThreadPool, ThreadPoolBuilder};
use trueno::expr::{Expression, of, values};
use trueno::gemm::Activation;
use trueno::quantized::QuantizedRows;
use trueno::random::Philox;
use trueno::{Array, Epilogue, Level, Real, gemm, gram, matmul, neural, reduce, with_level};

/// Shapes that are tried.
const SHAPES: usize = 1000;

fn pools() -> Vec<ThreadPool> {
    let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made");
    vec![pool(1), pool(2)]
}

/// Instruction sets to compare; if there are none, only numbers of threads are compared.
fn levels() -> Vec<Level> {
    let levels = Level::available();
    let own = levels.iter().copied().filter(|level| *level != Level::Portable).collect::<Vec<_>>();
    if own.is_empty() { levels } else { own }
}

/// Number of bits that differ between the results of `work` over all instruction sets and numbers of threads, and
/// number of bits compared.
fn differing(pools: &[ThreadPool], work: impl Fn() -> Vec<u64> + Sync) -> (u64, u64) {
    let mut expected: Option<Vec<u64>> = None;
    let mut different = 0;
    for level in levels() {
        for pool in pools {
            let found = pool.install(|| with_level(level, &work));
            let expected = expected.get_or_insert_with(|| found.clone());
            assert_eq!(found.len(), expected.len());
            let bits = found.iter().zip(expected.iter()).map(|(x, y)| u64::from((x ^ y).count_ones()));
            different += bits.sum::<u64>();
        }
    }
    (different, expected.map_or(0, |all| 64 * all.len() as u64))
}

fn bits<T: Real>(values: &[T]) -> impl Iterator<Item = u64> + '_ {
    values.iter().map(|x| x.to_f64().to_bits())
}

/// A product with a full epilogue, and its reductions.
fn everything<T: Real>(a: &Array<T>, b: &Array<T>, bias: &[T]) -> Vec<u64> {
    let fits = "the shapes fit";
    let product = matmul(&a.view(), &b.view()).expect(fits);
    let mut finished = product.clone();
    let epilogue = Epilogue {
        scale: T::from_f64(0.3),
        column_bias: Some(bias),
        activation: Activation::Gelu,
        ..Epilogue::default()
    };
    gemm(T::ONE, &a.view(), &b.view(), T::from_f64(0.5), finished.view_mut(), &epilogue).expect(fits);
    let chain = of(&product).scale(T::from_f64(0.1)).tanh().exp().add(of(&finished)).expect(fits);
    let flat = product.as_slice();
    let numbers = [
        chain.sum(),
        of(&product).max_value().expect("not empty"),
        reduce::dot(flat, finished.as_slice()).expect(fits),
        reduce::squared_distance(flat, finished.as_slice()).expect(fits),
        values(flat).abs().ln().sum(),
    ];
    let softmax = neural::softmax(&product.view()).expect(fits);
    let gram = gram(&a.view()).expect(fits);
    bits(flat)
        .chain(bits(finished.as_slice()))
        .chain(bits(&numbers))
        .chain(bits(softmax.as_slice()))
        .chain(bits(gram.as_slice()))
        .collect()
}

fn one_shape<T: Real>(random: &mut Philox, pools: &[ThreadPool], dims: [usize; 3]) -> (u64, u64) {
    let [m, k, n] = dims;
    let mut make = |rows, columns| {
        Array::from_fn(&[rows, columns], |_| T::from_f64(random.uniform() - 0.5)).expect("small")
    };
    let (a, b, bias) = (make(m, k), make(k, n), make(1, n));
    differing(pools, || everything(&a, &b, bias.as_slice()))
}

#[test]
fn no_bit_differs_over_a_thousand_random_shapes() {
    let pools = pools();
    let mut random = Philox::new(2026);
    let (mut different, mut compared, mut shared) = (0, 0, 0);
    for case in 0..SHAPES {
        // Most are small; every tenth is large enough to be split among threads, and every seventh is a single row or column.
        let most = if case % 10 == 0 { 200 } else { 60 };
        let mut size = || 1 + random.below(most) as usize;
        let mut dims = [size(), size() * if case % 10 == 0 { 6 } else { 1 }, size()];
        if case % 7 == 0 {
            dims[case % 3] = 1;
        }
        shared += usize::from(dims.iter().product::<usize>() >= 48 * 48 * 256);
        let (bits, all) = if case % 2 == 0 {
            one_shape::<f32>(&mut random, &pools, dims)
        } else {
            one_shape::<f64>(&mut random, &pools, dims)
        };
        assert_eq!(bits, 0, "{dims:?}");
        different += bits;
        compared += all;
    }
    assert_eq!(different, 0);
    // The test is not vacuous: it compares millions of bits, and products that more than one thread worked on.
    assert!(compared > 100_000_000 && shared > 30, "{compared} bits, {shared} shapes for threads");
}

#[test]
fn long_vectors_and_integers_are_the_same_too() {
    let pools = pools();
    let mut random = Philox::new(7);
    let long = (0..1_200_000).map(|_| random.uniform_f32() - 0.5).collect::<Vec<_>>();
    let rows = Array::from_fn(&[37, 515], |_| random.normal() as f32).expect("small");
    let (different, _) = differing(&pools, || {
        let chain = values(&long).scale(3.0).exp().offset(-1.0);
        let quantized = QuantizedRows::new(&rows.view()).expect("finite");
        let product = quantized.matmul_transposed(&quantized).expect("one depth");
        let numbers = [chain.sum(), reduce::dot(&long, &long).expect("one length")];
        bits(&numbers).chain(bits(&chain.collect())).chain(bits(product.as_slice())).collect()
    });
    assert_eq!(different, 0);
}

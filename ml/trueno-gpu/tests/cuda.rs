//! Every CUDA kernel compared with trueno on the processor. Runs only on request (`--ignored`), because few machines
//! have a card.

use trueno::expr::{Expression, of, values};
use trueno::random::Philox;
use trueno::{Array, ArrayView, Epilogue, neural, reduce};
use trueno_gpu::cuda::{CudaArray, CudaDevice, devices, gemm};
use trueno_gpu::{Binary, GpuError, Reduction, Unary};

fn card() -> CudaDevice {
    let cards = devices().expect("the tests were asked for on a machine with a card");
    CudaDevice::open(&cards[0]).expect("the driver compiles the kernels")
}

fn random(dims: &[usize], seed: u64) -> Array<f32> {
    let mut random = Philox::new(seed);
    Array::from_fn(dims, |_| random.normal() as f32).expect("a small shape")
}

fn on(card: &CudaDevice, array: &Array<f32>) -> CudaArray {
    card.array(&array.view()).expect("a small array fits")
}

fn assert_close(what: &str, found: &CudaArray, expected: &Array<f32>, scale: f64) {
    let found = found.to_array().expect("the card works");
    assert_eq!(found.dims(), expected.dims(), "{what}");
    for (i, (a, b)) in found.as_slice().iter().zip(expected.as_slice()).enumerate() {
        let off = (f64::from(*a) - f64::from(*b)).abs();
        let same = off <= 1e-4 * scale.max(f64::from(b.abs())) || a == b || (a.is_nan() && b.is_nan());
        assert!(same, "{what}: element {i} is {a}, on the processor {b}");
    }
}

#[test]
#[ignore = "needs a card of the CUDA driver"]
fn products_agree_with_the_processor() {
    let card = card();
    let sizes = [1, 4, 7, 8, 64, 127, 128, 129, 260];
    for (m, n) in sizes.into_iter().flat_map(|m| sizes.map(|n| (m, n))) {
        for k in [0, 1, 8, 12, 33, 200] {
            let (a, b, c) = (random(&[m, k], 1), random(&[k, n], 2), random(&[m, n], 3));
            let mut expected = c.clone();
            trueno::gemm(0.5, &a.view(), &b.view(), -2.0, expected.view_mut(), &Epilogue::default())
                .expect("they fit");
            let found =
                gemm(0.5, &on(&card, &a), &on(&card, &b), Some((-2.0, &on(&card, &c)))).expect("they fit");
            assert_close(&format!("{m} × {k} × {n}"), &found, &expected, (k as f64).sqrt().max(2.0));
        }
    }
    for (m, k) in [(1, 1), (3, 127), (200, 257), (70_000, 2), (33, 5000)] {
        let (a, x) = (random(&[m, k], 4), random(&[k], 5));
        let column = ArrayView::from_slice(x.as_slice(), &[k, 1]).expect("k numbers");
        let expected = trueno::matmul(&a.view(), &column).and_then(|y| y.reshape(&[m])).expect("they fit");
        let found = on(&card, &a).matvec(&on(&card, &x)).expect("they fit");
        assert_close(&format!("{m} × {k} vector"), &found, &expected, (k as f64).sqrt());
    }
}

#[test]
#[ignore = "needs a card of the CUDA driver"]
fn elementwise_operations_agree_with_the_processor() {
    let card = card();
    for length in [1, 255, 256, 257, 100_003] {
        let (x, y) = (random(&[length], 1), random(&[length], 2));
        let there = (on(&card, &x), on(&card, &y));
        let e = || of(&x);
        let unary = [
            (Unary::Exp, e().exp().eval()),
            (Unary::Ln, e().ln().eval()),
            (Unary::Tanh, e().tanh().eval()),
            (Unary::Sigmoid, e().sigmoid().eval()),
            (Unary::Relu, e().relu().eval()),
            (Unary::Gelu, e().gelu().eval()),
            (Unary::Silu, e().silu().eval()),
            (Unary::Sqrt, e().sqrt().eval()),
            (Unary::Abs, e().abs().eval()),
            (Unary::Neg, e().neg().eval()),
        ];
        for (operation, expected) in unary {
            let found = there.0.map(operation).expect("it fits");
            assert_close(&format!("{operation:?}"), &found, &expected.expect("small"), 1.0);
        }
        let binary = [
            (Binary::Add, e().add(of(&y)).and_then(|e| e.eval())),
            (Binary::Sub, e().sub(of(&y)).and_then(|e| e.eval())),
            (Binary::Mul, e().mul(of(&y)).and_then(|e| e.eval())),
            (Binary::Div, e().div(of(&y)).and_then(|e| e.eval())),
            (Binary::Min, e().minimum(of(&y)).and_then(|e| e.eval())),
            (Binary::Max, e().maximum(of(&y)).and_then(|e| e.eval())),
        ];
        for (operation, expected) in binary {
            let found = there.0.zip(operation, &there.1).expect("they fit");
            assert_close(&format!("{operation:?}"), &found, &expected.expect("they fit"), 1.0);
        }
        let affine = e().scale(2.5).offset(-1.0).eval().expect("small");
        assert_close("affine", &there.0.affine(2.5, -1.0).expect("it fits"), &affine, 1.0);
    }
}

#[test]
#[ignore = "needs a card of the CUDA driver"]
fn reductions_and_rows_agree_with_the_processor() {
    let card = card();
    for dims in [[1, 1], [3, 255], [1, 4097], [66_000, 3], [7, 150_000]] {
        let (x, weight, bias) = (random(&dims, 1), random(&[dims[1]], 2), random(&[dims[1]], 3));
        let (there, w, b) = (on(&card, &x), on(&card, &weight), on(&card, &bias));
        let scale: f64 = x.as_slice().iter().map(|x| f64::from(x.abs())).sum();
        let one = |value: f32| Array::full(&[], value).expect("one number");
        let all = values(x.as_slice());
        let reduced = [
            (Reduction::Sum, all.sum()),
            (Reduction::Mean, all.mean()),
            (Reduction::Max, all.max_value().expect("not empty")),
            (Reduction::Min, all.min_value().expect("not empty")),
        ];
        for (operation, expected) in reduced {
            let found = there.reduce(operation).expect("not empty");
            let scale = if operation == Reduction::Sum { scale } else { 1.0 };
            assert_close(&format!("{operation:?} of {dims:?}"), &found, &one(expected), scale);
        }
        let square = reduce::dot(x.as_slice(), x.as_slice()).expect("one length");
        assert_close("dot", &there.dot(&there).expect("one shape"), &one(square), 1.0);
        let softmax = neural::softmax(&x.view()).expect("small");
        assert_close("softmax", &there.softmax().expect("it fits"), &softmax, 1e-6);
        let layer =
            neural::layer_norm(&x.view(), weight.as_slice(), bias.as_slice(), 1e-5).expect("they fit");
        assert_close("layer norm", &there.layer_norm(&w, &b, 1e-5).expect("they fit"), &layer, 1.0);
        let rms = neural::rms_norm(&x.view(), weight.as_slice(), 1e-5).expect("they fit");
        assert_close("RMS norm", &there.rms_norm(&w, 1e-5).expect("they fit"), &rms, 1.0);
    }
}

#[test]
#[ignore = "needs a card of the CUDA driver"]
fn what_does_not_fit_is_refused_and_the_card_works_on() {
    let card = card();
    let (x, y) = (on(&card, &random(&[3, 4], 1)), on(&card, &random(&[3], 1)));
    assert!(matches!(x.matmul(&x), Err(GpuError::Shape(_))));
    assert!(matches!(x.zip(Binary::Add, &y), Err(GpuError::Shape(_))));
    let most = vec![1.0f32; 1 << 20];
    let column =
        card.array(&ArrayView::from_slice(&most, &[1 << 20, 1]).expect("a column")).expect("it fits");
    let row = card.array(&ArrayView::from_slice(&most, &[1, 1 << 20]).expect("a row")).expect("it fits");
    assert!(matches!(column.matmul(&row), Err(GpuError::OutOfMemory { .. })), "four tebibytes");
    assert_eq!(x.map(Unary::Abs).and_then(|y| y.to_array()).expect("it works on").dims(), [3, 4]);
}

use crate::close::{assert_close, devices, on, random};
use proptest::prelude::*;
use trueno::expr::{Expression, of};
use trueno::{Array, ShapeError};
use trueno_gpu::{Binary, GpuError, Unary};

const SHAPES: &[&[usize]] =
    &[&[1], &[2], &[3], &[4], &[5], &[255], &[256], &[257], &[1023], &[7, 13], &[3, 4, 5], &[100_003], &[]];

fn unary(operation: Unary, x: &Array<f32>) -> Array<f32> {
    let x = of(x);
    match operation {
        Unary::Exp => x.exp().eval(),
        Unary::Ln => x.ln().eval(),
        Unary::Tanh => x.tanh().eval(),
        Unary::Sigmoid => x.sigmoid().eval(),
        Unary::Relu => x.relu().eval(),
        Unary::Gelu => x.gelu().eval(),
        Unary::Silu => x.silu().eval(),
        Unary::Sqrt => x.sqrt().eval(),
        Unary::Abs => x.abs().eval(),
        Unary::Neg => x.neg().eval(),
    }
    .expect("a small shape")
}

fn binary(operation: Binary, x: &Array<f32>, y: &Array<f32>) -> Array<f32> {
    let (x, y) = (of(x), of(y));
    match operation {
        Binary::Add => x.add(y).and_then(|e| e.eval()),
        Binary::Sub => x.sub(y).and_then(|e| e.eval()),
        Binary::Mul => x.mul(y).and_then(|e| e.eval()),
        Binary::Div => x.div(y).and_then(|e| e.eval()),
        Binary::Min => x.minimum(y).and_then(|e| e.eval()),
        Binary::Max => x.maximum(y).and_then(|e| e.eval()),
    }
    .expect("they fit")
}

#[test]
fn unary_operations_agree_with_the_processor() {
    for device in devices() {
        for operation in Unary::ALL {
            for (seed, dims) in SHAPES.iter().enumerate() {
                let x = random(dims, seed as u64);
                let found = on(device, &x).map(operation).expect("it fits");
                assert_close(&format!("{operation:?} {dims:?}"), &found, &unary(operation, &x), 1.0);
            }
        }
    }
}

#[test]
fn unary_operations_agree_over_their_whole_range() {
    // Far into saturation on both sides, zeros of both signs, NaN; exp up to its overflow. Devices may treat subnormal
    // numbers as zero.
    let mut points: Vec<f32> = (-880..=880).map(|i| i as f32 / 10.0).collect();
    points.extend([0.0, -0.0, f32::NAN, 1e-20, -1e-20, 1e20]);
    let x = Array::from_slice(&points, &[points.len()]).expect("a small shape");
    for device in devices() {
        for operation in Unary::ALL {
            let (found, expected) = (on(device, &x).map(operation).expect("it fits"), unary(operation, &x));
            let found = found.to_array().expect("the device works");
            for ((x, a), b) in points.iter().zip(found.as_slice()).zip(expected.as_slice()) {
                // Relative to each result, because exp spans all magnitudes.
                let close = (a - b).abs() <= 1e-4 * b.abs().max(1.0);
                let name = &device.info().name;
                assert!(
                    close || a == b || (a.is_nan() && b.is_nan()),
                    "{operation:?}({x}) on {name}: {a}, on the processor {b}"
                );
            }
        }
    }
}

#[test]
fn binary_operations_agree_with_the_processor() {
    for device in devices() {
        for operation in Binary::ALL {
            for (seed, dims) in SHAPES.iter().enumerate() {
                let x = random(dims, seed as u64);
                // Away from zero, so that quotients keep the scale.
                let y =
                    of(&random(dims, 1000 + seed as u64)).abs().offset(0.5).eval().expect("a small shape");
                let what = format!("{operation:?} {dims:?}");
                let found = on(device, &x).zip(operation, &on(device, &y)).expect("they fit");
                assert_close(&what, &found, &binary(operation, &x, &y), 1.0);
            }
        }
    }
}

#[test]
fn one_number_meets_all_elements_and_one_row_meets_all_rows() {
    let x = random(&[5, 7, 11], 1);
    let (row, number) = (of(&random(&[11], 2)).abs().offset(0.5).eval().expect("small"), random(&[1], 3));
    for device in devices() {
        let on_device = on(device, &x);
        for operation in Binary::ALL {
            for y in [&row, &number] {
                let found = on_device.zip(operation, &on(device, y)).expect("they fit");
                assert_close(
                    &format!("{operation:?} {:?}", y.dims()),
                    &found,
                    &binary(operation, &x, y),
                    1.0,
                );
            }
        }
        let affine = of(&x).scale(2.5).offset(-1.0).eval().expect("a small shape");
        assert_close("affine", &on_device.affine(2.5, -1.0).expect("it fits"), &affine, 1.0);
    }
}

#[test]
fn minimum_and_maximum_take_the_right_one_where_one_is_nan() {
    let x = Array::from_slice(&[f32::NAN, 1.0, f32::NAN, 2.0], &[4]).expect("small");
    let y = Array::from_slice(&[3.0, f32::NAN, f32::NAN, -2.0], &[4]).expect("small");
    for device in devices() {
        for operation in [Binary::Min, Binary::Max, Binary::Add] {
            let found = on(device, &x).zip(operation, &on(device, &y)).expect("they fit");
            assert_close(&format!("{operation:?}"), &found, &binary(operation, &x, &y), 1.0);
        }
    }
}

#[test]
fn empty_arrays_give_empty_arrays_and_other_shapes_are_refused() {
    for device in devices() {
        let empty = on(device, &Array::zeros(&[3, 0]).expect("small"));
        assert_eq!(empty.map(Unary::Exp).expect("it fits").to_array().expect("it works").dims(), [3, 0]);
        assert_eq!(empty.zip(Binary::Add, &empty).expect("they fit").dims(), [3, 0]);
        let (x, y) = (on(device, &random(&[3, 4], 1)), on(device, &random(&[3], 2)));
        let refused = x.zip(Binary::Add, &y).expect_err("three numbers do not meet rows of four");
        assert!(matches!(refused, GpuError::Shape(ShapeError::Broadcast { .. })), "{refused}");
        assert!(x.reshape(&[5]).is_err());
        assert_eq!(x.reshape(&[2, 6]).expect("twelve elements").to_array().expect("it works").dims(), [2, 6]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn chains_on_the_device_agree_with_chains_on_the_processor(
        values in proptest::collection::vec(-20f32..20.0, 1..700),
        seed in 0u64..1000,
    ) {
        let x = Array::from_slice(&values, &[values.len()]).expect("small");
        let y = random(&[values.len()], seed);
        let expected = of(&x).mul(of(&y)).and_then(|e| e.tanh().add(of(&x))).and_then(|e| e.eval()).expect("they fit");
        for device in devices() {
            let (a, b) = (on(device, &x), on(device, &y));
            let product = a.zip(Binary::Mul, &b).expect("they fit");
            let found = product.map(Unary::Tanh).and_then(|t| t.zip(Binary::Add, &a)).expect("they fit");
            assert_close("tanh(x · y) + x", &found, &expected, 1.0);
        }
    }
}

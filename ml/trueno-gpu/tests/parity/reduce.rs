use crate::close::{assert_close, devices, on, random};
use trueno::expr::{Expression, of, values};
use trueno::{Array, ShapeError, reduce};
use trueno_gpu::{GpuError, Reduction};

const LENGTHS: [usize; 12] = [1, 2, 255, 256, 257, 4095, 4096, 4097, 8193, 100_003, 1_048_576, 1_100_000];

fn reduced(operation: Reduction, x: &[f32]) -> f32 {
    match operation {
        Reduction::Sum => values(x).sum(),
        Reduction::Mean => values(x).mean(),
        Reduction::Max => values(x).max_value().expect("not empty"),
        Reduction::Min => values(x).min_value().expect("not empty"),
    }
}

/// The scale to which the rounding error of this result is relative.
fn scale(operation: Reduction, x: &[f32]) -> f64 {
    match operation {
        Reduction::Sum => x.iter().map(|x| f64::from(x.abs())).sum(),
        _ => 1.0,
    }
}

fn number(value: f32) -> Array<f32> {
    Array::full(&[], value).expect("one number")
}

#[test]
fn reductions_of_everything_agree_with_the_processor() {
    for device in devices() {
        for length in LENGTHS {
            let x = random(&[length], length as u64);
            let there = on(device, &x);
            for operation in Reduction::ALL {
                let found = there.reduce(operation).expect("not empty");
                let expected = number(reduced(operation, x.as_slice()));
                assert_close(
                    &format!("{operation:?} of {length}"),
                    &found,
                    &expected,
                    scale(operation, x.as_slice()),
                );
            }
        }
    }
}

#[test]
fn dot_products_agree_with_the_processor() {
    for device in devices() {
        for length in LENGTHS {
            let (x, y) = (random(&[length], 1), random(&[length], 2));
            let expected = reduce::dot(x.as_slice(), y.as_slice()).expect("one length");
            let found = on(device, &x).dot(&on(device, &y)).expect("one shape");
            let scale = x.as_slice().iter().zip(y.as_slice()).map(|(x, y)| f64::from((x * y).abs())).sum();
            assert_close(&format!("dot of {length}"), &found, &number(expected), scale);
        }
        let (x, y) = (on(device, &random(&[3], 1)), on(device, &random(&[4], 1)));
        assert!(matches!(x.dot(&y), Err(GpuError::Shape(ShapeError::Expected { .. }))));
    }
}

#[test]
fn reductions_of_rows_agree_with_the_processor() {
    for device in devices() {
        for dims in [[1, 1], [3, 5], [70_000, 3], [4, 256], [3, 10_001], [129, 4097]] {
            let x = random(&dims, 9);
            let there = on(device, &x);
            for operation in Reduction::ALL {
                let rows: Vec<f32> =
                    x.as_slice().chunks(dims[1]).map(|row| reduced(operation, row)).collect();
                let scale = x.as_slice().chunks(dims[1]).map(|row| scale(operation, row)).fold(1.0, f64::max);
                let expected = Array::from_slice(&rows, &[dims[0]]).expect("one number for each row");
                let found = there.reduce_rows(operation).expect("not empty");
                assert_close(&format!("{operation:?} of rows {dims:?}"), &found, &expected, scale);
            }
        }
    }
}

#[test]
fn one_nan_anywhere_makes_every_reduction_nan() {
    for device in devices() {
        for at in [0, 300, 4096, 9999] {
            let mut x = random(&[10_000], 1);
            x.as_mut_slice()[at] = f32::NAN;
            for operation in Reduction::ALL {
                let found =
                    on(device, &x).reduce(operation).expect("not empty").to_array().expect("it works");
                assert!(found.as_slice()[0].is_nan(), "{operation:?}, NaN at {at}");
            }
        }
    }
}

#[test]
fn infinities_are_reduced_as_numbers_are() {
    let x = Array::from_slice(&[1.0, f32::NEG_INFINITY, 2.0], &[3]).expect("small");
    let lowest = Array::full(&[300], f32::NEG_INFINITY).expect("small");
    for device in devices() {
        for operation in Reduction::ALL {
            for x in [&x, &lowest] {
                let expected = number(reduced(operation, x.as_slice()));
                assert_close(
                    &format!("{operation:?}"),
                    &on(device, x).reduce(operation).expect("not empty"),
                    &expected,
                    1.0,
                );
            }
        }
    }
}

#[test]
fn of_no_elements_sums_are_zero_means_nan_and_extremes_refused() {
    for device in devices() {
        let empty = on(device, &Array::zeros(&[0]).expect("small"));
        let value =
            |operation| empty.reduce(operation).map(|x| x.to_array().expect("it works").as_slice()[0]);
        assert_eq!(value(Reduction::Sum), Ok(0.0));
        assert!(value(Reduction::Mean).expect("it is defined").is_nan());
        assert_eq!(value(Reduction::Max), Err(ShapeError::Empty("the maximum").into()));
        assert_eq!(value(Reduction::Min), Err(ShapeError::Empty("the minimum").into()));
        let no_rows = on(device, &Array::zeros(&[0, 0]).expect("small"));
        assert_eq!(no_rows.reduce_rows(Reduction::Max).expect("no row is empty").dims(), [0]);
    }
}

#[test]
fn the_same_input_gives_the_same_bits() {
    let x = random(&[123_457], 4);
    for device in devices() {
        let run = || on(device, &x).reduce(Reduction::Sum).expect("not empty").to_array().expect("it works");
        let first = run();
        assert!((0..4).all(|_| run().as_slice()[0].to_bits() == first.as_slice()[0].to_bits()));
        assert!((of(&x).sum() - first.as_slice()[0]).abs() < 0.1);
    }
}

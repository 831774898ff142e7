use crate::close::{assert_close, devices, on, random};
use trueno::{Array, ShapeError, neural};
use trueno_gpu::GpuError;

const SHAPES: [&[usize]; 9] =
    [&[1], &[1, 1], &[3, 7], &[2, 255], &[5, 256], &[4, 257], &[2, 3, 1000], &[66_000, 2], &[1, 30_000]];

#[test]
fn softmax_agrees_with_the_processor() {
    for device in devices() {
        for dims in SHAPES {
            let x = random(dims, 1);
            let expected = neural::softmax(&x.view()).expect("small");
            assert_close(
                &format!("softmax {dims:?}"),
                &on(device, &x).softmax().expect("it fits"),
                &expected,
                0.0,
            );
        }
        let large = Array::from_slice(&[1000.0f32, 999.0, -1000.0, -1000.0], &[2, 2]).expect("small");
        let expected = neural::softmax(&large.view()).expect("small");
        assert_close(
            "softmax of large numbers",
            &on(device, &large).softmax().expect("it fits"),
            &expected,
            1.0,
        );
    }
}

#[test]
fn normalisations_agree_with_the_processor() {
    for device in devices() {
        for dims in SHAPES {
            let columns = dims[dims.len() - 1];
            let (x, weight, bias) = (random(dims, 1), random(&[columns], 2), random(&[columns], 3));
            let (there, w, b) = (on(device, &x), on(device, &weight), on(device, &bias));
            let expected =
                neural::layer_norm(&x.view(), weight.as_slice(), bias.as_slice(), 1e-5).expect("they fit");
            let found = there.layer_norm(&w, &b, 1e-5).expect("they fit");
            assert_close(&format!("layer norm {dims:?}"), &found, &expected, 1.0);
            let expected = neural::rms_norm(&x.view(), weight.as_slice(), 1e-5).expect("they fit");
            assert_close(
                &format!("RMS norm {dims:?}"),
                &there.rms_norm(&w, 1e-5).expect("they fit"),
                &expected,
                1.0,
            );
        }
    }
}

#[test]
fn a_row_far_from_zero_keeps_its_variance() {
    let mut x = random(&[3, 500], 5);
    x.as_mut_slice().iter_mut().for_each(|x| *x += 100.0);
    let (ones, zeros) = (Array::full(&[500], 1.0).expect("small"), Array::zeros(&[500]).expect("small"));
    let expected = neural::layer_norm(&x.view(), ones.as_slice(), zeros.as_slice(), 1e-5).expect("they fit");
    for device in devices() {
        let found =
            on(device, &x).layer_norm(&on(device, &ones), &on(device, &zeros), 1e-5).expect("they fit");
        assert_close("layer norm around 100", &found, &expected, 1.0);
    }
}

#[test]
fn nan_stays_in_its_row() {
    let mut x = random(&[4, 300], 1);
    x.as_mut_slice()[2 * 300 + 299] = f32::NAN;
    for device in devices() {
        let there = on(device, &x);
        let ones = on(device, &Array::full(&[300], 1.0).expect("small"));
        let results = [there.softmax(), there.rms_norm(&ones, 0.0), there.layer_norm(&ones, &ones, 0.0)];
        for result in results {
            let result = result.expect("they fit").to_array().expect("it works");
            for (row, values) in result.as_slice().chunks(300).enumerate() {
                assert!(values.iter().all(|x| x.is_nan() == (row == 2)), "row {row}");
            }
        }
    }
}

#[test]
fn empty_rows_give_empty_arrays_and_other_weights_are_refused() {
    for device in devices() {
        let empty = on(device, &Array::zeros(&[3, 0]).expect("small"));
        assert_eq!(empty.softmax().expect("it fits").to_array().expect("it works").dims(), [3, 0]);
        let (x, weight) = (on(device, &random(&[3, 4], 1)), on(device, &random(&[3], 1)));
        assert!(matches!(x.rms_norm(&weight, 0.0), Err(GpuError::Shape(ShapeError::Expected { .. }))));
    }
}

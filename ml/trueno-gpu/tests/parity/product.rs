use crate::close::{assert_close, devices, on, random};
use proptest::prelude::*;
use trueno::{Array, ArrayView, Epilogue, ShapeError};
use trueno_gpu::GpuError;
use trueno_gpu::webgpu::gemm;

/// Scale of a product of normally distributed factors: each element is a sum of `k` products.
fn scale(k: usize) -> f64 {
    (k as f64).sqrt().max(1.0)
}

fn product(a: &ArrayView<'_, f32>, b: &ArrayView<'_, f32>) -> Array<f32> {
    trueno::matmul(a, b).expect("they fit")
}

#[test]
fn products_of_every_shape_around_a_tile_agree_with_the_processor() {
    let sizes = [1, 2, 15, 16, 17, 63, 64, 65, 130];
    for device in devices() {
        for m in sizes {
            for n in sizes {
                for k in [1, 16, 33, 100] {
                    let (a, b) = (random(&[m, k], 1), random(&[k, n], 2));
                    let found = on(device, &a).matmul(&on(device, &b)).expect("they fit");
                    let expected = product(&a.view(), &b.view());
                    assert_close(&format!("{m} × {k} × {n}"), &found, &expected, scale(k));
                }
            }
        }
    }
}

#[test]
fn transposed_factors_and_addends_agree_with_the_processor() {
    for device in devices() {
        for (m, k, n) in [(1, 1, 1), (5, 70, 66), (64, 64, 64), (129, 31, 3)] {
            let (a, b, c) = (random(&[k, m], 3), random(&[n, k], 4), random(&[m, n], 5));
            let (x, y, z) = (on(device, &a), on(device, &b), on(device, &c));
            let found = gemm(0.5, x.transposed(), y.transposed(), Some((-2.0, &z))).expect("they fit");
            let mut expected = c.clone();
            trueno::gemm(
                0.5,
                &a.transpose(),
                &b.transpose(),
                -2.0,
                expected.view_mut(),
                &Epilogue::default(),
            )
            .expect("they fit");
            assert_close(&format!("gemm {m} × {k} × {n}"), &found, &expected, scale(k));
        }
    }
}

#[test]
fn matrices_times_vectors_agree_with_the_processor() {
    for device in devices() {
        for (m, k) in [(1, 1), (1, 1000), (3, 127), (7, 128), (200, 129), (70_000, 2), (33, 5000)] {
            let (a, x) = (random(&[m, k], 6), random(&[k], 7));
            let found = on(device, &a).matvec(&on(device, &x)).expect("they fit");
            let column = ArrayView::from_slice(x.as_slice(), &[k, 1]).expect("k numbers");
            let expected = product(&a.view(), &column).reshape(&[m]).expect("m numbers");
            assert_close(&format!("{m} × {k} vector"), &found, &expected, scale(k));
        }
    }
}

#[test]
fn products_over_no_elements_are_zero_and_of_no_rows_are_empty() {
    for device in devices() {
        let (a, b) = (on(device, &random(&[3, 0], 1)), on(device, &random(&[0, 2], 1)));
        assert_eq!(a.matmul(&b).expect("they fit").to_array().expect("it works").as_slice(), [0.0; 6]);
        let empty = b.matmul(&on(device, &random(&[2, 4], 1))).expect("they fit");
        assert_eq!(empty.to_array().expect("it works").dims(), [0, 4]);
        let zeros = a.matvec(&on(device, &random(&[0], 1))).expect("they fit");
        assert_eq!(zeros.to_array().expect("it works").as_slice(), [0.0; 3]);
    }
}

#[test]
fn factors_that_do_not_fit_are_refused_with_both_shapes() {
    for device in devices() {
        let (a, b) = (on(device, &random(&[3, 4], 1)), on(device, &random(&[5, 6], 1)));
        let text = a.matmul(&b).expect_err("4 is not 5").to_string();
        assert!(
            text.contains('3') && text.contains('4') && text.contains('5') && text.contains('6'),
            "{text}"
        );
        assert!(matches!(a.matvec(&b), Err(GpuError::Shape(ShapeError::Expected { .. }))));
        let vector = on(device, &random(&[4], 1));
        assert!(matches!(a.matmul(&vector), Err(GpuError::Shape(ShapeError::Rank { .. }))));
    }
}

#[test]
fn nan_reaches_its_row_and_column_only() {
    for device in devices() {
        let mut a = random(&[70, 70], 1);
        a.as_mut_slice()[5 * 70 + 3] = f32::NAN;
        let b = random(&[70, 70], 2);
        let found = on(device, &a).matmul(&on(device, &b)).expect("they fit").to_array().expect("it works");
        for (row, values) in found.as_slice().chunks(70).enumerate() {
            assert!(values.iter().all(|x| x.is_nan() == (row == 5)), "row {row}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn products_of_random_shapes_agree(m in 1usize..150, n in 1usize..150, k in 0usize..150, seed in 0u64..1000) {
        let (a, b) = (random(&[m, k], seed), random(&[k, n], seed + 1));
        let expected = product(&a.view(), &b.view());
        for device in devices() {
            let found = on(device, &a).matmul(&on(device, &b)).expect("they fit");
            assert_close(&format!("{m} × {k} × {n}"), &found, &expected, scale(k));
        }
    }
}

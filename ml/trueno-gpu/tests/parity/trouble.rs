//! Failures on a device are returned as errors, and the device keeps working if it can.

use crate::close::{devices, on, random};
use std::thread;
use trueno::{Array, ArrayView};
use trueno_gpu::webgpu::{Device, adapters};
use trueno_gpu::{Binary, GpuError, Reduction, Unary};

fn fresh() -> Vec<Device> {
    adapters().iter().map(|adapter| Device::open(adapter).expect("it opened before")).collect()
}

#[test]
fn a_lost_device_says_so_in_every_operation() {
    for device in fresh() {
        let x = on(&device, &random(&[10, 10], 1));
        let recorded = x.map(Unary::Exp).expect("the device works");
        device.close();
        assert!(recorded.to_array().is_err());
        // Some drivers report the loss only with the first wait.
        let errors = [
            x.map(Unary::Exp).and_then(|y| y.to_array()).err(),
            x.matmul(&x).and_then(|y| y.to_array()).err(),
            device.array(&random(&[3], 1).view()).and_then(|y| y.to_array()).err(),
            x.top_k(3).err(),
        ];
        assert!(errors.iter().all(|error| matches!(error, Some(GpuError::Lost(_)))), "{errors:?}");
        assert!(device.finish().is_err());
    }
}

#[test]
fn more_than_a_binding_can_hold_is_refused_before_it_is_asked_for() {
    for device in devices() {
        let limit = device.info().max_binding_bytes;
        let one = Array::full(&[1], 1.0f32).expect("small");
        let rows = usize::try_from(limit / 4 / 1024 + 1).expect("64 bits");
        // A product of a column and a row can be made arbitrarily large.
        let (column, row) = (vec![1.0f32; rows], vec![1.0f32; 1024]);
        let column =
            device.array(&ArrayView::from_slice(&column, &[rows, 1]).expect("a column")).expect("it fits");
        let row = device.array(&ArrayView::from_slice(&row, &[1, 1024]).expect("a row")).expect("it fits");
        match column.matmul(&row) {
            Err(GpuError::TooLarge { bytes, limit: said }) => assert!(bytes > limit && said == limit),
            other => panic!("{other:?}"),
        }
        // And the device keeps working.
        assert_eq!(
            on(device, &one).map(Unary::Neg).expect("it fits").to_array().expect("it works").as_slice(),
            [-1.0]
        );
    }
}

#[test]
fn arrays_of_two_devices_do_not_meet() {
    for (device, other) in devices().iter().zip(fresh()) {
        let (x, y) = (on(device, &random(&[2, 2], 1)), on(&other, &random(&[2, 2], 1)));
        assert_eq!(x.zip(Binary::Add, &y).expect_err("two devices"), GpuError::OtherDevice);
        assert_eq!(x.matmul(&y).expect_err("two devices"), GpuError::OtherDevice);
        assert_eq!(x.dot(&y).expect_err("two devices"), GpuError::OtherDevice);
    }
}

#[test]
fn memory_that_arrays_leave_is_used_again() {
    for device in fresh() {
        let x = on(&device, &random(&[100_000], 1));
        let mut most = 0;
        for _ in 0..200 {
            let y = x.map(Unary::Tanh).and_then(|y| y.reduce(Reduction::Sum)).expect("it fits");
            y.to_array().expect("it works");
            most = most.max(device.memory().0 + device.memory().1);
        }
        // The array, its image, and some bytes of results: nothing grows with the number of rounds.
        assert!(most < 4 * 4 * 125_000, "{most}");
    }
}

#[test]
fn arrays_may_be_made_while_others_are_still_being_computed() {
    for device in devices() {
        let expected: Vec<f32> = (0..300).map(|i| 2.0 * i as f32).collect();
        let sums: Vec<_> = (0..300)
            .map(|i| {
                let x = on(device, &Array::full(&[50], i as f32).expect("small"));
                x.zip(Binary::Add, &x).expect("they fit")
            })
            .collect();
        let found: Vec<f32> = sums.iter().map(|y| y.to_array().expect("it works").as_slice()[49]).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn threads_share_a_device() {
    for device in devices() {
        thread::scope(|scope| {
            for seed in 0..4 {
                scope.spawn(move || {
                    for _ in 0..20 {
                        let x = Array::full(&[40, 40], seed as f32).expect("small");
                        let there = on(device, &x);
                        let square = there.matmul(&there).expect("they fit").to_array().expect("it works");
                        assert!(square.as_slice().iter().all(|v| *v == 40.0 * (seed * seed) as f32));
                    }
                });
            }
        });
    }
}

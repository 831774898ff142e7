//! Devices to compare on, random input, and the tolerance of comparisons.

use std::sync::OnceLock;
use trueno::Array;
use trueno::random::Philox;
use trueno_gpu::webgpu::{Device, GpuArray, adapters};

/// Largest difference, relative to the scale of the result.
pub const TOLERANCE: f64 = 1e-4;

/// All adapters, opened once. Without an adapter the kernels cannot be checked, so the tests fail there.
pub fn devices() -> &'static [Device] {
    static DEVICES: OnceLock<Vec<Device>> = OnceLock::new();
    let devices = DEVICES.get_or_init(|| {
        let found = adapters();
        found.iter().map(|adapter| Device::open(adapter).expect("an adapter that is listed opens")).collect()
    });
    assert!(
        !devices.is_empty(),
        "no Vulkan, Metal or DirectX 12 driver: install one (Debian: mesa-vulkan-drivers, which runs on the processor)"
    );
    devices
}

/// Normally distributed numbers.
pub fn random(dims: &[usize], seed: u64) -> Array<f32> {
    let mut random = Philox::new(seed);
    Array::from_fn(dims, |_| random.normal() as f32).expect("a small shape")
}

/// Copies an array to a device.
pub fn on(device: &Device, array: &Array<f32>) -> GpuArray {
    device.array(&array.view()).expect("a small array fits")
}

/// Compares a device's array with the processor's: NaN where NaN, infinite where infinite, and finite numbers within
/// the tolerance of `scale`, or of the largest finite result if that is larger.
pub fn assert_close(what: &str, found: &GpuArray, expected: &Array<f32>, scale: f64) {
    let device = found.device().info().name.clone();
    let found = found.to_array().expect("the device works");
    assert_eq!(found.dims(), expected.dims(), "{what} on {device}");
    let finite = expected.as_slice().iter().filter(|x| x.is_finite());
    let scale = finite.fold(scale, |most, x| most.max(f64::from(x.abs())));
    for (i, (a, b)) in found.as_slice().iter().zip(expected.as_slice()).enumerate() {
        let same = match b.is_finite() {
            true => (f64::from(*a) - f64::from(*b)).abs() <= TOLERANCE * scale,
            false => a == b || (a.is_nan() && b.is_nan()),
        };
        assert!(same, "{what} on {device}: element {i} is {a}, on the processor {b} (scale {scale})");
    }
}

//! Measures a place: each class of operations at growing sizes, and copies.

use super::{Class, Curve};
use crate::{Binary, GpuError, Reduction, Unary, cuda, webgpu};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use trueno::expr::{Expression, of};
use trueno::{Array, ArrayView, neural};

/// Sides of the square matrices for measuring operations.
const SIDES: [usize; 6] = [16, 64, 128, 256, 512, 1024];

/// Array sizes for measuring copies.
const COPIES: [usize; 4] = [1 << 10, 1 << 14, 1 << 18, 1 << 21];

/// A size is measured until this time has passed, or [`MOST`] times.
const PATIENCE: Duration = Duration::from_millis(15);

/// Maximum number of repetitions of a size.
const MOST: usize = 25;

/// Curves of one place.
#[derive(Debug)]
pub struct Places {
    /// Operations on arrays at the place.
    pub classes: BTreeMap<Class, Curve>,
    /// Copies to the place and back.
    pub copies: Option<(Curve, Curve)>,
}

/// Median seconds of a task that was run once before, so that compilation and first allocations are not measured.
fn seconds(mut work: impl FnMut() -> Result<(), GpuError>) -> Result<f64, GpuError> {
    work()?;
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.is_empty() || (start.elapsed() < PATIENCE && times.len() < MOST) {
        let one = Instant::now();
        work()?;
        times.push(one.elapsed().as_secs_f64());
    }
    times.sort_unstable_by(f64::total_cmp);
    // Clocks may stand still for work this short.
    Ok(times[times.len() / 2].max(1e-9))
}

/// Points at growing sizes, until one takes so long that larger ones are not worth measuring.
fn curve(
    sizes: &[usize],
    work: impl Fn(usize) -> f64,
    mut time: impl FnMut(usize) -> Result<f64, GpuError>,
) -> Result<Curve, GpuError> {
    let mut points = Vec::new();
    for size in sizes {
        let seconds = time(*size)?;
        points.push((work(*size), seconds));
        if seconds > 2.0 * PATIENCE.as_secs_f64() {
            break;
        }
    }
    Curve::new(points).map_err(|problem| GpuError::Refused(problem.to_owned()))
}

/// Numbers around one: no operation overflows on them or produces subnormal numbers.
fn sample(dims: &[usize]) -> Result<Array<f32>, GpuError> {
    let mut next = 0u32;
    Ok(Array::from_fn(dims, |_| {
        next = (next + 7) % 17;
        0.5 + next as f32 / 16.0
    })?)
}

fn classes(
    mut time: impl FnMut(Class, usize) -> Result<f64, GpuError>,
) -> Result<BTreeMap<Class, Curve>, GpuError> {
    let one = |class: Class| Ok((class, curve(&SIDES, |n| class.square(n).work, |n| time(class, n))?));
    Class::ALL.into_iter().map(one).collect()
}

/// Measures trueno on the processor.
pub fn processor() -> Result<Places, GpuError> {
    let classes = classes(|class, n| {
        let (x, row) = (sample(&[n, n])?, sample(&[n, 1])?);
        seconds(|| {
            match class {
                Class::Product => drop(black_box(trueno::matmul(&x.view(), &x.view())?)),
                Class::MatrixVector => drop(black_box(trueno::matmul(&x.view(), &row.view())?)),
                Class::Elementwise => drop(black_box(of(&x).add(of(&x))?.eval()?)),
                Class::Activation => drop(black_box(of(&x).gelu().eval()?)),
                Class::Reduction => {
                    black_box(of(&x).sum());
                }
                Class::Rows => drop(black_box(neural::softmax(&x.view())?)),
            }
            Ok(())
        })
    })?;
    Ok(Places { classes, copies: None })
}

/// The measurable operations of a backend whose arrays are outside main memory.
trait Backend {
    type Array;
    fn put(&self, from: &ArrayView<'_, f32>) -> Result<Self::Array, GpuError>;
    fn take(&self, array: &Self::Array) -> Result<(), GpuError>;
    /// One operation of the class on a matrix, or on a matrix and a row; the result is dropped.
    fn run(class: Class, x: &Self::Array, row: &Self::Array) -> Result<(), GpuError>;
    fn wait(&self) -> Result<(), GpuError>;
}

macro_rules! backend {
    ($device:ty, $array:ty) => {
        impl Backend for $device {
            type Array = $array;
            fn put(&self, from: &ArrayView<'_, f32>) -> Result<$array, GpuError> {
                self.array(from)
            }
            fn take(&self, array: &$array) -> Result<(), GpuError> {
                array.to_array().map(drop)
            }
            fn run(class: Class, x: &$array, row: &$array) -> Result<(), GpuError> {
                let result = match class {
                    Class::Product => x.matmul(x),
                    Class::MatrixVector => x.matvec(row),
                    Class::Elementwise => x.zip(Binary::Add, x),
                    Class::Activation => x.map(Unary::Gelu),
                    Class::Reduction => x.reduce(Reduction::Sum),
                    Class::Rows => x.softmax(),
                };
                result.map(drop)
            }
            fn wait(&self) -> Result<(), GpuError> {
                self.finish()
            }
        }
    };
}

backend!(webgpu::Device, webgpu::GpuArray);
backend!(cuda::CudaDevice, cuda::CudaArray);

/// Measures an adapter.
pub fn adapter(adapter: &webgpu::Adapter) -> Result<Places, GpuError> {
    elsewhere(&webgpu::Device::open(adapter)?)
}

/// Measures a card of the CUDA driver.
pub fn card(info: &cuda::CudaInfo) -> Result<Places, GpuError> {
    elsewhere(&cuda::CudaDevice::open(info)?)
}

/// Measures the kernels of a device, each including the wait for its end, and copies.
fn elsewhere<B: Backend>(device: &B) -> Result<Places, GpuError> {
    let classes = classes(|class, n| {
        let (x, row) = (device.put(&sample(&[n, n])?.view())?, device.put(&sample(&[n])?.view())?);
        seconds(|| B::run(class, &x, &row).and_then(|()| device.wait()))
    })?;
    let bytes = |count: usize| 4.0 * count as f64;
    let values = vec![1.0f32; COPIES[COPIES.len() - 1]];
    let put = |count: usize| device.put(&ArrayView::from_slice(&values[..count], &[count])?);
    let upload = curve(&COPIES, bytes, |count| seconds(|| put(count).and_then(|_| device.wait())))?;
    let download = curve(&COPIES, bytes, |count| {
        let there = put(count)?;
        seconds(|| device.take(&there))
    })?;
    Ok(Places { classes, copies: Some((upload, download)) })
}

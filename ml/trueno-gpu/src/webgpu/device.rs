//! An opened adapter: records kernels, submits them in batches, reads results.

use super::adapter::{Adapter, AdapterInfo};
use super::memory::{self, GRAIN, Memory, Purpose};
use super::pipelines::{Bound, Kernel, Pipelines};
use super::wait::wait;
use crate::GpuError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

/// Number of kernels that are recorded before they are submitted.
const BATCH: u32 = 64;

/// Bytes between the parameters of two kernels: the strictest alignment that any device may require (WebGPU, limit
/// `minUniformBufferOffsetAlignment`).
const STRIDE: u32 = 256;

/// Maximum number of parameter words of a kernel.
pub const WORDS: usize = 16;

/// After this time a batch counts as hung. Drivers reset a card after a few seconds already; software may take longer.
const PATIENCE: Duration = Duration::from_secs(300);

/// An opened adapter. Clones refer to the same device.
#[derive(Debug, Clone)]
pub struct Device(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    info: AdapterInfo,
    device: wgpu::Device,
    queue: wgpu::Queue,
    limits: wgpu::Limits,
    trouble: Arc<Trouble>,
    recorder: Mutex<Recorder>,
    memory: Mutex<Memory>,
}

/// Errors that the driver reported on its own.
#[derive(Debug, Default)]
struct Trouble {
    /// The device is gone for good.
    lost: Mutex<Option<String>>,
    /// A command was refused.
    refused: Mutex<Option<GpuError>>,
}

#[derive(Debug)]
struct Recorder {
    pipelines: Pipelines,
    encoder: Option<wgpu::CommandEncoder>,
    recorded: u32,
    parameters: wgpu::Buffer,
    parameter_group: wgpu::BindGroup,
    staged: Vec<u8>,
    last: Option<wgpu::SubmissionIndex>,
}

/// A buffer of the device; when this is dropped, the buffer is kept for other arrays.
#[derive(Debug)]
pub struct Storage {
    device: Device,
    buffer: wgpu::Buffer,
    bytes: u64,
}

impl Storage {
    /// The buffer and the size of its binding: whole groups of four numbers.
    pub fn bound(&self) -> (wgpu::Buffer, u64) {
        (self.buffer.clone(), self.bytes.next_multiple_of(GRAIN).max(GRAIN))
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        lock(&self.device.0.memory).give(Purpose::Storage, self.buffer.clone());
    }
}

/// One run of a kernel.
pub struct Run<'a> {
    /// Which kernel.
    pub kernel: Kernel,
    /// Its buffers: those it reads, then those it writes.
    pub buffers: &'a [&'a Storage],
    /// Its parameters, as words.
    pub words: &'a [u32],
    /// Workgroups along each axis.
    pub groups: [u64; 3],
}

/// A poisoned lock only means that another thread panicked; its data is always replaced as a whole, never left
/// half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trouble {
    fn hear(self: &Arc<Self>, device: &wgpu::Device) {
        let trouble = Arc::clone(self);
        device.on_uncaptured_error(Arc::new(move |error| {
            let error = match error {
                wgpu::Error::OutOfMemory { .. } => GpuError::OutOfMemory { bytes: 0 },
                other => GpuError::Refused(other.to_string()),
            };
            lock(&trouble.refused).get_or_insert(error);
        }));
        let trouble = Arc::clone(self);
        device.set_device_lost_callback(move |reason, text| {
            let text = if text.is_empty() { format!("{reason:?}") } else { text };
            lock(&trouble.lost).get_or_insert(text);
        });
    }
}

impl Device {
    /// Opens an adapter with all of its limits.
    ///
    /// # Errors
    /// The driver provides no device.
    pub fn open(adapter: &Adapter) -> Result<Self, GpuError> {
        let info = adapter.info().clone();
        let limits = adapter.raw.limits();
        let opened = wait(adapter.raw.request_device(&wgpu::DeviceDescriptor {
            label: None,
            required_features: wgpu::Features::empty(),
            required_limits: limits.clone(),
            experimental_features: wgpu::ExperimentalFeatures::disabled(),
            memory_hints: wgpu::MemoryHints::Performance,
            trace: wgpu::Trace::Off,
        }));
        let (device, queue) = opened
            .map_err(|error| GpuError::NoDevice { adapter: info.name.clone(), reason: error.to_string() })?;
        let trouble = Arc::new(Trouble::default());
        trouble.hear(&device);
        let recorder = Mutex::new(Recorder::new(&device));
        let memory = Mutex::default();
        Ok(Self(Arc::new(Inner { info, device, queue, limits, trouble, recorder, memory })))
    }

    /// The adapter of the device.
    pub fn info(&self) -> &AdapterInfo {
        &self.0.info
    }

    /// Bytes in arrays, and bytes kept for later ones.
    pub fn memory(&self) -> (u64, u64) {
        lock(&self.0.memory).bytes()
    }

    /// Submits the recorded commands, without waiting.
    ///
    /// # Errors
    /// The device was lost, or the driver refused a command.
    pub fn submit(&self) -> Result<(), GpuError> {
        self.flush(&mut lock(&self.0.recorder));
        self.check()
    }

    /// Submits the recorded commands, and waits until all are done.
    ///
    /// # Errors
    /// The device was lost or does not finish, or the driver refused a command.
    pub fn finish(&self) -> Result<(), GpuError> {
        let mut recorder = lock(&self.0.recorder);
        self.flush(&mut recorder);
        let last = recorder.last.clone();
        drop(recorder);
        self.check()?;
        self.wait_for(last)?;
        self.check()
    }

    /// Drops the device: every later operation returns an error that it is lost.
    pub fn close(&self) {
        self.0.device.destroy();
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Errors that the driver reported since the last call.
    fn check(&self) -> Result<(), GpuError> {
        if let Some(reason) = lock(&self.0.trouble.lost).clone() {
            return Err(GpuError::Lost(reason));
        }
        let refused = lock(&self.0.trouble.refused).take();
        refused.map_or(Ok(()), |error| Err(self.explain(error)))
    }

    /// If the device was lost, the loss explains its refusals; wgpu reports the loss when it is polled.
    fn explain(&self, refused: GpuError) -> GpuError {
        let _ = catch_unwind(AssertUnwindSafe(|| self.0.device.poll(wgpu::PollType::Poll)));
        lock(&self.0.trouble.lost).clone().map_or(refused, GpuError::Lost)
    }

    /// A buffer for this many bytes, with undefined content.
    pub(super) fn allocate(&self, bytes: u64) -> Result<Storage, GpuError> {
        let limit = self.0.info.max_binding_bytes;
        memory::check(bytes, limit)?;
        let buffer = self.buffer(Purpose::Storage, bytes, limit)?;
        Ok(Storage { device: self.clone(), buffer, bytes })
    }

    fn buffer(&self, purpose: Purpose, bytes: u64, limit: u64) -> Result<wgpu::Buffer, GpuError> {
        self.check()?;
        let class = memory::class(bytes, limit);
        if let Some(buffer) = lock(&self.0.memory).take(purpose, class) {
            return Ok(buffer);
        }
        if let Some(buffer) = self.create(purpose, class) {
            return Ok(buffer);
        }
        // Buffers kept for later may occupy the missing memory.
        lock(&self.0.recorder).pipelines.forget_groups();
        lock(&self.0.memory).clear();
        self.finish()?;
        self.create(purpose, class).ok_or(GpuError::OutOfMemory { bytes })
    }

    fn create(&self, purpose: Purpose, class: u64) -> Option<wgpu::Buffer> {
        let buffer = memory::create(&self.0.device, purpose, class)?;
        lock(&self.0.memory).count(class);
        Some(buffer)
    }

    /// A buffer with these bytes.
    pub(super) fn upload(&self, bytes: &[u8]) -> Result<Storage, GpuError> {
        let storage = self.allocate(bytes.len() as u64)?;
        // Writes are executed before the recorded commands, and a recorded kernel may still read the buffer.
        self.flush(&mut lock(&self.0.recorder));
        self.0.queue.write_buffer(&storage.buffer, 0, bytes);
        self.check()?;
        Ok(storage)
    }

    /// Records one run of a kernel.
    pub(super) fn record(&self, run: &Run<'_>) -> Result<(), GpuError> {
        self.check()?;
        let limit = self.0.limits.max_compute_workgroups_per_dimension;
        if let Some(groups) = run.groups.into_iter().find(|groups| *groups > u64::from(limit)) {
            return Err(GpuError::TooManyGroups { groups, limit });
        }
        let device = &self.0.device;
        let mut recorder = lock(&self.0.recorder);
        let pipeline = recorder.pipelines.pipeline(device, run.kernel);
        if let Err(error) = self.check() {
            recorder.pipelines.forget(run.kernel);
            return Err(error);
        }
        let bound: Bound = run.buffers.iter().map(|storage| storage.bound()).collect();
        let group = recorder.pipelines.group(device, run.kernel.shader, bound);
        let offset = recorder.stage(run.words);
        let recorder = &mut *recorder;
        let encoder =
            recorder.encoder.get_or_insert_with(|| device.create_command_encoder(&Default::default()));
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.set_bind_group(1, &recorder.parameter_group, &[offset]);
        let [x, y, z] = run.groups.map(|groups| groups as u32);
        pass.dispatch_workgroups(x, y, z);
        drop(pass);
        recorder.recorded += 1;
        if recorder.recorded == BATCH {
            self.flush(recorder);
        }
        Ok(())
    }

    fn flush(&self, recorder: &mut Recorder) {
        if let Some(encoder) = recorder.encoder.take() {
            self.0.queue.write_buffer(&recorder.parameters, 0, &recorder.staged);
            recorder.last = Some(self.0.queue.submit([encoder.finish()]));
        }
        recorder.staged.clear();
        recorder.recorded = 0;
    }

    /// Waits for the device, and reads a buffer's first bytes back.
    pub(super) fn read(&self, storage: &Storage, mut take: impl FnMut(&[u8])) -> Result<(), GpuError> {
        let bytes = storage.bytes.next_multiple_of(4);
        if bytes == 0 {
            return self.check();
        }
        let copy = self.buffer(Purpose::Readback, bytes, self.0.limits.max_buffer_size)?;
        let mut recorder = lock(&self.0.recorder);
        let device = &self.0.device;
        let encoder =
            recorder.encoder.get_or_insert_with(|| device.create_command_encoder(&Default::default()));
        encoder.copy_buffer_to_buffer(&storage.buffer, 0, &copy, 0, bytes);
        self.flush(&mut recorder);
        let last = recorder.last.clone();
        drop(recorder);
        self.check()?;
        let (send, mapped) = mpsc::channel();
        copy.map_async(wgpu::MapMode::Read, 0..bytes, move |outcome| {
            // The receiver waits below, or has given up.
            let _ = send.send(outcome);
        });
        self.wait_for(last)?;
        self.check()?;
        // If another thread waits too, it may get the notice first and signal this one a moment later.
        match mapped.recv_timeout(PATIENCE) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(GpuError::Refused(error.to_string())),
            Err(_) => return Err(GpuError::TimedOut(PATIENCE)),
        }
        let view = copy.get_mapped_range(0..bytes).map_err(|error| GpuError::Refused(error.to_string()))?;
        take(&view[..storage.bytes as usize]);
        drop(view);
        copy.unmap();
        lock(&self.0.memory).give(Purpose::Readback, copy);
        Ok(())
    }

    fn wait_for(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<(), GpuError> {
        let poll = wgpu::PollType::Wait { submission_index: submission, timeout: Some(PATIENCE) };
        // wgpu panics if the device is lost during the wait.
        match catch_unwind(AssertUnwindSafe(|| self.0.device.poll(poll))) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(wgpu::PollError::Timeout)) => Err(GpuError::TimedOut(PATIENCE)),
            Ok(Err(error)) => Err(self.explain(GpuError::Refused(error.to_string()))),
            Err(_) => Err(GpuError::Lost("while it was waited for".to_owned())),
        }
    }
}

impl Recorder {
    fn new(device: &wgpu::Device) -> Self {
        let size = u64::from(BATCH * STRIDE);
        let parameters = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let binding = wgpu::BufferSize::new(WORDS as u64 * 4);
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: None,
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: true,
                    min_binding_size: binding,
                },
                count: None,
            }],
        });
        let parameter_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &layout,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &parameters,
                    offset: 0,
                    size: binding,
                }),
            }],
        });
        Self {
            pipelines: Pipelines::new(layout),
            encoder: None,
            recorded: 0,
            parameters,
            parameter_group,
            staged: Vec::new(),
            last: None,
        }
    }

    /// Appends a kernel's parameters to those recorded before; returns their offset.
    fn stage(&mut self, words: &[u32]) -> u32 {
        let offset = self.recorded * STRIDE;
        self.staged.resize(offset as usize + STRIDE as usize, 0);
        for (to, word) in self.staged[offset as usize..].chunks_exact_mut(4).zip(words) {
            to.copy_from_slice(&word.to_le_bytes());
        }
        offset
    }
}

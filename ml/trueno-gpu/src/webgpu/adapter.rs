//! The adapters that wgpu finds on this machine.

use super::wait::wait;
use serde::{Deserialize, Serialize};

/// The kind of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdapterKind {
    /// A card with its own memory.
    Discrete,
    /// A part of the processor, in the processor's memory.
    Integrated,
    /// Passed through to a virtual machine.
    Virtual,
    /// A program that runs on the processor.
    Software,
    /// The driver does not say.
    Unknown,
}

/// Facts about an adapter before it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdapterInfo {
    /// Its name, from the driver.
    pub name: String,
    /// Its interface: `vulkan`, `metal` or `dx12`.
    pub backend: String,
    /// Name of the driver.
    pub driver: String,
    /// The driver's version and similar details.
    pub driver_info: String,
    /// What it is made of.
    pub kind: AdapterKind,
    /// Largest buffer that a kernel can take, in bytes.
    pub max_binding_bytes: u64,
}

/// An adapter that a [`super::Device`] can be opened on.
#[derive(Debug, Clone)]
pub struct Adapter {
    pub(super) raw: wgpu::Adapter,
    info: AdapterInfo,
}

impl Adapter {
    fn new(raw: wgpu::Adapter) -> Self {
        let (info, limits) = (raw.get_info(), raw.limits());
        let info = AdapterInfo {
            name: info.name,
            backend: info.backend.to_str().to_owned(),
            driver: info.driver,
            driver_info: info.driver_info,
            kind: match info.device_type {
                wgpu::DeviceType::DiscreteGpu => AdapterKind::Discrete,
                wgpu::DeviceType::IntegratedGpu => AdapterKind::Integrated,
                wgpu::DeviceType::VirtualGpu => AdapterKind::Virtual,
                wgpu::DeviceType::Cpu => AdapterKind::Software,
                wgpu::DeviceType::Other => AdapterKind::Unknown,
            },
            max_binding_bytes: limits.max_storage_buffer_binding_size.min(limits.max_buffer_size),
        };
        Self { raw, info }
    }

    /// Facts about the adapter.
    pub fn info(&self) -> &AdapterInfo {
        &self.info
    }
}

/// All adapters of this machine, cards before software; empty if there is no driver.
pub fn adapters() -> Vec<Adapter> {
    let backends = wgpu::Backends::VULKAN | wgpu::Backends::METAL | wgpu::Backends::DX12;
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = backends;
    descriptor.flags = wgpu::InstanceFlags::empty();
    let instance = wgpu::Instance::new(descriptor);
    let mut found: Vec<Adapter> =
        wait(instance.enumerate_adapters(backends)).into_iter().map(Adapter::new).collect();
    found.sort_by_key(|adapter| match adapter.info.kind {
        AdapterKind::Discrete => 0,
        AdapterKind::Integrated => 1,
        AdapterKind::Virtual => 2,
        AdapterKind::Unknown => 3,
        AdapterKind::Software => 4,
    });
    found
}

//! Kernels as pipelines: compiled once, then looked up by name.

use std::collections::HashMap;

/// A file of WGSL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shader {
    /// Matrix times matrix.
    Gemm,
    /// Matrix times vector.
    Gemv,
    /// Operations on each element.
    Unary,
    /// Operations on pairs of elements.
    Binary,
    /// Rows made one number.
    Reduce,
    /// Softmax and normalisations of rows.
    Rows,
    /// The largest elements.
    TopK,
}

impl Shader {
    fn source(self) -> &'static str {
        match self {
            Self::Gemm => include_str!("shaders/gemm.wgsl"),
            Self::Gemv => include_str!("shaders/gemv.wgsl"),
            Self::Unary => include_str!("shaders/unary.wgsl"),
            Self::Binary => include_str!("shaders/binary.wgsl"),
            Self::Reduce => include_str!("shaders/reduce.wgsl"),
            Self::Rows => include_str!("shaders/rows.wgsl"),
            Self::TopK => include_str!("shaders/top_k.wgsl"),
        }
    }

    /// Buffers that its kernels read, and buffers that they write; bound in this order.
    pub fn bindings(self) -> (usize, usize) {
        match self {
            Self::Gemm | Self::Rows => (3, 1),
            Self::Gemv | Self::Binary | Self::Reduce | Self::TopK => (2, 1),
            Self::Unary => (1, 1),
        }
    }
}

/// One kernel: an entry point of a file, specialised for an operation if the file has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kernel {
    /// The file.
    pub shader: Shader,
    /// The function in it.
    pub entry: &'static str,
    /// Value of its `OPERATION`, for files that have one.
    pub operation: Option<u32>,
    /// Value of its `WIDTH`, for files whose workgroups are as wide as their rows need.
    pub width: Option<u32>,
}

/// The buffers, and the part of each, in the order of their bindings.
pub type Bound = Vec<(wgpu::Buffer, u64)>;

/// Maximum number of cached bind groups; older ones are dropped together.
const GROUPS: usize = 1024;

/// Everything compiled and bound so far.
#[derive(Debug)]
pub struct Pipelines {
    parameters: wgpu::BindGroupLayout,
    modules: HashMap<Shader, wgpu::ShaderModule>,
    layouts: HashMap<(usize, usize), (wgpu::BindGroupLayout, wgpu::PipelineLayout)>,
    pipelines: HashMap<Kernel, wgpu::ComputePipeline>,
    groups: HashMap<((usize, usize), Bound), wgpu::BindGroup>,
}

impl Pipelines {
    /// Nothing compiled yet; `parameters` is the layout of group 1 of every kernel.
    pub fn new(parameters: wgpu::BindGroupLayout) -> Self {
        Self {
            parameters,
            modules: HashMap::new(),
            layouts: HashMap::new(),
            pipelines: HashMap::new(),
            groups: HashMap::new(),
        }
    }

    /// The kernel's pipeline. The caller asks the device whether compilation failed.
    pub fn pipeline(&mut self, device: &wgpu::Device, kernel: Kernel) -> wgpu::ComputePipeline {
        if let Some(pipeline) = self.pipelines.get(&kernel) {
            return pipeline.clone();
        }
        let layout = self.layout(device, kernel.shader.bindings()).1;
        let module = self.modules.entry(kernel.shader).or_insert_with(|| {
            device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: None,
                source: wgpu::ShaderSource::Wgsl(kernel.shader.source().into()),
            })
        });
        let constants = [("OPERATION", kernel.operation), ("WIDTH", kernel.width)];
        let constants: Vec<(&str, f64)> =
            constants.into_iter().filter_map(|(name, value)| Some((name, f64::from(value?)))).collect();
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(kernel.entry),
            layout: Some(&layout),
            module,
            entry_point: Some(kernel.entry),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                // Every kernel initialises its workgroup memory before it reads it.
                zero_initialize_workgroup_memory: false,
            },
            cache: None,
        });
        self.pipelines.insert(kernel, pipeline.clone());
        pipeline
    }

    /// Drops a kernel that failed to compile.
    pub fn forget(&mut self, kernel: Kernel) {
        self.pipelines.remove(&kernel);
        self.modules.remove(&kernel.shader);
    }

    /// Drops the groups, which hold on to buffers.
    pub fn forget_groups(&mut self) {
        self.groups.clear();
    }

    /// The bind group of these buffers.
    pub fn group(&mut self, device: &wgpu::Device, shader: Shader, bound: Bound) -> wgpu::BindGroup {
        let key = (shader.bindings(), bound);
        if let Some(group) = self.groups.get(&key) {
            return group.clone();
        }
        let layout = self.layout(device, key.0).0;
        // The entries borrow the key's clones of the buffers.
        let group = {
            let buffers = key.1.iter().enumerate();
            let entries: Vec<_> = buffers
                .map(|(binding, (buffer, bytes))| wgpu::BindGroupEntry {
                    binding: binding as u32,
                    resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                        buffer,
                        offset: 0,
                        size: wgpu::BufferSize::new(*bytes),
                    }),
                })
                .collect();
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout: &layout,
                entries: &entries,
            })
        };
        if self.groups.len() >= GROUPS {
            self.groups.clear();
        }
        self.groups.insert(key, group.clone());
        group
    }

    fn layout(
        &mut self,
        device: &wgpu::Device,
        (reads, writes): (usize, usize),
    ) -> (wgpu::BindGroupLayout, wgpu::PipelineLayout) {
        let parameters = &self.parameters;
        let made = self.layouts.entry((reads, writes)).or_insert_with(|| {
            let entry = |binding: usize| wgpu::BindGroupLayoutEntry {
                binding: binding as u32,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Storage { read_only: binding < reads },
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            };
            let entries: Vec<_> = (0..reads + writes).map(entry).collect();
            let buffers = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: None,
                entries: &entries,
            });
            let pipeline = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(&buffers), Some(parameters)],
                immediate_size: 0,
            });
            (buffers, pipeline)
        });
        made.clone()
    }
}

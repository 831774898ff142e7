//! The CUDA driver's functions, found in its library at run time. Source of names, types and constants: "CUDA Driver API", NVIDIA, version 12.
#![allow(unsafe_code, reason = "functions of a C library")]

use crate::GpuError;
use libloading::Library;
use serde::{Deserialize, Serialize};
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::sync::{Arc, OnceLock};

/// Why there is no CUDA device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Absence {
    /// The driver's library is not installed.
    #[error("the CUDA driver ({library}) is not installed")]
    NoDriver {
        /// Name of the requested library.
        library: String,
    },
    /// The library lacks a function: it is older than CUDA 11, or a stub for a missing driver.
    #[error("the CUDA driver has no function {function}")]
    Incomplete {
        /// The function that is missing.
        function: String,
    },
    /// The driver fails to start.
    #[error("the CUDA driver answers {error} to {function}")]
    Failed {
        /// The function that was called.
        function: String,
        /// The driver's name for the error.
        error: String,
    },
    /// The driver works, but there is no card.
    #[error("the CUDA driver finds no card")]
    NoCard,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CudaInfo {
    /// Its index, in the driver's numbering.
    pub index: i32,
    /// Its name.
    pub name: String,
    /// Compute capability, e.g. 9 and 0.
    pub capability: (i32, i32),
    /// Bytes of its memory.
    pub memory_bytes: u64,
    /// Number of its multiprocessors.
    pub multiprocessors: i32,
    /// Newest CUDA version that the driver supports, e.g. 12090 for 12.9.
    pub driver_version: i32,
}

/// `CUresult`; 0 is success.
type Status = c_uint;
/// `CUdeviceptr`
type Address = u64;

const OUT_OF_MEMORY: Status = 2;
/// `CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT`
const MULTIPROCESSORS: c_int = 16;
/// `CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR` and `…_MINOR`
const CAPABILITY: (c_int, c_int) = (75, 76);

macro_rules! functions {
    ($($field:ident = $name:literal ($($argument:ty),*);)*) => {
        /// The functions, valid as long as their library is loaded.
        #[derive(Debug)]
        struct Functions {
            $($field: unsafe extern "system" fn($($argument),*) -> Status,)*
            _library: Library,
        }

        impl Functions {
            fn find(library: Library) -> Result<Self, Absence> {
                $(
                    // SAFETY: the type is that of the driver's documentation. The pointer is used only while the
                    // library is loaded, because both are in one struct.
                    let $field = unsafe {
                        *library
                            .get::<unsafe extern "system" fn($($argument),*) -> Status>($name.as_bytes())
                            .map_err(|_| Absence::Incomplete { function: $name.to_owned() })?
                    };
                )*
                Ok(Self { $($field,)* _library: library })
            }
        }
    };
}

functions! {
    init = "cuInit" (c_uint);
    driver_version = "cuDriverGetVersion" (*mut c_int);
    device_count = "cuDeviceGetCount" (*mut c_int);
    device_get = "cuDeviceGet" (*mut c_int, c_int);
    device_name = "cuDeviceGetName" (*mut c_char, c_int, c_int);
    device_attribute = "cuDeviceGetAttribute" (*mut c_int, c_int, c_int);
    device_memory = "cuDeviceTotalMem_v2" (*mut usize, c_int);
    context_retain = "cuDevicePrimaryCtxRetain" (*mut *mut c_void, c_int);
    context_release = "cuDevicePrimaryCtxRelease_v2" (c_int);
    context_set = "cuCtxSetCurrent" (*mut c_void);
    context_synchronize = "cuCtxSynchronize" ();
    module_load = "cuModuleLoadData" (*mut *mut c_void, *const c_void);
    module_function = "cuModuleGetFunction" (*mut *mut c_void, *mut c_void, *const c_char);
    module_unload = "cuModuleUnload" (*mut c_void);
    allocate = "cuMemAlloc_v2" (*mut Address, usize);
    free = "cuMemFree_v2" (Address);
    copy_in = "cuMemcpyHtoD_v2" (Address, *const c_void, usize);
    copy_out = "cuMemcpyDtoH_v2" (*mut c_void, Address, usize);
    launch = "cuLaunchKernel" (
        *mut c_void, c_uint, c_uint, c_uint, c_uint, c_uint, c_uint, c_uint,
        *mut c_void, *mut *mut c_void, *mut *mut c_void
    );
    error_name = "cuGetErrorName" (Status, *mut *const c_char);
}

/// The driver, started.
#[derive(Debug, Clone)]
pub struct Driver(Arc<Functions>);

impl Driver {
    /// Loads and starts the driver, once per process.
    pub fn load() -> Result<Self, Absence> {
        static LOADED: OnceLock<Result<Driver, Absence>> = OnceLock::new();
        LOADED
            .get_or_init(|| Self::from_library(if cfg!(windows) { "nvcuda.dll" } else { "libcuda.so.1" }))
            .clone()
    }

    /// Loads and starts the driver from the given library.
    pub fn from_library(name: &str) -> Result<Self, Absence> {
        // SAFETY: the library is the driver's or, by its name, stands for it; the code that runs on loading is its own
        // responsibility.
        let library = unsafe { Library::new(name) };
        let library = library.map_err(|_| Absence::NoDriver { library: name.to_owned() })?;
        let driver = Self(Arc::new(Functions::find(library)?));
        // SAFETY: takes a reserved argument.
        driver.started("cuInit", unsafe { (driver.0.init)(0) })?;
        Ok(driver)
    }

    fn started(&self, function: &str, status: Status) -> Result<(), Absence> {
        match status {
            0 => Ok(()),
            other => Err(Absence::Failed { function: function.to_owned(), error: self.name_of(other) }),
        }
    }

    fn name_of(&self, status: Status) -> String {
        let mut text: *const c_char = std::ptr::null();
        // SAFETY: writes a pointer to a constant string, or null for an unknown number.
        unsafe { (self.0.error_name)(status, &mut text) };
        if text.is_null() {
            return format!("error {status}");
        }
        // SAFETY: not null, so it is a constant zero-terminated string.
        unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
    }

    fn check(&self, function: &str, bytes: u64, status: Status) -> Result<(), GpuError> {
        match status {
            0 => Ok(()),
            OUT_OF_MEMORY => Err(GpuError::OutOfMemory { bytes }),
            other => Err(GpuError::Refused(format!("{} from {function}", self.name_of(other)))),
        }
    }

    /// The cards.
    pub fn devices(&self) -> Result<Vec<CudaInfo>, Absence> {
        let (mut count, mut version) = (0, 0);
        // SAFETY: each writes one number.
        let statuses = unsafe { [(self.0.device_count)(&mut count), (self.0.driver_version)(&mut version)] };
        self.started("cuDeviceGetCount", statuses[0])?;
        self.started("cuDriverGetVersion", statuses[1])?;
        if count == 0 {
            return Err(Absence::NoCard);
        }
        (0..count).map(|index| self.describe(index, version)).collect()
    }

    fn describe(&self, index: c_int, driver_version: c_int) -> Result<CudaInfo, Absence> {
        let (mut device, mut bytes, mut name) = (0, 0usize, [0u8; 256]);
        // SAFETY: writes one number.
        self.started("cuDeviceGet", unsafe { (self.0.device_get)(&mut device, index) })?;
        // SAFETY: writes at most as many bytes as the buffer has, including the terminating zero.
        let status = unsafe { (self.0.device_name)(name.as_mut_ptr().cast(), name.len() as c_int, device) };
        self.started("cuDeviceGetName", status)?;
        // SAFETY: writes one number.
        self.started("cuDeviceTotalMem", unsafe { (self.0.device_memory)(&mut bytes, device) })?;
        let attribute = |which| {
            let mut value = 0;
            // SAFETY: writes one number.
            let status = unsafe { (self.0.device_attribute)(&mut value, which, device) };
            self.started("cuDeviceGetAttribute", status).map(|()| value)
        };
        let name = CStr::from_bytes_until_nul(&name).unwrap_or_default().to_string_lossy().into_owned();
        Ok(CudaInfo {
            index,
            name,
            capability: (attribute(CAPABILITY.0)?, attribute(CAPABILITY.1)?),
            memory_bytes: bytes as u64,
            multiprocessors: attribute(MULTIPROCESSORS)?,
            driver_version,
        })
    }

    /// The context of a card, shared by the whole process.
    pub fn context(&self, index: i32) -> Result<Context, GpuError> {
        let (mut device, mut raw) = (0, std::ptr::null_mut());
        // SAFETY: writes one number.
        self.check("cuDeviceGet", 0, unsafe { (self.0.device_get)(&mut device, index) })?;
        // SAFETY: writes one pointer; the device came from the driver.
        self.check("cuDevicePrimaryCtxRetain", 0, unsafe { (self.0.context_retain)(&mut raw, device) })?;
        Ok(Context { driver: self.clone(), device, raw })
    }
}

/// The context of a card.
#[derive(Debug)]
pub struct Context {
    driver: Driver,
    device: c_int,
    raw: *mut c_void,
}

// SAFETY: several threads may use the driver's contexts; each call first makes the context current on its thread.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: was retained once, when this was created.
        unsafe { (self.driver.0.context_release)(self.device) };
    }
}

impl Context {
    /// The driver's functions, for a thread on which this context is current.
    fn current(&self) -> Result<&Functions, GpuError> {
        // SAFETY: the context is retained as long as this lives.
        self.driver.check("cuCtxSetCurrent", 0, unsafe { (self.driver.0.context_set)(self.raw) })?;
        Ok(&self.driver.0)
    }

    /// Compiles zero-terminated PTX text for the card.
    pub fn module(self: &Arc<Self>, ptx: &CStr) -> Result<Module, GpuError> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: reads the text up to its zero, writes one pointer.
        let status = unsafe { (self.current()?.module_load)(&mut raw, ptx.as_ptr().cast()) };
        self.driver.check("cuModuleLoadData", 0, status)?;
        Ok(Module { context: Arc::clone(self), raw })
    }

    /// Uninitialised memory of the card.
    pub fn allocate(self: &Arc<Self>, bytes: usize) -> Result<Memory, GpuError> {
        let mut address = 0;
        // The driver refuses to allocate zero bytes.
        // SAFETY: writes one address.
        let status = unsafe { (self.current()?.allocate)(&mut address, bytes.max(16)) };
        self.driver.check("cuMemAlloc", bytes as u64, status)?;
        Ok(Memory { context: Arc::clone(self), address, bytes })
    }

    /// Waits until all launched kernels are done.
    pub fn synchronize(&self) -> Result<(), GpuError> {
        // SAFETY: takes no arguments.
        self.driver.check("cuCtxSynchronize", 0, unsafe { (self.current()?.context_synchronize)() })
    }
}

/// Memory of a card.
#[derive(Debug)]
pub struct Memory {
    context: Arc<Context>,
    address: Address,
    bytes: usize,
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Ok(functions) = self.context.current() {
            // SAFETY: was allocated when this was created. The driver waits for kernels that use it.
            unsafe { (functions.free)(self.address) };
        }
    }
}

impl Memory {
    /// Fills it.
    pub fn write(&self, from: &[u8]) -> Result<(), GpuError> {
        let count = from.len().min(self.bytes);
        // SAFETY: both have the same number of bytes.
        let status = unsafe { (self.context.current()?.copy_in)(self.address, from.as_ptr().cast(), count) };
        self.context.driver.check("cuMemcpyHtoD", 0, status)
    }

    /// Waits for the launched kernels, and copies the memory.
    pub fn read(&self, to: &mut [u8]) -> Result<(), GpuError> {
        let count = to.len().min(self.bytes);
        // SAFETY: both have the same number of bytes.
        let status =
            unsafe { (self.context.current()?.copy_out)(to.as_mut_ptr().cast(), self.address, count) };
        self.context.driver.check("cuMemcpyDtoH", 0, status)
    }
}

/// Compiled kernels.
#[derive(Debug)]
pub struct Module {
    context: Arc<Context>,
    raw: *mut c_void,
}

// SAFETY: a module is a handle of its context.
unsafe impl Send for Module {}
// SAFETY: as above.
unsafe impl Sync for Module {}

impl Drop for Module {
    fn drop(&mut self) {
        if let Ok(functions) = self.context.current() {
            // SAFETY: was loaded when this was created.
            unsafe { (functions.module_unload)(self.raw) };
        }
    }
}

/// The arguments of a kernel.
#[derive(Debug, Clone, Copy)]
pub enum Argument<'a> {
    /// The address of memory on the card.
    Memory(&'a Memory),
    /// A number.
    Word(u32),
    /// A number.
    Float(f32),
}

impl Module {
    /// Starts a kernel with blocks of `threads`; it runs after those launched before.
    ///
    /// A kernel writes only to the card's memory; the driver reports any out-of-bounds write there with a later call.
    pub fn launch(
        &self,
        name: &CStr,
        (across, down): (u32, u32),
        threads: u32,
        arguments: &[Argument<'_>],
    ) -> Result<(), GpuError> {
        let functions = self.context.current()?;
        let mut function = std::ptr::null_mut();
        // SAFETY: writes one pointer; reads the name up to its zero.
        let status = unsafe { (functions.module_function)(&mut function, self.raw, name.as_ptr()) };
        self.context.driver.check("cuModuleGetFunction", 0, status)?;
        // Eight bytes each; the driver reads as many as the kernel declares. All hosts of CUDA cards are little-endian.
        let mut values: Vec<u64> = arguments
            .iter()
            .map(|argument| match argument {
                Argument::Memory(memory) => memory.address,
                Argument::Word(word) => u64::from(*word),
                Argument::Float(float) => u64::from(float.to_bits()),
            })
            .collect();
        let mut pointers: Vec<*mut c_void> =
            values.iter_mut().map(|value| std::ptr::from_mut(value).cast()).collect();
        let null = std::ptr::null_mut();
        // SAFETY: the function belongs to this module; there are as many pointers as it has parameters (the callers
        // follow the signatures in the `.cu` files), each points to at least as many bytes, and they are read before
        // the call returns.
        let status = unsafe {
            (functions.launch)(
                function,
                across,
                down,
                1,
                threads,
                1,
                1,
                0,
                null,
                pointers.as_mut_ptr(),
                std::ptr::null_mut(),
            )
        };
        self.context.driver.check("cuLaunchKernel", 0, status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_is_not_there_is_an_answer() {
        let absence = Driver::from_library("libcuda-that-nobody-has.so.1").expect_err("nobody has it");
        assert_eq!(absence, Absence::NoDriver { library: "libcuda-that-nobody-has.so.1".to_owned() });
        assert!(absence.to_string().contains("not installed"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_library_that_is_no_driver_is_an_answer() {
        // The C library serves as the stub: it can be loaded, but has none of the functions.
        let absence = Driver::from_library("libc.so.6").expect_err("it is not CUDA");
        assert_eq!(absence, Absence::Incomplete { function: "cuInit".to_owned() });
    }

    #[test]
    fn asking_for_cards_never_panics() {
        match Driver::load().and_then(|driver| driver.devices()) {
            Ok(devices) => assert!(!devices.is_empty()),
            Err(absence) => assert!(!absence.to_string().is_empty()),
        }
    }
}

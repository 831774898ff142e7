//! Errors of devices. Nothing in this crate panics on them.

use std::time::Duration;
use trueno::ShapeError;

/// Why a device did not run an operation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GpuError {
    /// The operands' shapes do not fit.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// There is an adapter, but it provides no device.
    #[error("{adapter} gives no device: {reason}")]
    NoDevice {
        /// Name of the adapter.
        adapter: String,
        /// What the driver said.
        reason: String,
    },
    /// An array is larger than the device allows for one binding or buffer.
    #[error("{bytes} bytes are more than the {limit} that one buffer of this device can have")]
    TooLarge {
        /// The requested number of bytes.
        bytes: u64,
        /// The device's limit.
        limit: u64,
    },
    /// An operation needs more workgroups than the device allows in one dispatch.
    #[error("{groups} workgroups along one axis are more than the {limit} of this device")]
    TooManyGroups {
        /// The number that the operation needs.
        groups: u64,
        /// The device's limit.
        limit: u32,
    },
    /// The device is out of memory.
    #[error("the device has no memory left for {bytes} bytes")]
    OutOfMemory {
        /// The requested number of bytes.
        bytes: u64,
    },
    /// The device went away: it was reset, unplugged, or its driver failed.
    #[error("the device was lost: {0}")]
    Lost(String),
    /// The device did not finish in time.
    #[error("the device did not finish within {0:?}")]
    TimedOut(Duration),
    /// The driver refused a kernel or a command.
    #[error("the device refused the work: {0}")]
    Refused(String),
    /// One operation got arrays of two devices.
    #[error("the arrays lie on different devices")]
    OtherDevice,
}

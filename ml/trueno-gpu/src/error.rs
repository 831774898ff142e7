//! What can go wrong on a device. Nothing in this crate panics on it.

use std::time::Duration;
use trueno::ShapeError;

/// Why a device did not do what was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GpuError {
    /// The operands' shapes do not fit.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// There is an adapter, but it gives no device.
    #[error("{adapter} gives no device: {reason}")]
    NoDevice {
        /// Name of the adapter.
        adapter: String,
        /// What the driver said.
        reason: String,
    },
    /// An array is larger than one binding or buffer of the device may be.
    #[error("{bytes} bytes are more than the {limit} that one buffer of this device can have")]
    TooLarge {
        /// What was asked for.
        bytes: u64,
        /// The device's limit.
        limit: u64,
    },
    /// An operation needs more workgroups than one dispatch of the device can have.
    #[error("{groups} workgroups along one axis are more than the {limit} of this device")]
    TooManyGroups {
        /// What the operation needs.
        groups: u64,
        /// The device's limit.
        limit: u32,
    },
    /// The device has no memory left.
    #[error("the device has no memory left for {bytes} bytes")]
    OutOfMemory {
        /// What was asked for.
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
    /// Arrays of two devices met in one operation.
    #[error("the arrays lie on different devices")]
    OtherDevice,
}

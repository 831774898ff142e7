//! The only crate that opens outgoing connections.
//!
//! ```text
//! Target ──names resolved──▶ addresses ──PrivacyTier──▶ TCP to exactly such an address ─▶ TLS ─▶ one request, one answer
//! ```
//! Addresses, never names, decide what may be reached, and the connection goes to exactly the address that was checked:
//! there is no second look-up whose answer could differ (DNS rebinding). Redirects are not followed, proxies of the
//! environment are not used, and everything is bounded in time and size. Plain `http` only goes to addresses of this
//! machine and of private networks; across public networks everything is encrypted, and the receiver's certificate is
//! checked against the system's store.

mod address;
mod client;
mod metadata;
mod target;
mod tier;
mod tls;

pub use address::AddressClass;
pub use client::{Answer, Client, EgressError, Limits};
pub use metadata::{METADATA_SERVICES, MetadataService};
pub use target::{Target, TargetError};
pub use tier::{PrivacyTier, Refusal, UnknownTier};

//! The `.apr` model format.
//!
//! A file of version 3 is a container: a head with a table of named sections, then the sections, each at a multiple of
//! 64 bytes. [`Writer`] puts one together; [`Reader`] opens one and views tensors and trees in place. The model's kind
//! defines the meaning of its sections; the model card, the provenance and the licence have fixed names.
//! `docs/apr-format.md` describes every byte.
//!
//! What a reader can rely on:
//! - Every byte is covered by a digest; sections are verified when they are first read, or all at once ([`Verify`]).
//! - A signature counts only if the reader's own [`TrustStore`] has the key.
//! - An encrypted file is authenticated as a whole, its plain licence and model card included.
//! - A hostile file costs bounded memory and time ([`Limits`]) and causes an [`AprError`], never a panic.
//!
//! [`v1`] and [`v2`] read the older layouts.

mod card;
mod compression;
mod digest;
mod dtype;
mod encryption;
mod error;
mod layout;
mod license;
mod map;
mod options;
mod reader;
mod recipient;
mod replacement;
pub mod safetensors;
mod tensor;
mod trees;
mod trust;
pub mod v1;
pub mod v2;
mod verification;
pub mod watermark;
mod writer;

#[cfg(test)]
mod vectors;

pub use card::{CARD, ModelCard, PROVENANCE, Provenance};
pub use digest::{Digest, hex};
pub use dtype::{Dtype, Element, TreeNode};
pub use encryption::Encryption;
pub use error::{AprError, Result};
pub use layout::{Cipher, Kind, Section};
pub use license::{LICENSE, License, LicenseError};
pub use options::{Access, KeyDerivation, Limits, OpenOptions, Verify};
pub use reader::{Reader, sign_file};
pub use recipient::{PublicKey, RecipientKey};
pub use tensor::TensorView;
pub use trees::Trees;
pub use trust::{Signature, SigningKey, TrustStore, signer_id};
pub use writer::Writer;

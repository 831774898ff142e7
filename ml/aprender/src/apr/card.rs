//! Facts about a model for people: its card and its provenance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The section of the [`ModelCard`].
pub const CARD: &str = "apr/card";
/// The section of the [`Provenance`].
pub const PROVENANCE: &str = "apr/provenance";

/// Description and purpose of a model (after Mitchell et al., Model Cards for Model Reporting, 2019).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelCard {
    /// The model's name.
    pub name: String,
    /// The version of the model.
    pub version: String,
    /// What it does.
    pub description: String,
    /// Who made it.
    pub authors: Vec<String>,
    /// What it is meant for.
    pub intended_use: String,
    /// Where it fails or must not be used.
    pub limitations: Vec<String>,
    /// Figures by name; the name includes the data they were measured on.
    pub metrics: BTreeMap<String, f64>,
    /// Terms of use, as an SPDX expression.
    pub terms: String,
    /// Anything else.
    pub notes: BTreeMap<String, String>,
}

/// How a model came about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The program that trained it, with its version.
    pub program: String,
    /// Name of each data set and the BLAKE3 digest of its bytes, as hexadecimal digits.
    pub data: BTreeMap<String, String>,
    /// Parameters of training.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// The seed of all randomness.
    pub seed: Option<u64>,
    /// The revision of the code.
    pub code_revision: String,
    /// When, in seconds since 1970 UTC.
    pub trained_at: Option<u64>,
}

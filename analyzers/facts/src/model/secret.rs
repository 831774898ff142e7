use super::Span;
use serde::{Deserialize, Serialize};

/// A credential found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretFinding {
    /// Which kind, e.g. `aws-access-key-id`; one of [`kinds`](crate::secrets::kinds).
    pub kind: String,
    /// Where the value is.
    pub span: Span,
}

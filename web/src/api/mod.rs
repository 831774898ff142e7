//! The JSON API: one table of endpoints, including those of the abilities, from which the router and the OpenAPI
//! document are made. Figures are the structs that the command line prints with `--format json`; their schemas are
//! derived from the same structs.

mod answers;
mod asked;
mod endpoints;
mod inputs;
mod offered;
mod openapi;
mod summary;

pub use asked::{Asked, Paging, check};
pub use endpoints::{ENDPOINTS, Endpoint, Parameter, ParameterKind, SchemaOf, Source};
pub use offered::Offered;
pub use openapi::document;
pub use summary::{Ping, RepositoryList, RepositoryRow, duplicated_percent, of, sent_summary};

/// The prefix of all endpoints.
pub const PREFIX: &str = "/api/v1";

//! The JSON API: one table of endpoints, from which the router and the OpenAPI document are made. Figures are the structs
//! that the command line prints with `--format json`; their schemas are derived from the same structs.

mod answers;
mod asked;
mod endpoints;
mod openapi;
mod summary;

pub use asked::{Asked, Paging, check};
pub use endpoints::{ENDPOINTS, Endpoint, Parameter, ParameterKind, Source};
pub use openapi::document;
pub use summary::{Ping, RepositoryList, RepositoryRow, duplicated_percent, of, summary};

/// Under which all endpoints lie.
pub const PREFIX: &str = "/api/v1";

//! The service: indexes repositories at every commit and serves the results as pages, JSON, badges and events.
//!
//! ```text
//! refs change ─▶ watch ─▶ index (in the background) ─▶ Snapshot ─▶ Repository ─▶ pages · API · badges · events
//!                                                                   gate differs ─▶ webhooks
//! ```
//!
//! It shows the committed state, never half-edited files; every figure belongs to one commit. Figures are the structs
//! that the command line prints. A snapshot never changes and is served until the next one is ready, so that no answer
//! mixes two commits, and a repository that breaks keeps its last good snapshot.

pub mod api;
pub mod badges;
mod entity_tag;
pub mod events;
mod failure;
pub mod fairness;
pub mod guard;
pub mod index;
mod live;
pub mod log;
pub mod login;
pub mod metrics;
pub mod pages;
pub mod percent;
pub mod problem;
pub mod query;
pub mod routes;
pub mod security;
mod serve;
mod server;
pub mod service;
pub mod state;
pub mod svg;
pub mod webhooks;
pub mod when;

pub use failure::Failure;
pub use serve::{ServeError, ServeOptions, USUAL_ADDRESS, serve};

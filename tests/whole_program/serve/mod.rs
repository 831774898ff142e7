//! `batuta serve`, tested with our own HTTP/1.1 client.

mod api;
mod client;
mod endings;
mod every_address;
mod hostile_clients;
mod hostile_pushes;
mod killed;
mod live;
mod receiver;
mod same_figure;
pub mod security;
pub mod server;
mod soak;
mod visible;
mod webhooks;

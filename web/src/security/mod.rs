//! Access control: which clients and origins may ask, and what a browser may do with the answer.

mod client;
mod headers;
mod hosts;
mod origin;
mod sessions;
mod throttle;
mod token;

pub use client::ClientAddress;
pub use headers::protect;
pub use hosts::Hosts;
pub use origin::is_from_elsewhere;
pub use sessions::{COOKIE, Sessions, session_of};
pub use throttle::{Attempt, Throttle};
pub use token::{Token, TokenError};

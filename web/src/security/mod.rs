//! Who may ask, from where, and what a browser may do with the answer.

mod headers;
mod hosts;
mod origin;
mod sessions;
mod token;

pub use headers::protect;
pub use hosts::Hosts;
pub use origin::is_from_elsewhere;
pub use sessions::{COOKIE, Sessions, session_of};
pub use token::{Token, TokenError};

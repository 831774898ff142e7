//! The `.apr` format from outside: what is written is read, and what was not written so is refused.

mod damage;
mod forgery;
mod hostile;
mod independent;
mod license;
mod mutations;
mod older;
mod round_trip;
mod samples;
mod vast;
mod watermark;

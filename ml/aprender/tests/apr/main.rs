//! The `.apr` format from outside: valid files are read back, all others are refused.

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

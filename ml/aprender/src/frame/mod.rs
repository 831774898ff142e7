//! From a [`Frame`] of named, typed columns to a [`Table`](crate::Table) of numbers and a target, by a [`Recipe`] that
//! is learned from the training rows and stored with the model. So a model predicts from raw data.
//!
//! ```
//! use alimentar::{Options, read_csv};
//! use aprender::frame::{Preparation, Recipe};
//! let frame = read_csv("size,kind\n1,oak\n3,elm\n".as_bytes(), "x.csv", &Options::default())?;
//! let recipe = Recipe::fit(&frame, &Preparation::default())?;
//! assert_eq!(recipe.features(), ["size", "kind=elm", "kind=oak"]);
//! assert_eq!(recipe.apply(&frame)?.row(0), [-1.0, 0.0, 1.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
mod digest;
mod error;
mod recipe;
mod target;
#[cfg(test)]
mod tests;

pub use alimentar::{Column, ColumnType, Frame};
pub use digest::read_digested;
pub use error::FrameError;
pub use recipe::{Categories, Fill, Preparation, Recipe, Scale, Unseen};
pub(crate) use recipe::{type_name, type_of};
pub use target::{Target, Task};

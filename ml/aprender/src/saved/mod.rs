//! A common form for models of every kind: fitted by name and settings to a frame of raw data, stored in an `.apr` file
//! together with the recipe of its columns, and used on raw data.
//!
//! ```
//! use alimentar::{Options, read_csv};
//! use aprender::apr::{OpenOptions, Reader, Writer};
//! use aprender::saved::{Learner, SavedModel};
//! let text = "size,kind\n1,oak\n2,oak\n7,elm\n8,elm\n";
//! let frame = read_csv(text.as_bytes(), "x.csv", &Options::default())?;
//! let model = Learner::named("logistic", &frame, Some("kind"))?.fit(&frame, Some("kind"))?;
//! let mut writer = Writer::new();
//! model.save_into(&mut writer)?;
//! let file = writer.to_bytes()?;
//! let again = SavedModel::load(&Reader::from_bytes(&file, &OpenOptions::default())?)?;
//! assert_eq!(again.predict(&frame, false)?.get("prediction"), frame.get("kind"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod any;
mod comparison;
mod error;
mod evaluation;
mod explanation;
mod file;
mod foreign;
mod kinds;
mod learner;
mod model;
mod settings;
#[cfg(test)]
mod tests;

pub use any::AnyModel;
pub use comparison::{Comparison, Parting, Scoring, Spread};
pub use error::SavedError;
pub use evaluation::{Evaluation, Scored};
pub use explanation::Explanation;
pub use kinds::{KINDS, Kind, Setting, kind};
pub use learner::{ClassWeight, Learner};
pub use model::{SavedModel, TargetColumn};
pub use settings::Settings;

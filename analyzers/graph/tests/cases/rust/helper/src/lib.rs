mod inner;

pub use inner::{Clock, tick as now};

#[macro_export]
macro_rules! shout {
    ($text:expr) => {
        $text.to_uppercase()
    };
}

pub fn clean(text: &str) -> String {
    text.trim().to_owned()
}

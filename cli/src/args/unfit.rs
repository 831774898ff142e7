use std::borrow::Cow;
use std::fmt;

/// Why the value of an option is rejected: what is wrong with it, or what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit(Cow<'static, str>);

impl From<&'static str> for Unfit {
    fn from(why: &'static str) -> Self {
        Unfit(Cow::Borrowed(why))
    }
}

/// clap's message about a word that is not one of the possible values.
impl From<String> for Unfit {
    fn from(why: String) -> Self {
        Unfit(Cow::Owned(why))
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

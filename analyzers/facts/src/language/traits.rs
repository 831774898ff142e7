//! What is known of languages in addition to how their text is read.

use super::Language;

/// Languages that use each other's definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// C, C++, Objective-C.
    C,
    /// Java, Kotlin, Scala.
    Jvm,
    /// JavaScript, TypeScript, TSX, and the documents that hold scripts.
    Script,
    /// A language by itself.
    Own(Language),
}

impl Language {
    /// The languages whose definitions it uses.
    pub fn family(self) -> Family {
        match self {
            Language::C | Language::Cpp | Language::ObjectiveC => Family::C,
            Language::Java | Language::Kotlin | Language::Scala => Family::Jvm,
            Language::JavaScript
            | Language::TypeScript
            | Language::Tsx
            | Language::Vue
            | Language::Svelte
            | Language::Astro => Family::Script,
            own => Family::Own(own),
        }
    }

    /// The name of the function or method at which its programs start; `None` if they start at the first line of a file.
    pub fn main_function(self) -> Option<&'static str> {
        match self {
            Language::CSharp => Some("Main"),
            Language::Dart | Language::Go | Language::Haskell | Language::Rust | Language::Zig => {
                Some("main")
            }
            _ if matches!(self.family(), Family::C | Family::Jvm) => Some("main"),
            _ => None,
        }
    }

    /// True for text that people read: markup, in which comments are prose, too.
    pub fn is_prose(self) -> bool {
        matches!(self, Language::Markdown | Language::ReStructuredText | Language::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_relatives_is_a_family() {
        for language in Language::ALL {
            let relatives = Language::ALL.iter().filter(|other| other.family() == language.family()).count();
            assert_eq!(relatives == 1, language.family() == Family::Own(*language), "{language:?}");
        }
    }

    #[test]
    fn programs_start_at_their_main_function() {
        assert_eq!(Language::ObjectiveC.main_function(), Some("main"));
        assert_eq!(Language::CSharp.main_function(), Some("Main"));
        assert_eq!(Language::Python.main_function(), None);
    }
}

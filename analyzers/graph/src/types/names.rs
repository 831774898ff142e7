//! Names as numbers, over all files.

use facts::hash::HashMap;
use facts::language::of_rust::is_transparent;

/// A name by its number.
pub(super) type Name = u32;

macro_rules! fixed {
    ($($name:ident = $text:literal,)*) => {
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($name,)* }

        $(pub(super) const $name: Name = Place::$name as Name;)*

        const FIXED: &[&str] = &[$($text,)*];
    };
}

// Names that the inference itself gives to types; "library::" is what a library keeps outside of the tree.
fixed! {
    EMPTY = "",
    STR = "str",
    LIBRARY_WORD = "library",
    LIBRARY = "library::",
    GUARDED = "<guarded>",
    COLLECTED = "<collected>",
    OPTION = "Option",
    RESULT = "Result",
    ITERATOR = "Iterator",
    FUTURE = "Future",
    ENTRY = "Entry",
    STRING = "String",
    VEC = "Vec",
    VEC_DEQUE = "VecDeque",
    HASH_MAP = "HashMap",
    BTREE_MAP = "BTreeMap",
    RANGE = "Range",
    REF_CELL = "RefCell",
}

/// It is there as a part of [`LIBRARY`] alone.
const _: Name = LIBRARY_WORD;

/// Types of the standard library that do not stand for what they hold: a method called on one is never that of its contents.
const CONTAINERS: &[&str] = &[
    "Vec",
    "VecDeque",
    "Option",
    "Result",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "BinaryHeap",
    "String",
    "Iterator",
    "Mutex",
    "RwLock",
    "RefCell",
    "Cell",
    "OnceCell",
    "OnceLock",
    "PhantomData",
    "Weak",
    "Entry",
    "Path",
    "PathBuf",
    "OsStr",
    "OsString",
    "Range",
    "Duration",
    "Future",
];

/// What is known of a name by its letters.
#[derive(Debug, Clone, Copy)]
struct Letters {
    is_container: bool,
    /// The name of a smart pointer, whatever stands before it.
    is_transparent: bool,
    starts_upper: bool,
    starts_lower: bool,
    /// `u8`, `str` and the like, and what looks like them.
    is_primitive: bool,
    /// The parts of `a::B`, the last of them alone.
    parts: Option<(Name, Name)>,
}

/// All names.
#[derive(Debug)]
pub(super) struct Names<'a> {
    texts: Vec<&'a str>,
    letters: Vec<Letters>,
    by_text: HashMap<&'a str, Name>,
}

impl Default for Names<'_> {
    fn default() -> Self {
        let mut names = Names { texts: Vec::new(), letters: Vec::new(), by_text: HashMap::default() };
        for text in FIXED {
            names.add(text);
        }
        names
    }
}

impl<'a> Names<'a> {
    /// The number of a name, known so far or not.
    pub fn add(&mut self, text: &'a str) -> Name {
        if let Some(known) = self.by_text.get(text) {
            return *known;
        }
        let parts = text.rsplit_once("::").map(|(before, own)| (self.add(before), self.add(own)));
        let own = parts.map_or(text, |(_, own)| self.texts[own as usize]);
        let number = self.texts.len() as Name;
        self.texts.push(text);
        self.letters.push(Letters {
            is_container: CONTAINERS.contains(&text),
            is_transparent: is_transparent(own),
            starts_upper: text.starts_with(char::is_uppercase),
            starts_lower: text.starts_with(char::is_lowercase),
            is_primitive: is_primitive(text),
            parts,
        });
        self.by_text.insert(text, number);
        number
    }

    /// The number of a name that is known.
    pub fn find(&self, text: &str) -> Option<Name> {
        self.by_text.get(text).copied()
    }

    pub fn text(&self, name: Name) -> &'a str {
        self.texts.get(name as usize).copied().unwrap_or_default()
    }

    fn letters(&self, name: Name) -> Letters {
        self.letters[name as usize]
    }

    pub fn is_container(&self, name: Name) -> bool {
        self.letters(name).is_container
    }

    /// True for the name of a smart pointer, whatever stands before it.
    pub fn is_transparent(&self, name: Name) -> bool {
        self.letters(name).is_transparent
    }

    pub fn starts_upper(&self, name: Name) -> bool {
        self.letters(name).starts_upper
    }

    pub fn starts_lower(&self, name: Name) -> bool {
        self.letters(name).starts_lower
    }

    pub fn is_primitive(&self, name: Name) -> bool {
        self.letters(name).is_primitive
    }

    /// What stands before the last `::`, and behind it.
    pub fn parts(&self, name: Name) -> Option<(Name, Name)> {
        self.letters(name).parts
    }

    /// A type's own name, without what stands before it.
    pub fn bare(&self, name: Name) -> Name {
        self.parts(name).map_or(name, |(_, own)| own)
    }
}

fn is_primitive(text: &str) -> bool {
    matches!(text, "str" | "char" | "bool" | "usize" | "isize")
        || (text.starts_with(['u', 'i', 'f']) && text[1..].parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_number_each_and_parts() {
        let mut names = Names::default();
        for (number, text) in (0..).zip(FIXED) {
            assert_eq!((names.find(text), names.text(number)), (Some(number), *text));
        }
        let path = names.add("std::rc::Rc");
        assert_eq!(names.add("std::rc::Rc"), path);
        assert_eq!(names.text(names.bare(path)), "Rc");
        assert_eq!(names.parts(path).map(|(before, _)| names.text(before)), Some("std::rc"));
        assert!(names.is_transparent(path) && !names.is_container(path));
        assert!(names.is_container(VEC) && names.starts_upper(VEC) && !names.is_primitive(VEC));
        assert!(
            ["u8", "f64", "str", "usize"].map(|text| names.add(text)).iter().all(|n| names.is_primitive(*n))
        );
    }
}

//! The configuration of a Cargo package's build: its features, and the conditions of this machine.

use super::cargo_manifests::Member;
use facts::hash::HashSet;
use toml::{Table, Value};

/// The deepest nesting of brackets in a condition; deeper ones are not evaluated.
const DEEPEST: usize = 64;

/// The configuration for which conditions (`cfg`) are evaluated.
#[derive(Debug)]
pub struct Build {
    /// `None` if it is unknown which features are on.
    features: Option<HashSet<String>>,
    /// It is built for this machine.
    native: bool,
    /// Whether debug assertions are on.
    debug: Answer,
}

/// The value of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    /// It depends on information that is not in the manifests.
    Unknown,
}

impl Answer {
    fn of(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }

    fn not(self) -> Answer {
        match self {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Unknown => Answer::Unknown,
        }
    }
}

impl Build {
    /// The build of a package by `cargo test` with these arguments.
    pub fn of(member: &Member, words: &[String], native: bool) -> Build {
        Build { features: features(member, words), native, debug: debug_assertions(member, words) }
    }

    /// A build by the user's own commands.
    pub fn unknown() -> Build {
        Build { features: None, native: false, debug: Answer::Unknown }
    }

    /// Whether all of these features are on, or may be.
    pub fn may_have(&self, wanted: &[&str]) -> bool {
        let has = |feature: &&str| feature.contains('/') || self.feature(feature) != Answer::No;
        wanted.iter().all(has)
    }

    /// Whether a condition, the text in `cfg(…)`, holds. Both test builds and plain builds are made, so `test` is
    /// unknown.
    pub fn holds(&self, condition: &str) -> Answer {
        let tokens = tokens(condition);
        let mut at = 0;
        let answer = self.condition(&tokens, &mut at, 0);
        let is_whole = tokens[at.min(tokens.len())..].iter().all(|token| *token == ",");
        answer.filter(|_| is_whole).unwrap_or(Answer::Unknown)
    }

    /// The Rust Reference ("Conditional compilation"): a name, `name = "value"`, `not(…)`, `all(…)`, `any(…)`.
    fn condition(&self, tokens: &[&str], at: &mut usize, depth: usize) -> Option<Answer> {
        let name = *tokens.get(*at)?;
        *at += 1;
        match tokens.get(*at).copied() {
            Some("=") => {
                let value = tokens.get(*at + 1)?.strip_prefix('"')?;
                *at += 2;
                Some(self.value(name, value))
            }
            Some("(") => {
                *at += 1;
                let mut inner = Vec::new();
                while *tokens.get(*at)? != ")" {
                    if depth > DEEPEST {
                        return None;
                    }
                    inner.push(self.condition(tokens, at, depth + 1)?);
                    *at += usize::from(tokens.get(*at) == Some(&","));
                }
                *at += 1;
                let some = |wanted: Answer| inner.contains(&wanted);
                Some(match name {
                    "not" if inner.len() == 1 => inner[0].not(),
                    "all" if some(Answer::No) => Answer::No,
                    "all" if !some(Answer::Unknown) => Answer::Yes,
                    "any" if some(Answer::Yes) => Answer::Yes,
                    "any" if !some(Answer::Unknown) => Answer::No,
                    _ => Answer::Unknown,
                })
            }
            _ => Some(match name {
                "true" => Answer::Yes,
                // Only documentation and its examples are built with them.
                "false" | "doc" | "doctest" => Answer::No,
                "debug_assertions" => self.debug,
                "unix" | "windows" => self.native(std::env::consts::FAMILY == name),
                _ => Answer::Unknown,
            }),
        }
    }

    fn value(&self, name: &str, value: &str) -> Answer {
        match name {
            "feature" => self.feature(value),
            "target_os" => self.native(std::env::consts::OS == value),
            "target_arch" => self.native(std::env::consts::ARCH == value),
            "target_family" => self.native(std::env::consts::FAMILY == value),
            "target_pointer_width" => self.native(usize::BITS.to_string() == value),
            "target_endian" => self.native((value == "little") == cfg!(target_endian = "little")),
            _ => Answer::Unknown,
        }
    }

    fn native(&self, yes: bool) -> Answer {
        if self.native { Answer::of(yes) } else { Answer::Unknown }
    }

    fn feature(&self, name: &str) -> Answer {
        self.features.as_ref().map_or(Answer::Unknown, |features| Answer::of(features.contains(name)))
    }
}

/// Names, symbols, and strings with their opening quotation mark.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 1),
            c if c.is_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            other => other.len_utf8(),
        };
        tokens.push(&rest[..end]);
        rest = rest[end..].strip_prefix('"').filter(|_| first == '"').unwrap_or(&rest[end..]).trim_start();
    }
    tokens
}

/// The features that are on (the Cargo Book, "Features"); `None` if unknown.
fn features(member: &Member, words: &[String]) -> Option<HashSet<String>> {
    let own = member.name.as_deref().unwrap_or_default();
    let mut waiting = vec!["default".to_owned()];
    let mut words = words.iter().take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let named = match word.as_str() {
            "--all-features" => return None,
            "--no-default-features" => {
                waiting.retain(|feature| feature != "default");
                continue;
            }
            "--features" | "-F" => words.next().map(String::as_str),
            word => word.strip_prefix("--features=").or_else(|| word.strip_prefix("-F")),
        };
        let named = named.into_iter().flat_map(|named| named.split([',', ' ']));
        waiting.extend(named.filter_map(|feature| match feature.split_once('/') {
            Some((package, feature)) => (package == own).then(|| feature.to_owned()),
            None => Some(feature.to_owned()),
        }));
    }
    // A package that depends on itself for its tests switches on the features named there.
    if member.dependencies().any(|(name, dependency)| {
        name == own || dependency.get("package").and_then(Value::as_str) == Some(own)
    }) {
        return None;
    }
    let table = member.manifest.get("features").and_then(Value::as_table);
    let empty = Table::new();
    let table = table.unwrap_or(&empty);
    let mut on = HashSet::default();
    while let Some(feature) = waiting.pop() {
        if feature.starts_with("dep:") || feature.contains("?/") {
            continue;
        }
        let feature = feature.split('/').next().unwrap_or_default().to_owned();
        if on.insert(feature.clone()) {
            let further = table.get(&feature).and_then(Value::as_array).into_iter().flatten();
            waiting.extend(further.filter_map(Value::as_str).map(str::to_owned));
        }
    }
    Some(on)
}

/// Tests are built with debug assertions unless a profile disables them (the Cargo Book, "Profiles").
fn debug_assertions(member: &Member, words: &[String]) -> Answer {
    let mut words = words.iter().map(String::as_str).take_while(|word| *word != "--");
    let profile = |word: &str| {
        matches!(word, "--release" | "-r" | "--profile" | "--config")
            || word.starts_with("--profile=")
            || word.starts_with("--config=")
    };
    match words.any(profile) || member.manifest.contains_key("profile") {
        true => Answer::Unknown,
        false => Answer::Yes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(manifest: &str, words: &[&str]) -> Build {
        let manifest = manifest.parse::<Table>().expect("valid TOML");
        let member = Member { name: Some("p".to_owned()), manifest: manifest.into() };
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Build::of(&member, &words, true)
    }

    #[test]
    fn conditions_are_judged_by_features_and_machine() {
        let manifest =
            "[features]\ndefault = [\"a\"]\na = [\"b\", \"dep:x\", \"y?/z\", \"w/z\"]\nb = []\nc = []\n";
        let other = if cfg!(windows) { "unix" } else { "windows" };
        for (condition, answer) in [
            ("feature = \"a\"", Answer::Yes),
            ("feature=\"b\"", Answer::Yes),
            ("feature = \"w\"", Answer::Yes),
            ("feature = \"x\"", Answer::No),
            ("feature = \"y\"", Answer::No),
            ("feature = \"c\"", Answer::No),
            ("not(feature = \"c\")", Answer::Yes),
            (other, Answer::No),
            ("any(unix, windows)", Answer::Yes),
            ("all(unix, windows)", Answer::No),
            ("all(feature = \"a\", loom)", Answer::Unknown),
            ("any(feature = \"a\", loom,)", Answer::Yes),
            ("not(test)", Answer::Unknown),
            ("all()", Answer::Yes),
            ("any()", Answer::No),
            ("doc", Answer::No),
            ("doctest", Answer::No),
            ("debug_assertions", Answer::Yes),
            ("not(debug_assertions)", Answer::No),
            ("not()", Answer::Unknown),
            ("all(", Answer::Unknown),
            ("", Answer::Unknown),
        ] {
            assert_eq!(build(manifest, &[]).holds(condition), answer, "{condition}");
        }
        let c = |words: &[&str]| build(manifest, words).holds("feature = \"c\"");
        assert_eq!(c(&["--features", "x c"]), Answer::Yes);
        assert_eq!(c(&["--features=p/c"]), Answer::Yes);
        assert_eq!(c(&["--features=q/c", "--", "--features=c"]), Answer::No);
        assert_eq!(c(&["--all-features"]), Answer::Unknown);
        let debug = |manifest: &str, words: &[&str]| build(manifest, words).holds("debug_assertions");
        assert_eq!(debug("", &["--release"]), Answer::Unknown);
        assert_eq!(debug("", &["--", "--release"]), Answer::Yes);
        assert_eq!(debug("[profile.test]\ndebug-assertions = false\n", &[]), Answer::Unknown);
        assert_eq!(build(manifest, &["--no-default-features"]).holds("feature = \"a\""), Answer::No);
    }

    #[test]
    fn deep_conditions_end() {
        let condition = "not(".repeat(100_000);
        assert_eq!(build("", &[]).holds(&condition), Answer::Unknown);
    }
}

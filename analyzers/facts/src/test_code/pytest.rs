//! Names of test files in pytest's configuration (`python_files`).

use crate::file::FileRecord;
use crate::hash::HashMap;
use crate::language::Language;
use crate::model::RepoPath;
use bstr::ByteSlice;
use toml::{Table, Value};

/// Files that pytest takes its configuration from, in the order in which it looks at them.
const FILES: &[&[u8]] = &[
    b"pytest.toml",
    b".pytest.toml",
    b"pytest.ini",
    b".pytest.ini",
    b"pyproject.toml",
    b"tox.ini",
    b"setup.cfg",
];

/// The most patterns kept per file, and the longest pattern in bytes.
const MOST: usize = 32;
const LONGEST: usize = 100;

/// The configured names for each folder.
pub(super) struct Configured(HashMap<Vec<u8>, (usize, Vec<String>)>);

impl Configured {
    /// What the files of a tree configure.
    pub fn of(files: &[FileRecord]) -> Configured {
        let mut found: HashMap<Vec<u8>, (usize, Vec<String>)> = HashMap::default();
        for file in files {
            let patterns = &file.data.facts.tests.pytest_files;
            let rank = FILES.iter().position(|name| *name == file.path().file_name());
            let Some(rank) = rank.filter(|_| !patterns.is_empty()) else { continue };
            let folder = file.path().parent().to_vec();
            if found.get(&folder).is_none_or(|(before, _)| rank < *before) {
                found.insert(folder, (rank, patterns.clone()));
            }
        }
        Configured(found)
    }

    /// Whether pytest looks for tests in a file, as configured for the innermost folder around it; none if nothing is
    /// configured.
    pub fn says(&self, path: &RepoPath) -> Option<bool> {
        if self.0.is_empty() {
            return None;
        }
        let mut folder = path.parent();
        loop {
            if let Some((_, patterns)) = self.0.get(folder) {
                return Some(patterns.iter().any(|pattern| fits(path.file_name(), pattern.as_bytes())));
            }
            if folder.is_empty() {
                return None;
            }
            folder = &folder[..folder.rfind_byte(b'/').unwrap_or(0)];
        }
    }
}

/// True if a name matches a pattern of `*` and `?`.
fn fits(name: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut asked) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(asked) {
            Some(b'*') => {
                star = Some((asked, at));
                asked += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[at] => (at, asked) = (at + 1, asked + 1),
            _ => match star {
                Some((before, from)) => {
                    star = Some((before, from + 1));
                    (at, asked) = (from + 1, before + 1);
                }
                None => return false,
            },
        }
    }
    pattern[asked..].iter().all(|byte| *byte == b'*')
}

/// The file names that a configuration file sets, whatever that file is called.
pub(crate) fn configured_names(language: Language, bytes: &[u8]) -> Vec<String> {
    if bytes.find("python_files").is_none() {
        return Vec::new();
    }
    let text = bytes.to_str_lossy();
    let found = match language.spec().id {
        "toml" => in_toml(&text),
        "ini" => in_ini(&text),
        _ => return Vec::new(),
    };
    let words = found.iter().flat_map(|value| value.split_whitespace());
    // pytest also matches the folders of a pattern; here the file name decides.
    let names = words.map(|word| word.rsplit('/').next().unwrap_or(word));
    names.filter(|name| !name.is_empty() && name.len() <= LONGEST).take(MOST).map(str::to_owned).collect()
}

/// `python_files` of `[tool.pytest.ini_options]`, `[tool.pytest]` and, in pytest's own file, `[pytest]`.
fn in_toml(text: &str) -> Vec<String> {
    let Ok(table) = toml::from_str::<Table>(text) else { return Vec::new() };
    let places: [&[&str]; 3] = [&["tool", "pytest", "ini_options"], &["tool", "pytest"], &["pytest"]];
    let value = places.into_iter().find_map(|place| {
        let mut here = &table;
        for part in place {
            here = here.get(*part)?.as_table()?;
        }
        here.get("python_files")
    });
    match value {
        Some(Value::String(words)) => vec![words.clone()],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// `python_files` of `[pytest]` and `[tool:pytest]`, including continuation lines.
fn in_ini(text: &str) -> Vec<String> {
    let (mut inside, mut goes_on) = (false, false);
    let mut found = Vec::new();
    for line in text.lines() {
        let said = line.split([';', '#']).next().unwrap_or(line).trim();
        if said.starts_with('[') {
            inside = matches!(said, "[pytest]" | "[tool:pytest]");
            goes_on = false;
        } else if goes_on && line.starts_with([' ', '\t']) {
            found.push(said.to_owned());
        } else if !said.is_empty() {
            let value = said.strip_prefix("python_files").filter(|_| inside).map(str::trim_start);
            let value = value.and_then(|rest| rest.strip_prefix(['=', ':']));
            goes_on = value.is_some();
            found.extend(value.map(str::to_owned));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{fits, in_ini, in_toml};

    #[test]
    fn patterns_are_those_of_a_shell() {
        for (name, pattern, expected) in [
            ("tests.py", "tests.py", true),
            ("test_a.py", "test_*.py", true),
            ("a_test.py", "test_*.py", false),
            ("check_a_b.py", "check_*_?.py", true),
            ("aXbXc", "a*X*c", true),
            ("ab", "a", false),
            ("a", "a**", true),
        ] {
            assert_eq!(fits(name.as_bytes(), pattern.as_bytes()), expected, "{name} {pattern}");
        }
    }

    #[test]
    fn names_are_read_in_each_form_of_configuration() {
        let words =
            |found: Vec<String>| found.join(" ").split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let ini = "[flake8]\npython_files = no.py\n[tool:pytest]\naddopts = -x\npython_files = tests.py # why\n    check_*.py\n\ttest_*.py\nfoo = 1\n";
        assert_eq!(words(in_ini(ini)), ["tests.py", "check_*.py", "test_*.py"]);
        assert_eq!(words(in_ini("[pytest]\npython_files=a.py b.py\n")), ["a.py", "b.py"]);
        assert_eq!(
            words(in_toml("[tool.pytest.ini_options]\npython_files = [\"tests.py\", \"t_*.py\"]\n")),
            ["tests.py", "t_*.py"]
        );
        assert_eq!(words(in_toml("[tool.pytest]\npython_files = \"tests.py x.py\"\n")), ["tests.py", "x.py"]);
        assert_eq!(in_toml("[tool.other]\npython_files = \"tests.py\"\n"), [""; 0]);
    }
}

//! The mutants of a run, and the tests for each of them.

mod beside;

use crate::changed_lines::Patch;
use crate::failure::MutationError;
use crate::mutant::Mutant;
use crate::operators::{self, NotMutated, OperatorOptions};
use crate::project::{self, CargoMutants, Modules, NOT_ASKED_FOR, ProjectOptions, Projects, Unit};
use crate::same_bytes::holds;
use beside::Packages;
use facts::RepoFacts;
use facts::coverage::{FileCoverage, LineCoverage};
use facts::hash::{HashMap, HashSet};
use facts::language::Language;
use facts::model::{BlobId, RepoPath};
use facts::repo::FileRecord;
use facts::source::{ExcludeRules, SourceTree};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// Which mutants to create.
#[derive(Debug, Default)]
pub struct PlanOptions {
    /// Operators and lines.
    pub operators: OperatorOptions,
    /// Only these paths of the tree and files below them; all files if empty.
    pub targets: Vec<RepoPath>,
    /// Only matching files; all files if no pattern is given.
    pub files: ExcludeRules,
    /// No matching files.
    pub exclude: ExcludeRules,
    /// The patch whose lines to mutate; it has to fit the tree.
    pub patch: Option<Patch>,
    /// One part of the mutants, of several.
    pub shard: Option<Shard>,
    /// At most this many mutants, chosen by their hash.
    pub max_mutants: Option<usize>,
    /// The code that the tests reach.
    pub coverage: Option<LineCoverage>,
    /// How the code is built and tested.
    pub project: ProjectOptions,
}

/// Part `index` (from 0) of `of` parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 0.
    pub index: usize,
    /// How many parts.
    pub of: usize,
}

/// A text that is not a valid part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write K/N with K from 0 to N-1, e.g. 0/4")]
pub struct NoShard;

impl std::str::FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Shard, NoShard> {
        let parsed = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match parsed {
            Some((index, of)) if index < of => Ok(Shard { index, of }),
            _ => Err(NoShard),
        }
    }
}

/// A mutant with its place in the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The change.
    pub mutant: Mutant,
    /// 16 hexadecimal digits, derived from the file's path, the place and the change.
    pub id: String,
    /// The language of the file.
    pub language: Language,
    /// Index of the unit whose tests should detect it.
    pub unit: usize,
    /// False if the coverage report says that no test reaches it.
    pub reached: bool,
}

/// The mutants to test.
#[derive(Debug)]
pub struct Plan {
    /// The tree's root in the file system.
    pub root: PathBuf,
    /// Sorted by path and place.
    pub mutants: Vec<Planned>,
    /// The units that are built and tested.
    pub units: Vec<Unit>,
    /// How many mutants there were before sharding and sampling.
    pub eligible: usize,
    /// Files whose mutants are left out, with the reason.
    pub left_out: Vec<LeftOut>,
    /// The project's settings in `.cargo/mutants.toml`.
    pub settings: CargoMutants,
    /// Every file with code and the id of its bytes: the state of the tree that the outcomes are valid for.
    pub files: BTreeMap<RepoPath, BlobId>,
    /// Number of files that were selected for mutation, including those without mutants.
    pub looked_at: usize,
}

/// Files whose mutants are left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The reason.
    pub why: String,
    /// The files, sorted.
    pub files: Vec<RepoPath>,
    /// How many mutants they have.
    pub mutants: usize,
}

/// Creates the mutants of a measured tree whose root is at `root` in the file system; `folder` is the requested part of
/// it, empty for all.
///
/// # Errors
/// A file cannot be read any more, a patch does not fit, or a build tool cannot report what it builds.
pub fn plan(
    tree: &dyn SourceTree,
    facts: &RepoFacts,
    root: &Path,
    folder: &str,
    options: &PlanOptions,
) -> Result<Plan, MutationError> {
    let languages: HashSet<Language> = operators::languages().into_iter().collect();
    let known: Vec<&FileRecord> =
        facts.files.iter().filter(|file| languages.contains(&file.data.facts.language)).collect();
    let read = |file: &FileRecord| {
        tree.read(&file.entry)
            .map_err(|error| MutationError::failed("cannot read the tree", error, "run it again"))
    };
    let settings = project::cargo_mutants(root, folder)?;
    let modules = modules(&known, &read)?;
    let (wanted, made): (Vec<&FileRecord>, Vec<Result<Made, MutationError>>) =
        all_made(&known, &read, &settings, &Packages::of(facts), options)?.into_iter().unzip();
    let reached = Reached::of(options.coverage.as_ref(), facts, &wanted);
    let project = options.project.with(&settings);
    let mut projects = Projects::new(root, folder, &project, &modules);
    let mut left_out: BTreeMap<String, LeftOut> = BTreeMap::new();
    let mut mutants = Vec::new();
    for (index, (file, made)) in wanted.iter().zip(made).enumerate() {
        let language = file.data.facts.language;
        let made = match made? {
            Ok(made) if made.is_empty() => continue,
            Ok(made) => made,
            Err(why) => {
                leave_out(&mut left_out, file, 0, why.to_string());
                continue;
            }
        };
        match projects.unit_of(file.path(), language)? {
            Err(why) if why == NOT_ASKED_FOR => {}
            Err(why) => leave_out(&mut left_out, file, made.len(), why),
            Ok(unit) => mutants.extend(distinct(made).map(|(id, mutant)| {
                let reached = reached.reaches(index, &mutant);
                Planned { mutant, id, language, unit, reached }
            })),
        }
    }
    let eligible = mutants.len();
    let mutants = sample(shard(mutants, options.shard), options.max_mutants);
    let with_code = facts.files.iter().filter(|file| file.data.facts.has_functions());
    Ok(Plan {
        root: root.to_owned(),
        mutants,
        units: projects.into_units(),
        eligible,
        left_out: left_out.into_values().collect(),
        settings,
        files: with_code.map(|file| (file.path().clone(), file.blob)).collect(),
        looked_at: wanted.len(),
    })
}

/// Reads a file of the tree.
type Read<'a> = dyn Fn(&FileRecord) -> Result<Vec<u8>, MutationError> + Sync + 'a;

/// The files to mutate, each with its result, in the order of `known`.
fn all_made<'f>(
    known: &[&'f FileRecord],
    read: &Read<'_>,
    settings: &CargoMutants,
    packages: &Packages<'_>,
    options: &PlanOptions,
) -> Result<Vec<MadeOf<'f>>, MutationError> {
    let chosen = settings.chosen_files(!options.files.is_empty(), !options.exclude.is_empty())?;
    let of_rust = settings.operators(&options.operators)?;
    let is_rust = |file: &FileRecord| file.data.facts.language == Language::Rust;
    let wanted = known
        .par_iter()
        .filter(|file| is_wanted(file, options) && !packages.have_beside_code(file))
        .filter(|file| !is_rust(file) || chosen.have(file.path()));
    let made = |file: &FileRecord| {
        let operators = if is_rust(file) { &of_rust } else { &options.operators };
        mutants_of(file, &read(file)?, operators, options.patch.as_ref())
    };
    Ok(wanted.map(|file| (*file, made(file))).collect())
}

/// The mutants of a file, or why it has none.
type Made = Result<Vec<Mutant>, NotMutated>;

/// The result for a file.
type MadeOf<'f> = (&'f FileRecord, Result<Made, MutationError>);

fn mutants_of(
    file: &FileRecord,
    source: &[u8],
    operators: &OperatorOptions,
    patch: Option<&Patch>,
) -> Result<Made, MutationError> {
    if !holds(source, file.blob) {
        return Err(MutationError::failed(
            format!("{} changed while it was looked at", file.path()),
            "its bytes are not those that were measured",
            "run it again",
        ));
    }
    if let Some(patch) = patch {
        patch.check(file.path(), source)?;
    }
    let facts = &file.data.facts;
    Ok(operators::generate(facts.language, file.path(), source, &facts.functions, operators))
}

/// The modules that the Rust files declare.
fn modules(files: &[&FileRecord], read: &Read<'_>) -> Result<Modules, MutationError> {
    let of_rust = files.par_iter().filter(|file| file.data.facts.language == Language::Rust);
    let of_file = |file: &&FileRecord| {
        let found = operators::module_file(Language::Rust, &read(file)?);
        Ok((file.path().clone(), found.unwrap_or_default()))
    };
    of_rust.map(of_file).collect()
}

fn is_wanted(file: &FileRecord, options: &PlanOptions) -> bool {
    let path = file.path();
    let targeted = options.targets.is_empty()
        || options
            .targets
            .iter()
            .any(|target| path.is_under(target.as_bytes().strip_suffix(b"/").unwrap_or(target.as_bytes())));
    let named = options.files.is_empty() || options.files.excluded_part(path.as_bytes()).is_some();
    let excluded = options.exclude.excluded_part(path.as_bytes()).is_some();
    let changed = options.operators.changed_lines.as_ref().is_none_or(|lines| lines.contains_key(path));
    targeted && named && !excluded && changed && !operators::is_left_alone(file)
}

fn leave_out(left_out: &mut BTreeMap<String, LeftOut>, file: &FileRecord, mutants: usize, why: String) {
    let entry = left_out.entry(why.clone()).or_insert(LeftOut { why, files: Vec::new(), mutants: 0 });
    entry.files.push(file.path().clone());
    entry.mutants += mutants;
}

/// The mutants with their ids; of two identical changes at the same place, only the first.
fn distinct(mutants: Vec<Mutant>) -> impl Iterator<Item = (String, Mutant)> {
    let mut seen = HashSet::default();
    mutants.into_iter().filter_map(move |mutant| {
        let id = id(&mutant);
        seen.insert(id.clone()).then_some((id, mutant))
    })
}

fn id(mutant: &Mutant) -> String {
    let mut hasher = Xxh3::new();
    let (start, end) = (mutant.span.start_byte.to_le_bytes(), mutant.span.end_byte.to_le_bytes());
    for part in
        [mutant.path.as_bytes(), &start, &end, mutant.original.as_bytes(), mutant.replacement.as_bytes()]
    {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("{:016x}", hasher.digest())
}

/// Every `of`-th mutant, so that each part holds mutants of every file.
fn shard(mutants: Vec<Planned>, shard: Option<Shard>) -> Vec<Planned> {
    match shard {
        None => mutants,
        Some(Shard { index, of }) => mutants.into_iter().skip(index).step_by(of).collect(),
    }
}

/// The mutants with the smallest ids: ids are hashes, so this is a reproducible sample.
fn sample(mut mutants: Vec<Planned>, most: Option<usize>) -> Vec<Planned> {
    let Some(most) = most.filter(|most| *most < mutants.len()) else { return mutants };
    let mut ids: Vec<&str> = mutants.iter().map(|planned| planned.id.as_str()).collect();
    ids.sort_unstable();
    let chosen: HashSet<String> = ids[..most].iter().map(|id| (*id).to_owned()).collect();
    mutants.retain(|planned| chosen.contains(&planned.id));
    mutants
}

/// The code that tests reach, by index of the file.
struct Reached(BTreeMap<usize, FileCoverage>);

impl Reached {
    /// Restricted to these files; all files of the tree are used to place the report's names.
    fn of(coverage: Option<&LineCoverage>, facts: &RepoFacts, files: &[&FileRecord]) -> Reached {
        let Some(coverage) = coverage else { return Reached(BTreeMap::new()) };
        let paths: Vec<&RepoPath> = facts.files.iter().map(FileRecord::path).collect();
        let placed = coverage.placed(&paths).files;
        let mut of_path: HashMap<&RepoPath, FileCoverage> =
            placed.into_iter().map(|(index, lines)| (paths[index], lines)).collect();
        let wanted = files.iter().enumerate();
        Reached(wanted.filter_map(|(index, file)| Some((index, of_path.remove(file.path())?))).collect())
    }

    /// False only if the report has lines of the mutant and none of them ran. Lines missing from the report may be
    /// reached.
    fn reaches(&self, file: usize, mutant: &Mutant) -> bool {
        let Some(coverage) = self.0.get(&file) else { return true };
        let mut lines = coverage.lines.range(mutant.span.start_line..=mutant.span.end_line).peekable();
        lines.peek().is_none() || lines.any(|(_, hits)| *hits > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::MeasureOptions;
    use facts::source::MemoryTree;

    const SUMS: &str = "pub fn sum(a: i32, b: i32) -> i32 {\n    a + b\n}\n\npub fn less(a: i32, b: i32) -> bool {\n    a < b\n}\n";

    fn planned(files: &[(&str, &str)], mut options: PlanOptions) -> Plan {
        options.project.test_command = Some("true".to_owned());
        let tree = MemoryTree::new(files.iter().copied());
        let facts = facts::measure(&tree, None, &MeasureOptions::default()).expect("memory can be read");
        plan(&tree, &facts, Path::new("/nowhere"), "", &options).expect("memory can be read")
    }

    fn names(plan: &Plan) -> Vec<String> {
        plan.mutants.iter().map(|planned| planned.mutant.name()).collect()
    }

    #[test]
    fn shards_are_disjoint_and_add_up_to_all() {
        let files = [("src/a.rs", SUMS), ("src/b.rs", SUMS)];
        let all = names(&planned(&files, PlanOptions::default()));
        assert!(all.len() > 6);
        let part = |index| {
            let shard = Some(Shard { index, of: 3 });
            names(&planned(&files, PlanOptions { shard, ..PlanOptions::default() }))
        };
        let mut together: Vec<String> = (0..3).flat_map(part).collect();
        together.sort();
        let mut sorted = all;
        sorted.sort();
        assert_eq!(together, sorted);
    }

    #[test]
    fn a_sample_is_a_part_of_a_larger_sample() {
        let files = [("src/a.rs", SUMS), ("src/b.rs", SUMS)];
        let sample = |most| {
            let options = PlanOptions { max_mutants: Some(most), ..PlanOptions::default() };
            planned(&files, options)
        };
        let (small, large) = (sample(3), sample(5));
        assert_eq!((small.mutants.len(), large.mutants.len()), (3, 5));
        assert!(small.mutants.iter().all(|mutant| large.mutants.contains(mutant)));
        assert_eq!(small.eligible, large.eligible);
    }

    #[test]
    fn only_mutants_whose_known_lines_never_ran_are_not_reached() {
        let coverage = LineCoverage::parse(b"SF:src/a.rs\nDA:2,4\nDA:6,0\nend_of_record\n").expect("lcov");
        let options = PlanOptions { coverage: Some(coverage), ..PlanOptions::default() };
        let plan = planned(&[("src/a.rs", SUMS), ("src/b.rs", SUMS)], options);
        for planned in &plan.mutants {
            let in_less = planned.mutant.function.as_deref().is_some_and(|name| name.ends_with("less"));
            let expected = !(in_less && planned.mutant.path == RepoPath::from("src/a.rs"));
            assert_eq!(planned.reached, expected, "{}", planned.mutant.name());
        }
    }

    #[test]
    fn tests_and_what_no_pattern_names_are_left_alone() {
        let files = [("src/a.rs", SUMS), ("tests/b.rs", SUMS), ("src/gen/c.rs", SUMS)];
        let only = |patterns: &[&str]| ExcludeRules::new(patterns).expect("valid patterns");
        let plan = planned(&files, PlanOptions { exclude: only(&["src/gen"]), ..PlanOptions::default() });
        assert!(names(&plan).iter().all(|name| name.starts_with("src/a.rs")));
        let plan = planned(&files, PlanOptions { files: only(&["c.rs"]), ..PlanOptions::default() });
        assert!(!plan.mutants.is_empty() && names(&plan).iter().all(|name| name.starts_with("src/gen/c.rs")));
        let targets = vec![RepoPath::from("src/gen/")];
        let plan = planned(&files, PlanOptions { targets, ..PlanOptions::default() });
        assert!(!plan.mutants.is_empty() && names(&plan).iter().all(|name| name.starts_with("src/gen/c.rs")));
    }

    #[test]
    fn examples_benchmarks_and_documentation_are_left_alone() {
        let python = "def sum(a, b):\n    return a + b\n";
        let script = "export function sum(a, b) {\n  return a + b;\n}\n";
        let beside = [
            ("examples/basic/app.py", python),
            ("docs/conf.py", python),
            ("docs/examples/b.py", python),
            ("documentation/examples/a.js", script),
            ("benchmark/index.ts", script),
            ("Samples/crawler/a.js", script),
            ("packages/web/examples/a.js", script),
            ("packages/web/benchmarks/deep/a.js", script),
        ];
        let code = [
            ("packages/web/index.js", script),
            ("packages/docs/index.js", script),
            ("src/app/docs/views.py", python),
            ("examples.py", python),
            ("doc/pages.py", python),
        ];
        let manifests = [("package.json", "{}\n"), ("packages/web/package.json", "{\"name\": \"web\"}\n")];
        let mut files = [&beside[..], &code, &manifests].concat();
        files.sort_unstable();
        let plan = planned(&files, PlanOptions::default());
        let mut listed: Vec<String> =
            plan.mutants.iter().map(|planned| planned.mutant.path.to_string()).collect();
        listed.dedup();
        let mut expected = code.map(|(path, _)| path);
        expected.sort_unstable();
        assert_eq!(listed, expected);
        assert!(
            planned(&beside, PlanOptions::default())
                .mutants
                .iter()
                .all(|own| { own.mutant.path.to_string().starts_with("packages/web/") })
        );
    }

    #[test]
    fn shards_are_written_from_zero() {
        assert_eq!("0/4".parse(), Ok(Shard { index: 0, of: 4 }));
        for wrong in ["4/4", "1", "a/b", "1/0", "-1/2"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}

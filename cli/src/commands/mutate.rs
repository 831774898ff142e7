use super::Outcome;
use crate::args::{ChoiceArgs, GlobalArgs, MutateArgs, MutateFormat, SourceArgs, TestTool, TestingArgs};
use crate::failure::{Failure, Interrupted};
use crate::interrupt;
use crate::output::{
    self, Cell, Column, Destination, Meaning, ProgressLine, Screen, Table, counted, shown, shown_lines,
};
use crate::source::{Analysed, place};
use facts::cache::CacheDirs;
use facts::coverage::LineCoverage;
use facts::language::Language;
use facts::model::RepoPath;
use facts::source::ExcludeRules;
use facts::source::confined::read_regular;
use facts::stores::Secret;
use facts::{Measured, RepoFacts, Sections};
use mutation::changed_lines::Patch;
use mutation::mutant::Operator;
use mutation::operators::{Level, OperatorOptions};
use mutation::outcome::Status;
use mutation::plan::{Plan, PlanOptions};
use mutation::project::{CargoMutants, ProjectOptions, RustTestTool};
use mutation::report::{Counts, MutantReport, Report, diff};
use mutation::{MutationError, Progress, RunOptions, TimeoutOptions};
use programs::{Asked, Consent};
use project::LARGEST_REPORT;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// The language and content of each mutated file.
type Sources = BTreeMap<RepoPath, (Language, Vec<u8>)>;

/// Creates mutants, tests them, and reports those that no test detected.
pub fn run(args: &MutateArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let asked = args.path.clone().or_else(|| args.project_path.clone()).unwrap_or_else(|| PathBuf::from("."));
    let (root, git) = place(&asked)?;
    if git.is_some_and(|git| git.work_dir().is_none()) {
        return Err(Failure::new(format!(
            "{} is a bare repository: there is nothing to build",
            asked.display()
        ))
        .help("name a work tree")
        .into());
    }
    let source = SourceArgs { path: Some(root), project_path: None, revision: None, staged: false };
    let analysed = Analysed::open(&source, global, &Destination::StandardOutput)?;
    let facts = analysed.measure(Sections::default())?;
    let inside = analysed.path_in_tree(&asked.to_string_lossy());
    let folder = folder_asked_for(&analysed, &asked, &inside);
    let options = plan_options(args, &analysed, inside)?;
    let plan = mutation::plan::plan(analysed.tree.as_ref(), &facts, analysed.root(), &folder, &options);
    let mut plan = plan.map_err(failure)?;
    if args.list {
        list(&plan, args.json)?;
    }
    if plan.mutants.is_empty() {
        return Err(no_mutants(&plan, args));
    }
    if args.list {
        return Ok(Outcome::Fine);
    }
    test(args, global, &analysed, &facts, &mut plan)
}

/// The folder of the tree in which the user's commands run. Empty for the root.
fn folder_asked_for(analysed: &Analysed, asked: &Path, inside: &RepoPath) -> String {
    let full = asked.canonicalize().unwrap_or_else(|_| asked.to_owned());
    let path = if full.is_file() { RepoPath::new(inside.parent()) } else { inside.clone() };
    if full == analysed.root() { String::new() } else { path.to_string() }
}

fn test(
    args: &MutateArgs,
    global: &GlobalArgs,
    analysed: &Analysed,
    facts: &RepoFacts,
    plan: &mut Plan,
) -> anyhow::Result<Outcome> {
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => analysed.mutants_folder().map_err(|why| {
            Failure::new("there is no place for the outcomes").why(why).help("name a folder with --output")
        })?,
    };
    let secret = secret(analysed.root(), global)?;
    let line = ProgressLine::new(global.progress, global.quiet);
    let progress = |progress: &Progress| line.say(|| progress_words(progress));
    let options = RunOptions {
        consent: Consent::to(Asked::Mutate),
        output: folder.clone(),
        secret,
        jobs: args.testing.jobs.or(global.threads).unwrap_or(NonZeroUsize::MIN),
        timeouts: timeouts(&args.testing, &plan.settings),
        copy_ignored: args.testing.copy_ignored,
        copy_target: !args.testing.fresh_target,
        fresh: args.testing.fresh,
        progress: &progress,
        cancelled: &interrupt::requested,
    };
    // First ends running tests and removes copies. That may take some time, but it is bounded.
    let results = interrupt::left_to(|| mutation::run(plan, &options));
    drop(line);
    let results = results.map_err(failure)?;
    if results.from_before > 0 && !global.quiet {
        let known = counted(results.from_before, "outcome", "outcomes");
        // Failing to write a note is no reason to fail.
        let _ = writeln!(
            io::stderr(),
            "note: {known} known from an earlier run on the same tree (--fresh forgets them)"
        );
    }
    let mut report =
        mutation::report::report(plan, &results, args.choice.in_diff.as_deref(), args.choice.shard);
    let sources = sources(analysed, facts, plan)?;
    let place = (folder.as_path(), &secret);
    mutation::report::folder::Folder::finish(place, plan, &results, &report, &sources).map_err(failure)?;
    if args.failures_only {
        report.mutants.retain(|mutant| mutant.status.undetected());
    }
    let destination = Destination::StandardOutput;
    let text = match args.format {
        MutateFormat::Json => output::json(mutation::report::SCHEMA, &report)?,
        MutateFormat::Stryker => output::pretty(&mutation::report::stryker(&report, &sources))?,
        MutateFormat::Human => human(&report, plan, &sources, args, &Screen::of(&destination, global.color)),
    };
    destination.write(&text)?;
    Ok(match (&report.score, args.threshold) {
        (Measured::Missing(_), _) => Outcome::NotMeasured,
        (Measured::Value(score), Some(threshold)) if *score < threshold => Outcome::Findings,
        (Measured::Value(_), _) => Outcome::Fine,
    })
}

/// The secret that authenticates stored outcomes. Without one of the user's own, outcomes are valid for this run only.
fn secret(root: &Path, global: &GlobalArgs) -> anyhow::Result<Secret> {
    let known = CacheDirs::from_env().secret_of_tree(root).or_else(|why| {
        if !global.quiet {
            // Failing to write a note is no reason to fail.
            let _ = writeln!(
                io::stderr(),
                "note: outcomes will not be known to the next run: {}",
                shown(&why.to_string())
            );
        }
        Secret::random()
    });
    Ok(known.map_err(|why| Failure::new("outcomes cannot be bound to a secret").why(why))?)
}

fn progress_words(progress: &Progress) -> String {
    let done: usize = progress.outcomes.values().sum();
    let outcomes: Vec<String> =
        progress.outcomes.iter().map(|(status, count)| format!("{count} {}", status.word())).collect();
    let outcomes = if outcomes.is_empty() { String::new() } else { format!(": {}", outcomes.join(", ")) };
    let doing = progress.doing.as_ref().map_or_else(String::new, |doing| format!("; {doing}"));
    format!("{done} of {} mutants{outcomes}{doing}", progress.total)
}

fn failure(error: MutationError) -> anyhow::Error {
    match error {
        MutationError::Interrupted => Interrupted.into(),
        MutationError::Failed { what, why, help } => {
            why.into_iter().fold(Failure::new(what), Failure::why).help(help).into()
        }
    }
}

// ---- options

fn plan_options(args: &MutateArgs, analysed: &Analysed, inside: RepoPath) -> anyhow::Result<PlanOptions> {
    let ChoiceArgs { target, file, exclude, in_diff, shard, max_mutants, lcov, .. } = &args.choice;
    let mut operators = operators(&args.choice)?;
    let mut patch = None;
    match in_diff {
        Some(given) if Path::new(given).is_file() => {
            let text = read(Path::new(given), "--in-diff")?;
            let parsed = Patch::parse(&text).map_err(|why| {
                Failure::new(format!("--in-diff: {given} is no patch"))
                    .why(why)
                    .help("write one with `git diff`")
            })?;
            operators.changed_lines = Some(parsed.lines());
            patch = Some(parsed);
        }
        Some(revision) => operators.changed_lines = Some(changed_lines(analysed, revision)?),
        None => {}
    }
    let mut targets = Vec::new();
    for path in target {
        targets.push(target_path(analysed, path)?);
    }
    if targets.is_empty() && !inside.as_bytes().is_empty() && inside != RepoPath::from(".") {
        targets.push(inside);
    }
    let coverage = lcov.as_deref().map(coverage).transpose()?;
    // A named path means all code there, regardless of the package.
    let all_packages = args.choice.workspace || !targets.is_empty();
    Ok(PlanOptions {
        operators,
        targets,
        files: patterns("--file", file)?,
        exclude: patterns("--exclude", exclude)?,
        patch,
        shard: *shard,
        max_mutants: *max_mutants,
        coverage,
        project: ProjectOptions { all_packages, ..project(&args.choice, &args.testing) },
    })
}

fn target_path(analysed: &Analysed, path: &Path) -> anyhow::Result<RepoPath> {
    let there = path.exists() || analysed.root().join(path).exists();
    let path = path.to_string_lossy();
    if !there {
        return Err(Failure::new(format!("--target: there is no {path}"))
            .help("name a file or folder of the tree")
            .into());
    }
    let found = analysed.path_in_tree(&path);
    Ok(if found == RepoPath::from(".") { RepoPath::from("") } else { found })
}

fn read(file: &Path, option: &str) -> anyhow::Result<Vec<u8>> {
    let cannot = |why| Failure::new(format!("{option}: cannot read {}", file.display())).why(why);
    Ok(read_regular(file, LARGEST_REPORT).map_err(cannot)?)
}

fn coverage(file: &Path) -> anyhow::Result<LineCoverage> {
    let text = read(file, "--lcov")?;
    Ok(LineCoverage::parse(&text).map_err(|error| {
        Failure::new(format!("--lcov: {} cannot be used", file.display()))
            .why(error)
            .help("lcov, Cobertura XML, profiles of Go, and JSON of `llvm-cov export`, coverage.py and Istanbul are read")
    })?)
}

fn changed_lines(
    analysed: &Analysed,
    revision: &str,
) -> anyhow::Result<BTreeMap<RepoPath, Vec<std::ops::RangeInclusive<u32>>>> {
    let Some(git) = &analysed.git else {
        return Err(Failure::new(format!("--in-diff: {} is in no Git repository", analysed.path.display()))
            .help("name a patch file instead of a revision")
            .into());
    };
    Ok(git.lines_changed_since(revision).map_err(|error| {
        Failure::new(format!("--in-diff: {revision}")).why(error).help("name a revision or a patch file")
    })?)
}

fn patterns(option: &str, patterns: &[String]) -> anyhow::Result<ExcludeRules> {
    let why = |(pattern, error)| {
        Failure::new(format!("{option}: {pattern:?} is no pattern"))
            .why(error)
            .help("write it as in a .gitignore")
    };
    for pattern in patterns {
        ExcludeRules::new([pattern]).map_err(|error| why((pattern, error)))?;
    }
    Ok(ExcludeRules::new(patterns).map_err(|error| Failure::new(format!("{option}: {error}")))?)
}

fn operators(choice: &ChoiceArgs) -> anyhow::Result<OperatorOptions> {
    let mut options = OperatorOptions::default();
    for name in &choice.operators {
        if name.eq_ignore_ascii_case("all") {
            options.level = Level::All;
            continue;
        }
        let known: Vec<&str> = Operator::ALL.iter().map(|operator| operator.name()).collect();
        options.operators.push(Operator::from_name(name).ok_or_else(|| {
            Failure::new(format!("--operators: there is no operator {name:?}"))
                .help(format!("one of {}, or all", known.join(", ")))
        })?);
    }
    if options.level == Level::All {
        options.operators.clear();
    }
    for (option, texts, into) in [
        ("--re", &choice.re, &mut options.include),
        ("--exclude-re", &choice.exclude_re, &mut options.exclude),
    ] {
        for text in texts {
            into.push(regex::Regex::new(text).map_err(|error| {
                Failure::new(format!("{option}: {text:?} is no regular expression")).why(error)
            })?);
        }
    }
    Ok(options)
}

fn project(choice: &ChoiceArgs, testing: &TestingArgs) -> ProjectOptions {
    ProjectOptions {
        build_command: testing.build_command.clone(),
        test_command: testing.test_command.clone(),
        test_arguments: testing.test_arguments.clone(),
        packages: choice.package.clone(),
        rust_test_tool: testing.test_tool.map(|tool| match tool {
            TestTool::Cargo => RustTestTool::Cargo,
            TestTool::Nextest => RustTestTool::Nextest,
        }),
        test_workspace: testing.test_workspace,
        ..ProjectOptions::default()
    }
}

fn timeouts(testing: &TestingArgs, settings: &CargoMutants) -> TimeoutOptions {
    let sound = |seconds: &f64| *seconds > 0.0 && *seconds <= 1e6;
    TimeoutOptions {
        test: testing.timeout,
        build: testing.build_timeout,
        multiplier: testing.timeout_multiplier.or(settings.timeout_multiplier.filter(sound)).unwrap_or(5.0),
        minimum: testing.minimum_test_timeout.or(settings.minimum_test_timeout.filter(sound)).unwrap_or(20.0),
        baseline: None,
    }
}

// ---- report

fn list(plan: &Plan, json: bool) -> anyhow::Result<()> {
    let text = match json {
        true => {
            let mutants: Vec<serde_json::Value> = plan
                .mutants
                .iter()
                .map(|planned| {
                    let mut mutant = serde_json::to_value(&planned.mutant)?;
                    mutant["id"] = planned.id.clone().into();
                    mutant["name"] = planned.mutant.name().into();
                    Ok(mutant)
                })
                .collect::<anyhow::Result<_>>()?;
            output::pretty(&mutants)?
        }
        false => plan.mutants.iter().map(|planned| format!("{}\n", shown(&planned.mutant.name()))).collect(),
    };
    Destination::StandardOutput.write(&text)
}

fn no_mutants(plan: &Plan, args: &MutateArgs) -> anyhow::Error {
    let mut failure = Failure::new("not measured: there is no mutant to test");
    for left in &plan.left_out {
        failure = failure.why(left_out_line(&left.why, left.mutants, &left.files));
    }
    if plan.left_out.is_empty() {
        let why = match (plan.looked_at, plan.eligible, &args.choice.in_diff) {
            (_, 1.., _) => "this part of the mutants is empty".to_owned(),
            (0, _, Some(since)) => format!("no code under test changed since {since}"),
            (0, _, None) => "no file fits, in a language that can be mutated, that is no test, benchmark, example or documentation".to_owned(),
            (files, ..) => format!("{} hold nothing that could be mutated", counted(files, "file", "files")),
        };
        failure = failure.why(why);
    }
    let help = match args.list {
        true => "--target, --file, --re and --in-diff choose the mutants; --test-command names tests",
        false => {
            "--list shows the mutants that --target, --file, --re and --in-diff leave; --test-command names tests"
        }
    };
    failure.help(help).into()
}

fn left_out_line(why: &str, mutants: usize, files: &[RepoPath]) -> String {
    let example = files.first().map(|file| format!(", such as {file}")).unwrap_or_default();
    let files = counted(files.len(), "file", "files");
    format!("{} in {files}{example}: {why}", counted(mutants, "mutant", "mutants"))
}

fn sources(analysed: &Analysed, facts: &RepoFacts, plan: &Plan) -> anyhow::Result<Sources> {
    let wanted: BTreeSet<&RepoPath> = plan.mutants.iter().map(|planned| &planned.mutant.path).collect();
    let mut sources = Sources::new();
    for file in facts.files.iter().filter(|file| wanted.contains(file.path())) {
        let bytes = analysed
            .tree
            .read(&file.entry)
            .map_err(|error| Failure::new(format!("cannot read {}", file.path())).why(error))?;
        sources.insert(file.path().clone(), (file.data.facts.language, bytes));
    }
    Ok(sources)
}

fn human(report: &Report, plan: &Plan, sources: &Sources, args: &MutateArgs, screen: &Screen) -> String {
    let mut text = String::new();
    for (mutant, planned) in undetected(report, plan) {
        let source = sources.get(&mutant.path).map_or(&[][..], |(_, bytes)| bytes);
        let word = if mutant.status == Status::Missed { "MISSED" } else { "NO COVERAGE" };
        let word = screen.painter.paint(Meaning::Bad, word);
        text.push_str(&format!("{word}  {}\n", shown(&mutant.name)));
        for line in diff::patch(planned, source).lines().skip(3) {
            let meaning = match line.as_bytes().first() {
                Some(b'-') => Meaning::Bad,
                Some(b'+') => Meaning::Good,
                _ => Meaning::Quiet,
            };
            text.push_str(&format!("    {}\n", screen.painter.paint(meaning, &shown_lines(line))));
        }
        text.push('\n');
    }
    if !args.failures_only {
        text.push_str(&files_table(report, screen));
        text.push('\n');
    }
    text + &summary(report, args, screen)
}

/// The reports of undetected mutants, each with its mutant.
fn undetected<'a>(
    report: &'a Report,
    plan: &'a Plan,
) -> impl Iterator<Item = (&'a MutantReport, &'a mutation::mutant::Mutant)> {
    let of_id: BTreeMap<&str, &mutation::mutant::Mutant> =
        plan.mutants.iter().map(|planned| (planned.id.as_str(), &planned.mutant)).collect();
    let undetected = report.mutants.iter().filter(|mutant| mutant.status.undetected());
    undetected.filter_map(move |mutant| Some((mutant, *of_id.get(mutant.id.as_str())?)))
}

fn files_table(report: &Report, screen: &Screen) -> String {
    let mut by_file: BTreeMap<&RepoPath, Vec<Status>> = BTreeMap::new();
    for mutant in &report.mutants {
        by_file.entry(&mutant.path).or_default().push(mutant.status);
    }
    let mut table = Table::new([
        Column::figure("Mutants"),
        Column::figure("Caught"),
        Column::figure("Missed"),
        Column::figure("Timeout"),
        Column::figure("Unviable"),
        Column::path("File"),
    ]);
    for (path, statuses) in by_file {
        let counts = Counts::of(statuses);
        let missed = counts.missed + counts.no_coverage;
        table.row([
            counts.total.into(),
            counts.caught.into(),
            Cell::meaning(missed.to_string(), if missed > 0 { Meaning::Bad } else { Meaning::Plain }),
            counts.timeout.into(),
            counts.unviable.into(),
            Cell::new(path.to_string()),
        ]);
    }
    table.render(screen)
}

fn summary(report: &Report, args: &MutateArgs, screen: &Screen) -> String {
    let mut text = String::new();
    for left in &report.left_out {
        let line = format!("left out: {}", left_out_line(&left.why, left.mutants, &left.files));
        text.push_str(&format!("{}\n", screen.painter.paint(Meaning::Warning, &shown(&line))));
    }
    for unit in &report.units {
        let tests = match &unit.tests {
            Measured::Value(tests) => counted(*tests as usize, "test", "tests"),
            Measured::Missing(why) => format!("tests not counted: {why}"),
        };
        text.push_str(&format!("{}: `{}`, {tests}\n", shown(&unit.name), shown(&unit.test)));
    }
    let counts = report.counts;
    let parts = [
        (counts.caught, "caught"),
        (counts.missed, "missed"),
        (counts.timeout, "timeout"),
        (counts.unviable, "unviable"),
        (counts.no_coverage, "not covered"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let selection = &report.selection;
    let of = if counts.total < selection.eligible {
        format!(" of {}", selection.eligible)
    } else {
        Default::default()
    };
    let mutants = counted(counts.total, "mutant", "mutants");
    text.push_str(&format!("{mutants}{of}: {}\n", parts.join(", ")));
    text + &score_line(report, args.threshold, screen)
}

fn score_line(report: &Report, threshold: Option<f64>, screen: &Screen) -> String {
    let selection = &report.selection;
    let mut notes = Vec::new();
    if let Some(sample) = selection.sample {
        notes.push(format!("an estimate from a sample of {sample}"));
    }
    if let Some(shard) = &selection.shard {
        notes.push(format!("part {shard}"));
    }
    if let Some(since) = &selection.changed_since {
        notes.push(format!("lines changed since {since}"));
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", shown(&notes.join(", "))) };
    let (text, meaning) = match (&report.score, threshold) {
        (Measured::Missing(why), _) => (format!("not measured: {why}"), Meaning::Warning),
        (Measured::Value(score), None) => (format!("{score:.1} %"), Meaning::Plain),
        (Measured::Value(score), Some(least)) if *score < least => {
            (format!("{score:.1} %, below the threshold of {least} %"), Meaning::Bad)
        }
        (Measured::Value(score), Some(least)) => {
            (format!("{score:.1} % of {least} % demanded"), Meaning::Good)
        }
    };
    format!("Mutation score: {}{notes}\n", screen.painter.paint(meaning, &text))
}

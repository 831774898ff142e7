//! The message that a hook shows to the person whose commit or push it judged.

use crate::output::{Meaning, Screen, counted, shown};
use gates::{Finding, Level, Verdict};
use hooks::{Breach, Hook, Judgement, TreeJudgement};
use std::fmt::Write;
use std::path::Path;

/// Findings shown. The rest are counted.
const SHOWN: usize = 20;

/// The hook's answer: one line if everything passes, otherwise everything the user needs to continue.
pub fn of_judgement(judgement: &Judgement, screen: &Screen) -> String {
    let mut text = String::new();
    for tree in &judgement.trees {
        text.push_str(&headline(judgement.hook, tree, screen));
        if tree.verdict != Verdict::Pass {
            text.push_str(&details(judgement.hook, tree, screen));
            if let Some(remark) = &tree.remark {
                let _ = writeln!(text, "{}\n", screen.painter.paint(Meaning::Warning, &shown(remark)));
            }
        }
        text.push_str(&not_measured(tree, screen));
    }
    for passed in &judgement.not_judged {
        let line = format!("batuta {}: {} not judged, {}", judgement.hook, passed.name, passed.why);
        let _ = writeln!(text, "{}", shown(&line));
    }
    text.push_str(&ways_on(judgement, screen));
    text
}

/// e.g. `batuta pre-commit: REFUSED, 2 errors in 1 of 3 touched files (index)`.
fn headline(hook: Hook, tree: &TreeJudgement, screen: &Screen) -> String {
    let (word, meaning) = match tree.verdict {
        Verdict::Pass => ("passed", Meaning::Good),
        Verdict::Fail => ("REFUSED", Meaning::Bad),
        Verdict::NotMeasured => ("NOT MEASURED", Meaning::Bad),
    };
    let of_level = |level| tree.findings.iter().filter(|finding| finding.level == level).count();
    let mut found: Vec<String> = Vec::new();
    for (level, one, many) in [(Level::Error, "error", "errors"), (Level::Warning, "warning", "warnings")] {
        let count = of_level(level);
        if count > 0 {
            found.push(counted(count, one, many));
        }
    }
    if found.is_empty() {
        found.push("no findings".to_owned());
    }
    let files = match tree.touched {
        Some(touched) => counted(touched, "touched file", "touched files"),
        None => counted(tree.files, "file", "files"),
    };
    let name =
        if tree.name == tree.tree { tree.name.clone() } else { format!("{}, {}", tree.name, tree.tree) };
    format!(
        "batuta {hook}: {}, {} in {files} ({})\n",
        screen.painter.paint(meaning, word),
        found.join(" and "),
        shown(&name)
    )
}

/// The findings that caused the refusal, and the rules that could not be measured.
fn details(hook: Hook, tree: &TreeJudgement, screen: &Screen) -> String {
    let mut text = String::from("\n");
    let refusing: Vec<&Finding> =
        tree.findings.iter().filter(|finding| finding.level >= tree.fail_on).collect();
    for finding in refusing.iter().take(SHOWN) {
        let place = match finding.location {
            Some(at) => format!("{}:{}:{}", finding.path, at.line, at.column),
            None => finding.path.to_string(),
        };
        let level = screen.painter.paint(Meaning::Bad, finding.level.as_str());
        let rule = format!("[{}]", finding.rule);
        let rule = screen.painter.paint(Meaning::Quiet, &rule);
        let _ = writeln!(text, "{}: {level}: {} {rule}", shown(&place), shown(&finding.message));
        let _ = writeln!(text, "    help: {}", shown(&finding.help));
    }
    let below = tree.findings.len() - refusing.len();
    let mut more = Vec::new();
    if refusing.len() > SHOWN {
        more.push(counted(refusing.len() - SHOWN, "more finding", "more findings"));
    }
    if below > 0 {
        more.push(format!("{} below the level that refuses", counted(below, "finding", "findings")));
    }
    if !more.is_empty() {
        let _ = writeln!(text, "… and {}{}", more.join(", "), where_all_are(hook, tree));
    }
    for rule in &tree.rules_not_measured {
        let word = screen.painter.paint(Meaning::Bad, "not measured");
        let _ = writeln!(text, "{word}: {}: {}", rule.rule, shown(&rule.why));
    }
    text.push('\n');
    text
}

/// How to list all findings, if the reader has access to them.
fn where_all_are(hook: Hook, tree: &TreeJudgement) -> String {
    let revision = tree.tree.strip_prefix("revision ");
    match (hook, revision) {
        (Hook::PreCommit, _) => {
            ": `batuta pmat quality-gate --staged` lists those of the whole index, `batuta pmat hooks run pre-commit --format \
             json` just these"
                .to_owned()
        }
        (Hook::PrePush, Some(revision)) => {
            format!(": `batuta pmat quality-gate --revision {revision}` lists those of the whole tree")
        }
        _ => String::new(),
    }
}

fn not_measured(tree: &TreeJudgement, screen: &Screen) -> String {
    let mut text = String::new();
    for file in tree.not_measured.iter().take(SHOWN) {
        let line = format!("not measured: {}: {}", file.path, file.why);
        let _ = writeln!(text, "{}", screen.painter.paint(Meaning::Warning, &shown(&line)));
    }
    if tree.not_measured.len() > SHOWN {
        let more = counted(tree.not_measured.len() - SHOWN, "more file", "more files");
        let _ = writeln!(text, "… and {more} not measured");
    }
    text
}

/// Ways to resolve a refusal, the best one first.
fn ways_on(judgement: &Judgement, screen: &Screen) -> String {
    let verdict = judgement.verdict();
    if verdict == Verdict::Pass {
        return String::new();
    }
    let refusing = judgement
        .trees
        .iter()
        .flat_map(|tree| tree.findings.iter().filter(move |finding| finding.level >= tree.fail_on));
    let mut ways: Vec<(&str, String)> = Vec::new();
    if let Some(finding) = refusing.into_iter().next() {
        let rule = finding.rule;
        ways.push(("to fix it", format!("do what `help` says; `batuta rules {rule}` says more")));
        ways.push(("to accept it here", format!("write a comment above it: batuta: allow({rule}, \"why\")")));
        ways.extend(ways_for_old_findings(judgement));
        ways.push(("to change the rule", format!("[rules.{rule}] in batuta.toml: limits, level, exclude")));
    } else {
        ways.push(("to go on", "do what is missing, or switch the rule off in batuta.toml".to_owned()));
    }
    if let Some(command) = judgement.hook.way_past() {
        ways.push(("as a last resort", command.to_owned()));
    }
    let width = ways.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, way) in ways {
        let way = screen.painter.paint(Meaning::Command, &way).into_owned();
        let _ = writeln!(text, "{name:width$}  {way}");
    }
    text
}

/// Ways to proceed if the findings are older than the judged change.
fn ways_for_old_findings(judgement: &Judgement) -> Vec<(&'static str, String)> {
    let mut ways = Vec::new();
    let write = "batuta pmat quality-gate --baseline write --accept-new --reason \"why\"";
    match judgement.trees.iter().any(|tree| tree.accepted.is_some()) {
        true => ways.push(("to accept all there is", write.to_owned())),
        false => ways.push((
            "to accept all there is",
            format!("baseline = \"batuta-baseline.json\" under [gate] in batuta.toml, then {write}"),
        )),
    }
    let key = match judgement.hook {
        Hook::PreCommit => "pre-commit",
        Hook::PrePush => "pre-push",
        Hook::PreReceive | Hook::Update => "pre-receive",
        Hook::CommitMsg => return ways,
    };
    if judgement.trees.iter().any(|tree| tree.judged != "new-code") {
        let setting =
            format!("{key} = \"new-code\" under [hooks] in batuta.toml: what is older does not count");
        ways.push(("to judge what is new", setting));
    }
    ways
}

/// The problems of a commit message.
pub fn of_message(file: &Path, message: &str, breaches: &[Breach], screen: &Screen) -> String {
    let mut text = format!(
        "batuta commit-msg: {}, the message does not follow Conventional Commits 1.0.0\n\n",
        screen.painter.paint(Meaning::Bad, "REFUSED")
    );
    let name = file.display().to_string();
    for breach in breaches {
        let place = format!("{name}:{}:{}", breach.line, breach.column);
        let _ = writeln!(text, "{}: {}", shown(&place), shown(&breach.message));
        if let Some(line) = message.lines().nth(breach.line - 1) {
            let _ = writeln!(text, "    | {}", shown(line));
        }
        let _ = writeln!(text, "    help: {}", shown(&breach.help));
    }
    let again = format!("git commit --edit --file={}", shown(&name));
    let _ = writeln!(text, "\nto fix it          {}", screen.painter.paint(Meaning::Command, &again));
    let way = "git commit --no-verify";
    let _ = writeln!(text, "as a last resort   {}", screen.painter.paint(Meaning::Command, way));
    text
}

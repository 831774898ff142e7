//! Our figure under the other tool's definition. The differences are those listed in `docs/metrics.md`.

use super::causes::{code_only, count};
use super::{Metric, Tool, ours::OurFunction};

const LET_ELSE: &str = r"[^}\s]\s*\belse\s*\{";

/// The other tool's expected figure if it differs only in its definition; several values if it is inconsistent.
pub fn by_their_definition(tool: Tool, metric: Metric, ours: &OurFunction) -> Vec<u32> {
    let Some(figure) = ours.figures.get(metric) else {
        return Vec::new();
    };
    if metric != Metric::Cyclomatic {
        return vec![figure];
    }
    let decisions = &ours.facts.decisions;
    let (switches, propagations) = (u32::from(decisions.switches), u32::from(decisions.propagations));
    let code = code_only(&ours.text, ours.language);
    let words = |pattern: &'static str| count(&code, pattern);
    let catches = u32::from(decisions.catches);
    let adjusted = match (tool, ours.language.spec().id) {
        // Every arm counts, none is free; `?` counts, including that of `?Sized`; `let … else` does not.
        (Tool::Rca, "rust") => {
            (figure + switches + propagations + words(r"\?\s*Sized")).saturating_sub(words(LET_ELSE))
        }
        // `with`, `assert` and the `else` of a loop count.
        (Tool::Rca, "python") => figure + words(r"\bwith\b") + words(r"\bassert\b"),
        // `??` does not count.
        (Tool::Rca, "javascript" | "typescript" | "tsx") => figure.saturating_sub(words(r"\?\?")),
        // `?`, `where` and the `||` of a closure without parameters count, `loop` does not.
        (Tool::Lizard, "rust") => {
            let more = words(r"\bwhere\b") + words(r"\?\s*Sized") + words(r"(?:[(,={]|\bmove)\s*\|\|");
            (figure + propagations + more).saturating_sub(words(r"\bloop\b"))
        }
        // `finally` counts.
        (Tool::Lizard, "python") => figure + words(r"\bfinally\b"),
        // `assert` counts.
        (Tool::Radon, _) => figure + words(r"\bassert\b"),
        // `catch` does not count; `?.`, default values and logical assignments do.
        (Tool::EslintSonarjs, _) => (figure + words(r"\?\.[^0-9]")).saturating_sub(catches),
        _ => figure,
    };
    vec![adjusted]
}

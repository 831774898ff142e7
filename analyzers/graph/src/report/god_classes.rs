//! Types that do too much.
//!
//! The detection strategy of Lanza and Marinescu (Object-Oriented Metrics in Practice, 2006, chapter 5): a type whose methods are
//! very complex in sum (WMC ≥ 47), that accesses the attributes of more than a few others (ATFD > 5) and whose methods hardly
//! share attributes (TCC < 1/3). Where cohesion cannot be measured the other two decide, and the report says so. Beside it a
//! strategy from the graph: a very complex type (WMC ≥ 47) that is joined to far more other types and files than types
//! usually are (above Q3 + 3 (Q3 - Q1), Tukey's outer fence, over the types of the tree).

use super::classes::Class;
use facts::model::RepoPath;
use facts::{Measured, RepoFacts};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Reverse;

/// "Very high" weighted method count.
const WMC: u32 = 47;
/// "Few".
const ATFD: usize = 5;
/// "One third".
const TCC: f64 = 1.0 / 3.0;
/// A fence from fewer types says nothing.
const FEWEST_TYPES: usize = 12;

/// The types that do too much, and how types are in this tree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GodClasses {
    /// Number of types with methods.
    pub types: usize,
    /// Neighbours above which a type is joined to far more than usual.
    pub fence: Measured<f64>,
    /// The types that do too much, those with most neighbours first.
    pub found: Vec<GodClass>,
}

/// A type that does too much.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GodClass {
    /// Its qualified name.
    pub name: String,
    /// Its file.
    pub path: RepoPath,
    /// Line of its name.
    pub line: u32,
    /// By which strategy.
    pub signs: Vec<Sign>,
    /// Methods with a body.
    pub methods: usize,
    /// Weighted method count: the sum of their cyclomatic complexity.
    pub wmc: u32,
    /// Access to foreign data: distinct attributes of other objects that it accesses.
    pub atfd: usize,
    /// Tight class cohesion: the part of the pairs of methods that access an attribute in common.
    pub tcc: Measured<f64>,
    /// Other types, and files outside types, that use it or that it uses.
    pub neighbours: usize,
}

/// Why a type is said to do too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "GodClassSign")]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Complex, busy with others' data, not cohesive (Lanza and Marinescu).
    GodClass,
    /// Complex, and joined to far more types and files than usual.
    Hub,
}

pub(super) fn god_classes(repo: &RepoFacts, classes: Vec<Class>) -> GodClasses {
    let fence = fence(&classes);
    let mut found: Vec<GodClass> = classes
        .iter()
        .filter_map(|class| {
            let signs = signs(class, fence);
            (!signs.is_empty()).then(|| named(repo, class, signs)).flatten()
        })
        .collect();
    found.sort_by(|a, b| {
        let key = |class: &GodClass| (Reverse(class.neighbours), Reverse(class.wmc));
        key(a).cmp(&key(b)).then_with(|| (&a.path, a.line, &a.name).cmp(&(&b.path, b.line, &b.name)))
    });
    let fence = fence.map_or_else(
        || Measured::unsupported(format!("fewer than {FEWEST_TYPES} types with methods")),
        Measured::Value,
    );
    GodClasses { types: classes.len(), fence, found }
}

fn signs(class: &Class, fence: Option<f64>) -> Vec<Sign> {
    let mut signs = Vec::new();
    if class.wmc >= WMC {
        if class.atfd > ATFD && class.tcc.is_none_or(|tcc| tcc < TCC) {
            signs.push(Sign::GodClass);
        }
        if fence.is_some_and(|fence| class.neighbours as f64 > fence) {
            signs.push(Sign::Hub);
        }
    }
    signs
}

fn named(repo: &RepoFacts, class: &Class, signs: Vec<Sign>) -> Option<GodClass> {
    let file = repo.files.get(class.file as usize)?;
    let definition = file.data.symbols.as_ref()?.definitions.get(class.definition as usize)?;
    let no_cohesion = if class.methods < 2 {
        "fewer than two methods"
    } else {
        "no attribute is accessed through the receiver"
    };
    Some(GodClass {
        name: definition.qualified_name.clone(),
        path: file.path().clone(),
        line: definition.name_line,
        signs,
        methods: class.methods,
        wmc: class.wmc,
        atfd: class.atfd,
        tcc: class.tcc.map_or_else(|| Measured::unsupported(no_cohesion), Measured::Value),
        neighbours: class.neighbours,
    })
}

/// Tukey's outer fence of the numbers of neighbours, quartiles interpolated linearly.
fn fence(classes: &[Class]) -> Option<f64> {
    if classes.len() < FEWEST_TYPES {
        return None;
    }
    let mut counts: Vec<usize> = classes.iter().map(|class| class.neighbours).collect();
    counts.sort_unstable();
    let quantile = |part: f64| {
        let at = part * (counts.len() - 1) as f64;
        let below = counts[at.floor() as usize] as f64;
        below + (counts[at.ceil() as usize] as f64 - below) * at.fract()
    };
    let (lower, upper) = (quantile(0.25), quantile(0.75));
    Some(upper + 3.0 * (upper - lower))
}

use super::endpoints::{Endpoint, Parameter, ParameterKind};
use crate::problem::Problem;
use crate::query::Query;
use crate::state::{RepositoryView, Snapshot, Trend};
use abilities::Listed;
use facts::Measured;
use facts::model::RepoPath;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Items in an answer by default, and at most.
pub const USUAL_LIMIT: usize = 100;
/// See [`USUAL_LIMIT`].
pub const MOST_ITEMS: usize = 1_000;

/// A request to an endpoint.
pub struct Asked<'a> {
    /// The repository.
    pub view: &'a RepositoryView,
    /// Its snapshot, from which every figure of the answer comes.
    pub snapshot: &'a Snapshot,
    /// The query string, checked against the endpoint's parameters.
    pub query: &'a Query,
    /// Figures of past commits.
    pub trend: &'a dyn Fn() -> Measured<Trend>,
    /// The report of an ability on the snapshot's commit, as JSON, if the snapshot does not have it.
    pub ask: &'a dyn Fn(&'static Listed, Value) -> Result<String, Problem>,
}

/// Which part of a list is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Items left out at the start.
    pub offset: usize,
    /// Items at most.
    pub limit: usize,
}

/// A part of a list.
#[derive(Serialize, JsonSchema)]
pub struct Page<T> {
    total: usize,
    offset: usize,
    limit: usize,
    items: Vec<T>,
}

impl Asked<'_> {
    /// Which part of a list is requested.
    pub fn paging(&self) -> Paging {
        let limit = self.query.number("limit").unwrap_or(USUAL_LIMIT).clamp(1, MOST_ITEMS);
        Paging { offset: self.query.number("offset").unwrap_or(0), limit }
    }

    /// The requested part of a list; only its elements are converted to items.
    pub fn page<S, T>(&self, all: &[S], make: impl Fn(&S) -> T) -> Page<T> {
        let Paging { offset, limit } = self.paging();
        let items = all.iter().skip(offset).take(limit).map(make).collect();
        Page { total: all.len(), offset, limit, items }
    }

    /// The file that the parameter `path` names: by its bytes, or by its displayed form.
    pub fn path(&self) -> Option<RepoPath> {
        let bytes = self.query.bytes("path")?;
        let path = RepoPath::new(bytes);
        if self.snapshot.file(&path).is_some() {
            return Some(path);
        }
        let shown = |file: &&facts::FileRecord| file.path().to_string().as_bytes() == bytes;
        let files = &self.snapshot.facts.files;
        Some(files.iter().find(shown).map_or(path, |file| file.path().clone()))
    }

    /// True for paths under the folder, or of the file, that the parameter `path` names.
    pub fn is_under(&self, path: &RepoPath) -> bool {
        let Some(folder) = self.query.bytes("path") else { return true };
        let folder = folder.strip_suffix(b"/").unwrap_or(folder);
        path.is_under(folder)
    }
}

/// Rejects parameters that the endpoint does not have, and invalid values.
pub fn check(endpoint: &Endpoint, query: &Query) -> Result<(), Problem> {
    let known = || endpoint.parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>().join(", ");
    for name in query.names() {
        if !endpoint.parameters.iter().any(|parameter| parameter.name == name) {
            let known = if endpoint.parameters.is_empty() { "none".to_owned() } else { known() };
            let detail = format!("there is no parameter \"{}\" here; there are: {known}", shown(name));
            return Err(Problem::bad_request(detail));
        }
    }
    endpoint.parameters.iter().try_for_each(|parameter| check_value(parameter, query))
}

fn check_value(parameter: &Parameter, query: &Query) -> Result<(), Problem> {
    let Some(bytes) = query.bytes(parameter.name) else {
        return match parameter.required {
            true => Err(Problem::bad_request(format!("the parameter \"{}\" is needed", parameter.name))),
            false => Ok(()),
        };
    };
    let text = String::from_utf8_lossy(bytes);
    let wrong = |wanted: String| {
        Err(Problem::bad_request(format!("{}={} is not {wanted}", parameter.name, shown(&text))))
    };
    match parameter.kind {
        ParameterKind::Number if text.parse::<usize>().is_err() => wrong("a whole number".to_owned()),
        ParameterKind::Decimal if !text.parse::<f64>().is_ok_and(f64::is_finite) => {
            wrong("a number".to_owned())
        }
        ParameterKind::Flag if !matches!(&*text, "true" | "false") => wrong("true or false".to_owned()),
        ParameterKind::OneOf(words) if !words.contains(&&*text) => {
            wrong(format!("one of {}", words.join(", ")))
        }
        ParameterKind::List(words)
            if !words.is_empty() && text.split(',').any(|word| !words.contains(&word)) =>
        {
            wrong(format!("some of {}, separated by commas", words.join(", ")))
        }
        _ => Ok(()),
    }
}

/// Text from a client, made safe to show: short, and without control characters.
fn shown(text: &str) -> String {
    text.chars().take(100).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

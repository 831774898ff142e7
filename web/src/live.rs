//! Answers questions that no snapshot can answer, by a session on the snapshot's commit. It runs one question at a
//! time, so that it needs the memory of one tree, and no longer than the client waits.

use crate::failure::Failure;
use crate::index::{session, to_open};
use crate::problem::Problem;
use crate::service::Service;
use crate::state::{Repository, Snapshot};
use abilities::{Listed, Watch};
use axum::http::StatusCode;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A question that takes longer is cancelled: it is one for the command line.
const LONGEST: Duration = Duration::from_secs(30);

/// A client that waits for an answer, and for how long.
struct Waiting<'a> {
    service: &'a Service,
    slug: &'a str,
    until: Instant,
}

impl Watch for Waiting<'_> {
    fn remark(&self, text: &str) {
        tracing::warn!(repository = self.slug, "{text}");
    }

    fn cancelled(&self) -> bool {
        Instant::now() > self.until || self.service.indexer.is_stopping()
    }
}

/// The report of an ability on the commit of a snapshot, as JSON.
///
/// # Errors
/// The question cannot be answered, another one is being answered, or it takes too long.
pub fn report(
    service: &Service,
    repository: &Repository,
    snapshot: &Snapshot,
    ability: &'static Listed,
    input: Value,
) -> Result<String, Problem> {
    let unavailable = |why: String| Problem::new(StatusCode::SERVICE_UNAVAILABLE, why);
    let watch = Waiting { service, slug: &repository.slug, until: Instant::now() + LONGEST };
    let answered = service.indexer.apart("a question", || {
        let (session, private) = session(to_open(repository)?, snapshot.commit.id)?;
        let answer = ability.answer_alone(input, &session, &watch);
        Ok(answer.map_err(|error| private.hidden(&error.to_string())))
    });
    match answered {
        Ok(Ok(text)) => Ok(text),
        _ if watch.cancelled() => {
            let command = ability.about.command.join(" ");
            Err(unavailable(format!("it takes too long here; `batuta {command}` takes its time")))
        }
        Ok(Err(why)) => Err(Problem::bad_request(why)),
        Err(broken @ Failure::Broken(_)) => {
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, broken.to_string()))
        }
        Err(why) => Err(unavailable(why.to_string())),
    }
}

//! The abilities as endpoints: one for each ability in the list.

use super::answers;
use super::asked::Asked;
use super::endpoints::{Endpoint, Parameter, SchemaOf, Source};
use super::inputs::{Input, input, inputs};
use crate::problem::Problem;
use crate::query::Query;
use crate::state::TDG_FUNCTIONS;
use abilities::{ABILITIES, About, Listed};
use axum::http::StatusCode;
use facts::Measured;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// An ability as the service offers it.
pub struct Offered {
    ability: &'static Listed,
    inputs: Vec<Input>,
    /// The default input.
    usual: Value,
    /// The answer to the request without parameters, if snapshots have it.
    ready: Option<Ready>,
    /// The name of the answer's type.
    answer: &'static str,
}

/// From a snapshot to an answer.
type Ready = fn(&Asked<'_>) -> Result<Vec<u8>, Problem>;

/// What the service adds to the list's definition of an ability.
struct Own {
    /// Its name in the list.
    id: &'static str,
    /// The last part of its address, if that is older than the list.
    path: Option<&'static str>,
    /// The name of the answer's type, if it does not follow from the address.
    answer: Option<&'static str>,
    /// The answer to the request without parameters.
    ready: Ready,
    /// The input of that request.
    usual: fn() -> Value,
}

const fn own(id: &'static str, ready: Ready) -> Own {
    Own { id, path: None, answer: None, ready, usual: || json!({}) }
}

/// The reports that snapshots hold.
static OWN: &[Own] = &[
    own("complexity", answers::complexity),
    own("dead-code", answers::dead_code),
    Own { path: Some("clones"), answer: Some("DuplicatesAnswer"), ..own("duplicates", answers::clones) },
    Own { usual: || json!({ "communities": true }), ..own("graph", answers::graph) },
    own("hotspots", answers::hotspots),
    Own { path: Some("debt"), ..own("satd", answers::debt) },
    Own { usual: || json!({ "top_functions": TDG_FUNCTIONS }), ..own("tdg", answers::tdg) },
];

/// One endpoint for each ability.
pub fn endpoints() -> Vec<Endpoint> {
    ABILITIES.iter().map(endpoint).collect()
}

fn endpoint(ability: &'static Listed) -> Endpoint {
    let About { id, title, command, .. } = ability.about;
    let own = OWN.iter().find(|own| own.id == id);
    let path = own.and_then(|own| own.path).unwrap_or(id);
    let name = pascal(path);
    let inputs = inputs(ability);
    let parameters: Vec<Parameter> = inputs.iter().map(|input| input.parameter).collect();
    let command: Vec<&str> = ["batuta"].iter().chain(command).copied().collect();
    let offered = Offered {
        ability,
        inputs,
        usual: own.map_or_else(|| json!({}), |own| (own.usual)()),
        ready: own.map(|own| own.ready),
        answer: own.and_then(|own| own.answer).unwrap_or_else(|| format!("{name}Answer").leak()),
    };
    // The table of endpoints is made once and never freed.
    let offered: &'static Offered = Box::leak(Box::new(offered));
    Endpoint {
        path: format!("/repositories/{{slug}}/{path}").leak(),
        id: format!("get{name}").leak(),
        summary: format!("{title}.").leak(),
        command: Some(format!("{} --format json", command.join(" ")).leak()),
        parameters: parameters.leak(),
        schema: SchemaOf::Ability(offered),
        source: Source::Ability(offered),
    }
}

/// `dead-code` as `DeadCode`.
fn pascal(words: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    words.split('-').map(word).collect()
}

impl Offered {
    /// The ability.
    pub fn about(&self) -> &'static About {
        &self.ability.about
    }

    /// Answers from the snapshot if that has the report, else by a session on its commit.
    ///
    /// # Errors
    /// A parameter is wrong, a name does not exist, or the answer cannot be made now.
    pub fn answer(&self, asked: &Asked<'_>) -> Result<Vec<u8>, Problem> {
        if let Some(ready) = self.ready.filter(|_| self.is_ready(asked.query)) {
            return ready(asked);
        }
        let input = input(&self.inputs, asked.query, &self.usual)?;
        let report = match (asked.ask)(self.ability, input) {
            // The request is valid, but the figure is missing, as it would be in a snapshot.
            Err(Problem { status: StatusCode::BAD_REQUEST, detail }) if self.is_plain(asked.query) => {
                answers::missing(detail)?
            }
            report => report?,
        };
        answers::with_report(asked, &report)
    }

    /// True if snapshots have the answer.
    pub fn is_ready(&self, query: &Query) -> bool {
        self.ready.is_some() && self.is_plain(query)
    }

    /// True if the query has only required parameters.
    fn is_plain(&self, query: &Query) -> bool {
        let mut optional = self.inputs.iter().filter(|input| !input.parameter.required);
        optional.all(|input| query.bytes(input.parameter.name).is_none())
    }

    /// A reference to the schema of the answer: the snapshot it is about, and the report of the ability.
    pub fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let report = self.ability.report(generator);
        let missing = generator.subschema_for::<Measured<bool>>().to_value()["anyOf"][1].clone();
        let mut answer = <answers::Report<'static, bool> as JsonSchema>::json_schema(generator).to_value();
        answer["properties"]["report"] = json!({ "anyOf": [report, missing] });
        answer["description"] = json!(format!("{}.", self.about().title));
        generator.definitions_mut().insert(self.answer.to_owned(), answer);
        json_schema!({ "$ref": format!("#{}/{}", generator.settings().definitions_path, self.answer) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ENDPOINTS;
    use std::collections::BTreeSet;

    #[test]
    fn every_ability_is_an_endpoint_and_every_ready_answer_belongs_to_one() {
        let offered: Vec<&str> = ENDPOINTS
            .iter()
            .filter_map(|endpoint| match endpoint.source {
                Source::Ability(offered) => Some(offered.about().id),
                _ => None,
            })
            .collect();
        let all: Vec<&str> = ABILITIES.iter().map(|ability| ability.about.id).collect();
        assert_eq!(offered, all);
        let all: BTreeSet<&str> = all.into_iter().collect();
        assert!(OWN.iter().all(|own| all.contains(own.id)));
    }

    #[test]
    fn nothing_that_is_offered_writes_or_runs_code() {
        for ability in ABILITIES {
            let effect = ability.about.effect;
            assert!(effect.only_reads() && !effect.runs_code(), "{}", ability.about.id);
        }
    }
}

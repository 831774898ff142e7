//! The configuration in force, written as a `batuta.toml` that says the same.

use super::{Config, Layers, Value};
use serde_json::{Map, Value as Json, json};

impl Config {
    /// Every key with its value, in the shape of the file (and of its [`schema`](super::schema)).
    pub fn to_json(&self) -> Json {
        let mut rules = Map::new();
        for (id, settings) in &self.rules {
            let mut table = Map::new();
            table.insert("level".to_owned(), json!(settings.level.map_or("off", |level| level.as_str())));
            table.insert("exclude".to_owned(), json!(settings.exclude.texts()));
            table.extend(settings.options.iter().map(|(key, value)| ((*key).to_owned(), option(value))));
            rules.insert((*id).to_owned(), Json::Object(table));
        }
        let mut config = json!({
            "exclude": { "paths": self.exclude.texts() },
            "limits": { "max-file-size": self.max_file_size },
            "gate": { "fail-on": self.fail_on.as_str(), "baseline": self.baseline },
            "hooks": {
                "pre-commit": self.hooks.pre_commit.as_str(),
                "commit-msg": if self.hooks.conventional_messages { "conventional" } else { "off" },
                "pre-push": self.hooks.pre_push.as_str(),
                "pre-receive": self.hooks.pre_receive.as_str(),
            },
            "rules": rules,
        });
        if let Some(layers) = &self.layers {
            config["layers"] = layers_table(layers);
        }
        config
    }
}

fn option(value: &Value) -> Json {
    match value {
        Value::Integer(number) | Value::Bytes(number) => json!(number),
        Value::Percent(number) => json!(number),
        Value::Flag(flag) => json!(flag),
        Value::Choice(word) => json!(word),
        Value::Patterns(patterns) => json!(patterns.texts()),
        Value::Path(path) => json!(path),
    }
}

fn layers_table(layers: &Layers) -> Json {
    let order: Vec<Vec<&str>> =
        layers.order.iter().map(|layer| layer.iter().map(|entry| entry.text.as_str()).collect()).collect();
    let allow: Vec<Json> = layers
        .allow
        .iter()
        .map(|edge| json!({ "from": edge.from, "to": edge.to, "reason": edge.reason }))
        .collect();
    json!({ "order": order, "allow": allow, "require-all": layers.require_all })
}

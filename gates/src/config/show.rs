//! The configuration in force, written as a `batuta.toml` that says the same.

use super::keys::json_of;
use super::sections::{Exclude, FixedSection, GateSection, Limits};
use super::{Bytes, Config, HookSettings, LayerEntry, Layers, NamedPath};
use serde_json::{Map, Value as Json, json};

impl Config {
    /// Every key with its value, in the shape of the file (and of its [`schema`](super::schema)).
    pub fn to_json(&self) -> Json {
        let rules: Map<String, Json> = self
            .rules
            .iter()
            .map(|(id, settings)| ((*id).to_owned(), Json::Object(settings.to_json())))
            .collect();
        let mut config = Map::new();
        put(&mut config, &Exclude { paths: self.exclude.clone() });
        put(&mut config, &Limits { max_file_size: Bytes(self.max_file_size) });
        let baseline = NamedPath(self.baseline.clone());
        put(&mut config, &GateSection { fail_on: self.fail_on.into(), baseline });
        put::<HookSettings>(&mut config, &self.hooks);
        config.insert("rules".to_owned(), Json::Object(rules));
        if let Some(layers) = &self.layers {
            config.insert("layers".to_owned(), layers_table(layers));
        }
        Json::Object(config)
    }
}

fn put<S: FixedSection>(config: &mut Map<String, Json>, section: &S) {
    config.insert(S::NAME.to_owned(), Json::Object(json_of(section)));
}

fn layers_table(layers: &Layers) -> Json {
    let allow: Vec<Json> = layers
        .allow
        .iter()
        .map(|edge| json!({ "from": edge.from, "to": edge.to, "reason": edge.reason }))
        .collect();
    let mut table =
        json!({ "order": order_of(&layers.order), "allow": allow, "require-all": layers.require_all });
    if !layers.acyclic.is_empty() {
        let folders: Vec<&str> = layers.acyclic.iter().map(|entry| entry.text.as_str()).collect();
        table["acyclic"] = json!(folders);
    }
    if !layers.within.is_empty() {
        // The exceptions of all folders are in the list above, with full paths.
        let own = layers.within.iter().map(|within| {
            let table = json!({ "order": order_of(&within.order), "require-all": within.require_all });
            (within.folder.clone(), table)
        });
        table["within"] = Json::Object(own.collect());
    }
    table
}

fn order_of(order: &[Vec<LayerEntry>]) -> Vec<Vec<&str>> {
    order.iter().map(|layer| layer.iter().map(|entry| entry.text.as_str()).collect()).collect()
}

//! `batuta devices`: the devices found, the measurements and the choices are consistent.

use crate::program::{command, finish, run};
use crate::repository::Tree;
use serde_json::Value;
use std::fs;

fn seconds(choice: &Value) -> Vec<f64> {
    choice["seconds"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect()
}

#[test]
fn devices_are_measured_once_and_every_operation_runs_where_it_is_expected_to_be_fastest() {
    let (tree, cache) = (Tree::folder(&[]), Tree::folder(&[]));
    let devices = |words: &[&str]| {
        let mut command = command(tree.path(), &[&["devices"], words].concat());
        command.env("BATUTA_CACHE_DIR", cache.path());
        finish(command).exits(0)
    };
    let first = devices(&["--format", "json"]).json();
    assert_eq!(first["schema"], "batuta/devices/1");
    let places = first["places"].as_array().expect("a list");
    assert_eq!(first["measured"], places.len());
    assert_eq!((&places[0]["id"], &places[0]["is"]), (&"processor".into(), &"processor".into()));
    for place in places {
        for figure in ["flops", "bytes_per_second", "latency"] {
            assert!(place[figure].as_f64().expect("it was measured") > 0.0, "{place:#}");
        }
        let copied = place["upload_bytes_per_second"].as_f64().is_some();
        assert_eq!(copied, place["is"] != "processor", "main memory is the processor's own");
    }
    // The test machines have a Vulkan driver; cards vary.
    assert!(places.iter().any(|place| place["is"] == "adapter" && place["backend"].is_string()), "{first:#}");
    assert_eq!(first["no_cuda"].is_null(), places.iter().any(|place| place["is"] == "card"), "{first:#}");

    let choices = first["choices"].as_array().expect("a list");
    assert_eq!(choices.len(), 6 * 4);
    for choice in choices {
        let seconds = seconds(choice);
        assert_eq!(seconds.len(), places.len());
        let chosen = places.iter().position(|place| place["id"] == choice["place"]).expect("one of them");
        assert!(seconds.iter().all(|other| seconds[chosen] <= *other), "{choice:#}");
    }

    let mut second = devices(&["--format", "json"]).json();
    assert_eq!(second["measured"], 0, "it is remembered");
    second["measured"] = first["measured"].clone();
    assert_eq!(second, first);
    assert!(cache.join("devices.json").is_file());
    let human = devices(&[]).stdout;
    assert!(human.starts_with("processor: ") && human.contains("adapter 1: "), "{human}");
    assert!(human.contains("No CUDA card: ") || human.contains("card 1: "), "{human}");
    assert!(devices(&["--refresh"]).stdout.contains("Measured now"));

    // If nothing can be stored, it says so and measures.
    fs::remove_file(cache.join("devices.json")).expect("it was written");
    fs::create_dir(cache.join("devices.json")).expect("nothing is there");
    assert!(devices(&[]).stdout.contains("cannot be remembered"));
}

#[test]
fn without_any_driver_the_processor_is_what_there_is() {
    let tree = Tree::folder(&[]);
    let mut command = command(tree.path(), &["devices", "--format", "json"]);
    // The loader looks for drivers only here, and finds none.
    command.env("VK_DRIVER_FILES", tree.path()).env("VK_ICD_FILENAMES", tree.path());
    let report = finish(command).exits(0).json();
    let ids: Vec<&Value> =
        report["places"].as_array().expect("a list").iter().map(|place| &place["id"]).collect();
    assert!(ids[0] == "processor" && ids.iter().all(|id| !id.as_str().expect("text").starts_with("adapter")));
    assert!(
        report["choices"].as_array().expect("a list").iter().all(|choice| choice["place"] != "adapter 1")
    );
}

#[test]
fn devices_takes_no_words() {
    run(Tree::folder(&[]).path(), &["devices", "everything"]).exits(2);
}

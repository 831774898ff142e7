//! The service's output about a hostile repository, on every address of its API, in its badges and its log.

use super::client::request;
use super::security::slug;
use super::server::Server;
use crate::repository::Tree;
use crate::visible_output::{hostile, is_visible};
use serde_json::Value;
use std::fs::{self, File};

#[test]
fn no_answer_and_no_line_of_the_log_holds_what_steers_a_terminal() {
    let tree = hostile::repository();
    let logs = Tree::folder(&[]);
    let log = File::create(logs.join("log")).expect("the folder can be written");
    let server = Server::start_logging(tree.path(), &[], &[], log.into());
    let slug = slug(&server);
    server.await_commit(&slug, &tree.git(&["rev-parse", "HEAD"]));
    let document = server.api("/openapi.json");
    for (path, methods) in document["paths"].as_object().expect("it has paths") {
        let method = methods.as_object().and_then(|methods| methods.keys().next()).expect("there is one");
        if path.ends_with("/events") {
            continue;
        }
        let query = if path.ends_with("/file") { "?path=raw.py" } else { "?folder=%1b%5b2J%c2%9b" };
        let address = format!("{}{query}", path.replace("{slug}", &slug));
        let answer = request(server.address, &method.to_uppercase(), &address, &[], "");
        is_visible(answer.text(), &address);
        assert!(serde_json::from_str::<Value>(answer.text()).is_ok(), "{address}");
    }
    for path in ["", "/files", "/functions", "/findings", "/gate", "/trends", "/commits", "/no%1b%5b2J"] {
        let address = format!("/r/{slug}{path}");
        is_visible(server.get(&address).text(), &address);
    }
    is_visible(server.get(&format!("/badge/{slug}/gate.svg")).text(), "badge");
    server.terminate();
    let log = fs::read(logs.join("log")).expect("it is there");
    is_visible(&String::from_utf8(log).expect("the log is text"), "log");
}

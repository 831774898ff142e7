//! Input from clients of the service: the path of a page, the query, the search, the host of a webhook.
#![no_main]

use libfuzzer_sys::fuzz_target;
use web::api::{ENDPOINTS, check};
use web::pages::{Address, Query, address::decoded};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (path, query) = text.split_once('?').unwrap_or((text, text));
    let query = Query::parse(query);
    for endpoint in ENDPOINTS {
        let _ = check(endpoint, &query);
    }
    if let Some(address) = Address::parse(path) {
        let _ = address.with("slug", &query);
    }
    let _ = (decoded(path), search::Query::parse(text), egress::Target::parse(text));
});

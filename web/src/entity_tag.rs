//! Entity tags: they tell a client whether the bytes it has are still current.

use axum::http::HeaderValue;
use xxhash_rust::xxh3::xxh3_128;

/// The entity tag of these bytes.
pub fn entity_tag(body: &[u8]) -> HeaderValue {
    let tag = format!("\"{:032x}\"", xxh3_128(body));
    HeaderValue::from_str(&tag).expect("hexadecimal digits in quotation marks")
}

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri, header};

/// True for a request that another site's page made a browser send. The browser adds the cookies of our own pages, so
/// the request must not change anything. Browsers name the origin of a request in `Sec-Fetch-Site`, older ones in
/// `Origin`. Other programs send neither header, and no cookie. Nobody sends one of them twice: it would be unclear which
/// counts.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let is_repeated = |name: &str| headers.get_all(name).iter().nth(1).is_some();
    if is_repeated("sec-fetch-site") || is_repeated("origin") {
        return true;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return headers.contains_key(header::COOKIE) && !same(headers.get(header::REFERER), headers);
    };
    !same(Some(origin), headers)
}

/// True if the address has this host and port.
fn same(address: Option<&HeaderValue>, headers: &HeaderMap) -> bool {
    let address = address.and_then(|address| address.to_str().ok()).and_then(|text| text.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    match (address.as_ref().and_then(Uri::authority), host) {
        (Some(address), Some(host)) => address.as_str().eq_ignore_ascii_case(host.as_str()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_elsewhere(headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert(header::HOST, HeaderValue::from_static("localhost:8617"));
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        is_from_elsewhere(&map)
    }

    #[test]
    fn browsers_tell_where_a_request_comes_from() {
        assert!(!from_elsewhere(&[("sec-fetch-site", "same-origin")]));
        assert!(!from_elsewhere(&[("sec-fetch-site", "none")]));
        assert!(from_elsewhere(&[("sec-fetch-site", "cross-site")]));
        // Another port or subdomain counts as another site.
        assert!(from_elsewhere(&[("sec-fetch-site", "same-site")]));
        assert!(from_elsewhere(&[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8617")]));
    }

    #[test]
    fn older_browsers_send_the_origin() {
        assert!(!from_elsewhere(&[("origin", "http://localhost:8617")]));
        assert!(!from_elsewhere(&[("origin", "https://LOCALHOST:8617")]));
        for origin in
            ["http://evil.example", "http://localhost:9999", "null", "", "http://localhost:8617.evil.example"]
        {
            assert!(from_elsewhere(&[("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn repeated_headers_are_not_believed() {
        for (name, value) in [("origin", "http://localhost:8617"), ("sec-fetch-site", "same-origin")] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost:8617"));
            headers.append(name, HeaderValue::from_static(value));
            assert!(!is_from_elsewhere(&headers), "{name}");
            headers.append(name, HeaderValue::from_static(value));
            assert!(is_from_elsewhere(&headers), "{name}");
        }
    }

    #[test]
    fn programs_send_neither_and_no_cookie() {
        assert!(!from_elsewhere(&[]));
        assert!(!from_elsewhere(&[("authorization", "Bearer x")]));
        assert!(from_elsewhere(&[("cookie", "batuta_session=x")]));
        assert!(!from_elsewhere(&[
            ("cookie", "batuta_session=x"),
            ("referer", "http://localhost:8617/login")
        ]));
        assert!(from_elsewhere(&[
            ("cookie", "batuta_session=x"),
            ("referer", "http://evil.example/localhost:8617")
        ]));
    }
}

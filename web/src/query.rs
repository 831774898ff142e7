//! What is after the question mark of an address. Values are bytes: names of files need not be UTF-8.

use crate::percent::{decoded, encoded};

/// Names and values, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, Vec<u8>)>,
}

/// More of them are not read.
const MOST_PAIRS: usize = 50;

impl Query {
    /// Reads a query as browsers write it. What is not well-formed is left out.
    pub fn parse(text: &str) -> Query {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let plain = |text: &str| decoded(&text.replace('+', "%20"));
            Some((String::from_utf8(plain(name)?).ok()?, plain(value)?))
        };
        let parts = text.split('&').filter(|part| !part.is_empty());
        Query { pairs: parts.take(MOST_PAIRS).filter_map(pair).collect() }
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// The bytes of a value; of several the first. An empty one counts as none.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        let found = self.pairs.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_slice()).filter(|value| !value.is_empty())
    }

    /// A value that is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.bytes(name).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// A value that is a number.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }

    /// The same with another value; without it when that is empty.
    #[must_use]
    pub fn with(&self, name: &str, value: impl AsRef<[u8]>) -> Query {
        let value = value.as_ref();
        let mut pairs = self.pairs.clone();
        pairs.retain(|(own, _)| own != name);
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Query { pairs }
    }

    /// The same without some values.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Query {
        let kept = self.pairs.iter().filter(|(own, _)| !names.contains(&own.as_str()));
        Query { pairs: kept.cloned().collect() }
    }

    /// As it is in an address, without the question mark.
    pub fn written(&self) -> String {
        let pairs = self.pairs.iter();
        let pairs: Vec<String> =
            pairs.map(|(name, value)| format!("{}={}", encoded(name.as_bytes()), encoded(value))).collect();
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_read_as_browsers_write_them() {
        let query = Query::parse("q=a+b%2Bc&level=&sort=lines&path=%FFx&bad=%z&sort=other&page=3");
        assert_eq!(query.text("q"), Some("a b+c"));
        assert_eq!(query.text("level"), None);
        assert_eq!(query.text("sort"), Some("lines"));
        assert_eq!(query.bytes("path"), Some(&b"\xFFx"[..]));
        assert_eq!(query.text("path"), None);
        assert_eq!(query.number("page"), Some(3));
        assert_eq!(query.bytes("bad"), None);
    }

    #[test]
    fn values_are_replaced_and_removed() {
        let query = Query::parse("a=1&b=2");
        assert_eq!(query.with("a", "3").written(), "b=2&a=3");
        assert_eq!(query.with("b", "").written(), "a=1");
        assert_eq!(query.without(&["a", "b"]).written(), "");
    }

    proptest! {
        #[test]
        fn every_value_comes_back_as_it_was(value in prop::collection::vec(any::<u8>(), 1..30)) {
            let query = Query::default().with("n&=", &value);
            prop_assert_eq!(Query::parse(&query.written()), query);
        }
    }
}

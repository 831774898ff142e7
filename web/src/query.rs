//! The query of an address. Values are bytes, since file names need not be UTF-8.

use crate::percent::{decoded, encoded};

/// Names and values, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, Vec<u8>)>,
}

/// Any further pairs are ignored.
const MOST_PAIRS: usize = 50;

impl Query {
    /// Parses a query in the format that browsers send. Malformed pairs are dropped.
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

    /// The bytes of a value, or of the first one if there are several. An empty value counts as absent.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        let found = self.pairs.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_slice()).filter(|value| !value.is_empty())
    }

    /// The value, if it is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.bytes(name).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The value, if it is a number.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.text(name)?.parse().ok()
    }

    /// The query with a value replaced, or removed if the new value is empty.
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

    /// The query without some values.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Query {
        let kept = self.pairs.iter().filter(|(own, _)| !names.contains(&own.as_str()));
        Query { pairs: kept.cloned().collect() }
    }

    /// The query as text, without the question mark.
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

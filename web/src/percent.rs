//! Percent-encoding and decoding. File names are bytes. Every byte other than a letter, a digit or one of `-._~` is
//! encoded, so every name has an address, even if it is not UTF-8.

/// Encodes bytes for an address.
pub fn encoded(bytes: &[u8]) -> String {
    encode(bytes, false)
}

/// Encodes a path and keeps the slashes between folders. A client would resolve a `.` or `..` segment, but Git has no
/// such names.
pub fn encoded_path(bytes: &[u8]) -> String {
    encode(bytes, true)
}

fn encode(bytes: &[u8], keep_slashes: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(*byte))
            }
            b'/' if keep_slashes => text.push('/'),
            byte => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                text.push('%');
                text.push(char::from(DIGITS[usize::from(byte >> 4)]));
                text.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    text
}

/// Decodes a part of an address. `None` if it has a stray percent sign.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match byte {
            b'%' => {
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_whole_escapes_are_read() {
        assert_eq!(decoded("a%20b/c"), Some(b"a b/c".to_vec()));
        for wrong in ["%", "%2", "%zz", "a%2"] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
        assert_eq!(encoded(b"a b/c"), "a%20b%2Fc");
        assert_eq!(encoded_path(b"a b/c"), "a%20b/c");
    }

    proptest! {
        #[test]
        fn all_bytes_come_back_as_they_were(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(decoded(&encoded(&bytes)), Some(bytes.clone()));
            prop_assert_eq!(decoded(&encoded_path(&bytes)), Some(bytes));
        }
    }
}

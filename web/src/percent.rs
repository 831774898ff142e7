//! Percent-encoding, both ways. Names of files are bytes: whatever is not a letter, digit or one of `-._~` is encoded byte by byte, so
//! that every name has an address, also one that is not UTF-8.

/// Bytes as a part of an address.
pub fn encoded(bytes: &[u8]) -> String {
    encode(bytes, false)
}

/// The same, the slashes between folders left as they are. A part that is `.` or `..` would be resolved away by the client,
/// but Git has no such names.
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

/// The bytes that a part of an address stands for; none for a stray percent sign.
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

//! The ends of text blocks: here-documents, block scalars, quotes with a tag.

/// A here-document whose text begins on the next line.
pub(super) struct HereDocument {
    word: Vec<u8>,
}

/// Longest closing word or tag.
const LONGEST_TAG: usize = 128;
/// Longest code span.
const LONGEST_SPAN: usize = 4096;

/// The here-document that `<<` at `at` begins, and the end of its head. Its word consists of letters, optionally in
/// quotes: `<<EOF`, `<<-EOF`, `<<~EOF`, `<<"EOF"`.
pub(super) fn heredoc(bytes: &[u8], at: usize) -> Option<(HereDocument, usize)> {
    let mut start = at + 2;
    if matches!(bytes.get(start), Some(b'-' | b'~')) {
        start += 1;
    }
    let quote = bytes.get(start).copied().filter(|b| matches!(b, b'"' | b'\''));
    start += usize::from(quote.is_some());
    let length = word_length(&bytes[start.min(bytes.len())..]);
    let begins = bytes.get(start).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    let end = start + length;
    if !begins || length > LONGEST_TAG || quote.is_some() && bytes.get(end) != quote.as_ref() {
        return None;
    }
    Some((HereDocument { word: bytes[start..end].to_vec() }, end + usize::from(quote.is_some())))
}

/// The end of the here-documents whose texts begin at `at`; each is closed by a line with its word.
pub(super) fn end_of_heredocs(bytes: &[u8], at: usize, heredocs: &[HereDocument]) -> usize {
    let mut at = at;
    for heredoc in heredocs {
        loop {
            let end = end_of_line(bytes, at);
            let line = bytes[at..end].trim_ascii();
            at = (end + 1).min(bytes.len());
            if line == heredoc.word || at == bytes.len() {
                break;
            }
        }
    }
    at
}

/// The end of `[[…]]` or `[==[…]==]` at `at`.
pub(super) fn end_of_long_bracket(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?.strip_prefix(b"[")?;
    let signs = rest.iter().take(LONGEST_TAG).take_while(|b| **b == b'=').count();
    if rest.get(signs) != Some(&b'[') {
        return None;
    }
    let closing = [&b"]"[..], &vec![b'='; signs], b"]"].concat();
    Some(end_after(bytes, at + signs + 2, &closing))
}

/// The end of `$$…$$` or `$tag$…$tag$` at `at`; none if it is not closed.
pub(super) fn end_of_dollar_quotes(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at + 1..];
    let length = word_length(rest);
    let is_number = rest[..length].first().is_some_and(u8::is_ascii_digit);
    let in_word = at > 0 && is_word(bytes[at - 1]);
    if length > LONGEST_TAG || is_number || in_word || rest.get(length) != Some(&b'$') {
        return None;
    }
    let start = at + length + 2;
    Some(end_after(bytes, start, &bytes[at..start]))
}

/// The end of `q'[…]'` at `at`, after its chosen sign and a quote: Oracle's SQL, also with `n` before it.
pub(super) fn end_of_chosen_quotes(bytes: &[u8], at: usize) -> Option<usize> {
    let begins = |at: usize| at == 0 || !is_word(bytes[at - 1]);
    let national = at > 0 && bytes[at - 1].eq_ignore_ascii_case(&b'n') && begins(at - 1);
    if bytes.get(at + 1) != Some(&b'\'') || !(begins(at) || national) {
        return None;
    }
    let closing = match *bytes.get(at + 2)? {
        b'[' => b']',
        b'(' => b')',
        b'{' => b'}',
        b'<' => b'>',
        sign if sign.is_ascii_punctuation() && sign != b'\'' => sign,
        _ => return None,
    };
    Some(end_after(bytes, at + 3, &[closing, b'\'']))
}

/// The end of `url(…)` without quotes at `at`: after its bracket, or at the end of the line.
pub(super) fn end_of_url(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let is_url = rest.len() > 4 && rest[..4].eq_ignore_ascii_case(b"url(");
    if !is_url || at > 0 && is_word(bytes[at - 1]) {
        return None;
    }
    let inside = &rest[4..];
    if inside.trim_ascii_start().first().is_some_and(|b| matches!(b, b'"' | b'\'')) {
        return None;
    }
    let length = inside.iter().position(|b| matches!(b, b')' | b'\n')).unwrap_or(inside.len());
    Some(at + 4 + length)
}

/// The end of a code span: the next run of the same number of backticks within the paragraph; none if it is not closed.
pub(super) fn end_of_code_span(bytes: &[u8], at: usize) -> Option<usize> {
    let run = |at: usize| bytes[at..].iter().take_while(|b| **b == b'`').count();
    let length = run(at);
    let mut now = at + length;
    let mut blank = false;
    let last = bytes.len().min(now + LONGEST_SPAN);
    while now < last {
        match bytes[now] {
            b'`' => {
                let found = run(now);
                if found == length {
                    return Some(now + found);
                }
                now += found;
                blank = false;
                continue;
            }
            b'\n' if blank => break,
            b'\n' => blank = true,
            byte if !byte.is_ascii_whitespace() => blank = false,
            _ => {}
        }
        now += 1;
    }
    // Skip the whole run, so that each of its backticks is looked at only once.
    Some(at + length)
}

/// The end of PowerShell's `@"` … `"@` at `at`: the opening is at the end of its line, the closing at the start of one.
pub(super) fn end_of_here_string(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at + 1).filter(|b| matches!(b, b'"' | b'\''))?;
    let behind = bytes[at + 2..].iter().position(|b| *b == b'\n' || !b.is_ascii_whitespace());
    let line = behind.map(|found| at + 2 + found).filter(|line| bytes[*line] == b'\n')?;
    let mut start = line + 1;
    while start < bytes.len() {
        if bytes[start..].starts_with(&[quote, b'@']) {
            return Some(start + 2);
        }
        start = end_of_line(bytes, start) + 1;
    }
    Some(bytes.len())
}

/// The end of fenced code whose first line begins at `at`.
pub(super) fn fenced(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let fence = |start: usize, end: usize| {
        let line = &bytes[start..end];
        let text = line.trim_ascii_start();
        let sign = *text.first().filter(|b| matches!(b, b'`' | b'~'))?;
        let length = text.iter().take_while(|b| **b == sign).count();
        let closes = text[length..].iter().all(u8::is_ascii_whitespace);
        (length >= 3 && line.len() - text.len() <= 3).then_some((sign, length, closes, text))
    };
    let first = end_of_line(bytes, at);
    let (sign, length, _, text) = fence(at, first)?;
    if sign == b'`' && text[length..].contains(&b'`') {
        return None;
    }
    let mut start = first + 1;
    while start < bytes.len() {
        let end = end_of_line(bytes, start);
        if let Some((also, run, true, _)) = fence(start, end)
            && also == sign
            && run >= length
        {
            return Some((at, (end + 1).min(bytes.len())));
        }
        start = end + 1;
    }
    Some((at, bytes.len()))
}

/// The block scalar whose head is the line that begins at `at`: the ends of its head and of its text. YAML 1.2.2, 8.1.
pub(super) fn yaml_scalar(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let line_end = end_of_line(bytes, at);
    let line = &bytes[at..line_end];
    let indent = scalar_parent_indent(line)?;
    let head = (line_end + 1).min(bytes.len());
    let mut end = head;
    let mut start = head;
    while start < bytes.len() {
        let line_end = end_of_line(bytes, start);
        let text = &bytes[start..line_end];
        let blanks = text.iter().take_while(|b| **b == b' ').count();
        let is_blank = text.iter().all(u8::is_ascii_whitespace);
        let ends_document = text.starts_with(b"---") || text.starts_with(b"...");
        let inside = blanks as isize > indent && !(indent < 0 && ends_document);
        if !is_blank && !inside {
            break;
        }
        start = (line_end + 1).min(bytes.len());
        if !is_blank {
            end = start;
        }
    }
    Some((head, end))
}

/// Columns before the key (or the dash) whose value is a block scalar announced by this line; -1 for a document.
fn scalar_parent_indent(line: &[u8]) -> Option<isize> {
    // The head is at the end of the line, apart from a comment.
    let code = match line.windows(2).position(|pair| pair[0].is_ascii_whitespace() && pair[1] == b'#') {
        Some(comment)
            if line[..comment].trim_ascii_end().ends_with(b"|") || ends_in_indicator(&line[..comment]) =>
        {
            &line[..comment]
        }
        _ => line,
    };
    let code = code.trim_ascii_end();
    let word = code.rsplit(|b| b.is_ascii_whitespace()).next()?;
    if !is_scalar_head(word) {
        return None;
    }
    let before = code[..code.len() - word.len()].trim_ascii_end();
    let first = line.iter().position(|b| *b != b' ').unwrap_or(0);
    if code[first..].starts_with(b"#") {
        return None;
    }
    let mut column = first;
    let mut parent = -1;
    // Dashes of sequences, and the mark of a multi-line key.
    while matches!(code.get(column), Some(b'-' | b'?')) && code.get(column + 1).is_some_and(|b| *b == b' ') {
        parent = column as isize;
        column += 1;
        column += code[column..].iter().take_while(|b| **b == b' ').count();
    }
    if column >= before.len() {
        return Some(parent);
    }
    if before.starts_with(b"---") && !before.contains(&b':') {
        return Some(-1);
    }
    // After a key with its colon, ignoring tags and anchors.
    let mut words = before[column..].rsplit(|b| b.is_ascii_whitespace());
    let last = words.find(|word| !word.is_empty() && !matches!(word[0], b'!' | b'&'));
    match last {
        Some(word) if word.ends_with(b":") => Some(column as isize),
        None => Some(parent),
        Some(_) => None,
    }
}

fn ends_in_indicator(code: &[u8]) -> bool {
    code.trim_ascii_end().rsplit(|b| b.is_ascii_whitespace()).next().is_some_and(is_scalar_head)
}

/// `|`, `>`, with optional signs for the indentation and the final line breaks.
fn is_scalar_head(word: &[u8]) -> bool {
    matches!(word.first(), Some(b'|' | b'>'))
        && word.len() <= 3
        && word[1..].iter().all(|b| matches!(b, b'+' | b'-' | b'1'..=b'9'))
}

/// The position after the next `closing` from `at` on, or the end of the text.
pub(super) fn end_after(bytes: &[u8], at: usize, closing: &[u8]) -> usize {
    bstr::ByteSlice::find(&bytes[at.min(bytes.len())..], closing)
        .map_or(bytes.len(), |found| at + found + closing.len())
}

/// The position of the line break after `at`, or the end of the text.
pub(super) fn end_of_line(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\n')).map_or(bytes.len(), |n| at + n)
}

fn word_length(text: &[u8]) -> usize {
    text.iter().take_while(|b| is_word(**b)).count()
}

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

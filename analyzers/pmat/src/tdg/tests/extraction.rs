//! An overlong function in several languages, as it is and with one helper taken out of it.

use super::{Metric, card, points, with_scores};
use crate::tdg::TdgOptions;

/// Before and after.
pub const PYTHON: (&str, &str) = (
    "\
def read_settings(lines, known, strict):
    settings = {}
    section = None
    problems = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith('#'):
            continue
        if text.startswith('['):
            if not text.endswith(']'):
                problems.append((number, 'unclosed section'))
                continue
            section = text[1:-1]
            settings.setdefault(section, {})
            continue
        if '=' not in text:
            problems.append((number, 'no value'))
            continue
        key, value = text.split('=', 1)
        key = key.strip()
        value = value.strip()
        if section is None:
            problems.append((number, 'outside of a section'))
        elif strict and key not in known:
            problems.append((number, 'unknown key'))
        elif value.startswith('\"'):
            if value.endswith('\"') and len(value) > 1:
                settings[section][key] = value[1:-1]
            else:
                problems.append((number, 'unclosed quote'))
        elif value in ('true', 'false'):
            settings[section][key] = value == 'true'
        else:
            settings[section][key] = value
    return settings, problems
",
    "\
def read_settings(lines, known, strict):
    settings = {}
    section = None
    problems = []
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith('#'):
            continue
        if text.startswith('['):
            if not text.endswith(']'):
                problems.append((number, 'unclosed section'))
                continue
            section = text[1:-1]
            settings.setdefault(section, {})
            continue
        if '=' not in text:
            problems.append((number, 'no value'))
            continue
        key, value = text.split('=', 1)
        key = key.strip()
        value = value.strip()
        if section is None:
            problems.append((number, 'outside of a section'))
        elif strict and key not in known:
            problems.append((number, 'unknown key'))
        else:
            problem = _set_value(settings[section], key, value)
            if problem:
                problems.append((number, problem))
    return settings, problems


def _set_value(section, key, value):
    if value.startswith('\"'):
        if not value.endswith('\"') or len(value) < 2:
            return 'unclosed quote'
        section[key] = value[1:-1]
    elif value in ('true', 'false'):
        section[key] = value == 'true'
    else:
        section[key] = value
    return None
",
);

pub const JAVASCRIPT: (&str, &str) = (
    "\
function route(request, table, fallback) {
  const path = request.url.split('?')[0];
  const query = {};
  const start = request.url.indexOf('?');
  if (start >= 0) {
    for (const pair of request.url.slice(start + 1).split('&')) {
      if (pair === '') {
        continue;
      }
      const at = pair.indexOf('=');
      if (at < 0) {
        query[decodeURIComponent(pair)] = true;
      } else {
        const key = decodeURIComponent(pair.slice(0, at));
        const value = decodeURIComponent(pair.slice(at + 1));
        if (key in query) {
          if (!Array.isArray(query[key])) {
            query[key] = [query[key]];
          }
          query[key].push(value);
        } else {
          query[key] = value;
        }
      }
    }
  }
  for (const entry of table) {
    if (entry.method !== request.method && entry.method !== '*') {
      continue;
    }
    const match = entry.pattern.exec(path);
    if (match) {
      return entry.handler(request, query, match.groups || {});
    }
  }
  return fallback(request, query);
}
",
    "\
function route(request, table, fallback) {
  const path = request.url.split('?')[0];
  const query = parseQuery(request.url);
  for (const entry of table) {
    if (entry.method !== request.method && entry.method !== '*') {
      continue;
    }
    const match = entry.pattern.exec(path);
    if (match) {
      return entry.handler(request, query, match.groups || {});
    }
  }
  return fallback(request, query);
}

function parseQuery(url) {
  const query = {};
  const start = url.indexOf('?');
  if (start >= 0) {
    for (const pair of url.slice(start + 1).split('&')) {
      if (pair === '') {
        continue;
      }
      const at = pair.indexOf('=');
      if (at < 0) {
        query[decodeURIComponent(pair)] = true;
      } else {
        const key = decodeURIComponent(pair.slice(0, at));
        const value = decodeURIComponent(pair.slice(at + 1));
        if (key in query) {
          if (!Array.isArray(query[key])) {
            query[key] = [query[key]];
          }
          query[key].push(value);
        } else {
          query[key] = value;
        }
      }
    }
  }
  return query;
}
",
);

const RUST: (&str, &str) = (
    "\
/// Words and numbers of a line, and where it goes wrong.
pub fn tokens(line: &str) -> Result<Vec<Token>, usize> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let start = at;
            while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                at += 1;
            }
            found.push(Token::Word(line[start..at].to_owned()));
        } else if byte.is_ascii_digit() || byte == b'-' {
            let start = at;
            at += 1;
            let mut dots = 0;
            while at < bytes.len() && (bytes[at].is_ascii_digit() || bytes[at] == b'.') {
                if bytes[at] == b'.' {
                    dots += 1;
                    if dots > 1 {
                        return Err(at);
                    }
                }
                at += 1;
            }
            match line[start..at].parse() {
                Ok(number) => found.push(Token::Number(number)),
                Err(_) => return Err(start),
            }
        } else {
            return Err(at);
        }
    }
    Ok(found)
}
",
    "\
/// Words and numbers of a line, and where it goes wrong.
pub fn tokens(line: &str) -> Result<Vec<Token>, usize> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            let start = at;
            while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                at += 1;
            }
            found.push(Token::Word(line[start..at].to_owned()));
        } else if byte.is_ascii_digit() || byte == b'-' {
            let end = number_end(bytes, at)?;
            found.push(Token::Number(line[at..end].parse().map_err(|_| at)?));
            at = end;
        } else {
            return Err(at);
        }
    }
    Ok(found)
}

fn number_end(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let mut at = start + 1;
    let mut dots = 0;
    while at < bytes.len() && (bytes[at].is_ascii_digit() || bytes[at] == b'.') {
        if bytes[at] == b'.' {
            dots += 1;
            if dots > 1 {
                return Err(at);
            }
        }
        at += 1;
    }
    Ok(at)
}
",
);

const C: (&str, &str) = (
    "\
int count_words(const char *text, int length, struct totals *totals)
{
	int inside = 0;
	int start = 0;
	for (int at = 0; at <= length; at++) {
		char c = at < length ? text[at] : ' ';
		if (c == '\\n') {
			totals->lines++;
		}
		if (c == ' ' || c == '\\t' || c == '\\n') {
			if (inside) {
				int size = at - start;
				totals->words++;
				if (size > totals->longest) {
					totals->longest = size;
				}
				if (size < 4) {
					totals->small++;
				} else if (size < 8) {
					totals->middle++;
				} else {
					totals->large++;
				}
				for (int i = start; i < at; i++) {
					if (text[i] >= '0' && text[i] <= '9') {
						totals->with_digits++;
						break;
					}
				}
			}
			inside = 0;
		} else if (!inside) {
			inside = 1;
			start = at;
		}
	}
	return totals->words;
}
",
    "\
static void count_word(const char *text, int size, struct totals *totals)
{
	totals->words++;
	if (size > totals->longest) {
		totals->longest = size;
	}
	if (size < 4) {
		totals->small++;
	} else if (size < 8) {
		totals->middle++;
	} else {
		totals->large++;
	}
	for (int i = 0; i < size; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			totals->with_digits++;
			break;
		}
	}
}

int count_words(const char *text, int length, struct totals *totals)
{
	int inside = 0;
	int start = 0;
	for (int at = 0; at <= length; at++) {
		char c = at < length ? text[at] : ' ';
		if (c == '\\n') {
			totals->lines++;
		}
		if (c == ' ' || c == '\\t' || c == '\\n') {
			if (inside) {
				count_word(text + start, at - start, totals);
			}
			inside = 0;
		} else if (!inside) {
			inside = 1;
			start = at;
		}
	}
	return totals->words;
}
",
);

const GO: (&str, &str) = (
    "\
package ledger

// Post applies entries to accounts.
func Post(accounts map[string]int, entries []Entry, limit int) (int, error) {
	posted := 0
	for _, entry := range entries {
		if entry.Amount == 0 {
			continue
		}
		if entry.From == entry.To {
			return posted, fmt.Errorf(\"entry %d goes nowhere\", entry.ID)
		}
		if entry.Amount < 0 {
			entry.From, entry.To = entry.To, entry.From
			entry.Amount = -entry.Amount
		}
		balance, known := accounts[entry.From]
		if !known {
			return posted, fmt.Errorf(\"no account %s\", entry.From)
		}
		if balance-entry.Amount < -limit {
			if entry.Force {
				entry.Notes = append(entry.Notes, \"over the limit\")
			} else {
				return posted, fmt.Errorf(\"entry %d is over the limit\", entry.ID)
			}
		}
		accounts[entry.From] = balance - entry.Amount
		accounts[entry.To] += entry.Amount
		for _, note := range entry.Notes {
			if strings.HasPrefix(note, \"!\") {
				log.Printf(\"entry %d: %s\", entry.ID, note)
			}
		}
		posted++
	}
	return posted, nil
}
",
    "\
package ledger

// Post applies entries to accounts.
func Post(accounts map[string]int, entries []Entry, limit int) (int, error) {
	posted := 0
	for _, entry := range entries {
		if entry.Amount == 0 {
			continue
		}
		if err := postOne(accounts, entry, limit); err != nil {
			return posted, err
		}
		posted++
	}
	return posted, nil
}

func postOne(accounts map[string]int, entry Entry, limit int) error {
	if entry.From == entry.To {
		return fmt.Errorf(\"entry %d goes nowhere\", entry.ID)
	}
	if entry.Amount < 0 {
		entry.From, entry.To = entry.To, entry.From
		entry.Amount = -entry.Amount
	}
	balance, known := accounts[entry.From]
	if !known {
		return fmt.Errorf(\"no account %s\", entry.From)
	}
	if balance-entry.Amount < -limit {
		if entry.Force {
			entry.Notes = append(entry.Notes, \"over the limit\")
		} else {
			return fmt.Errorf(\"entry %d is over the limit\", entry.ID)
		}
	}
	accounts[entry.From] = balance - entry.Amount
	accounts[entry.To] += entry.Amount
	for _, note := range entry.Notes {
		if strings.HasPrefix(note, \"!\") {
			log.Printf(\"entry %d: %s\", entry.ID, note)
		}
	}
	return nil
}
",
);

#[test]
fn taking_a_helper_out_of_an_overlong_function_raises_the_score() {
    for (path, (before, after)) in
        [("a.py", PYTHON), ("a.js", JAVASCRIPT), ("src/a.rs", RUST), ("a.c", C), ("a.go", GO)]
    {
        let (before_card, after_card) = (card(&[(path, before)]), card(&[(path, after)]));
        assert!(
            after_card.score > before_card.score,
            "{path}: {} to {}",
            before_card.score,
            after_card.score
        );
        for metric in [Metric::Structural, Metric::Semantic] {
            let (before, after) = (points(&before_card, metric), points(&after_card, metric));
            assert!(after > before, "{path}: {metric} {before} to {after}");
        }
        let worst = |text: &str| {
            with_scores(&[(path, text)], |scored| {
                scored.report(&TdgOptions::default()).functions[0].card.score
            })
        };
        assert!(worst(after) > worst(before), "{path}: the function itself");
    }
}

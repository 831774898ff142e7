//! Dates as numbers: days since 1970-01-01, UTC, in the proleptic Gregorian calendar.
//!
//! Source of the calendar arithmetic: H. Hinnant, "chrono-compatible low-level date algorithms", 2013.

const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// Days since 1970-01-01, UTC, of a date in ISO 8601: `2024-02-29`, also with slashes. A time may follow after a `T` or
/// a space, `18:30`, `18:30:15` or `18:30:15.25`, and then `Z` or an offset, for example `+02:00`. A time without an
/// offset counts as UTC.
pub(crate) fn days(text: &str) -> Option<f64> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let whole = calendar_days(date)?;
    let seconds = time.map_or(Some(0.0), seconds)?;
    Some(whole as f64 + seconds / SECONDS_OF_A_DAY)
}

/// As [`days`], and also dates without separators: `20240229`.
pub(crate) fn declared_days(text: &str) -> Option<f64> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return day_of(number(&text[..4])?, number(&text[4..6])?, number(&text[6..])?)
            .map(|days| days as f64);
    }
    days(text)
}

/// The date of a day, with the time if there is one.
pub(crate) fn iso(days: f64) -> String {
    let (whole, rest) = (days.floor(), days - days.floor());
    let (year, month, day) = civil(whole as i64);
    // Rounded to milliseconds, but capped so that the time stays within the same day.
    let milliseconds = ((rest * SECONDS_OF_A_DAY * 1000.0).round() as i64).min(86_399_999);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if milliseconds == 0 {
        return date;
    }
    let (seconds, thousandths) = (milliseconds / 1000, milliseconds % 1000);
    let time = format!("{date}T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if thousandths == 0 { time } else { format!("{time}.{thousandths:03}") }
}

fn calendar_days(date: &str) -> Option<i64> {
    let sign = *date.as_bytes().get(4)?;
    if date.len() != 10 || !date.is_ascii() || !matches!(sign, b'-' | b'/') || date.as_bytes()[7] != sign {
        return None;
    }
    day_of(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)
}

/// Digits alone.
fn number(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The number of a day, if that day exists.
fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    // The 30th of February would become a day of March.
    (civil(days) == (year, month, day)).then_some(days)
}

/// Year, month and day.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days.saturating_add(719_468);
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year + era.saturating_mul(400) + i64::from(month <= 2), month, day)
}

/// Seconds since midnight, UTC; an offset may lead to the day before or after.
fn seconds(time: &str) -> Option<f64> {
    let (clock, offset) = if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        (clock, 0.0)
    } else {
        match time.rfind(['+', '-']) {
            Some(at) => {
                let digits = time[at + 1..].replacen(':', "", 1);
                let (hours, minutes) = (number(digits.get(..2)?)?, number(digits.get(2..4).unwrap_or("00"))?);
                if !matches!(digits.len(), 2 | 4) || hours > 23 || minutes > 59 {
                    return None;
                }
                let offset = (hours * 3600 + minutes * 60) as f64;
                (&time[..at], if time.as_bytes()[at] == b'-' { -offset } else { offset })
            }
            None => (time, 0.0),
        }
    };
    let two = |from: usize| clock.get(from..from + 2).and_then(number);
    let (hours, minutes) = (two(0)?, two(3)?);
    if clock.as_bytes().get(2) != Some(&b':') || hours > 23 || minutes > 59 {
        return None;
    }
    let rest = match clock.get(5..)? {
        "" => 0.0,
        rest => {
            let digits = rest.strip_prefix(':')?;
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
            let plain = whole.len() == 2
                && !fraction.is_empty()
                && number(fraction.get(..fraction.len().min(9))?).is_some();
            if !plain || number(whole)? > 59 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            digits.parse::<f64>().ok()?
        }
    };
    Some((hours * 3600 + minutes * 60) as f64 + rest - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers are those of `date -u -d … +%s` divided by 86,400.
    #[test]
    fn dates_are_days_since_1970() {
        let cases = [
            ("1970-01-01", Some(0.0)),
            ("2024-02-29", Some(19_782.0)),
            ("2024/03/01", Some(19_783.0)),
            ("1969-12-31", Some(-1.0)),
            ("2000-01-01T12:00", Some(10_957.5)),
            ("2000-01-01 06:00:00Z", Some(10_957.25)),
            ("2000-01-01T02:00:00+02:00", Some(10_957.0)),
            ("2000-01-01T00:00:00-0600", Some(10_957.25)),
            ("1999-12-31T23:59:59.5", Some(10_956.0 + 86_399.5 / 86_400.0)),
            ("0001-01-01", Some(-719_162.0)),
        ];
        for (text, expected) in cases {
            assert_eq!(days(text), expected, "{text}");
        }
        let none = [
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-1-1",
            "24-01-01",
            "2024-01/01",
            "2024-01-01T",
            "2024-01-01T24:00",
            "2024-01-01T12:60",
            "2024-01-01 noon",
            "2024-01-01T12:00+",
            "20240229",
            "",
            "2024-01-01é",
            "+024-01-01",
        ];
        for text in none {
            assert_eq!(days(text), None, "{text}");
        }
        assert_eq!(declared_days("20240229"), Some(19_782.0));
        assert_eq!(declared_days("20230229"), None);
    }

    #[test]
    fn a_day_is_written_as_it_is_read() {
        for day in (-800_000..800_000).step_by(97) {
            let text = iso(f64::from(day));
            if (-719_528..=2_932_896).contains(&day) {
                assert_eq!(days(&text), Some(f64::from(day)), "{text}");
            }
        }
        assert_eq!(iso(10_957.5), "2000-01-01T12:00:00");
        assert_eq!(iso(0.999_999_999_9), "1970-01-01T23:59:59.999");
    }
}

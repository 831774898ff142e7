//! Days, weeks and months of the proleptic Gregorian calendar, in UTC.

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// The day of a time in seconds since the epoch, counted from 1970-01-01.
pub fn day(seconds: i64) -> i64 {
    seconds.div_euclid(SECONDS_PER_DAY)
}

/// The week of a day: weeks begin on Monday (ISO 8601), and 1970-01-01 was a Thursday.
pub fn week(day: i64) -> i64 {
    (day + 3).div_euclid(7)
}

/// The month of a day, counted from January of the year 0.
pub fn month(day: i64) -> i64 {
    let (year, month, _) = civil(day);
    year * 12 + month - 1
}

/// Year, month and day of the month in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", civil_from_days): years begin in March.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, of_month)
}

/// The day of a time in seconds since the epoch as `2026-01-31` (UTC).
pub fn date(seconds: i64) -> String {
    let (year, month, of_month) = civil(day(seconds));
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// The first second after a day `YYYY-MM-DD`, in seconds since the epoch; `None` if there is no such day.
pub fn day_end(day: &str) -> Option<i64> {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if leap { 29 } else { 28 };
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month).ok()?.checked_sub(1)?)?;
    if !(1..=length).contains(&day) {
        return None;
    }
    // Days from 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
    // algorithms", days_from_civil): years begin in March.
    let shifted = if month <= 2 { year - 1 } else { year };
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days =
        shifted.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some((days + 1) * 24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_is_the_one_after_the_day_before() {
        for number in -146_097..146_097 {
            let text = date(number * SECONDS_PER_DAY);
            assert_eq!(day_end(&text), Some((number + 1) * SECONDS_PER_DAY), "{text}");
        }
        assert_eq!(date(-1), "1969-12-31");
        assert_eq!(date(1_456_589_246), "2016-02-27");
    }

    #[test]
    fn weeks_begin_on_monday_and_months_on_their_first_day() {
        // 2024-01-01 was a Monday.
        let of = |text: &str| day(day_end(text).expect("a day") - 1);
        assert_eq!(week(of("2024-01-01")), week(of("2024-01-07")));
        assert_eq!(week(of("2024-01-01")) - 1, week(of("2023-12-31")));
        assert_eq!(month(of("2024-02-29")) + 1, month(of("2024-03-01")));
        assert_eq!(month(of("2023-12-31")) + 1, month(of("2024-01-01")));
    }

    #[test]
    fn days_end_where_the_calendar_says() {
        // Values from `date -u -d 2000-03-01 +%s` and similar commands.
        assert_eq!(day_end("1969-12-31"), Some(0));
        assert_eq!(day_end("1970-01-01"), Some(86_400));
        assert_eq!(day_end("2000-02-29"), Some(951_868_800));
        assert_eq!(day_end("2026-01-31"), Some(1_769_904_000));
        assert_eq!(day_end("2024-12-31"), Some(1_735_689_600));
        for wrong in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-04-00",
            "x",
            "2026-01",
        ] {
            assert_eq!(day_end(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        assert!(date(i64::MAX).ends_with(|c: char| c.is_ascii_digit()));
        assert!(date(i64::MIN).starts_with('-'));
    }
}

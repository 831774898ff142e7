//! Times of commits in words. They are shown in UTC: a page says the same wherever it is read.

const SECONDS_PER_DAY: i64 = 86_400;

/// The day of a time, in the proleptic Gregorian calendar: `2024-03-01`.
pub fn day(time: i64) -> String {
    let (year, month, day) = civil(time.div_euclid(SECONDS_PER_DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Day and minute of a time: `2024-03-01 12:00 UTC`.
pub fn minute(time: i64) -> String {
    let second = time.rem_euclid(SECONDS_PER_DAY);
    format!("{} {:02}:{:02} UTC", day(time), second / 3600, second / 60 % 60)
}

/// A time as HTML's `time` element wants it: `2024-03-01T12:00:00Z`.
pub fn machine(time: i64) -> String {
    let second = time.rem_euclid(SECONDS_PER_DAY);
    format!("{}T{:02}:{:02}:{:02}Z", day(time), second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of a number of days since 1970-01-01. Years begin in March, so that the leap day is their last; 400
/// of them have 146,097 days.
fn civil(days: i64) -> (i64, i64, i64) {
    let since_march_0000 = days + 719_468;
    let era = since_march_0000.div_euclid(146_097);
    let day_of_era = since_march_0000.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of `date --utc --date=@SECONDS`.
    #[test]
    fn days_are_those_of_the_calendar() {
        let known = [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_294_400, "2024-03-01"),
            (4_107_542_400, "2100-03-01"),
            (-1, "1969-12-31"),
            (-2_203_891_200, "1900-03-01"),
        ];
        for (time, expected) in known {
            assert_eq!(day(time), expected);
        }
        assert_eq!(minute(1_709_294_400), "2024-03-01 12:00 UTC");
        assert_eq!(machine(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut last = civil(-200_000);
        for days in -199_999..200_000 {
            let next = civil(days);
            let follows = (next.0, next.1, next.2) == (last.0, last.1, last.2 + 1)
                || (next.2 == 1 && (next.1 == last.1 + 1 || (next.1 == 1 && next.0 == last.0 + 1)));
            assert!(follows, "{last:?} then {next:?}");
            last = next;
        }
    }

    #[test]
    fn the_ends_of_time_do_no_harm() {
        assert!(day(i64::MAX).ends_with(|c: char| c.is_ascii_digit()));
        assert!(minute(i64::MIN).ends_with("UTC"));
    }
}

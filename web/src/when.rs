//! Commit times in words. They are shown in UTC, so a page reads the same everywhere.

pub use facts::calendar::date as day;

const SECONDS_PER_DAY: i64 = 86_400;

/// Date and minute of a time: `2024-03-01 12:00 UTC`.
pub fn minute(time: i64) -> String {
    let second = time.rem_euclid(SECONDS_PER_DAY);
    format!("{} {:02}:{:02} UTC", day(time), second / 3600, second / 60 % 60)
}

/// A time in the format of HTML's `time` element: `2024-03-01T12:00:00Z`.
pub fn machine(time: i64) -> String {
    let second = time.rem_euclid(SECONDS_PER_DAY);
    format!("{}T{:02}:{:02}:{:02}Z", day(time), second / 3600, second / 60 % 60, second % 60)
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
    fn the_ends_of_time_do_no_harm() {
        assert!(day(i64::MAX).ends_with(|c: char| c.is_ascii_digit()));
        assert!(minute(i64::MIN).ends_with("UTC"));
    }
}

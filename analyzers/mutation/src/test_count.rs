//! How many tests a test command ran, from the summary lines of test programs.

use facts::Measured;
use regex::Regex;
use std::sync::LazyLock;

/// A test program's summary line; the expression's groups are numbers whose sum is the number of tests that ran.
struct Harness {
    name: &'static str,
    line: Regex,
}

static HARNESSES: LazyLock<Vec<Harness>> = LazyLock::new(|| {
    let harness = |name, expression: &str| Harness {
        name,
        line: Regex::new(expression).expect("the expressions are constants, tried by a test"),
    };
    vec![
        harness("nextest", r"(?m)^\s*Summary \[.*?\]\s+(\d+)(?:/\d+)? tests? run"),
        harness("libtest", r"(?m)^test result: \w+\. (\d+) passed; (\d+) failed;"),
        harness(
            "pytest",
            r"(?m)^=* ?(?:(\d+) failed,? ?)?(?:(\d+) passed)?(?:,? ?\d+ \w+)*(?:, \d+ subtests passed)? in [\d.:]+s",
        ),
        harness("unittest", r"(?m)^Ran (\d+) tests? in "),
        harness("node", r"(?m)^(?:#|ℹ) tests (\d+)\s*$"),
        harness(
            "jest and vitest",
            r"(?m)^\s*Tests:?\s+(?:(\d+) failed[,|\s]+)?(?:\d+ skipped[,|\s]+)?(?:(\d+) passed)",
        ),
        harness("mocha", r"(?m)^\s*(\d+) passing"),
        harness(
            "JUnit by Maven",
            r"(?m)^(?:\[\w+\] )?Tests run: (\d+), Failures: \d+, Errors: \d+, Skipped: \d+\s*$",
        ),
        harness("CTest", r"(?m)^\d+% tests passed, \d+ tests? failed out of (\d+)"),
        harness("Bats", r"(?m)^(\d+) tests?, \d+ failures?"),
        harness("TAP", r"(?m)^1\.\.(\d+)\s*$"),
    ]
});

/// Escape sequences for colours; some projects always switch them on.
static COLOUR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\x1b\[[0-9;]*m").expect("the expression is a constant, tried by a test"));

/// The number of tests that ran; missing if there is no known summary line.
pub fn tests_run(output: &[u8]) -> Measured<u64> {
    let text = String::from_utf8_lossy(output);
    let text = COLOUR.replace_all(&text, "");
    for harness in HARNESSES.iter() {
        let mut found = false;
        let mut total = 0;
        for line in harness.line.captures_iter(&text) {
            found = true;
            let numbers =
                line.iter().skip(1).flatten().filter_map(|number| number.as_str().parse::<u64>().ok());
            total += numbers.sum::<u64>();
        }
        if found {
            return Measured::Value(total);
        }
    }
    if let Some(packages) = go_packages(&text) {
        return packages;
    }
    let known: Vec<&str> = HARNESSES.iter().map(|harness| harness.name).chain(["go test"]).collect();
    Measured::unsupported(format!("the test command printed no summary that is known ({})", known.join(", ")))
}

/// `go test` lists packages, not tests; with `-v` it lists each test.
fn go_packages(text: &str) -> Option<Measured<u64>> {
    let each = text.lines().filter(|line| line.trim_start().starts_with("--- PASS:")).count();
    if each > 0 {
        return Some(Measured::Value(each as u64));
    }
    let ok: Vec<&str> = text.lines().filter(|line| line.starts_with("ok  \t")).collect();
    let none = text.lines().any(|line| line.ends_with("[no test files]"));
    match (ok.iter().any(|line| !line.ends_with("[no tests to run]")), ok.is_empty() && !none) {
        (true, _) => Some(Measured::unsupported("`go test` tells which packages passed, not how many tests")),
        (false, true) => None,
        (false, false) => Some(Measured::Value(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(output: &str) -> Option<u64> {
        tests_run(output.as_bytes()).value().copied()
    }

    /// Lines as the programs themselves print them.
    #[test]
    fn closing_lines_of_test_programs_are_read() {
        let libtest = "running 2 tests\n..\ntest result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                       test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(count(libtest), Some(16));
        assert_eq!(count("     Summary [   0.011s] 29 tests run: 29 passed, 0 skipped\n"), Some(29));
        assert_eq!(
            count("     Summary [   0.011s] 3/29 tests run: 2 passed, 1 failed, 0 skipped\n"),
            Some(3)
        );
        assert_eq!(count("..........   [100%]\n41 passed in 0.12s\n"), Some(41));
        assert_eq!(
            count("=========== 41 passed, 2 skipped, 1 warning in 75.12s (0:01:15) ===========\n"),
            Some(41)
        );
        assert_eq!(count("1 failed, 40 passed in 0.12s\n"), Some(41));
        let coloured = "\x1b[32m\x1b[1m140 passed\x1b[0m, \x1b[33m5 skipped\x1b[0m, \x1b[32m152 subtests passed\x1b[0m in 5.31s\n";
        assert_eq!(count(coloured), Some(140));
        assert_eq!(count("no tests ran in 0.01s\n"), None);
        assert_eq!(count("2 skipped in 0.01s\n"), Some(0));
        assert_eq!(count("Ran 7 tests in 0.001s\n\nOK\n"), Some(7));
        assert_eq!(count("# tests 5\n# suites 0\n# pass 5\n"), Some(5));
        assert_eq!(count("ℹ tests 5\nℹ suites 0\n"), Some(5));
        assert_eq!(count("Tests:       1 failed, 2 skipped, 9 passed, 12 total\n"), Some(10));
        assert_eq!(count("      Tests  2 failed | 9 passed (11)\n"), Some(11));
        assert_eq!(count("\n  14 passing (12ms)\n"), Some(14));
        assert_eq!(count("[INFO] Tests run: 8, Failures: 0, Errors: 0, Skipped: 0\n"), Some(8));
        assert_eq!(count("100% tests passed, 0 tests failed out of 4\n"), Some(4));
        assert_eq!(count("1..3\nok 1 a\nok 2 b\nok 3 c\n"), Some(3));
        assert_eq!(count("?   \texample.org/x\t[no test files]\n"), Some(0));
        assert_eq!(count("ok  \texample.org/x\t0.002s [no tests to run]\n"), Some(0));
        assert_eq!(count("ok  \texample.org/x\t0.002s\n"), None);
        assert_eq!(count("all good\n"), None);
    }
}

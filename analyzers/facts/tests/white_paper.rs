//! The examples of G. Ann Campbell, "Cognitive Complexity: a new way of measuring understandability" (SonarSource,
//! version 1.7, 2023), with the values printed there.

use facts::model::RepoPath;

fn cognitive(case: &str) -> Vec<(String, u32)> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/white_paper").join(case);
    let bytes = std::fs::read(path).expect("the example is beside this test");
    let data = facts::extract::extract(&RepoPath::from(case), &bytes, u64::MAX).expect("a known language");
    assert_eq!(data.facts.parse, facts::model::ParseStatus::Complete);
    data.facts.functions.iter().map(|f| (f.qualified_name.clone(), f.cognitive)).collect()
}

fn check(case: &str, expected: &[(&str, u32)]) {
    let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    assert_eq!(cognitive(case), expected);
}

#[test]
fn java_examples() {
    check(
        "paper.java",
        &[
            ("Paper.sumOfPrimes", 7),
            ("Paper.getWords", 1),
            ("Paper.myMethod", 9),
            ("Paper.myMethod2", 2),
            ("Paper.same", 1),
            ("Paper.changing", 4),
            ("Paper.negated", 3),
            ("Paper.overriddenSymbolFrom", 19),
            ("Paper.addVersion", 35),
        ],
    );
}

/// "Python decorator functions": the outer function adds no nesting unless it does something of its own. One level only:
/// the white paper limits the exception to a decorator and says so of the generator in between.
#[test]
fn python_decorators() {
    check(
        "paper.py",
        &[
            ("a_decorator", 1),
            ("a_decorator.inner", 1),
            ("not_a_decorator", 2),
            ("not_a_decorator.inner", 1),
            ("decorator_generator", 1),
            ("decorator_generator.generator", 1),
            ("decorator_generator.generator.decorator", 1),
        ],
    );
}

/// "JavaScript outer functions": purely declarative ones are ignored.
#[test]
fn javascript_outer_functions() {
    check("paper.js", &[("bar", 0), ("bar.myFun", 1), ("baz", 3), ("baz.myFun", 1)]);
}

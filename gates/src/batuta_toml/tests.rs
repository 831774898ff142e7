use super::*;
use crate::config::{AllowedEdge, Judged, Key, Kind, MessageForm, fixed_sections};
use crate::rules::{cyclomatic_complexity, doc_coverage};

/// The errors of a text, as they are printed.
fn errors(text: &str) -> String {
    Config::parse(text, "batuta.toml").map(|_| String::new()).unwrap_or_else(|error| error.to_string())
}

#[test]
fn without_a_file_every_key_has_its_default() {
    let config = Config::default();
    assert_eq!((config.max_file_size, config.fail_on), (4 << 20, Level::Error));
    assert!(config.exclude.texts().is_empty() && config.layers.is_none());
    let &cyclomatic_complexity::Settings { max, tests } = config.own();
    let level = config.rule("cyclomatic-complexity").level;
    assert_eq!((level, max, tests), (Some(Level::Error), 20, true));
    assert_eq!(config.rule("doc-coverage").level, None);
}

#[test]
fn every_key_can_be_set() {
    let text = r#"
[exclude]
paths = ["vendor/**", "*.pb.go"]
[limits]
max-file-size = "2 MiB"
[gate]
fail-on = "warning"
[hooks]
pre-commit = "all"
commit-msg = "conventional"
pre-push = "off"
[rules.cyclomatic-complexity]
level = "warning"
max = 10
tests = false
exclude = ["tests"]
[rules.satd]
level = "off"
[rules.doc-coverage]
level = "error"
min = 72.5
[layers]
order = [["cli"], ["core/*"]]
require-all = true
[[layers.allow]]
from = "core/a/"
to = "./cli"
reason = "historic"
"#;
    let config = Config::parse(text, "batuta.toml").expect("valid");
    assert_eq!((config.max_file_size, config.fail_on), (2 << 20, Level::Warning));
    let hooks = config.hooks;
    assert_eq!(
        (hooks.pre_commit, hooks.pre_push, hooks.pre_receive),
        (Judged::All, Judged::Off, Judged::Changed)
    );
    assert_eq!(hooks.commit_msg, MessageForm::Conventional);
    assert_eq!(Config::default().hooks.commit_msg, MessageForm::Off);
    let rule = config.rule("cyclomatic-complexity");
    let &cyclomatic_complexity::Settings { max, tests } = config.own();
    assert_eq!((rule.level, max, tests), (Some(Level::Warning), 10, false));
    assert!(rule.exclude.is_match(&"a/tests/b.rs".into()));
    assert_eq!(config.rule("satd").level, None);
    assert!((config.own::<doc_coverage::Settings>().min.0 - 72.5).abs() < 1e-9);
    let layers = config.layers.expect("given");
    assert_eq!(layers.order.len(), 2);
    let allowed =
        AllowedEdge { from: "core/a".into(), to: "cli".into(), reason: "historic".into(), line: 25 };
    assert_eq!((layers.allow, layers.require_all), (vec![allowed], true));
}

#[test]
fn an_unknown_key_is_an_error_with_a_suggestion() {
    let text = "[limts]\nmax-file-size = 1\n\n[gate]\nfail_on = \"error\"\n\n[rules.satd]\nlevle = \"off\"\n";
    assert_eq!(
        errors(text),
        "\
batuta.toml:1:2: unknown key \"limts\"; did you mean \"limits\"?
  help: the keys here are exclude, limits, gate, hooks, rules, layers
batuta.toml:5:1: unknown key \"fail_on\" in [gate]; did you mean \"fail-on\"?
  help: the keys here are fail-on, baseline
batuta.toml:8:1: unknown key \"levle\" in [rules.satd]; did you mean \"level\"?
  help: the keys here are level, exclude, min-severity, phrases"
    );
}

#[test]
fn an_unknown_rule_is_an_error_with_a_suggestion() {
    let text = errors("[rules.cyclomatic]\nmax = 3\n[rules.zebra]\n");
    assert!(text.starts_with(
        "batuta.toml:1:8: there is no rule \"cyclomatic\"; did you mean \"cyclomatic-complexity\"?\n  help: the rules are cyclomatic-complexity, cognitive-complexity, "
    ));
    assert!(text.contains("\nbatuta.toml:3:8: there is no rule \"zebra\"\n"), "nothing is near: {text}");
    let text = errors("[satd]\nlevel = \"off\"\n");
    assert_eq!(
        text,
        "batuta.toml:1:2: unknown key \"satd\"\n  help: the settings of a rule stand in [rules.satd]"
    );
}

#[test]
fn a_wrong_value_says_what_it_is_what_is_wanted_and_the_default() {
    let text = "\
[gate]
fail-on = \"eror\"
[limits]
max-file-size = \"4 parsecs\"
[rules.cyclomatic-complexity]
max = -1
tests = \"no\"
[rules.doc-coverage]
min = 120
exclude = [\"a\", 3, \"b[\"]
";
    assert_eq!(
        errors(text),
        "\
batuta.toml:2:11: gate.fail-on is the text \"eror\"; it takes one of \"error\", \"warning\"; did you mean \"error\"?
  help: the default is \"error\"
batuta.toml:4:17: limits.max-file-size is the text \"4 parsecs\"; it takes a number of bytes or a size such as \"4 MiB\"
  help: the default is \"4 MiB\"
batuta.toml:6:7: rules.cyclomatic-complexity.max is the number -1; it takes a whole number from 0
  help: the default is 20
batuta.toml:7:9: rules.cyclomatic-complexity.tests is the text \"no\"; it takes true or false
  help: the default is true
batuta.toml:9:7: rules.doc-coverage.min is the number 120; it takes a number from 0 to 100
  help: the default is 80
batuta.toml:10:17: rules.doc-coverage.exclude holds the number 3; it takes texts only
  help: a list of path patterns such as [\"vendor/**\"]
batuta.toml:10:20: rules.doc-coverage.exclude: the pattern \"b[\" is not a valid glob (unclosed character class; missing ']')
  help: write patterns as in a .gitignore"
    );
}

#[test]
fn broken_syntax_is_reported_alone_with_its_place() {
    let text = errors("[gate]\nfail-on = \"error\nnonsense = 1\n");
    assert!(text.starts_with("batuta.toml:2:"), "{text}");
    assert!(text.contains("not valid TOML") && !text.contains("unknown key"), "{text}");
    assert!(errors("[gate]\n[gate]\n").contains("not valid TOML"));
}

#[test]
fn columns_count_characters() {
    assert!(errors("gate = { \"ü\" = 1, x = 2 }").contains("batuta.toml:1:19: unknown key \"x\""));
}

#[test]
fn layers_are_checked_when_they_are_read() {
    let text = "\
[layers]
order = [[\"a\", \"a\"], \"b\", [\"../c\", \"/d\"]]
allow = [{ from = \"a\", to = \"b\" }, { from = \"a\", to = \"b\", reason = \" \", why = \"x\" }]
";
    let help = "write { from = \"folder\", to = \"folder\", reason = \"why\" }";
    let folder = "write a folder such as \"src/core\", once";
    assert_eq!(
        errors(text),
        format!(
            "\
batuta.toml:2:16: \"a\" stands in layers.order twice
  help: {folder}
batuta.toml:2:22: a layer of layers.order is the text \"b\"
  help: write the layers from top to bottom, each a list of folders: order = [[\"app\"], [\"core\"]]
batuta.toml:2:28: \"../c\" is no folder inside the repository
  help: {folder}
batuta.toml:2:36: \"/d\" is no folder inside the repository
  help: {folder}
batuta.toml:3:10: an entry of layers.allow has no reason
  help: {help}
batuta.toml:3:69: an entry of layers.allow has no reason
  help: {help}
batuta.toml:3:74: unknown key \"why\" in [layers.allow]
  help: the keys here are from, to, reason"
        )
    );
    assert!(errors("[layers]\nrequire-all = true\n").contains("[layers] has no key \"order\""));
}

#[test]
fn orders_within_folders_are_checked_when_they_are_read() {
    let text = "\
[layers.within.\"./a/src/\"]
order = [[\"cache\"], [\"model\"]]
require-all = true
allow = [{ from = \"model\", to = \"cache/\", reason = \"r\" }]
";
    let layers = Config::parse(text, "batuta.toml").expect("valid").layers.expect("given");
    let allowed =
        AllowedEdge { from: "a/src/model".into(), to: "a/src/cache".into(), reason: "r".into(), line: 4 };
    assert_eq!((layers.order.len(), layers.allow, layers.require_all), (0, vec![allowed], false));
    let [within] = layers.within.as_slice() else { panic!("one folder") };
    assert_eq!((within.folder.as_str(), within.order.len(), within.require_all), ("a/src", 2, true));

    let text = "\
[layers.within.\"../a\"]
order = []
[layers.within.b]
order = [[\"c\", \"c\"]]
level = \"off\"
allow = [{ from = \"c\", to = \"d\" }]
[layers.within.e]
require-all = true
";
    let told = errors(text);
    for (line, problem) in [
        ("1:16", "\"../a\" is no folder inside the repository"),
        ("4:16", "\"c\" stands in layers.within.\"b\".order twice"),
        ("5:1", "unknown key \"level\" in [layers.within.\"b\"]"),
        ("6:10", "an entry of layers.within.\"b\".allow has no reason"),
        ("8:1", "[layers.within.\"e\"] has no key \"order\""),
    ] {
        assert!(told.contains(&format!("batuta.toml:{line}: {problem}")), "{told}");
    }
    let acyclic = "[layers]\nacyclic = [\"a/src\", \"b/*\", \"a/src\", \"/c\"]\n";
    assert!(errors(acyclic).contains("batuta.toml:2:28: \"a/src\" stands in layers.acyclic twice"));
    assert!(errors(acyclic).contains("batuta.toml:2:37: \"/c\" is no folder inside the repository"));
    let tables = |count: usize| {
        (0..count).map(|at| format!("[layers.within.f{at}]\norder = []\n")).collect::<String>()
    };
    assert_eq!(errors(&tables(100)), "");
    assert!(errors(&tables(101)).contains("more than 100 folders"));
    let names: Vec<String> = (0..1001).map(|at| format!("\"m{at}\"")).collect();
    let order = format!("order = [[{}]]\n", names.join(","));
    let two = format!("[layers.within.f]\n{order}[layers.within.g]\n{order}");
    assert!(errors(&two).contains("more than 2000 entries, with the other orders"));
}

#[test]
fn a_wish_for_some_rules_switches_the_others_off() {
    let mut config = Config::default();
    config.select(&["complexity", "doc-coverage"]).expect("known names");
    let on: Vec<&str> = rules::ids().filter(|id| config.rule(id).level.is_some()).collect();
    assert_eq!(
        on,
        [
            "cyclomatic-complexity",
            "cognitive-complexity",
            "nesting-depth",
            "parameter-count",
            "doc-coverage",
            "suppression-without-reason",
            "invalid-suppression",
            "unused-suppression"
        ]
    );
    let error = config.select(&["complexty"]).expect_err("unknown");
    assert_eq!(error.to_string(), "there is no rule or group \"complexty\"; did you mean \"complexity\"?");
    let error = config.rule_mut("sadt").map(|_| ()).expect_err("unknown");
    assert_eq!(error.to_string(), "there is no rule \"sadt\"; did you mean \"satd\"?");
}

/// The cost of a pushed configuration is bounded, and the error names the bound.
#[test]
fn a_configuration_has_limits() {
    let patterns = |count: usize| format!("[exclude]\npaths = [{}]\n", "\"a\",".repeat(count));
    assert_eq!(errors(&patterns(10_000)), "");
    assert!(errors(&patterns(10_001)).contains("more than 10000 path patterns"));
    assert!(errors(&format!("[exclude]\npaths = [\"{}\"]", "a".repeat(4001))).contains("4,000 bytes"));
    assert!(errors(&"#".repeat((1 << 20) + 1)).contains("at most 1048576"));
    assert!(errors("[limits]\nmax-file-size = \"1 GiB\"").contains("at most 16777216"));
    let layers = |entries: usize| {
        let names: Vec<String> = (0..entries).map(|index| format!("\"a{index}\"")).collect();
        format!("[layers]\norder = [[{}]]\n", names.join(","))
    };
    assert_eq!(errors(&layers(2000)), "");
    assert!(errors(&layers(2001)).contains("more than 2000 entries"));
    let edges = "{ from = \"a\", to = \"b\", reason = \"r\" },".repeat(2001);
    assert!(errors(&format!("[layers]\norder = []\nallow = [{edges}]")).contains("more than 2000 entries"));
}

/// A pattern that is too large for the library that compiles it must be an error, not a panic.
#[test]
fn the_longest_layer_entries_compile() {
    let alternatives = format!("{}a{}", "{a,".repeat(200), "}".repeat(200));
    for part in ["?", "*", "**/", "[a-z]", "[!a-z]", "{a,b}", "\u{10ffff}", "[\u{80}-\u{10ffff}]"] {
        let entry = part.repeat(1024 / part.len());
        let _ = errors(&format!("[layers]\norder = [[\"x{}\"]]\n", entry.trim_end_matches('/')));
    }
    let _ = errors(&format!("[layers]\norder = [[\"{alternatives}\"]]\n"));
}

/// Each problem would be looked up from the start of the text.
#[test]
fn a_megabyte_of_nonsense_is_told_in_a_hundred_problems() {
    let nonsense = "a = = 1\n".repeat(100_000);
    assert!(errors(&nonsense).lines().count() <= 200);
    let unknown: String = (0..50_000).map(|index| format!("k{index} = 1\n")).collect();
    assert!(errors(&unknown).lines().count() <= 200);
}

/// The schema and the decoder are derived from the same definitions; here an independent validator judges the schema.
#[test]
fn the_schema_accepts_what_the_decoder_accepts() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let cases = [
        ("", true),
        ("[rules.satd]\nlevel = \"off\"\nphrases = false\n", true),
        ("[limits]\nmax-file-size = \"2 MiB\"\n", true),
        ("[limits]\nmax-file-size = 12\n", true),
        (
            "[layers]\norder = [[\"a\"], [\"b\"]]\nallow = [{ from = \"b\", to = \"a\", reason = \"r\" }]\n",
            true,
        ),
        ("[layers]\nallow = []\n", false),
        ("[layers.within.\"a/src\"]\norder = [[\"a\"], [\"b\"]]\nrequire-all = true\n", true),
        ("[layers.within.a]\nrequire-all = true\n", false),
        ("[layers]\nacyclic = [\"*/src\"]\n", true),
        ("[limits]\nmax-file-size = \"much\"\n", false),
        ("[rules.satd]\nlevel = \"severe\"\n", false),
        ("[rules.satd]\nlimit = 3\n", false),
        ("[rules.sadt]\n", false),
        ("[rules.doc-coverage]\nmin = 101\n", false),
        ("nonsense = 1\n", false),
    ];
    for (text, valid) in cases {
        let value: toml::Value = toml::from_str(text).expect("valid TOML");
        let value = serde_json::to_value(value).expect("TOML tables are JSON objects");
        assert_eq!(validator.is_valid(&value), valid, "schema on {text:?}");
        assert_eq!(Config::parse(text, "x").is_ok(), valid, "decoder on {text:?}");
    }
}

/// The documented kind of a key and the type of its field are two derivations from one type.
#[test]
fn every_word_of_a_choice_is_one_that_its_field_takes() {
    let mut words = 0;
    let mut text_of = |section: &str, keys: &[Key]| {
        for key in keys {
            let Kind::Choice { of, .. } = &key.kind else { continue };
            for word in of {
                let text = format!("[{section}]\n{} = \"{word}\"\n", key.name);
                assert_eq!(errors(&text), "", "{text}");
                let shown = Config::parse(&text, "x").expect("checked").to_json();
                let of_section = section.split('.').fold(&shown, |value, part| &value[part]);
                assert_eq!(of_section[key.name], word.as_str(), "{text}");
                words += 1;
            }
        }
    };
    for rule in rules::all() {
        text_of(&format!("rules.{}", rule.id), rule.options.keys());
    }
    for section in fixed_sections() {
        text_of(section.name, &section.keys);
    }
    assert!(words > 30, "{words}");
}

#[test]
fn every_default_is_itself_a_valid_value() {
    let mut text = String::new();
    for rule in rules::all() {
        text.push_str(&format!("[rules.{}]\n", rule.id));
        for key in rule.options.keys() {
            text.push_str(&format!("{} = {}\n", key.name, key.kind.default_toml()));
        }
    }
    for section in fixed_sections() {
        text.push_str(&format!("[{}]\n", section.name));
        for key in section.keys {
            text.push_str(&format!("{} = {}\n", key.name, key.kind.default_toml()));
        }
    }
    assert_eq!(errors(&text), "");
}

/// People and programs read the same definition.
#[test]
fn an_error_names_the_default_that_the_rule_has() {
    let schema = schema();
    for rule in rules::all() {
        let told = errors(&format!("[rules.{}]\nlevel = \"warn\"\n", rule.id));
        let default = &schema["properties"]["rules"]["properties"][rule.id]["properties"]["level"]["default"];
        assert!(told.contains(&format!("the default is {default}")), "{told}");
        assert!(told.contains("did you mean \"warning\"?"), "{told}");
        assert_eq!(*default, rule.default_level());
    }
}

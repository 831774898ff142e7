use super::*;
use facts::MeasureOptions;
use facts::source::MemoryTree;
use proptest::prelude::*;
use trueno_graph::code;

/// A key of the shape that its issuer gives keys; no key of anybody. In two pieces, so that scanners of this repository
/// do not find it here.
fn credential() -> String {
    format!("AKIA{}", "Z7QXW2RTPL5MNB3K")
}

/// The facts of a tree, and its code graph.
type Known = (RepoFacts, CodeGraph);

fn measured(tree: &MemoryTree) -> Known {
    let options = MeasureOptions { sections: SECTIONS.or(code::SECTIONS), ..MeasureOptions::default() };
    let repo = facts::measure(tree, None, &options).expect("memory can be read");
    let graph = code::build(tree, &repo);
    (repo, graph)
}

/// A small project of several languages with a hostile file name and a credential in everything that is shown.
fn sample() -> MemoryTree {
    let key = credential();
    MemoryTree::new([
        (b"README.md".to_vec(), format!("# Sample\n\nA sample project for tests, with a key {key} in it.\n")),
        (
            b"Cargo.toml".to_vec(),
            "[package]\nname = \"sample\"\n[[bin]]\nname = \"sample\"\npath = \"src/main.rs\"\n".to_owned(),
        ),
        (
            b"package.json".to_vec(),
            format!("{{\"scripts\":{{\"test\":\"KEY={key} jest\",\"{key}\":\"x\"}}}}\n"),
        ),
        (
            b"src/main.rs".to_vec(),
            format!(
                "//! Starts.\n/// Runs with {key}.\nfn main() {{ parser::parse(\"{key}\"); }}\nmod parser;\n"
            ),
        ),
        (
            b"src/parser.rs".to_vec(),
            "/// Parses `text` <&> \"quotes\".\npub fn parse(text: &str) -> Vec<Token> { lex(text) }\n\
             pub struct Token { pub kind: u8 }\nimpl Token { pub fn new() -> Self { Token { kind: 0 } } }\n\
             fn lex(_: &str) -> Vec<Token> { Vec::new() }\n"
                .to_owned(),
        ),
        (
            b"tools/\x01<&\">]]>\xff\n.py".to_vec(),
            "def tool(a, b=\"<&>\"):\n    '''Does & says ]]> things.'''\n".to_owned(),
        ),
        (
            b"tools/backticks```.py".to_vec(),
            "def ticks():\n    return '''\n```\n====== end\n'''\n".to_owned(),
        ),
    ])
}

/// More material than any budget of the tests takes.
fn large() -> MemoryTree {
    MemoryTree::new((0..400).map(|file| {
        let functions: String = (0..25)
            .map(|f| {
                format!(
                    "/// Computes step {f} of stage {file} from what stage {} left.\n\
                     pub fn stage_{file}_step_{f}(input: &Stage{file}, count: usize) -> Option<u64> {{ \
                     stage_{}_step_{f}(input, count) }}\n",
                    file / 2,
                    file / 2
                )
            })
            .collect();
        (format!("src/stage_{file}.rs").into_bytes(), functions)
    }))
}

fn options(max_tokens: usize, format: Format, tokenizer: Tokenizer) -> ContextOptions {
    ContextOptions { max_tokens: Some(max_tokens), format, tokenizer, ..ContextOptions::default() }
}

/// Builds and checks everything that must hold of any answer.
fn checked(
    tree: &MemoryTree,
    (repo, graph): &Known,
    options: &ContextOptions,
) -> Result<Context, ContextError> {
    let built = build(tree, repo, graph, options);
    if let Ok(context) = &built {
        assert_eq!(context.tokens, options.tokenizer.count(&context.text));
        assert!(options.max_tokens.is_none_or(|budget| context.tokens <= budget), "over budget: {options:?}");
        well_formed(&context.text, options.format);
        assert!(!context.text.contains(&credential()), "a credential in {options:?}");
    }
    built
}

fn well_formed(text: &str, format: Format) {
    match format {
        Format::Json => {
            serde_json::from_str::<serde_json::Value>(text).expect("JSON is well-formed");
        }
        Format::Xml => {
            roxmltree::Document::parse(text).expect("XML is well-formed");
        }
        Format::LlmOptimized | Format::Markdown => assert!(text.ends_with('\n')),
    }
}

#[test]
fn no_budget_from_one_token_up_is_exceeded_in_any_format() {
    let tree = sample();
    let known = measured(&tree);
    for format in Format::ALL {
        for tokenizer in Tokenizer::ALL {
            for full in [false, true] {
                let mut minimum = None;
                for budget in (1..400).chain((400..3000).step_by(97)).chain([10_000, 100_000]) {
                    let options = ContextOptions { full, ..options(budget, format, tokenizer) };
                    match checked(&tree, &known, &options) {
                        Ok(_) => {}
                        Err(ContextError::BudgetTooSmall { budget: named, minimum: least }) => {
                            assert_eq!(named, budget);
                            assert!(least > budget && minimum.is_none_or(|known| known == least));
                            minimum = Some(least);
                        }
                    }
                }
                let minimum = minimum.expect("one token is too few");
                let least = checked(&tree, &known, &options(minimum, format, tokenizer));
                assert_eq!(least.expect("the minimum is enough").tokens, minimum);
            }
        }
    }
}

#[test]
fn a_budget_is_filled_when_there_is_enough_to_say() {
    let tree = large();
    let known = measured(&tree);
    for format in Format::ALL {
        for budget in [300, 1000, 8000, 40_000] {
            for full in [false, true] {
                let options = ContextOptions { full, ..options(budget, format, Tokenizer::O200k) };
                let context = checked(&tree, &known, &options).expect("the budget is ample");
                let share = context.tokens as f64 / budget as f64;
                assert!(share >= 0.9, "{share:.2} of {budget} in {format}, full: {full}");
            }
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let tree = large();
    let known = measured(&tree);
    let seeds = Seeds { question: Some("stage 17 step count".into()), ..Seeds::default() };
    let options = ContextOptions { seeds, ..ContextOptions::default() };
    let text = |threads| {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| checked(&tree, &known, &options)).expect("the budget is ample").text
    };
    assert_eq!(text(1), text(1));
    assert_eq!(text(1), text(3));
}

#[test]
fn everything_is_shown_without_a_budget() {
    let tree = sample();
    let known = measured(&tree);
    for format in Format::ALL {
        let options = ContextOptions { max_tokens: None, format, full: true, ..ContextOptions::default() };
        let context = checked(&tree, &known, &options).expect("there is no budget");
        assert_eq!(context.report.map.len(), known.0.files.len());
        assert_eq!(context.report.packed.len(), known.0.files.len());
        assert!(context.report.omitted.is_empty(), "{:?}", context.report.omitted);
        assert!(context.text.contains("[masked: "));
    }
}

#[test]
fn xml_says_what_the_report_says() {
    let tree = sample();
    let options = ContextOptions { format: Format::Xml, ..ContextOptions::default() };
    let context = checked(&tree, &measured(&tree), &options).expect("the budget is ample");
    let document = roxmltree::Document::parse(&context.text).expect("XML is well-formed");
    let paths: Vec<String> =
        document.descendants().filter_map(|node| node.attribute("path")).map(str::to_owned).collect();
    let expected: Vec<String> = context.report.map.iter().map(|file| file.path.to_string()).collect();
    assert_eq!(paths, expected);
    assert!(paths.iter().any(|path| path == "tools/\\x01<&\">]]>\\xFF\\n.py"));
}

#[test]
fn an_empty_tree_has_a_context_without_figures() {
    let tree = MemoryTree::new::<&str, &str>([]);
    let known = measured(&tree);
    for format in Format::ALL {
        let context =
            checked(&tree, &known, &options(100, format, Tokenizer::O200k)).expect("the budget is ample");
        assert!(context.report.map.is_empty() && context.report.hot_spots.is_empty());
    }
}

#[test]
fn commands_and_entry_points_name_where_they_were_found() {
    let tree = sample();
    let context = checked(&tree, &measured(&tree), &ContextOptions::default()).expect("the budget is ample");
    let commands: Vec<String> = context
        .report
        .commands
        .iter()
        .map(|c| format!("{} {} {}", c.purpose.name(), c.command, c.found_in))
        .collect();
    assert!(commands.contains(&"test cargo test Cargo.toml".to_owned()), "{commands:?}");
    assert!(commands.contains(&"test npm run test package.json:1".to_owned()), "{commands:?}");
    let entries: Vec<String> =
        context.report.entry_points.iter().map(|e| format!("{} {} {}", e.kind, e.name, e.found_in)).collect();
    assert_eq!(entries, ["binary sample src/main.rs"]);
    let overview = context.report.overview.expect("there is a README");
    assert!(overview.text.starts_with("A sample project for tests"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn no_random_budget_is_exceeded(budget in 1usize..100_000, format in 0usize..4, tokenizer in 0usize..2, full: bool) {
        use std::sync::LazyLock;
        static LARGE: LazyLock<(MemoryTree, Known)> = LazyLock::new(|| {
            let tree = large();
            let known = measured(&tree);
            (tree, known)
        });
        let options = ContextOptions { full, ..options(budget, Format::ALL[format], Tokenizer::ALL[tokenizer]) };
        let _ = checked(&LARGE.0, &LARGE.1, &options);
    }

    #[test]
    fn any_question_is_ranked_and_any_name_is_written(question in any::<String>(), name in "\\PC{1,20}|[\\x00-\\xff]{1,12}") {
        let tree = MemoryTree::new([(format!("src/{name}.rs").into_bytes(), format!("fn f() {{ /* {question} */ }}\n"))]);
        let known = measured(&tree);
        let seeds = Seeds { question: Some(question), ..Seeds::default() };
        for format in Format::ALL {
            let options = ContextOptions { seeds: seeds.clone(), format, full: true, ..ContextOptions::default() };
            prop_assert!(checked(&tree, &known, &options).is_ok());
        }
    }
}

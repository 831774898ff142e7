//! The guarantees about scores, tested on random numbers.

use super::figures::{FileFigures, Flow, FunctionFigures, LeftOut, Part};
use super::metric::{Fact, SEMANTIC, STRUCTURAL};
use super::points::{Points, Score, SizedSum};
use proptest::collection::vec;
use proptest::prelude::*;

const CASES: u32 = 100_000;

fn part() -> impl Strategy<Value = Part> {
    (0u64..40, 0u64..40).prop_map(|(count, of)| Part::new(count, of))
}

/// Small numbers mostly, around what is free; now and then a huge one.
fn figure(usual: u64) -> impl Strategy<Value = u64> {
    (0..usual, 0u8..40).prop_map(|(value, huge)| if huge == 0 { value * 1_000_003 } else { value })
}

fn flow() -> impl Strategy<Value = Flow> {
    (figure(40), figure(60), figure(8)).prop_map(|(cyclomatic, cognitive, nesting)| Flow {
        cyclomatic,
        cognitive,
        nesting,
    })
}

fn function() -> impl Strategy<Value = FunctionFigures> {
    let text = (1u64..200, figure(150), figure(10), figure(12), figure(6_000), figure(900));
    let context =
        (part(), proptest::option::of(figure(20)), 0u8..4, proptest::option::of(any::<bool>()), flow());
    (text, context).prop_map(|((size, length, parameters, exits, volume, difficulty), context)| {
        let (duplicated, used_files, documented, usual_name, flow) = context;
        let documented = match documented {
            0 => Err(LeftOut::NothingPublic),
            1 => Err(LeftOut::Test),
            written => Ok(written == 3),
        };
        FunctionFigures {
            size,
            flow,
            length,
            parameters,
            exits,
            volume,
            difficulty,
            duplicated,
            used_files,
            documented,
            usual_name,
        }
    })
}

fn file() -> impl Strategy<Value = FileFigures> {
    let counts = (1u64..3_000, 0u64..500, figure(60), figure(40), any::<bool>());
    (counts, vec(function(), 0..4), flow(), (part(), part(), part(), part())).prop_map(
        |((size, rest_size, used_files, cycle, test), functions, rest, parts)| FileFigures {
            size,
            functions,
            rest_size,
            rest,
            duplicated: parts.0,
            used_files,
            cycle,
            documented: parts.1,
            test,
            off_names: parts.2,
            off_indentation: parts.3,
        },
    )
}

/// Improves the `which`-th figure of a function by `by`. Sizes stay the same.
fn improve_function(function: &mut FunctionFigures, which: usize, by: u64) {
    let facts: Vec<Fact> = STRUCTURAL.into_iter().chain(SEMANTIC).collect();
    let less = |value: &mut u64| *value -= by % (*value + 1);
    match which % 12 {
        8 => less(&mut function.duplicated.count),
        9 => function.used_files.as_mut().into_iter().for_each(less),
        10 => function.documented = function.documented.map(|_| true),
        11 => function.usual_name = function.usual_name.map(|_| true),
        fact => less(function.value_mut(facts[fact]).expect("a figure of a function")),
    }
}

/// The same for any figure of a file or of one of its functions.
fn improve_file(file: &mut FileFigures, which: usize, by: u64) {
    let less = |value: &mut u64| *value -= by % (*value + 1);
    match which % 16 {
        0 => less(&mut file.rest.cyclomatic),
        1 => less(&mut file.rest.cognitive),
        2 => less(&mut file.rest.nesting),
        3 => less(&mut file.duplicated.count),
        4 => less(&mut file.used_files),
        5 => less(&mut file.cycle),
        6 => file.documented.count += by % (file.documented.of - file.documented.count + 1),
        7 => less(&mut file.off_names.count),
        8 => less(&mut file.off_indentation.count),
        _ => {
            let function = file.functions.get_mut(which / 16 % 4);
            function.into_iter().for_each(|function| improve_function(function, which / 64, by));
        }
    }
}

fn total(files: &[FileFigures]) -> Score {
    let mut sum = SizedSum::default();
    for file in files {
        sum.add(file.size, &file.score().expect("the file has a size"));
    }
    sum.mean().expect("there are files")
}

/// What is shown adds up, keeps to what is possible, and is what the exact figures say.
fn adds_up(score: &Score) {
    let parts = score.parts();
    let shown = |of: fn(&(Points, Points)) -> Points| parts.iter().flatten().map(of).sum::<Points>();
    assert_eq!(shown(|part| part.0), score.points(), "{score:?}");
    assert_eq!(shown(|part| part.1), Points::whole(100), "{score:?}");
    assert!(score.points() <= Points::whole(100));
    for (index, part) in parts.iter().enumerate() {
        let Some((points, most)) = part else { continue };
        assert!(Points::default() <= *points && points <= most, "{score:?}");
        assert!((points.value() - score.earned[index] as f64 / 1e6).abs() < 0.02, "{score:?}");
        assert!((most.value() - score.most[index] as f64 / 1e6).abs() < 0.02, "{score:?}");
    }
}

fn never_lower(before: &Score, after: &Score) {
    assert!(after.exact() >= before.exact(), "{before:?} {after:?}");
    assert!(after.points() >= before.points() && after.grade() <= before.grade());
    for index in 0..6 {
        assert!(after.earned[index] >= before.earned[index], "{before:?} {after:?}");
        assert_eq!(after.most[index], before.most[index]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn making_one_figure_of_a_function_better_never_lowers_its_score(
        mut function in function(), which in any::<usize>(), by in any::<u64>(),
    ) {
        let before = function.score();
        adds_up(&before);
        improve_function(&mut function, which, by);
        never_lower(&before, &function.score());
    }

    #[test]
    fn making_one_figure_better_never_lowers_the_score_of_its_file_or_of_the_repository(
        mut files in vec(file(), 1..4), of in any::<usize>(), which in any::<usize>(), by in any::<u64>(),
    ) {
        let before = (total(&files), files.iter().map(|file| file.score()).collect::<Vec<_>>());
        let of = of % files.len();
        improve_file(&mut files[of], which, by);
        never_lower(&before.0, &total(&files));
        for (before, file) in before.1.iter().zip(&files) {
            never_lower(&before.expect("has a size"), &file.score().expect("has a size"));
        }
    }

    #[test]
    fn parts_add_up_at_every_level_and_the_whole_is_the_mean_of_its_parts_by_size(
        files in vec(file(), 1..5), split in 0usize..5,
    ) {
        let whole = total(&files);
        adds_up(&whole);
        let (mut sum, mut size) = (0u128, 0u128);
        let scores: Vec<Score> = files.iter().map(|file| file.score().expect("has a size")).collect();
        for (file, score) in files.iter().zip(&scores) {
            adds_up(score);
            sum += u128::from(file.size) * u128::from(score.exact());
            size += u128::from(file.size);
        }
        let mean = (sum / size) as i128;
        prop_assert!((mean - i128::from(whole.exact())).abs() <= 6, "{mean} {}", whole.exact());
        let (low, high) = (scores.iter().map(Score::exact).min(), scores.iter().map(Score::exact).max());
        prop_assert!(low.expect("some") <= whole.exact() + 6 && whole.exact() <= high.expect("some") + 6);
        // Folders of files give the same as the files themselves.
        let split = split.min(files.len());
        let mut folders = SizedSum::default();
        for folder in [&files[..split], &files[split..]].into_iter().filter(|folder| !folder.is_empty()) {
            folders.add(folder.iter().map(|file| file.size).sum(), &total(folder));
        }
        let by_folder = folders.mean().expect("some");
        prop_assert!((by_folder.exact() as i64 - whole.exact() as i64).abs() <= 12);
    }

    #[test]
    fn scores_are_deterministic_and_do_not_depend_on_order(files in vec(file(), 1..5)) {
        let mut turned = files.clone();
        turned.reverse();
        turned.iter_mut().for_each(|file| file.functions.reverse());
        prop_assert_eq!(total(&files), total(&turned));
    }

    #[test]
    fn dividing_a_function_never_lowers_the_score_of_its_file(
        mut file in file(), function in function(), at in any::<u64>(), figures in any::<u64>(),
    ) {
        file.functions.push(function);
        let before = file.score().expect("has a size");
        let mut rest = file.functions.pop().expect("just added");
        let mut extracted = rest;
        extracted.size = at % rest.size;
        rest.size -= extracted.size;
        extracted.length = figures % (rest.length + 1);
        rest.length -= extracted.length;
        for (index, fact) in STRUCTURAL.into_iter().chain(SEMANTIC).enumerate() {
            let keep = figures.rotate_left(index as u32 * 7);
            if fact != Fact::Length && index % 2 == 0 {
                let value = rest.value_mut(fact).expect("a figure of a function");
                *value -= keep % (*value + 1);
            }
        }
        file.functions.extend([rest, extracted]);
        never_lower(&before, &file.score().expect("has a size"));
    }
}

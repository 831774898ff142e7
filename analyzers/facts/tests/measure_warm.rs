//! A warm run gives what a cold run gives, and reads no file for it.

mod sample;

use facts::language::Language;
use facts::source::SkipReason;
use facts::{MeasureOptions, Progress, Sections, measure};
use sample::{
    ALL_SECTIONS, LIMIT, Listed, cache_in, every_choice_of_sections, measure_checked, options, with_sections,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const LISTED: [Listed; 3] = [Listed::Bare, Listed::Blobs, Listed::Stats];

#[test]
fn warm_facts_equal_cold_facts_for_every_choice_of_sections() {
    for listed in LISTED {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tree = sample::tree(listed);
        let cold = measure_checked(&tree, &cache_in(folder.path()), &with_sections(ALL_SECTIONS));
        assert_eq!(cold.cache_trouble, None);
        for sections in every_choice_of_sections() {
            let warm = measure_checked(&tree, &cache_in(folder.path()), &with_sections(sections));
            assert_eq!(
                (warm.from_cache, warm.cache_trouble),
                (warm.files.len(), None),
                "{listed:?} {sections:?}"
            );
            for file in &warm.files {
                let loaded = Sections {
                    comments: file.data.comments.is_some(),
                    symbols: file.data.symbols.is_some(),
                    tokens: file.data.tokens.is_some(),
                    types: file.data.types.is_some(),
                };
                assert_eq!(loaded, sections, "{}", file.path());
            }
        }
    }
}

#[test]
fn the_sample_holds_every_outcome() {
    let facts = measure(&sample::tree(Listed::Bare), None, &with_sections(ALL_SECTIONS)).expect("a listing");
    let names: Vec<&str> = facts.languages().iter().map(|total| total.language.name()).collect();
    assert!(["Rust", "Python", "JSON", "C", "C++"].iter().all(|name| names.contains(name)), "{names:?}");
    let reason = |path: &str| {
        let skipped = facts.skipped.iter().find(|skipped| skipped.path == path.into());
        skipped.map(|skipped| skipped.reason.clone())
    };
    assert_eq!(reason("binary.rs"), Some(SkipReason::BinarySource));
    assert!(matches!(reason("wide.py"), Some(SkipReason::Encoding(_))));
    assert_eq!(reason("unknown.xyz-no-language"), Some(SkipReason::UnknownLanguage));
    assert_eq!(reason("large.rs"), Some(SkipReason::TooLarge { size: 26_000, limit: LIMIT }));
    assert!(reason("LICENSE-BLOB").is_some());
    assert_eq!(facts.partial().map(|file| file.path().to_string()).collect::<Vec<_>>(), ["src/broken.rs"]);
}

#[test]
fn a_warm_run_reads_no_file() {
    for listed in [Listed::Blobs, Listed::Stats] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tree = sample::tree(listed);
        measure_checked(&tree, &cache_in(folder.path()), &with_sections(ALL_SECTIONS));
        assert!(tree.reads() > 40);
        measure_checked(&tree, &cache_in(folder.path()), &with_sections(ALL_SECTIONS));
        assert_eq!(tree.reads(), 0, "{listed:?}");
    }
}

#[test]
fn types_are_read_when_they_are_asked_for_first() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = sample::tree(Listed::Blobs);
    measure_checked(&tree, &cache_in(folder.path()), &options());
    tree.reads();
    let with_types = with_sections(Sections { types: true, ..Sections::default() });
    let facts = measure_checked(&tree, &cache_in(folder.path()), &with_types);
    let rust = facts.files.iter().filter(|file| file.data.facts.language == Language::Rust).count();
    assert!(rust > 0);
    assert_eq!((tree.reads(), facts.from_cache), (rust, facts.files.len() - rust));
    measure_checked(&tree, &cache_in(folder.path()), &with_sections(ALL_SECTIONS));
    assert_eq!(tree.reads(), 0);
}

#[test]
fn only_the_changed_file_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tree = sample::tree(Listed::Blobs);
    measure_checked(&tree, &cache_in(folder.path()), &options());
    tree.files.insert("tool.py".into(), b"def other():\n    return 1\n".to_vec());
    let facts = measure_checked(&tree, &cache_in(folder.path()), &options());
    assert_eq!((tree.reads(), facts.from_cache), (1, facts.files.len() - 1));
}

#[test]
fn the_number_of_threads_does_not_show() {
    let run = |threads: usize, warm: bool| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
        let tree = sample::tree(Listed::Blobs);
        let cache = cache_in(folder.path());
        let measured = || pool.install(|| measure_checked(&tree, &cache, &with_sections(ALL_SECTIONS)));
        let first = measured();
        let facts = if warm { measured() } else { first };
        (facts.files, facts.skipped)
    };
    let one = run(1, false);
    for (threads, warm) in [(2, false), (4, false), (1, true), (2, true)] {
        assert_eq!(run(threads, warm), one, "{threads} threads, warm: {warm}");
    }
}

#[test]
fn moving_the_size_limit_shows_at_once() {
    for listed in LISTED {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tree = sample::tree(listed);
        for max_file_size in [LIMIT, 1 << 20, 100, LIMIT, 0, 1 << 20] {
            let options = MeasureOptions { max_file_size, ..options() };
            measure_checked(&tree, &cache_in(folder.path()), &options);
            measure_checked(&tree, &cache_in(folder.path()), &options);
        }
    }
}

#[test]
fn an_unreadable_file_is_listed_with_its_reason_and_read_when_it_can_be() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut tree = sample::tree(Listed::Stats);
    tree.unreadable.insert("tool.py".into());
    let facts = measure_checked(&tree, &cache_in(folder.path()), &options());
    let skipped =
        facts.skipped.iter().find(|skipped| skipped.path == "tool.py".into()).expect("it is listed");
    assert_eq!(skipped.reason, SkipReason::Unreadable("permission denied".to_owned()));
    tree.unreadable.clear();
    let facts = measure_checked(&tree, &cache_in(folder.path()), &options());
    assert!(facts.files.iter().any(|file| file.path() == &"tool.py".into()));
}

#[test]
fn an_interrupted_run_keeps_what_it_did() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = sample::tree(Listed::Blobs);
    let asked = AtomicUsize::new(0);
    let cancelled = || asked.fetch_add(1, Ordering::Relaxed) >= 20;
    let interrupted = MeasureOptions { cancelled: Some(&cancelled), ..options() };
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread pool");
    let error = one_thread.install(|| measure(&tree, Some(&cache_in(folder.path())), &interrupted));
    assert!(error.is_err());
    let facts = measure_checked(&tree, &cache_in(folder.path()), &options());
    assert!((1..=20).contains(&facts.from_cache), "{}", facts.from_cache);
}

#[test]
fn progress_ends_with_every_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tree = sample::tree(Listed::Blobs);
    let cache = cache_in(folder.path());
    for _ in ["cold", "warm"] {
        let told = Mutex::new(Vec::new());
        let progress = |progress: Progress| told.lock().expect("nobody panicked").push(progress);
        measure(&tree, Some(&cache), &MeasureOptions { progress: Some(&progress), ..options() })
            .expect("a listing");
        let told = told.into_inner().expect("nobody panicked");
        let total = tree.files.len();
        assert!(told.iter().all(|p| p.total == total && p.done <= total));
        assert!(told.iter().any(|p| p.done == total), "{told:?}");
    }
}

#[test]
fn languages_add_up_and_the_largest_comes_first() {
    let facts = measure(&sample::tree(Listed::Bare), None, &options()).expect("a listing");
    let totals = facts.languages();
    assert_eq!(totals.iter().map(|total| total.files).sum::<usize>(), facts.files.len());
    let physical = facts.files.iter().map(|file| file.data.facts.lines.physical).sum::<u32>();
    assert_eq!(totals.iter().map(|total| total.lines.physical).sum::<u32>(), physical);
    assert!(totals.windows(2).all(|pair| pair[0].lines.source >= pair[1].lines.source));
    assert_eq!(totals[0].language.name(), "Rust");
}

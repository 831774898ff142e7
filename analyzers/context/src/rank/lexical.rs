//! How well each file answers the words of a question: BM25F over path, definitions, documentation, comments and used
//! names (Robertson, Zaragoza and Taylor 2004), and the definitions and paths that the question names outright.

use super::question::{Name, Question};
use super::words::for_each_word;
use facts::hash::HashMap;
use facts::{FileRecord, RepoFacts};
use rayon::prelude::*;

/// How often a word occurs, where it counts how much: a word in the path says more about a file than one in a comment.
const STEM_WEIGHT: f64 = 5.0;
const FOLDER_WEIGHT: f64 = 2.0;
const DEFINITION_WEIGHT: f64 = 2.0;
const DOC_WEIGHT: f64 = 1.0;
const REFERENCE_WEIGHT: f64 = 0.7;
const COMMENT_WEIGHT: f64 = 1.0;
/// Saturation of repeated words, and how far long files are held back (BM25's k1 and b). Both are tuned on past fixes
/// (`cargo xtask context-eval`): a long file is more likely to be at fault, so b is lower than the 0.75 usual for prose.
const K1: f64 = 1.6;
const B: f64 = 0.45;
/// What naming a definition counts against a matching word.
const NAMED_DEFINITION: f64 = 2.0;
const NAMED_REFERENCE: f64 = 0.5;
/// What naming a path counts: more than any number of words.
const NAMED_PATH: f64 = 40.0;

/// What a file in the part of the tree that the question names as its scope counts more.
const IN_SCOPE: f64 = 1.5;

/// The score of each file of `repo`, in its order; 0 for a file without any word of the question.
pub(super) fn scores(repo: &RepoFacts, question: &Question) -> Vec<f64> {
    let index = TermIndex::new(question);
    let documents: Vec<Document> = repo.files.par_iter().map(|file| Document::read(file, &index)).collect();
    let mut scores = bm25f(&documents, question);
    named_definitions(&documents, question, &mut scores);
    named_paths(repo, question, &mut scores);
    for (score, file) in scores.iter_mut().zip(&repo.files) {
        if is_in_scope(file, &question.scope) {
            *score *= IN_SCOPE;
        }
    }
    scores
}

struct TermIndex<'q> {
    terms: HashMap<&'q str, usize>,
    names: HashMap<&'q str, Vec<usize>>,
    all_names: &'q [Name],
}

impl<'q> TermIndex<'q> {
    fn new(question: &'q Question) -> Self {
        let terms = question.terms.iter().enumerate().map(|(i, (word, _))| (word.as_str(), i)).collect();
        let mut names: HashMap<&str, Vec<usize>> = HashMap::default();
        for (i, name) in question.names.iter().enumerate() {
            names.entry(&name.text).or_default().push(i);
        }
        TermIndex { terms, names, all_names: &question.names }
    }
}

/// What a file says about the terms of the question.
struct Document {
    /// Weighted occurrences by term.
    terms: Vec<f64>,
    /// Definitions of each of the question's names.
    defines: Vec<f64>,
    /// Uses of each of the question's names.
    uses: Vec<f64>,
    /// Weighted words in all.
    length: f64,
}

impl Document {
    fn read(file: &FileRecord, index: &TermIndex<'_>) -> Self {
        let names = index.all_names.len();
        let mut document = Document {
            terms: vec![0.0; index.terms.len()],
            defines: vec![0.0; names],
            uses: vec![0.0; names],
            length: 0.0,
        };
        let path = String::from_utf8_lossy(file.path().as_bytes());
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
        document.add_words(folders, FOLDER_WEIGHT, index);
        document.add_words(name.split('.').next().unwrap_or(name), STEM_WEIGHT, index);
        document.add_symbols(file, index);
        for comment in file.data.comments.as_deref().unwrap_or_default() {
            document.add_words(&comment.text, COMMENT_WEIGHT, index);
        }
        document
    }

    fn add_symbols(&mut self, file: &FileRecord, index: &TermIndex<'_>) {
        let Some(symbols) = &file.data.symbols else { return };
        for definition in &symbols.definitions {
            self.add_words(&definition.name, DEFINITION_WEIGHT, index);
            self.add_words(definition.doc.as_deref().unwrap_or_default(), DOC_WEIGHT, index);
            for &i in index.names.get(definition.name.as_str()).into_iter().flatten() {
                let fits = index.all_names[i].qualifier.as_ref().is_none_or(|qualifier| {
                    definition.qualified_name.contains(qualifier.as_str())
                        || file
                            .path()
                            .as_bytes()
                            .windows(qualifier.len())
                            .any(|part| part == qualifier.as_bytes())
                });
                self.defines[i] += if fits { 1.0 } else { 0.3 };
            }
        }
        let mut uses = vec![0u32; symbols.names.len()];
        for reference in &symbols.references {
            if let Some(count) = uses.get_mut(reference.name as usize) {
                *count = count
                    .saturating_add(reference.calls)
                    .saturating_add(reference.uses)
                    .saturating_add(reference.mentions);
            }
        }
        for (name, count) in symbols.names.iter().zip(uses).filter(|(_, count)| *count > 0) {
            let count = f64::from(count);
            self.add_words(name, REFERENCE_WEIGHT * (1.0 + count.ln()), index);
            for &i in index.names.get(name.as_str()).into_iter().flatten() {
                self.uses[i] += count;
            }
        }
    }

    fn add_words(&mut self, text: &str, weight: f64, index: &TermIndex<'_>) {
        for_each_word(text, &mut |word| {
            self.length += weight;
            if let Some(term) = index.terms.get(word) {
                self.terms[*term] += weight;
            }
        });
    }
}

/// ln(1 + (N − n + ½)/(n + ½)) for a word in n of N files: rare words tell more.
fn inverse_frequency(files: usize, holding: usize) -> f64 {
    let (files, holding) = (files as f64, holding as f64);
    (1.0 + (files - holding + 0.5) / (holding + 0.5)).ln()
}

fn bm25f(documents: &[Document], question: &Question) -> Vec<f64> {
    let mean = documents.iter().map(|document| document.length).sum::<f64>() / documents.len().max(1) as f64;
    let mut scores = vec![0.0; documents.len()];
    for (term, (_, weight)) in question.terms.iter().enumerate() {
        let holding = documents.iter().filter(|document| document.terms[term] > 0.0).count();
        let rarity = inverse_frequency(documents.len(), holding) * weight;
        for (score, document) in scores.iter_mut().zip(documents) {
            let count = document.terms[term];
            let stretch = 1.0 - B + B * document.length / mean.max(f64::MIN_POSITIVE);
            *score += rarity * count * (K1 + 1.0) / (count + K1 * stretch);
        }
    }
    scores
}

/// Files that define (or, with less weight, use) what the question names; a name defined in many files counts little.
fn named_definitions(documents: &[Document], question: &Question, scores: &mut [f64]) {
    for (i, name) in question.names.iter().enumerate() {
        let defining = documents.iter().filter(|document| document.defines[i] > 0.0).count();
        if defining == 0 {
            continue;
        }
        let using = documents.iter().filter(|document| document.uses[i] > 0.0).count();
        let defined = name.certainty * NAMED_DEFINITION * inverse_frequency(documents.len(), defining);
        let used = name.certainty * NAMED_REFERENCE * inverse_frequency(documents.len(), using);
        for (score, document) in scores.iter_mut().zip(documents) {
            *score += defined * document.defines[i].min(1.0);
            *score += used * document.uses[i] / (document.uses[i] + K1);
        }
    }
}

/// Files whose path is, or ends in, one that the question names.
fn named_paths(repo: &RepoFacts, question: &Question, scores: &mut [f64]) {
    for named in &question.paths {
        let ends_in = |file: &FileRecord| {
            let path = file.path().as_bytes();
            path.strip_suffix(named.as_bytes())
                .is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
        };
        let hits: Vec<usize> = (0..repo.files.len()).filter(|i| ends_in(&repo.files[*i])).collect();
        for hit in &hits {
            scores[*hit] += NAMED_PATH / hits.len() as f64;
        }
    }
}

/// True if a folder of the path, or the file's stem, is the scope.
fn is_in_scope(file: &FileRecord, scope: &[String]) -> bool {
    if scope.is_empty() {
        return false;
    }
    let path = String::from_utf8_lossy(file.path().as_bytes()).to_lowercase().replace('-', "_");
    let stem_end = path.rfind('/').map_or(0, |slash| slash + 1);
    let stem = path[stem_end..].split('.').next().unwrap_or_default();
    path[..stem_end].split('/').chain([stem]).any(|part| scope.iter().any(|scope| scope == part))
}

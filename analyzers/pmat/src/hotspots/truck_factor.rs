//! How many people can leave before nobody knows most of the code.
//!
//! Avelino, Passos, Hora, Valente, "A Novel Approach for Estimating Truck Factors", ICPC 2016, on the degree of
//! authorship (DOA) of Fritz et al., "Degree-of-Knowledge", TOSEM 2014.

use facts::history::PersonId;
use std::collections::{BTreeMap, BTreeSet};

/// Authors have at least this share of the file's highest degree of authorship.
const SHARE_OF_HIGHEST: f64 = 0.75;
/// Lowest degree of authorship of an author: that of a person who once changed a file that nobody else changed.
const LEAST: f64 = 3.293;

/// What a person did to a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deeds {
    /// They created it.
    pub created: bool,
    /// Their later commits that changed it.
    pub changes: u32,
}

/// The degree of authorship for this work, when others made `others` changes.
pub fn degree_of_authorship(deeds: Deeds, others: u32) -> f64 {
    LEAST + 1.098 * f64::from(u8::from(deeds.created)) + 0.164 * f64::from(deeds.changes)
        - 0.321 * f64::from(others).ln_1p()
}

/// The authors of a file: those whose degree of authorship is high, by itself and compared with the highest.
pub fn authors(deeds: &BTreeMap<PersonId, Deeds>) -> Vec<PersonId> {
    let changes: u32 = deeds.values().map(|deeds| deeds.changes).sum();
    let degrees: Vec<(PersonId, f64)> = deeds
        .iter()
        .map(|(person, own)| (*person, degree_of_authorship(*own, changes - own.changes)))
        .collect();
    let highest = degrees.iter().map(|(_, degree)| *degree).fold(f64::MIN, f64::max);
    degrees
        .into_iter()
        .filter(|(_, degree)| *degree >= LEAST && *degree > SHARE_OF_HIGHEST * highest)
        .map(|(person, _)| person)
        .collect()
}

/// The people without whom more than half of the files have no author, in the order in which they are removed: always
/// the author of most files, by number among equals. Each item is the authors of one file; files without authors are
/// not counted.
pub fn key_people<'a>(files: impl IntoIterator<Item = &'a [PersonId]>) -> Vec<(PersonId, usize)> {
    let mut files_of: BTreeMap<PersonId, Vec<usize>> = BTreeMap::new();
    let mut authors_left = Vec::new();
    for authors in files.into_iter().filter(|authors| !authors.is_empty()) {
        let distinct: BTreeSet<PersonId> = authors.iter().copied().collect();
        for author in &distinct {
            files_of.entry(*author).or_default().push(authors_left.len());
        }
        authors_left.push(distinct.len());
    }
    let mut order: Vec<(PersonId, Vec<usize>)> = files_of.into_iter().collect();
    order.sort_by_key(|(person, files)| (std::cmp::Reverse(files.len()), *person));
    let total = authors_left.len();
    let mut covered = total;
    let mut taken = Vec::new();
    for (person, files) in order {
        if 2 * covered < total {
            break;
        }
        for file in &files {
            authors_left[*file] -= 1;
            covered -= usize::from(authors_left[*file] == 0);
        }
        taken.push((person, files.len()));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(numbers: &[u32]) -> Vec<PersonId> {
        numbers.iter().copied().map(PersonId).collect()
    }

    #[test]
    fn the_degree_of_authorship_has_the_published_coefficients() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        close(degree_of_authorship(Deeds { created: true, changes: 0 }, 0), 4.391);
        close(degree_of_authorship(Deeds { created: false, changes: 10 }, 0), 4.933);
        close(degree_of_authorship(Deeds { created: true, changes: 2 }, 9), 4.719 - 0.321 * 10f64.ln());
    }

    #[test]
    fn the_creator_stays_an_author_until_others_did_much_more() {
        let file = |ada: u32, grace: u32| {
            let deeds = [
                (PersonId(0), Deeds { created: true, changes: ada }),
                (PersonId(1), Deeds { created: false, changes: grace }),
            ];
            authors(&deeds.into_iter().collect())
        };
        assert_eq!(file(0, 0), people(&[0]));
        assert_eq!(file(0, 1), people(&[0, 1]));
        // 4.391 - .321 ln 41 = 3.199 is below the least degree.
        assert_eq!(file(0, 40), people(&[1]));
        assert_eq!(file(20, 1), people(&[0]));
    }

    #[test]
    fn one_person_who_wrote_everything_is_a_truck_factor_of_one() {
        let files = [people(&[7]), people(&[7]), people(&[7])];
        assert_eq!(key_people(files.iter().map(Vec::as_slice)), [(PersonId(7), 3)]);
    }

    #[test]
    fn files_of_two_authors_need_both_to_leave() {
        let files = [people(&[0, 1]), people(&[0, 1]), people(&[2])];
        // Without 0 and 1, one of three files has an author left: less than half.
        assert_eq!(key_people(files.iter().map(Vec::as_slice)), [(PersonId(0), 2), (PersonId(1), 2)]);
    }

    #[test]
    fn half_of_the_files_still_count_as_covered() {
        let files = [people(&[0]), people(&[1])];
        assert_eq!(key_people(files.iter().map(Vec::as_slice)).len(), 2);
        assert_eq!(key_people([&[][..]]), []);
    }

    /// The literal definition, on every small assignment of authors: repeatedly remove the person with most files while
    /// at least half of the files have an author left.
    #[test]
    fn key_people_equal_the_definition_on_all_small_cases() {
        for case in 0..(1_u32 << 12) {
            let files: Vec<Vec<PersonId>> = (0..4)
                .map(|file| (0..3).filter(|p| case >> (file * 3 + p) & 1 == 1).map(PersonId).collect())
                .collect();
            let counted: Vec<&Vec<PersonId>> = files.iter().filter(|authors| !authors.is_empty()).collect();
            let owned =
                |person: u32| counted.iter().filter(|authors| authors.contains(&PersonId(person))).count();
            let mut left: Vec<u32> = (0..3).filter(|person| owned(*person) > 0).collect();
            let mut removed = 0;
            let covered = |left: &[u32]| {
                let has = |authors: &&&Vec<PersonId>| authors.iter().any(|author| left.contains(&author.0));
                counted.iter().filter(has).count()
            };
            while !left.is_empty() && 2 * covered(&left) >= counted.len() {
                let top =
                    *left.iter().max_by_key(|p| (owned(**p), std::cmp::Reverse(**p))).expect("somebody");
                left.retain(|person| *person != top);
                removed += 1;
            }
            assert_eq!(key_people(files.iter().map(Vec::as_slice)).len(), removed, "{files:?}");
        }
    }
}

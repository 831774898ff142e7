//! Neighbours against sorting all distances.

use super::*;
use trueno::random::Philox;

fn random(rows: usize, columns: usize, seed: u64, offset: f64) -> Table {
    let mut random = Philox::new(seed);
    Table::new((0..rows * columns).map(|_| random.normal() + offset).collect(), columns).expect("fits")
}

#[test]
fn the_nearest_are_those_of_all_distances_sorted() {
    for offset in [0.0, 1e6] {
        let (table, queries) = (random(300, 4, 1, offset), random(140, 4, 2, offset));
        let found = Neighbors::new(&table).and_then(|n| n.nearest(&queries, 7)).expect("fits");
        for (query, found) in queries.iter_rows().zip(found) {
            let distance = |row: &[f64]| query.iter().zip(row).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
            let mut all = table.iter_rows().map(distance).enumerate().collect::<Vec<_>>();
            all.sort_by(|a, b| a.1.total_cmp(&b.1));
            let rows = all[..7].iter().map(|a| a.0).collect::<Vec<_>>();
            assert_eq!(found.iter().map(|f| f.1).collect::<Vec<_>>(), rows);
        }
    }
}

#[test]
fn one_neighbor_repeats_the_training_rows() {
    let table = random(50, 3, 3, 0.0);
    let classes = (0..50).map(|i| i % 7).collect::<Vec<u32>>();
    let model = NearestClassifier { neighbors: 1 }.fit(&table, &classes).expect("usable");
    assert_eq!(model.predict(&table).expect("fits"), classes);
    let numbers = (0..50).map(f64::from).collect::<Vec<_>>();
    let model = NearestRegressor { neighbors: 50 }.fit(&table, &numbers).expect("usable");
    assert!(model.predict(&table).expect("fits").iter().all(|p| (p - 24.5).abs() < 1e-12));
}

#[test]
fn bad_input_is_an_error() {
    let table = random(4, 2, 6, 0.0);
    assert!(matches!(
        NearestClassifier::default().fit(&table, &[0, 1, 0, 1]),
        Err(ModelError::TooFewRows { .. })
    ));
    assert!(NearestRegressor { neighbors: 0 }.fit(&table, &[0.0; 4]).is_err());
    assert!(Neighbors::new(&table).and_then(|n| n.nearest(&random(1, 3, 1, 0.0), 1)).is_err());
}

//! k-means: the sum never rises, clear clusters are found, bad input is an error.

use super::*;

fn clouds(rows: usize, seed: u64) -> Table {
    let mut random = Philox::new(seed);
    let value = |i: usize, random: &mut Philox| ((i / 2) % 3) as f64 * 20.0 + random.normal();
    Table::new((0..rows * 2).map(|i| value(i, &mut random)).collect(), 2).expect("fits")
}

#[test]
fn the_sum_of_squares_never_rises() {
    let mut random = Philox::new(3);
    let table = Table::new((0..2000).map(|_| random.normal()).collect(), 4).expect("fits");
    for seed in 0..5 {
        let model =
            KMeans { clusters: 7, starts: 1, seed, ..Default::default() }.fit(&table).expect("usable");
        assert!(model.history.len() > 2);
        assert!(model.history.windows(2).all(|w| w[1] <= w[0] + 1e-9));
        assert!(model.inertia <= model.history[0]);
    }
}

#[test]
fn clear_clusters_are_found() {
    let table = clouds(300, 1);
    let model = KMeans { clusters: 3, ..Default::default() }.fit(&table).expect("usable");
    let found = model.predict(&table).expect("fits");
    assert!((0..300).all(|i| found[i] == found[i % 3]));
    assert!(found[0] != found[1] && found[1] != found[2] && found[0] != found[2]);
}

#[test]
fn as_many_clusters_as_rows_leave_nothing_and_equal_rows_do_no_harm() {
    let table = clouds(12, 2);
    assert!(KMeans { clusters: 12, ..Default::default() }.fit(&table).expect("usable").inertia < 1e-20);
    let same = Table::new(vec![3.0; 20], 2).expect("fits");
    let model = KMeans { clusters: 4, ..Default::default() }.fit(&same).expect("usable");
    assert_eq!(model.inertia, 0.0);
}

#[test]
fn bad_input_is_an_error() {
    let table = clouds(3, 1);
    assert!(matches!(KMeans::default().fit(&table), Err(ModelError::TooFewRows { needed: 8, found: 3, .. })));
    assert!(KMeans { clusters: 0, ..Default::default() }.fit(&table).is_err());
    assert!(
        KMeans { clusters: 1, ..Default::default() }
            .fit(&Table::new(vec![f64::NAN], 1).expect("fits"))
            .is_err()
    );
}

//! Maps: sums over cells are right, clear clusters stay apart, degenerate rows and bad input.

use super::*;
use trueno::random::Philox;

/// Five clouds in ten columns.
fn clouds(rows: usize) -> Table {
    let mut random = Philox::new(8);
    let value = |i: usize| if (i / 10) % 5 == i % 5 { 12.0 } else { 0.0 };
    Table::new((0..rows * 10).map(|i| value(i) + random.normal()).collect(), 10).expect("fits")
}

#[test]
fn sums_over_cells_are_near_those_over_points_and_exact_without_an_angle() {
    let mut random = Philox::new(1);
    let mut points = (0..300).map(|_| [random.normal(), random.normal()]).collect::<Vec<_>>();
    // Some points coincide.
    points.extend_from_within(..20);
    let cells = Cells::new(&points);
    for point in &points {
        let (mut push, mut total) = ([0.0; 2], -1.0);
        for other in &points {
            let difference = [point[0] - other[0], point[1] - other[1]];
            let near = 1.0 / (1.0 + difference[0].powi(2) + difference[1].powi(2));
            total += near;
            (0..2).for_each(|d| push[d] += near * near * difference[d]);
        }
        let (exact, sum) = cells.push(point, 0.0);
        assert!((sum - total).abs() < 1e-9 && (0..2).all(|d| (exact[d] - push[d]).abs() < 1e-9));
        let (near, sum) = cells.push(point, 0.5);
        assert!(
            (sum - total).abs() < 0.02 * total && (0..2).all(|d| (near[d] - push[d]).abs() < 0.02 * total)
        );
    }
}

#[test]
fn similarities_are_symmetric_and_sum_to_1_with_the_perplexity_asked_for() {
    let table = clouds(120);
    let similarities = Similarities::new(&table, 12.0).expect("usable");
    let all = (0..120).flat_map(|i| similarities.of(i).map(move |(j, p)| (i, j, p))).collect::<Vec<_>>();
    assert!((all.iter().map(|(.., p)| p).sum::<f64>() - 1.0).abs() < 1e-12);
    for (i, j, p) in &all {
        assert!(similarities.of(*j).any(|(other, q)| other == *i && q == *p));
    }
}

#[test]
fn clear_clusters_stay_apart() {
    let table = clouds(150);
    for dimensions in [2, 3] {
        let settings = Tsne { dimensions, perplexity: 10.0, iterations: 400, ..Default::default() };
        let map = settings.fit(&table).expect("usable");
        assert_eq!(map, settings.fit(&table).expect("the same again"));
        assert_eq!((map.positions.rows(), map.positions.columns()), (150, dimensions));
        let distance = |a: usize, b: usize| {
            let pairs = map.positions.row(a).iter().zip(map.positions.row(b));
            pairs.map(|(x, y)| (x - y) * (x - y)).sum::<f64>()
        };
        for row in 0..150 {
            let mut others = (0..150).filter(|o| *o != row).collect::<Vec<_>>();
            others.sort_by(|a, b| distance(row, *a).total_cmp(&distance(row, *b)));
            assert!(others[..5].iter().all(|o| o % 5 == row % 5));
        }
    }
}

#[test]
fn degenerate_rows_have_a_map() {
    let same = Table::new(vec![1.0; 200], 4).expect("fits");
    let line = Table::new((0..40).map(f64::from).collect(), 1).expect("fits");
    let constant = Table::new((0..40).flat_map(|i| [f64::from(i % 7), 3.0]).collect(), 2).expect("fits");
    for table in [same, line, constant] {
        let map =
            Tsne { perplexity: 5.0, iterations: 100, ..Default::default() }.fit(&table).expect("usable");
        assert!(map.positions.values().iter().all(|x| x.is_finite()));
        assert!(map.divergence.is_finite());
    }
}

#[test]
fn bad_input_is_an_error() {
    let table = clouds(40);
    let fit = |settings: Tsne| settings.fit(&table);
    for settings in [
        Tsne { dimensions: 1, perplexity: 5.0, ..Default::default() },
        Tsne { perplexity: 40.0, ..Default::default() },
        Tsne { perplexity: f64::NAN, ..Default::default() },
        Tsne { exaggeration: 0.5, perplexity: 5.0, ..Default::default() },
        Tsne { angle: 0.9, perplexity: 5.0, ..Default::default() },
        Tsne { learning_rate: Some(0.0), perplexity: 5.0, ..Default::default() },
    ] {
        assert!(matches!(fit(settings), Err(ModelError::Setting { .. })), "{settings:?}");
    }
    let wild = Tsne { learning_rate: Some(1e300), perplexity: 5.0, ..Default::default() };
    assert!(fit(wild).map_or(true, |map| map.positions.check_finite().is_ok()));
    let two = Table::new(vec![1.0, 2.0], 1).expect("fits");
    assert!(matches!(Tsne::default().fit(&two), Err(ModelError::TooFewRows { .. })));
    for bad in [f64::NAN, f64::INFINITY] {
        let broken = Table::new(vec![1.0, 2.0, bad, 4.0], 1).expect("fits");
        let settings = Tsne { perplexity: 2.0, ..Default::default() };
        assert!(matches!(settings.fit(&broken), Err(ModelError::NotFinite { row: 2, .. })));
    }
}

#[test]
fn many_columns_are_worked_with() {
    let mut random = Philox::new(2);
    let wide = Table::new((0..12 * 100_000).map(|_| random.normal()).collect(), 100_000).expect("fits");
    let settings = Tsne { perplexity: 3.0, iterations: 50, ..Default::default() };
    assert_eq!(settings.fit(&wide).expect("usable").positions.rows(), 12);
}

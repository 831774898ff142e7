//! Buyers' marks survive the usual changes to models, and accuse no one else.

use aprender::apr::watermark::{Evidence, Watermark, Weights};
use half::f16;

const KEY: [u8; 32] = [11; 32];
const ROWS: usize = 64;
const COLUMNS: usize = 48;

/// Normal deviates by the central limit theorem: the sum of 12 uniform ones.
fn weights(seed: u64) -> Vec<f32> {
    let mut noise = blake3::Hasher::new_keyed(&[seed as u8; 32]).finalize_xof();
    let mut bytes = vec![0; ROWS * COLUMNS * 12];
    noise.fill(&mut bytes);
    bytes.chunks(12).map(|twelve| twelve.iter().map(|byte| f32::from(*byte) / 256.0 - 0.498).sum()).collect()
}

fn mark(buyer: &str) -> Watermark<'_> {
    Watermark { key: &KEY, buyer, strength: 0.01 }
}

fn original(values: &[f32]) -> Weights<'_> {
    Weights { name: "layer.0", rows: ROWS, values }
}

/// A reordering of 0..n that depends on the seed only.
fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|index| *blake3::keyed_hash(&[seed as u8; 32], &index.to_le_bytes()).as_bytes());
    order
}

/// Rounds to 16 bits, sets the smallest tenth to zero, reorders rows and columns.
fn mistreated(values: &[f32]) -> Vec<f32> {
    let mut sizes: Vec<f32> = values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let smallest = sizes[values.len() / 10];
    let (rows, columns) = (shuffled(ROWS, 1), shuffled(COLUMNS, 2));
    let place = |index: usize| rows[index / COLUMNS] * COLUMNS + columns[index % COLUMNS];
    let treat = |value: f32| if value.abs() < smallest { 0.0 } else { f16::from_f32(value).to_f32() };
    (0..values.len()).map(|index| treat(values[place(index)])).collect()
}

fn find(buyer: &str, values: &[f32], copy: &[f32]) -> Evidence {
    mark(buyer).find(&original(values), copy).expect("the shape fits")
}

#[test]
fn a_mark_survives_rounding_pruning_and_reordering_together() {
    let values = weights(1);
    let marked = mark("ada").embed(&original(&values)).expect("enough weights");
    let clean = find("ada", &values, &marked);
    assert!((clean.deviations() - ((ROWS * COLUMNS) as f64).sqrt()).abs() < 0.1, "{clean:?}");
    let found = find("ada", &values, &mistreated(&marked));
    assert!(found.p_value() < 1e-9, "{found:?}: p < {:e}", found.p_value());
    // Changed by exactly the strength.
    let change: f32 = values.iter().zip(&marked).map(|(a, b)| (a - b).powi(2)).sum();
    let size: f32 = values.iter().map(|value| value.powi(2)).sum();
    assert!(((change / size).sqrt() - 0.01).abs() < 1e-4);
}

#[test]
fn nobody_else_is_accused() {
    let values = weights(2);
    let copy = mistreated(&mark("ada").embed(&original(&values)).expect("enough weights"));
    let others = 400;
    let p_values: Vec<f64> =
        (0..others).map(|buyer| find(&format!("buyer {buyer}"), &values, &copy).p_value()).collect();
    let accused = |level: f64| p_values.iter().filter(|p| **p < level).count();
    assert!(accused(0.05) <= others / 20, "{} of {others}", accused(0.05));
    assert_eq!(accused(1e-4), 0);
    let other_seller = Watermark { key: &[12; 32], ..mark("ada") };
    assert!(other_seller.find(&original(&values), &copy).expect("the shape fits").p_value() > 1e-4);
    assert!(find("ada", &values, &mistreated(&values)).p_value() > 1e-4, "the original carries no mark");
    assert!(find("ada", &values, &weights(3)).p_value() > 1e-4, "another model carries no mark");
}

#[test]
fn the_marks_of_two_who_average_their_copies_are_both_found() {
    let values = weights(4);
    let copies = ["ada", "grace"].map(|buyer| mark(buyer).embed(&original(&values)).expect("enough weights"));
    let average: Vec<f32> = copies[0].iter().zip(&copies[1]).map(|(a, b)| (a + b) / 2.0).collect();
    for buyer in ["ada", "grace"] {
        assert!(find(buyer, &values, &average).p_value() < 1e-9);
    }
    assert!(find("mallory", &values, &average).p_value() > 1e-4);
}

#[test]
fn evidence_of_several_tensors_adds_up() {
    let (first, second) = (weights(5), weights(6));
    let evidence = |values: &[f32]| {
        let marked = mark("ada").embed(&original(values)).expect("enough weights");
        find("ada", values, &marked)
    };
    let (one, two) = (evidence(&first), evidence(&second));
    assert!(one.and(two).deviations() > one.deviations().max(two.deviations()) * 1.3);
}

#[test]
fn zeros_stay_and_what_cannot_carry_a_mark_is_refused() {
    let mut values = weights(7);
    values.iter_mut().step_by(3).for_each(|value| *value = 0.0);
    let marked = mark("ada").embed(&original(&values)).expect("enough weights");
    assert!(values.iter().zip(&marked).all(|(a, b)| (*a == 0.0) == (*b == 0.0)));
    assert!(find("ada", &values, &marked).p_value() < 1e-9);
    let few = Weights { name: "bias", rows: 1, values: &values[..999] };
    assert!(mark("ada").embed(&few).is_err());
    assert!(mark("ada").embed(&Weights { rows: 7, ..original(&values) }).is_err());
    assert!(mark("ada").embed(&Weights { rows: 0, ..original(&values) }).is_err());
    assert!(Watermark { strength: 0.5, ..mark("ada") }.embed(&original(&values)).is_err());
    assert!(Watermark { strength: f32::NAN, ..mark("ada") }.embed(&original(&values)).is_err());
    assert!(mark("ada").find(&original(&values), &values[1..]).is_err());
    let mut broken = values.clone();
    broken[5] = f32::NAN;
    assert!(mark("ada").embed(&original(&broken)).is_err());
    assert!(find("ada", &values, &vec![f32::NAN; values.len()]).p_value() == 1.0);
}

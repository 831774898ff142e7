use crate::close::{devices, on};
use proptest::prelude::*;
use trueno::random::Philox;
use trueno::{Array, select};

#[test]
fn the_largest_are_those_of_the_processor_with_ties_and_nan() {
    let mut random = Philox::new(1);
    for length in [1usize, 2, 511, 1023, 1024, 1025, 5000, 70_000] {
        for levels in [2, 1 << 20] {
            let values: Vec<f32> = (0..length)
                .map(|_| match random.below(20) {
                    0 => f32::NAN,
                    1 => f32::NEG_INFINITY,
                    2 => -0.0,
                    _ => random.below(levels) as f32 - levels as f32 / 2.0,
                })
                .collect();
            let x = Array::from_slice(&values, &[length]).expect("small");
            for device in devices() {
                let there = on(device, &x);
                for k in [0, 1, 7, 512, 513, 2000] {
                    assert_eq!(
                        there.top_k(k).expect("it fits"),
                        select::top_k(&values, k),
                        "{k} of {length}"
                    );
                }
            }
        }
    }
}

#[test]
fn of_nothing_nothing_is_largest() {
    for device in devices() {
        let empty = on(device, &Array::zeros(&[0]).expect("small"));
        assert_eq!(empty.top_k(3).expect("it fits"), Vec::<usize>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_bit_patterns_are_ordered_as_on_the_processor(
        patterns in proptest::collection::vec(any::<u32>(), 1..3000),
        k in 1usize..700,
    ) {
        let values: Vec<f32> = patterns.iter().map(|bits| f32::from_bits(*bits)).collect();
        let x = Array::from_slice(&values, &[values.len()]).expect("small");
        for device in devices() {
            prop_assert_eq!(on(device, &x).top_k(k).expect("it fits"), select::top_k(&values, k));
        }
    }
}

use super::*;
use proptest::prelude::*;
use std::fs;

fn curve(points: &[(f64, f64)]) -> Curve {
    Curve::new(points.to_vec()).expect("the points ascend")
}

/// A place whose times are the same for all classes.
fn place(points: &[(f64, f64)], copies: Option<&[(f64, f64)]>) -> Place {
    Place {
        key: "a place".to_owned(),
        kind: PlaceKind::Processor(processor()),
        classes: Class::ALL.into_iter().map(|class| (class, curve(points))).collect(),
        upload: copies.map(curve),
        download: copies.map(curve),
    }
}

fn points() -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((1.0f64..100.0, 1e-6f64..1.0), 1..6).prop_map(|steps| {
        let mut work = 1.0;
        let ascend = |(step, seconds): (f64, f64)| {
            work *= 1.0 + step;
            (work, seconds)
        };
        steps.into_iter().map(ascend).collect()
    })
}

#[test]
fn a_curve_goes_through_its_points_and_on_in_proportion() {
    let curve = curve(&[(10.0, 2.0), (1000.0, 8.0)]);
    assert_eq!(curve.seconds(0.0), 2.0);
    assert_eq!(curve.seconds(10.0), 2.0);
    assert!((curve.seconds(100.0) - 4.0).abs() < 1e-12, "halfway on logarithmic scales");
    assert!((curve.seconds(1000.0) - 8.0).abs() < 1e-12);
    assert_eq!(curve.seconds(2000.0), 16.0);
    assert_eq!((curve.best_rate(), curve.last_rate(), curve.first()), (125.0, 125.0, 2.0));
}

#[test]
fn points_that_are_no_measurements_are_refused() {
    for points in [
        vec![],
        vec![(1.0, 0.0)],
        vec![(1.0, f64::NAN)],
        vec![(-1.0, 1.0)],
        vec![(2.0, 1.0), (1.0, 1.0)],
        vec![(1.0, 1.0), (1.0, 2.0)],
    ] {
        assert!(Curve::new(points.clone()).is_err(), "{points:?}");
        let text = serde_json::to_string(&points).expect("numbers").replace("null", "1e999");
        assert!(serde_json::from_str::<Curve>(&text).is_err(), "{text}");
    }
}

#[test]
fn copies_decide_between_what_lies_here_and_what_lies_there() {
    // The second place computes ten times faster, but each copy to or from it takes a second.
    let places = [place(&[(1.0, 1.0)], None), place(&[(1.0, 0.1)], Some(&[(1.0, 1.0), (1e12, 1.0)]))];
    let at = |work, residence| {
        let operation = Operation { class: Class::Rows, work, read: 8, written: 8 };
        choose(&places, &operation, residence).expect("both were measured").place
    };
    assert_eq!(at(1.0, Residence::Main), 0);
    assert_eq!(at(2.0, Residence::Main), 0);
    assert_eq!(at(3.0, Residence::Main), 1);
    assert_eq!(at(1.0, Residence::Place(1)), 1);
    assert_eq!(at(1.0, Residence::Place(0)), 0);
}

#[test]
fn a_place_without_measurements_is_never_chosen() {
    let mut places = [place(&[(1.0, 1.0)], None), place(&[(1.0, 0.1)], None)];
    places[1].classes.clear();
    let operation = Class::Product.square(100);
    assert_eq!(choose(&places, &operation, Residence::Main).expect("one was measured").place, 0);
    places[0].classes.clear();
    assert_eq!(choose(&places, &operation, Residence::Main), None);
    assert_eq!(choose(&[], &operation, Residence::Main), None);
}

proptest! {
    #[test]
    fn the_choice_is_the_shortest_of_the_expected_times(
        all in proptest::collection::vec((points(), points()), 1..5),
        work in 0.0f64..1e7,
        read in 0u64..1_000_000,
        home in 0usize..6,
    ) {
        let places: Vec<Place> = all.iter().map(|(own, copies)| place(own, Some(copies))).collect();
        let residence = if home < places.len() { Residence::Place(home) } else { Residence::Main };
        let operation = Operation { class: Class::Product, work, read, written: read / 2 };
        let choice = choose(&places, &operation, residence).expect("all were measured");
        let expected = |to: usize| {
            let copies = |place: &Place, there: u64, back: u64| {
                let seconds = |curve: &Option<Curve>, bytes: u64| curve.as_ref().map_or(f64::NAN, |c| c.seconds(bytes as f64));
                seconds(&place.upload, there) + seconds(&place.download, back)
            };
            let mut sum = places[to].classes[&Class::Product].seconds(work);
            if residence != Residence::Place(to) {
                sum += copies(&places[to], read, read / 2);
                if let Residence::Place(home) = residence {
                    sum += copies(&places[home], read / 2, read);
                }
            }
            sum
        };
        for to in 0..places.len() {
            let said = choice.seconds[to].expect("all were measured");
            prop_assert!((said - expected(to)).abs() <= 1e-9 * said);
            prop_assert!(choice.seconds[choice.place].expect("all were measured") <= said);
        }
    }

    #[test]
    fn interpolated_times_lie_between_their_points(points in points(), part in 0.0f64..1.0) {
        let all = curve(&points);
        for pair in points.windows(2) {
            let work = pair[0].0 + part * (pair[1].0 - pair[0].0);
            let (low, high) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
            prop_assert!((low * 0.999_999..=high * 1.000_001).contains(&all.seconds(work)));
        }
    }
}

#[test]
fn a_machine_is_measured_once_and_then_remembered() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = calibrate(Some(folder.path()), false).expect("the processor works");
    assert_eq!(first.measured, first.places.len());
    assert!(first.not_remembered.is_none() && matches!(first.places[0].kind, PlaceKind::Processor(_)));
    let second = calibrate(Some(folder.path()), false).expect("the processor works");
    assert_eq!((second.measured, &second.places), (0, &first.places));
}

#[test]
fn what_is_remembered_comes_back_and_damage_counts_as_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(store::load(folder.path()), []);
    let places = [place(&[(1.0, 0.1), (7.5, 0.3)], Some(&[(1.0, 1.0)])), place(&[(3.0, 1e-9)], None)];
    store::save(&folder.path().join("deeper"), &places).expect("a temporary folder");
    assert_eq!(store::load(&folder.path().join("deeper")), places);

    store::save(folder.path(), &places).expect("a temporary folder");
    let file = folder.path().join("devices.json");
    let text = fs::read_to_string(&file).expect("it was written");
    let layout = text.replace("\"layout\": 1", "\"layout\": 0");
    assert_ne!(layout, text);
    for damaged in [&text[..text.len() / 2], "", "[]", &layout, &text.replace("0.3", "-0.3")] {
        fs::write(&file, damaged).expect("a temporary file");
        assert_eq!(store::load(folder.path()), [], "{damaged}");
    }
    fs::remove_file(&file).expect("it was written");
    fs::create_dir(&file).expect("nothing is there");
    assert!(store::save(folder.path(), &places).is_err());
    let left = fs::read_dir(folder.path()).expect("it is there").count();
    assert_eq!(left, 2, "the folder and the other one, nothing half-written");
}

#[cfg(unix)]
#[test]
fn a_link_at_a_name_that_can_be_guessed_is_not_written_through() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").expect("a temporary file");
    let guessed = folder.path().join(format!("devices.json.{}", std::process::id()));
    std::os::unix::fs::symlink(&victim, &guessed).expect("a link");
    let places = [place(&[(1.0, 0.1), (7.5, 0.3)], None)];
    store::save(folder.path(), &places).expect("a temporary folder");
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "precious");
    assert_eq!(store::load(folder.path()), places);
}

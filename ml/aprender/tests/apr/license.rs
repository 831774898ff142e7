//! Licences are enforced when a model is opened, and uses and seats are counted.

use aprender::apr::{AprError, License, LicenseError, OpenOptions, Reader};

use crate::samples::{everything, license};

fn file(license: &License) -> Vec<u8> {
    everything().license(license).expect("valid").to_bytes().expect("written")
}

fn refusal(file: &[u8], options: &OpenOptions) -> LicenseError {
    match Reader::from_bytes(file, options) {
        Err(AprError::License(error)) => error,
        Err(error) => panic!("another error: {error}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn the_time_of_the_licence_is_from_its_issue_until_before_its_end() {
    let file = file(&license());
    let at = |now| OpenOptions { now: Some(now), ..OpenOptions::default() };
    assert!(matches!(refusal(&file, &at(999)), LicenseError::NotYet { issued: 1000, now: 999, .. }));
    assert!(Reader::from_bytes(&file, &at(1000)).is_ok());
    assert!(Reader::from_bytes(&file, &at(1999)).is_ok());
    assert!(matches!(refusal(&file, &at(2000)), LicenseError::Expired { .. }));
    assert!(
        matches!(refusal(&file, &OpenOptions::default()), LicenseError::Expired { .. }),
        "by the system's clock"
    );
}

#[test]
fn uses_are_counted_and_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(&License { uses: Some(2), ..license() });
    let options = OpenOptions { now: Some(1500), ledger: Some(folder.path()), ..OpenOptions::default() };
    let without = OpenOptions { ledger: None, ..options };
    assert!(matches!(refusal(&file, &without), LicenseError::CannotCount { limited: "uses", .. }));
    assert!(Reader::from_bytes(&file, &options).is_ok());
    assert!(matches!(
        refusal(&file, &OpenOptions { now: Some(2500), ..options }),
        LicenseError::Expired { .. }
    ));
    assert!(Reader::from_bytes(&file, &options).is_ok(), "what is refused is not counted");
    assert!(matches!(refusal(&file, &options), LicenseError::NoUsesLeft { uses: 2, .. }));
}

#[test]
fn seats_are_taken_once_each_and_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(&License { seats: Some(2), ..license() });
    let options = OpenOptions { now: Some(1500), ledger: Some(folder.path()), ..OpenOptions::default() };
    assert!(matches!(
        refusal(&file, &options),
        LicenseError::CannotCount { missing: "the name of a seat", .. }
    ));
    for seat in ["ada", "grace", "ada", "grace"] {
        assert!(Reader::from_bytes(&file, &OpenOptions { seat: Some(seat), ..options }).is_ok());
    }
    let third = OpenOptions { seat: Some("mallory"), ..options };
    assert!(matches!(refusal(&file, &third), LicenseError::NoSeatLeft { seats: 2, .. }));
}

#[test]
fn a_clock_that_was_set_back_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(&License { issued: 0, expires: Some(10_000_000), uses: Some(9), ..license() });
    let at = |now| OpenOptions { now: Some(now), ledger: Some(folder.path()), ..OpenOptions::default() };
    assert!(Reader::from_bytes(&file, &at(1_000_000)).is_ok());
    assert!(Reader::from_bytes(&file, &at(950_000)).is_ok(), "some hours are a time zone");
    assert!(matches!(refusal(&file, &at(900_000)), LicenseError::ClockSetBack { seen: 1_000_000, .. }));
}

#[test]
fn uses_are_counted_right_by_many_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = file(&License { uses: Some(10), ..license() });
    let opened = std::thread::scope(|scope| {
        let open = || {
            let options =
                OpenOptions { now: Some(1500), ledger: Some(folder.path()), ..OpenOptions::default() };
            (0..5).filter(|_| Reader::from_bytes(&file, &options).is_ok()).count()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum::<usize>()
    });
    assert_eq!(opened, 10);
}

#[test]
fn a_broken_ledger_or_licence_is_no_licence() {
    let folder = tempfile::tempdir().expect("a folder");
    let limited = file(&License { uses: Some(2), ..license() });
    let options = OpenOptions { now: Some(1500), ledger: Some(folder.path()), ..OpenOptions::default() };
    assert!(Reader::from_bytes(&limited, &options).is_ok());
    let ledger =
        std::fs::read_dir(folder.path()).expect("a folder").next().expect("a file").expect("a file").path();
    std::fs::write(&ledger, "{\"uses\":").expect("written");
    assert!(matches!(refusal(&limited, &options), LicenseError::Ledger { .. }));
    let mut model = everything();
    model.json("apr/license", &serde_json::json!({ "licensee": "me" })).expect("valid");
    let file = model.to_bytes().expect("written");
    assert!(matches!(Reader::from_bytes(&file, &OpenOptions::default()), Err(AprError::Malformed(_))));
}

#[test]
fn an_expired_or_encrypted_model_can_be_looked_at_but_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.apr");
    let model = crate::samples::encrypted(everything(), aprender::apr::Cipher::Aes256Gcm);
    let mut model = model;
    model.license(&license()).expect("valid").write(&path).expect("written");
    let look = Reader::inspect(&path, &OpenOptions::default()).expect("sound");
    assert_eq!(look.license(), Some(&license()));
    assert_eq!(look.card().expect("sound").expect("there").name, "sample");
    assert!(look.verify().is_ok());
    assert!(matches!(look.provenance(), Err(AprError::InspectionOnly(_))), "encrypted");
    assert!(matches!(
        look.tensor::<f32>("weights").expect("there").values(),
        Err(AprError::InspectionOnly(_))
    ));
    let options = OpenOptions { recipient: Some(&crate::samples::RECIPIENT), ..OpenOptions::default() };
    let look = Reader::inspect(&path, &options).expect("sound");
    assert_eq!(look.provenance().expect("sound").expect("there").seed, Some(42));
    assert!(matches!(look.bytes("text"), Err(AprError::InspectionOnly(_))));
}

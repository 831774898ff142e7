//! Written files are read back: every kind of section, every way to store it, from memory and from a file.

use aprender::apr::{
    Access, AprError, Cipher, Encryption, Kind, OpenOptions, Reader, TrustStore, Verify, Writer, sign_file,
};
use half::f16;

use crate::samples::{RECIPIENT, SIGNER, TEXT, VALUES, encrypted, everything, stump};

fn check_everything(model: &Reader) {
    assert_eq!(model.tensor::<f32>("weights").expect("there").values().expect("sound"), VALUES.as_slice());
    let weights = model.tensor::<f32>("weights").expect("there");
    assert_eq!(weights.shape(), [20, 5]);
    assert_eq!(weights.rows(3..5).expect("sound"), &VALUES[15..25]);
    assert_eq!(weights.rows(20..20).expect("sound"), &[] as &[f32]);
    assert_eq!(model.tensor::<f64>("scalar").expect("there").values().expect("sound"), [2.5]);
    assert!(model.tensor::<i64>("nothing").expect("there").values().expect("sound").is_empty());
    let forest = model.trees("forest").expect("sound");
    assert_eq!(forest.len(), 2);
    assert_eq!(forest.get(0).expect("there"), stump());
    assert_eq!(forest.iter().map(<[_]>::len).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(forest.get(2), None);
    assert_eq!(model.bytes("text").expect("sound"), TEXT.as_slice());
    assert_eq!(model.card().expect("sound").expect("there").name, "sample");
    assert_eq!(model.provenance().expect("sound").expect("there").seed, Some(42));
    for section in model.sections() {
        assert_eq!(section.offset % 64, 0);
        let address = model.bytes(&section.name).expect("sound").as_ptr().addr();
        assert_eq!(address % 64, 0, "{}", section.name);
    }
}

#[test]
fn a_model_comes_back_from_memory_and_from_a_file_in_every_way_of_opening() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.apr");
    let root = everything().write(&path).expect("written");
    assert_eq!(
        std::fs::read(&path).expect("there"),
        everything().to_bytes().expect("written"),
        "the same bytes"
    );
    for access in [Access::Map, Access::Read] {
        for verify in [Verify::OnAccess, Verify::AtOpen, Verify::HeadOnly] {
            let model = Reader::open(&path, &OpenOptions { access, verify, ..OpenOptions::default() })
                .expect("sound");
            check_everything(&model);
            assert_eq!(model.root(), &root);
            assert!(model.verify().is_ok());
            assert!(!model.is_authentic(), "anybody can have written it");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left over");
}

#[test]
fn only_what_compresses_is_compressed() {
    let file = everything().to_bytes().expect("written");
    let model = Reader::from_bytes(&file, &OpenOptions::default()).expect("sound");
    let text = model.section("text").expect("there");
    assert!(text.compressed && text.stored < text.plain / 10, "{text:?}");
    let mut noise = blake3::Hasher::new().finalize_xof();
    let mut bytes = vec![0; 10_000];
    noise.fill(&mut bytes);
    let mut writer = Writer::new();
    writer.compress(true).bytes("noise", bytes.as_slice()).expect("valid");
    let file = writer.to_bytes().expect("written");
    let model = Reader::from_bytes(&file, &OpenOptions::default()).expect("sound");
    assert!(!model.section("noise").expect("there").compressed);
    assert_eq!(model.bytes("noise").expect("sound"), bytes);
}

#[test]
fn an_encrypted_and_signed_model_comes_back_with_either_cipher() {
    let mut trust = TrustStore::new();
    trust.add("maker", &SIGNER.public()).expect("a key");
    for cipher in [Cipher::ChaCha20Poly1305, Cipher::Aes256Gcm] {
        let mut writer = encrypted(everything(), cipher);
        writer.sign(&SIGNER);
        let file = writer.to_bytes().expect("written");
        let needle: &[u8] = bytemuck::cast_slice(&VALUES[..8]);
        assert!(!file.windows(needle.len()).any(|window| window == needle), "the weights are not to be seen");
        let options =
            OpenOptions { trust: Some(&trust), recipient: Some(&RECIPIENT), ..OpenOptions::default() };
        let model = Reader::from_bytes(&file, &options).expect("sound");
        check_everything(&model);
        assert_eq!(model.signatures()[0].trusted.as_deref(), Some("maker"));
        assert_eq!(model.cipher(), Some(cipher));
        assert!(model.is_authentic());
    }
}

#[test]
fn one_file_opens_with_any_of_its_passwords_and_keys_and_with_nothing_else() {
    let mut encryption = Encryption::password(Cipher::ChaCha20Poly1305, "correct horse");
    encryption.derivation = aprender::apr::KeyDerivation { memory_kib: 19 << 10, passes: 2, lanes: 1 };
    encryption.passwords.push("battery staple".to_owned().into());
    encryption.recipients.push(RECIPIENT.public());
    let mut writer = everything();
    let file = writer.encrypt(encryption).to_bytes().expect("written");
    let open = |password, recipient| {
        Reader::from_bytes(&file, &OpenOptions { password, recipient, ..OpenOptions::default() })
    };
    check_everything(&open(Some("correct horse"), None).expect("sound"));
    check_everything(&open(Some("battery staple"), None).expect("sound"));
    check_everything(&open(None, Some(&RECIPIENT)).expect("sound"));
    check_everything(&open(Some("wrong"), Some(&RECIPIENT)).expect("the key opens it"));
    assert!(matches!(open(Some("correct Horse"), None), Err(AprError::WrongKey)));
    let other = aprender::apr::RecipientKey::generate().expect("random numbers");
    assert!(matches!(open(None, Some(&other)), Err(AprError::WrongKey)));
    assert!(matches!(open(None, None), Err(AprError::KeyNeeded(_))));
}

#[test]
fn sections_around_the_size_of_a_chunk_come_back_encrypted_and_compressed() {
    let lengths = [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000];
    let bytes: Vec<u8> = (0..200_000u32).map(|i| (i / 3 % 251) as u8).collect();
    for compress in [false, true] {
        let mut writer = Writer::new();
        for length in lengths {
            writer.compress(compress).bytes(&length.to_string(), &bytes[..length]).expect("valid");
        }
        let file = encrypted(writer, Cipher::Aes256Gcm).to_bytes().expect("written");
        let options = OpenOptions { recipient: Some(&RECIPIENT), ..OpenOptions::default() };
        let model = Reader::from_bytes(&file, &options).expect("sound");
        for length in lengths {
            assert_eq!(
                model.bytes(&length.to_string()).expect("sound"),
                &bytes[..length],
                "{length}, {compress}"
            );
        }
    }
}

#[test]
fn a_half_is_viewed_as_one_and_types_are_not_mixed_up() {
    let halves: Vec<f16> = VALUES.iter().map(|value| f16::from_f32(*value)).collect();
    let mut writer = Writer::new();
    writer.tensor("halves", &[10, 10], &halves).expect("valid");
    let file = writer.to_bytes().expect("written");
    let model = Reader::from_bytes(&file, &OpenOptions::default()).expect("sound");
    assert_eq!(model.tensor::<f16>("halves").expect("there").values().expect("sound"), halves);
    assert!(matches!(model.tensor::<f32>("halves"), Err(AprError::WrongType { .. })));
    assert!(matches!(model.tensor::<half::bf16>("halves"), Err(AprError::WrongType { .. })));
    assert!(matches!(model.trees("halves"), Err(AprError::WrongType { .. })));
    assert!(matches!(model.tensor::<f16>("missing"), Err(AprError::NoSection(_))));
    let halves = model.tensor::<f16>("halves").expect("there");
    assert!(matches!(halves.rows(9..11), Err(AprError::NoRow { rows: 10, wanted: 10, .. })));
    #[allow(clippy::reversed_empty_ranges)]
    let backwards = halves.rows(5..4);
    assert!(backwards.is_err());
    assert_eq!(model.section("halves").expect("there").kind, Kind::Tensor(aprender::apr::Dtype::F16));
}

#[test]
fn an_empty_model_is_a_model() {
    let file = Writer::new().to_bytes().expect("written");
    let model = Reader::from_bytes(&file, &OpenOptions { verify: Verify::AtOpen, ..OpenOptions::default() });
    assert!(model.expect("sound").sections().is_empty());
}

#[test]
fn what_does_not_fit_the_format_is_not_written() {
    let mut writer = Writer::new();
    let unstorable =
        |result: Result<&mut Writer, AprError>| assert!(matches!(result, Err(AprError::Unstorable(_))));
    unstorable(writer.bytes("", b"".as_slice()));
    unstorable(writer.bytes("two\nlines", b"".as_slice()));
    unstorable(writer.bytes(&"x".repeat(513), b"".as_slice()));
    unstorable(writer.tensor("short", &[2, 3], &[1.0f32; 5]));
    unstorable(writer.tensor("deep", &[1; 7], &[1.0f32]));
    unstorable(writer.tensor("huge", &[usize::MAX, usize::MAX], &[1.0f32]));
    writer.bytes("name", b"".as_slice()).expect("valid");
    unstorable(writer.bytes("name", b"".as_slice()));
    let mut backwards = stump();
    backwards[1].left = 1;
    backwards[1].right = 2;
    unstorable(writer.trees("loop", &[backwards]));
    let mut beyond = stump();
    beyond[0].right = 3;
    unstorable(writer.trees("beyond", &[beyond]));
    unstorable(writer.trees("empty", &[vec![]]));
    let weak = aprender::apr::KeyDerivation { memory_kib: 1024, passes: 1, lanes: 1 };
    let mut encryption = Encryption::password(Cipher::Aes256Gcm, "secret");
    encryption.derivation = weak;
    assert!(matches!(writer.encrypt(encryption).to_bytes(), Err(AprError::Unstorable(_))));
    let nobody = Encryption::recipients(Cipher::Aes256Gcm, &[]);
    assert!(matches!(writer.encrypt(nobody).to_bytes(), Err(AprError::Unstorable(_))));
    let everybody =
        Encryption::recipients(Cipher::Aes256Gcm, &[aprender::apr::PublicKey::from_bytes([0; 32])]);
    assert!(
        matches!(writer.encrypt(everybody).to_bytes(), Err(AprError::Unstorable(_))),
        "a point of low order"
    );
}

#[test]
fn a_finished_file_is_signed_by_several_without_changing_its_content() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.apr");
    let root = everything().write(&path).expect("written");
    let keys: Vec<_> = (1..=5).map(|seed| aprender::apr::SigningKey::from_seed(&[seed; 32])).collect();
    for key in &keys[..4] {
        sign_file(&path, key).expect("signed");
    }
    assert!(matches!(sign_file(&path, &keys[0]), Err(AprError::Unstorable(_))), "signed already");
    assert!(matches!(sign_file(&path, &keys[4]), Err(AprError::Unstorable(_))), "no place left");
    for key in &keys {
        let mut trust = TrustStore::new();
        trust.add("one", &key.public()).expect("a key");
        let trust = TrustStore::parse(&trust.to_text()).expect("what was written is read");
        let opened = Reader::open(&path, &OpenOptions { trust: Some(&trust), ..OpenOptions::default() });
        match opened {
            Ok(model) => {
                assert_eq!(model.root(), &root);
                assert_eq!(model.signatures().len(), 4);
                assert!(model.is_authentic());
            }
            Err(error) => {
                assert!(matches!(error, AprError::NotTrusted(_)) && key.public() == keys[4].public())
            }
        }
    }
}

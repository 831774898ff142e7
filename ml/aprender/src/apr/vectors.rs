//! The published test vectors of every primitive that the format uses, through the code that uses them.

use super::Cipher;
use super::digest::hex;
use super::encryption::Aead;

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte =
        |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("digits");
    digits.chunks(2).map(byte).collect()
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).try_into().expect("as many digits as the vector has")
}

#[test]
fn rfc_8032_ed25519() {
    use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
    // Section 7.1, tests 1 to 3: secret key, public key, message, signature.
    let vectors = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
             5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
             18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (secret, public, message, signature) in vectors {
        let key = SigningKey::from_bytes(&bytes(secret));
        assert_eq!(hex(key.verifying_key().as_bytes()), public);
        assert_eq!(hex(&key.sign(&unhex(message)).to_bytes()), signature);
        let public = VerifyingKey::from_bytes(&bytes(public)).expect("a public key");
        assert!(public.verify_strict(&unhex(message), &Signature::from_bytes(&bytes(signature))).is_ok());
    }
}

#[test]
fn rfc_7748_x25519() {
    use x25519_dalek::{PublicKey, StaticSecret, x25519};
    // Section 5.2.
    let vectors = [
        (
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ),
        (
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        ),
    ];
    for (scalar, point, product) in vectors {
        assert_eq!(hex(&x25519(bytes(scalar), bytes(point))), product);
    }
    // Section 6.1.
    let bob =
        StaticSecret::from(bytes::<32>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    let alice = bytes::<32>("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assert_eq!(
        hex(PublicKey::from(&bob).as_bytes()),
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    );
    assert_eq!(
        hex(bob.diffie_hellman(&PublicKey::from(alice)).as_bytes()),
        "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    );
}

/// A vector of an AEAD: key, nonce, associated data, text, encrypted text, tag.
fn check_aead(cipher: Cipher, vector: [&str; 6]) {
    let [key, nonce, bound, text, encrypted, tag] = vector;
    let (aead, nonce, bound) = (Aead::new(cipher, &bytes(key)), bytes(nonce), unhex(bound));
    let mut buffer = unhex(text);
    let made = aead.encrypt(nonce, &bound, &mut buffer);
    assert_eq!((hex(&buffer), hex(&made)), (encrypted.to_owned(), tag.to_owned()));
    assert!(aead.decrypt(nonce, &bound, &mut buffer, made));
    assert_eq!(hex(&buffer), text);
    let mut wrong = made;
    wrong[15] ^= 1;
    assert!(!aead.decrypt(nonce, &bound, &mut unhex(encrypted), wrong));
}

#[test]
fn rfc_8439_chacha20_poly1305() {
    let text =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                 sunscreen would be it.";
    // Section 2.8.2.
    check_aead(
        Cipher::ChaCha20Poly1305,
        [
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
            "070000004041424344454647",
            "50515253c0c1c2c3c4c5c6c7",
            &hex(text),
            "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b\
             1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc\
             3ff4def08e4b7a9de576d26586cec64b6116",
            "1ae10b594f09e26a7e902ecbd0600691",
        ],
    );
}

#[test]
fn nist_gcm_aes_256() {
    // CAVS, gcmEncryptExtIV256.rsp, the first vector.
    check_aead(
        Cipher::Aes256Gcm,
        [
            "b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
            "516c33929df5a3284ff463d7",
            "",
            "",
            "",
            "bdc1ac884d332457a1d2664f168c76f0",
        ],
    );
    // McGrew and Viega, "The Galois/Counter Mode of Operation", as submitted to NIST, test case 16.
    check_aead(
        Cipher::Aes256Gcm,
        [
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            "cafebabefacedbaddecaf888",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
             1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b",
        ],
    );
}

#[test]
fn rfc_9106_argon2id() {
    use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
    // Section 5.3.
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).expect("12 bytes"))
        .build()
        .expect("valid parameters");
    let argon = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).expect("valid");
    let mut tag = [0; 32];
    argon.hash_password_into(&[1; 32], &[2; 16], &mut tag).expect("valid");
    assert_eq!(hex(&tag), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

#[test]
fn rfc_5869_hkdf_sha256() {
    // Appendix A.1.
    let hkdf = hkdf::Hkdf::<sha2::Sha256>::new(Some(&unhex("000102030405060708090a0b0c")), &[0x0b; 22]);
    let mut key = [0; 42];
    hkdf.expand(&unhex("f0f1f2f3f4f5f6f7f8f9"), &mut key).expect("42 bytes are a valid length");
    assert_eq!(
        hex(&key),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

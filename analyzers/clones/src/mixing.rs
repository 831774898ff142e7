//! Hashes of numbers. They are the same in every run, because fingerprints are computed from them.

/// Spreads the bits of a number over all 64 (the finaliser of MurmurHash3, Appleby 2011, public domain).
pub fn mix(value: u64) -> u64 {
    let mut value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    value = (value ^ (value >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    value ^ (value >> 33)
}

//! The 16-bit floats, as storage: IEEE 754 binary16 and bfloat16. Arithmetic happens in f32.

/// IEEE 754 binary16: 5 bits of exponent, 10 of fraction; up to 65504.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct F16(pub u16);

/// bfloat16: the upper half of an f32; 8 bits of exponent, 7 of fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Bf16(pub u16);

impl F16 {
    /// The nearest binary16, ties to even; infinite from 65520 on.
    pub fn from_f32(x: f32) -> Self {
        let bits = x.to_bits();
        let sign = ((bits >> 16) & 0x8000) as u16;
        let magnitude = bits & 0x7fff_ffff;
        if magnitude > 0x7f80_0000 {
            // NaN stays NaN: quiet, with the upper bits of its payload.
            return Self(sign | 0x7e00 | ((magnitude >> 13) & 0x3ff) as u16);
        }
        if magnitude >= 0x477f_f000 {
            return Self(sign | 0x7c00);
        }
        if magnitude < 0x3880_0000 {
            // Subnormal: adding 0.5 moves the units of 2^-24 to the last bits of the fraction, and the hardware rounds.
            let shifted = f32::from_bits(magnitude) + 0.5;
            return Self(sign | (shifted.to_bits() - 0.5_f32.to_bits()) as u16);
        }
        let odd = (magnitude >> 13) & 1;
        let rounded = magnitude + 0xfff + odd - (112 << 23);
        Self(sign | (rounded >> 13) as u16)
    }

    /// The value, exactly.
    pub fn to_f32(self) -> f32 {
        let sign = u32::from(self.0 & 0x8000) << 16;
        let magnitude = u32::from(self.0 & 0x7fff);
        let bits = if magnitude >= 0x7c00 {
            0x7f80_0000 | ((magnitude & 0x3ff) << 13)
        } else if magnitude >= 0x400 {
            (magnitude << 13) + (112 << 23)
        } else {
            (magnitude as f32 * f32::from_bits(0x3380_0000)).to_bits()
        };
        f32::from_bits(sign | bits)
    }
}

impl Bf16 {
    /// The nearest bfloat16, ties to even.
    pub fn from_f32(x: f32) -> Self {
        let bits = x.to_bits();
        if x.is_nan() {
            return Self((bits >> 16) as u16 | 0x40);
        }
        let odd = (bits >> 16) & 1;
        Self(((bits + 0x7fff + odd) >> 16) as u16)
    }

    /// The value, exactly.
    pub fn to_f32(self) -> f32 {
        f32::from_bits(u32::from(self.0) << 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a binary16, straight from the definition.
    fn by_definition(bits: u16) -> f64 {
        let (sign, exponent, fraction) = (bits >> 15, (bits >> 10) & 31, f64::from(bits & 1023));
        let magnitude = match exponent {
            0 => fraction * 2f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            e => (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(e) - 15),
        };
        if sign == 1 { -magnitude } else { magnitude }
    }

    #[test]
    fn every_binary16_has_its_value_and_comes_back() {
        for bits in 0..=u16::MAX {
            let value = F16(bits).to_f32();
            let expected = by_definition(bits);
            if expected.is_nan() {
                assert!(value.is_nan() && F16::from_f32(value).to_f32().is_nan());
            } else {
                assert_eq!(f64::from(value), expected);
                assert_eq!(F16::from_f32(value), F16(bits));
            }
        }
    }

    #[test]
    fn rounding_is_to_the_nearest_with_ties_to_even() {
        for bits in 0..0x7bffu16 {
            let (low, high) = (by_definition(bits), by_definition(bits + 1));
            let middle = ((low + high) / 2.0) as f32;
            let even = if bits % 2 == 0 { bits } else { bits + 1 };
            assert_eq!(F16::from_f32(middle), F16(even), "{middle:e}");
            assert_eq!(F16::from_f32(middle.next_down()), F16(bits));
            assert_eq!(F16::from_f32(middle.next_up()), F16(bits + 1));
        }
        assert_eq!(F16::from_f32(65519.0), F16(0x7bff));
        assert_eq!(F16::from_f32(65520.0), F16(0x7c00));
        assert_eq!(F16::from_f32(f32::NEG_INFINITY), F16(0xfc00));
    }

    #[test]
    fn every_bfloat16_comes_back_and_ties_go_to_even() {
        for bits in 0..=u16::MAX {
            let value = Bf16(bits).to_f32();
            if value.is_nan() {
                assert!(Bf16::from_f32(value).to_f32().is_nan());
            } else {
                assert_eq!(Bf16::from_f32(value), Bf16(bits));
            }
        }
        assert_eq!(Bf16::from_f32(f32::from_bits(0x3f80_8000)), Bf16(0x3f80));
        assert_eq!(Bf16::from_f32(f32::from_bits(0x3f81_8000)), Bf16(0x3f82));
        assert_eq!(Bf16::from_f32(f32::MAX), Bf16(0x7f80));
    }
}

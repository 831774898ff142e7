//! Code shared by AVX2 and AVX-512: register operations that are one intrinsic each.

/// Methods of `Lanes` that are one intrinsic.
macro_rules! intrinsics {
    ($t:ty; $($name:ident($($arg:ident),*) = $intrinsic:ident;)*) => {$(
        #[inline(always)]
        fn $name(self, $($arg: Self::V),*) -> Self::V {
            // SAFETY: a value of this type exists only where its instructions do (see its `new`).
            unsafe { $intrinsic($($arg),*) }
        }
    )*};
}
pub(super) use intrinsics;

//! Sizes of this machine's caches.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

/// Bytes of the caches that one core sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caches {
    /// First level, data.
    pub l1: usize,
    /// Second level.
    pub l2: usize,
    /// Third level; shared by cores.
    pub l3: usize,
}

impl Caches {
    /// The sizes of a small desktop machine; the fallback if the system reports none.
    const USUAL: Self = Self { l1: 32 << 10, l2: 512 << 10, l3: 8 << 20 };

    /// The sizes on this machine, looked up once: from Linux's sysfs, else from the processor (x86-64), else typical
    /// ones.
    pub fn of_this_machine() -> Self {
        static FOUND: OnceLock<Caches> = OnceLock::new();
        *FOUND.get_or_init(|| {
            Self::from_sysfs(Path::new("/sys/devices/system/cpu/cpu0/cache"))
                .or_else(from_processor)
                .unwrap_or(Self::USUAL)
        })
    }

    /// Reads `index*/{level,type,size}`. `None` unless the first two levels are present and plausible.
    fn from_sysfs(folder: &Path) -> Option<Self> {
        let mut sizes = [0usize; 4];
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let read = |name: &str| fs::read_to_string(entry.path().join(name)).unwrap_or_default();
            let level = read("level").trim().parse::<usize>().unwrap_or_default();
            if level == 0 || level > 3 || read("type").trim() == "Instruction" {
                continue;
            }
            sizes[level] = sizes[level].max(bytes(read("size").trim()));
        }
        Self::plausible(sizes)
    }

    fn plausible(sizes: [usize; 4]) -> Option<Self> {
        let [_, l1, l2, l3] = sizes;
        let sensible = (4 << 10..=1 << 20).contains(&l1) && (32 << 10..=256 << 20).contains(&l2);
        sensible.then_some(Self { l1, l2, l3: l3.max(l2) })
    }
}

/// "48K", "2M", "266240K" or plain bytes; 0 for anything else.
fn bytes(text: &str) -> usize {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'K') => (&text[..text.len() - 1], 1 << 10),
        Some(b'M') => (&text[..text.len() - 1], 1 << 20),
        _ => (text, 1),
    };
    digits.parse::<usize>().unwrap_or_default().saturating_mul(unit)
}

/// Leaf 4 (Intel) or 0x8000001D (AMD), which have the same layout: ways, partitions, line size, sets.
#[cfg(target_arch = "x86_64")]
fn from_processor() -> Option<Caches> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};
    let leaf = if __cpuid(0).ebx == u32::from_le_bytes(*b"Auth") { 0x8000_001D } else { 4 };
    let range = __cpuid(leaf & 0x8000_0000).eax;
    if range < leaf {
        return None;
    }
    let mut sizes = [0usize; 4];
    for index in 0..8 {
        let found = __cpuid_count(leaf, index);
        let (kind, level) = (found.eax & 31, (found.eax >> 5 & 7) as usize);
        if kind == 0 {
            break;
        }
        if kind != 2 && level < sizes.len() {
            let (ways, parts, line) = (found.ebx >> 22, found.ebx >> 12 & 0x3ff, found.ebx & 0xfff);
            let size = [ways, parts, line, found.ecx].iter().map(|x| *x as usize + 1).product();
            sizes[level] = sizes[level].max(size);
        }
    }
    Caches::plausible(sizes)
}

#[cfg(not(target_arch = "x86_64"))]
fn from_processor() -> Option<Caches> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_their_units() {
        assert_eq!(bytes("48K"), 48 << 10);
        assert_eq!(bytes("2M"), 2 << 20);
        assert_eq!(bytes("512"), 512);
        assert_eq!(bytes("none"), 0);
        assert_eq!(bytes(""), 0);
    }

    #[test]
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    fn sysfs_and_processor_agree_where_both_speak() {
        let sysfs = Caches::from_sysfs(Path::new("/sys/devices/system/cpu/cpu0/cache"));
        if let (Some(a), Some(b)) = (sysfs, from_processor()) {
            assert_eq!((a.l1, a.l2), (b.l1, b.l2));
        }
        assert_eq!(Caches::from_sysfs(Path::new("/nowhere")), None);
        assert!(Caches::of_this_machine().l1 >= 4096);
    }
}

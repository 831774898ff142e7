//! Tracks which parts of a file have been compared with their digests.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::digest::{Digest, GROUP, hash_group, listed_groups, merge_groups};
use super::error::{AprError, Result};
use super::layout::{Section, aligned};

/// One bit per group of 256 KiB, and one for the list of a section's groups.
pub(super) struct Verification {
    done: Vec<Box<[AtomicU64]>>,
    trusted: bool,
}

impl Verification {
    /// `trusted`: nothing is compared when it is read.
    pub(super) fn new(sections: &[Section], trusted: bool) -> Self {
        let bits = |section: &Section| group_count(section) + 1;
        let words = |section| (0..bits(section).div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Verification { done: sections.iter().map(words).collect(), trusted }
    }

    /// Verifies the groups that a range of a section's stored bytes touches, unless they have been verified already.
    pub(super) fn range(
        &self,
        file: &[u8],
        number: usize,
        section: &Section,
        range: Range<usize>,
    ) -> Result<()> {
        if self.trusted {
            return Ok(());
        }
        let count = group_count(section);
        self.once(number, count, || list_is_sound(file, section), section)?;
        let first = (range.start / GROUP).min(count - 1);
        let last = (range.end.max(1) - 1) / GROUP;
        for group in first..=last.max(first) {
            self.once(number, group, || group_is_sound(file, section, group), section)?;
        }
        Ok(())
    }

    /// Verifies everything, on all threads, even if it was verified before.
    pub(super) fn all(&self, file: &[u8], sections: &[Section]) -> Result<()> {
        let damaged = sections.par_iter().find_first(|section| {
            let groups = 0..group_count(section);
            !list_is_sound(file, section)
                || !groups.into_par_iter().all(|group| group_is_sound(file, section, group))
        });
        if let Some(section) = damaged {
            return Err(damage(section));
        }
        let lists_end = sections.last().map_or(0, |last| last.groups_at + 32 * listed_groups(last.stored));
        let first = sections.first().map_or(0, |first| first.offset);
        if file[lists_end as usize..first as usize].iter().any(|byte| *byte != 0) {
            return Err(AprError::Damaged { part: "the list of groups".into() });
        }
        Ok(())
    }

    fn once(&self, number: usize, bit: usize, check: impl FnOnce() -> bool, section: &Section) -> Result<()> {
        let word = &self.done[number][bit / 64];
        let mask = 1 << (bit % 64);
        if word.load(Ordering::Acquire) & mask == 0 {
            if !check() {
                return Err(damage(section));
            }
            word.fetch_or(mask, Ordering::Release);
        }
        Ok(())
    }
}

fn damage(section: &Section) -> AprError {
    AprError::Damaged { part: format!("\"{}\"", section.name) }
}

/// An empty section has one group, of no bytes.
fn group_count(section: &Section) -> usize {
    (section.stored as usize).div_ceil(GROUP).max(1)
}

/// The list of a section's groups, empty for a small section.
fn listed<'a>(file: &'a [u8], section: &Section) -> &'a [Digest] {
    let start = section.groups_at as usize;
    file[start..start + 32 * listed_groups(section.stored) as usize].as_chunks().0
}

/// Whether the listed groups match the section's digest.
fn list_is_sound(file: &[u8], section: &Section) -> bool {
    let groups = listed(file, section);
    groups.is_empty() || merge_groups(groups) == section.digest
}

/// Whether a group matches its digest, and zeros follow the last one.
fn group_is_sound(file: &[u8], section: &Section, group: usize) -> bool {
    let (start, end) = (section.offset as usize, (section.offset + section.stored) as usize);
    let bytes = &file[start + group * GROUP..end.min(start + (group + 1) * GROUP)];
    let sound = match listed(file, section).get(group) {
        Some(listed) => hash_group(group as u64, bytes) == *listed,
        None => *blake3::hash(bytes).as_bytes() == section.digest,
    };
    let padding_is_zero = || file[end..aligned(end as u64) as usize].iter().all(|byte| *byte == 0);
    sound && (group + 1 < group_count(section) || padding_is_zero())
}

//! Folders that the names of a report share.

use super::place::Name;
use crate::hash::HashMap;

/// This many of ten names are "nearly all".
const NEARLY_ALL: usize = 9;
/// The most places of installed packages that are examined: those with the most names.
const MOST_PLACES: usize = 16;

/// A folder in a place of installed packages that nearly all names of a report share: it may be the checkout, or below
/// it. People who keep checkouts in a folder called `vendor` keep no other files there.
pub(super) struct Crowd<'a> {
    rooted: bool,
    folder: &'a [&'a [u8]],
    /// Files of the report in that place.
    pub files: usize,
}

impl Crowd<'_> {
    /// True if the folder is inside another one, or is that one itself.
    pub fn lies_in(&self, rooted: bool, folder: &[&[u8]]) -> bool {
        self.rooted == rooted && self.folder.starts_with(folder)
    }
}

/// The names that are in one place of installed packages.
#[derive(Default)]
struct InPlace<'a> {
    folders: Vec<&'a [&'a [u8]]>,
    files: usize,
    last_file: Option<usize>,
}

/// The folders that may be the checkout although they are in places of installed packages.
///
/// A name counts for its innermost place: the names in a checkout's `node_modules` do not show where the checkout is.
/// Names in another place do not count against a folder, but names in no place do.
pub(super) fn crowds<'a>(records: &'a [Vec<Name<'a>>]) -> Vec<Crowd<'a>> {
    let mut places: HashMap<(bool, &[&[u8]]), InPlace<'_>> = HashMap::default();
    let mut elsewhere = 0;
    for (file, record) in records.iter().enumerate() {
        for name in record.iter().filter(|name| name.up == 0) {
            let Some(installed) = &name.installed else {
                elsewhere += 1;
                continue;
            };
            let place = places.entry((name.rooted, &name.parts[..=installed.innermost])).or_default();
            place.files += usize::from(place.last_file.replace(file) != Some(file));
            place.folders.push(name.folders());
        }
    }
    let mut largest: Vec<_> = places.into_iter().collect();
    largest.sort_unstable_by(|(a, one), (b, other)| other.files.cmp(&one.files).then_with(|| a.cmp(b)));
    largest.truncate(MOST_PLACES);
    let crowds = largest.into_iter().filter_map(|((rooted, _), InPlace { folders, files, .. })| {
        let wanted = ((folders.len() + elsewhere) * NEARLY_ALL).div_ceil(10);
        Some(Crowd { rooted, folder: holds(folders, wanted)?, files })
    });
    crowds.collect()
}

/// The innermost folder that holds this many of these folders; `None` if there are fewer, or if the number is not more
/// than half.
fn holds<'a>(mut folders: Vec<&'a [&'a [u8]]>, wanted: usize) -> Option<&'a [&'a [u8]]> {
    if wanted > folders.len() || wanted * 2 <= folders.len() {
        return None;
    }
    // A folder that holds more than half of them holds the one in the middle.
    let half = folders.len() / 2;
    let middle = *folders.select_nth_unstable(half).1;
    let same = |other: &[&[u8]]| middle.iter().zip(other).take_while(|(a, b)| a == b).count();
    let mut shared: Vec<usize> = folders.iter().map(|folder| same(folder)).collect();
    // Sorted by how many parts they share with the middle one, the most first.
    shared.sort_unstable_by_key(|parts| std::cmp::Reverse(*parts));
    Some(&middle[..shared[wanted - 1]])
}

/// The innermost folder that holds more than half of the absolute names that are not of installed packages.
pub(super) fn folder_of_most<'a>(records: &'a [Vec<Name<'a>>]) -> &'a [&'a [u8]] {
    let own = records.iter().flatten().filter(|name| name.rooted && name.installed.is_none());
    let folders: Vec<&[&[u8]]> = own.map(Name::folders).collect();
    let most = folders.len() / 2 + 1;
    holds(folders, most).unwrap_or_default()
}

/// The folders that all relative names begin with.
pub(super) fn shared_folders<'a>(records: &'a [Vec<Name<'a>>]) -> &'a [&'a [u8]] {
    let mut relative = records.iter().flatten().filter(|name| !name.rooted);
    let mut shared = relative.next().map_or(&[][..], Name::folders);
    for name in relative {
        let same = shared.iter().zip(name.folders()).take_while(|(a, b)| a == b).count();
        shared = &shared[..if name.up > 0 { 0 } else { same }];
    }
    shared
}

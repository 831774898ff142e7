//! Which findings on copies are listed.

use crate::report::Finding;
use std::cmp::Reverse;

/// Limit on findings on copies that are listed one by one; the rest is counted.
pub(crate) const MOST_LISTED: usize = 50;

/// Splits findings into listed and unlisted ones. Unlisted are those on lines that larger ones already name and, if
/// there are too many, the smaller ones.
pub(crate) fn listed(findings: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let is_candidate = |finding: &Finding| finding.copies.is_some() && !finding.is_covered;
    let size = |finding: &Finding| Reverse(finding.value.unwrap_or_default() as u64);
    let mut by_size: Vec<usize> =
        (0..findings.len()).filter(|place| is_candidate(&findings[*place])).collect();
    by_size.sort_by_key(|place| (size(&findings[*place]), *place));
    let left = by_size.len().saturating_sub(MOST_LISTED);
    let mut is_listed: Vec<bool> = findings.iter().map(|finding| finding.copies.is_none()).collect();
    by_size.iter().take(MOST_LISTED).for_each(|place| is_listed[*place] = true);
    let last = by_size.get(MOST_LISTED - 1).copied().filter(|_| left > 0);
    let (mut shown, mut others) = (Vec::new(), Vec::new());
    for (place, (mut finding, is_listed)) in findings.into_iter().zip(is_listed).enumerate() {
        if last == Some(place) {
            let classes = if left == 1 { "clone class is" } else { "clone classes are" };
            finding.message.push_str(&format!("; {left} smaller {classes} not listed"));
        }
        if is_listed { shown.push(finding) } else { others.push(finding) }
    }
    (shown, others)
}

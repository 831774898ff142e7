//! Compares two pieces of source side by side, with equal lines in one row.

/// A row: the indexes of its lines on each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The lines are equal, ignoring white space at both ends.
    Same(usize, usize),
    /// The lines differ.
    Changed(usize, usize),
    /// A line on the left only.
    Left(usize),
    /// A line on the right only.
    Right(usize),
}

/// Most lines compared per side. Callers do not pass more.
pub const MOST: usize = 400;

/// The rows of two texts: lines of a longest common subsequence share a row, and the lines between them are paired up.
pub fn rows(left: &[&[u8]], right: &[&[u8]]) -> Vec<Row> {
    let trimmed = |lines: &[&[u8]]| -> Vec<Vec<u8>> {
        lines.iter().take(MOST).map(|line| line.trim_ascii().to_vec()).collect()
    };
    let (a, b) = (trimmed(left), trimmed(right));
    let common = common_lengths(&a, &b);
    let mut rows = Vec::new();
    let (mut at_a, mut at_b) = (0, 0);
    let (mut from_a, mut from_b) = (0, 0);
    while at_a < a.len() && at_b < b.len() {
        if a[at_a] == b[at_b] {
            between(&mut rows, from_a..at_a, from_b..at_b);
            rows.push(Row::Same(at_a, at_b));
            (at_a, at_b) = (at_a + 1, at_b + 1);
            (from_a, from_b) = (at_a, at_b);
        } else if common[at_a + 1][at_b] >= common[at_a][at_b + 1] {
            at_a += 1;
        } else {
            at_b += 1;
        }
    }
    between(&mut rows, from_a..a.len(), from_b..b.len());
    rows
}

fn between(rows: &mut Vec<Row>, left: std::ops::Range<usize>, right: std::ops::Range<usize>) {
    let pairs = left.len().min(right.len());
    rows.extend(left.clone().zip(right.clone()).map(|(a, b)| Row::Changed(a, b)));
    rows.extend(left.skip(pairs).map(Row::Left));
    rows.extend(right.skip(pairs).map(Row::Right));
}

/// For each pair of indexes, the length of the longest common subsequence of the rest.
fn common_lengths(a: &[Vec<u8>], b: &[Vec<u8>]) -> Vec<Vec<u16>> {
    let mut common = vec![vec![0_u16; b.len() + 1]; a.len() + 1];
    for at_a in (0..a.len()).rev() {
        for at_b in (0..b.len()).rev() {
            let longest = if a[at_a] == b[at_b] {
                common[at_a + 1][at_b + 1] + 1
            } else {
                common[at_a + 1][at_b].max(common[at_a][at_b + 1])
            };
            common[at_a][at_b] = longest;
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_lines_stand_beside_each_other() {
        let left: [&[u8]; 4] = [b"a", b"  b", b"c", b"d"];
        let right: [&[u8]; 4] = [b"a", b"b", b"x", b"d"];
        assert_eq!(
            rows(&left, &right),
            [Row::Same(0, 0), Row::Same(1, 1), Row::Changed(2, 2), Row::Same(3, 3)]
        );
        assert_eq!(rows(&left[..2], &left[..1]), [Row::Same(0, 0), Row::Left(1)]);
        assert_eq!(rows(&[], &left[..1]), [Row::Right(0)]);
    }

    proptest! {
        #[test]
        fn every_line_stands_in_one_row_in_order(
            left in prop::collection::vec(0_u8..4, 0..30),
            right in prop::collection::vec(0_u8..4, 0..30)
        ) {
            let lines = |side: &[u8]| side.iter().map(|digit| vec![b'0' + digit]).collect::<Vec<_>>();
            let (left, right) = (lines(&left), lines(&right));
            let view = |side: &'_ [Vec<u8>]| -> Vec<Vec<u8>> { side.to_vec() };
            let (a, b) = (view(&left), view(&right));
            let borrowed_a: Vec<&[u8]> = a.iter().map(Vec::as_slice).collect();
            let borrowed_b: Vec<&[u8]> = b.iter().map(Vec::as_slice).collect();
            let rows = rows(&borrowed_a, &borrowed_b);
            let on_left: Vec<usize> = rows.iter().filter_map(|row| match row {
                Row::Same(a, _) | Row::Changed(a, _) | Row::Left(a) => Some(*a),
                Row::Right(_) => None,
            }).collect();
            let on_right: Vec<usize> = rows.iter().filter_map(|row| match row {
                Row::Same(_, b) | Row::Changed(_, b) | Row::Right(b) => Some(*b),
                Row::Left(_) => None,
            }).collect();
            prop_assert_eq!(on_left, (0..left.len()).collect::<Vec<_>>());
            prop_assert_eq!(on_right, (0..right.len()).collect::<Vec<_>>());
            for row in &rows {
                match row {
                    Row::Same(a, b) => prop_assert_eq!(&left[*a], &right[*b]),
                    Row::Changed(a, b) => prop_assert_ne!(&left[*a], &right[*b]),
                    Row::Left(_) | Row::Right(_) => {}
                }
            }
        }
    }
}

//! A series of figures as one line of text.

/// The bars, from lowest to highest.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Shown where a figure is missing.
const GAP: char = '·';

/// Draws the figures, oldest first, in at most `width` characters. Each character stands for several neighbours and
/// shows the last known one. The lowest figure gets the lowest bar. If all figures are equal, the bars have half the
/// height.
pub fn of(figures: &[Option<f64>], width: usize) -> String {
    let groups = figures.len().min(width).max(1);
    let last = |group: usize| {
        let (from, to) = (group * figures.len() / groups, (group + 1) * figures.len() / groups);
        figures[from..to].iter().rev().find_map(|figure| *figure)
    };
    let shown: Vec<Option<f64>> =
        if figures.is_empty() { Vec::new() } else { (0..groups).map(last).collect() };
    let known = || shown.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let level = |figure: f64| match high > low {
        true => ((figure - low) / (high - low) * (LEVELS.len() - 1) as f64).round() as usize,
        false => LEVELS.len() / 2 - 1,
    };
    shown.iter().map(|figure| figure.map_or(GAP, |figure| LEVELS[level(figure)])).collect()
}

#[cfg(test)]
mod tests {
    use super::of;

    fn known(figures: &[i32]) -> Vec<Option<f64>> {
        figures.iter().map(|figure| Some(f64::from(*figure))).collect()
    }

    #[test]
    fn the_lowest_figure_is_the_lowest_bar_and_the_highest_the_highest() {
        assert_eq!(of(&known(&[10, 17, 10, 13]), 10), "▁█▁▄");
        assert_eq!(of(&known(&[3, 3]), 10), "▄▄");
        assert_eq!(of(&[], 10), "");
    }

    #[test]
    fn neighbours_share_a_sign_and_gaps_are_shown() {
        assert_eq!(of(&known(&[0, 9, 9, 0, 0, 9]), 3), "█▁█");
        assert_eq!(of(&[None, Some(1.0), None, None, Some(2.0), None], 3), "▁·█");
        assert_eq!(of(&[None, None], 5), "··");
    }
}

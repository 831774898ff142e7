//! Charts with axes, bars and matrices.

use super::svg::{Anchor, Drawing, colour};

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 460.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 350.0;
/// Steps of an axis.
const STEPS: usize = 5;
/// Maximum number of characters of a label.
const LABEL: usize = 32;

/// Points that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The text in the legend; `None`: not in the legend.
    pub name: String,
    /// The points, in order.
    pub points: Vec<(f64, f64)>,
    /// Whether a line connects them.
    pub line: bool,
}

/// Lines or points over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines<'a> {
    /// What it shows.
    pub title: &'a str,
    /// Label of the horizontal axis.
    pub x: &'a str,
    /// Label of the vertical axis.
    pub y: &'a str,
    /// Least and greatest value of the horizontal axis.
    pub x_range: (f64, f64),
    /// Least and greatest value of the vertical axis.
    pub y_range: (f64, f64),
    /// Whether to draw the line on which both are equal.
    pub diagonal: bool,
    /// What is drawn.
    pub series: Vec<Series>,
}

impl Lines<'_> {
    /// The drawing.
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(WIDTH, HEIGHT, self.title);
        let (x_range, y_range) = (widened(self.x_range), widened(self.y_range));
        let x_at = |x: f64| LEFT + (RIGHT - LEFT) * share(x, x_range);
        let y_at = |y: f64| BOTTOM - (BOTTOM - TOP) * share(y, y_range);
        drawing.line(&[(LEFT, TOP), (LEFT, BOTTOM), (RIGHT, BOTTOM)], "#666666", false);
        for step in 0..=STEPS {
            let part = step as f64 / STEPS as f64;
            let (x, y) = (between(x_range, part), between(y_range, part));
            drawing.label(x_at(x), BOTTOM + 16.0, Anchor::Middle, &tick(x));
            drawing.label(LEFT - 6.0, y_at(y) + 4.0, Anchor::End, &tick(y));
        }
        drawing.label((LEFT + RIGHT) / 2.0, BOTTOM + 36.0, Anchor::Middle, self.x);
        drawing.upright(14.0, (TOP + BOTTOM) / 2.0, self.y);
        if self.diagonal {
            drawing.line(&[(LEFT, BOTTOM), (RIGHT, TOP)], "#999999", true);
        }
        let named = self.series.iter().filter(|series| !series.name.is_empty()).count();
        for (place, series) in self.series.iter().enumerate() {
            let points = series.points.iter().map(|(x, y)| (x_at(*x), y_at(*y))).collect::<Vec<_>>();
            if series.line {
                drawing.line(&points, colour(place), false);
            } else {
                points.iter().for_each(|(x, y)| drawing.dot(*x, *y, colour(place)));
            }
            if named > 0 {
                let y = BOTTOM - 14.0 * (named - place) as f64;
                drawing.line(&[(RIGHT - 150.0, y - 4.0), (RIGHT - 135.0, y - 4.0)], colour(place), false);
                drawing.label(RIGHT - 130.0, y, Anchor::Start, &shortened(&series.name));
            }
        }
        drawing.finish()
    }
}

/// A bar for each name.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The names, from the top down.
    pub names: &'a [String],
    /// One value for each name.
    pub values: &'a [f64],
}

impl Bars<'_> {
    /// The drawing.
    pub fn svg(&self) -> String {
        let height = TOP + 20.0 * self.names.len() as f64 + 12.0;
        let mut drawing = Drawing::new(WIDTH, height, self.title);
        let middle = LEFT + 130.0;
        let least = self.values.iter().copied().fold(0.0, f64::min);
        let greatest = self.values.iter().copied().fold(0.0, f64::max);
        let range = widened((least, greatest));
        let x_at = |x: f64| middle + (RIGHT - 60.0 - middle) * share(x, range);
        for (place, (name, value)) in self.names.iter().zip(self.values).enumerate() {
            let y = TOP + 20.0 * place as f64;
            let (from, to) = (x_at(value.min(0.0)), x_at(value.max(0.0)));
            drawing.label(middle - 6.0, y + 13.0, Anchor::End, &shortened(name));
            drawing.bar((from, y + 2.0), (to - from, 15.0), colour(usize::from(*value < 0.0)), 1.0);
            drawing.label(to + 4.0, y + 13.0, Anchor::Start, &tick(*value));
        }
        drawing.finish()
    }
}

/// How often each class was mistaken for each other class.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The classes.
    pub labels: &'a [String],
    /// Truth (line) and prediction (column).
    pub counts: &'a [Vec<usize>],
}

impl Matrix<'_> {
    /// The drawing.
    pub fn svg(&self) -> String {
        let cell = (300.0 / self.labels.len().max(1) as f64).clamp(28.0, 80.0);
        let side = cell * self.labels.len() as f64;
        let (left, top) = (140.0, TOP + 34.0);
        let mut drawing = Drawing::new(left + side + 30.0, top + side + 20.0, self.title);
        drawing.label(left + side / 2.0, TOP + 10.0, Anchor::Middle, "prediction");
        drawing.upright(14.0, top + side / 2.0, "truth");
        let most = self.counts.iter().flatten().copied().max().unwrap_or(0).max(1) as f64;
        for (line, (label, counts)) in self.labels.iter().zip(self.counts).enumerate() {
            let y = top + cell * line as f64;
            drawing.label(left - 6.0, y + cell / 2.0 + 4.0, Anchor::End, &shortened(label));
            let across = left + cell * (line as f64 + 0.5);
            drawing.label(across, top - 6.0, Anchor::Middle, &label.chars().take(8).collect::<String>());
            for (column, count) in counts.iter().enumerate() {
                let x = left + cell * column as f64;
                // At most half opacity, so that dark text is legible on every shade.
                drawing.bar((x, y), (cell - 1.0, cell - 1.0), colour(0), 0.05 + 0.45 * *count as f64 / most);
                drawing.label(x + cell / 2.0, y + cell / 2.0 + 4.0, Anchor::Middle, &count.to_string());
            }
        }
        drawing.finish()
    }
}

/// A range with a finite length above zero.
fn widened((least, greatest): (f64, f64)) -> (f64, f64) {
    let good = least.is_finite() && greatest.is_finite() && (greatest - least).is_finite();
    match (good, greatest > least) {
        (true, true) => (least, greatest),
        (true, false) => (least - 0.5, least + 0.5),
        _ => (0.0, 1.0),
    }
}

fn share(value: f64, (least, greatest): (f64, f64)) -> f64 {
    let share = (value - least) / (greatest - least);
    if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
}

fn between((least, greatest): (f64, f64), part: f64) -> f64 {
    least + (greatest - least) * part
}

/// Three significant digits.
fn tick(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (0.001..10_000.0).contains(&size) {
        let digits = (2 - size.log10().floor() as i32).max(0) as usize;
        let text = format!("{value:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        format!("{value:.1e}")
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LABEL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_have_three_digits() {
        let ticks = [0.0, 0.2, 1.0, 12.345, 999.6, 1234.0, 1e6, 0.00012, -0.5].map(tick);
        assert_eq!(ticks, ["0", "0.2", "1", "12.3", "1000", "1234", "1.0e6", "1.2e-4", "-0.5"]);
    }

    #[test]
    fn any_range_has_two_ends() {
        assert_eq!(widened((2.0, 2.0)), (1.5, 2.5));
        assert_eq!(widened((f64::NAN, 1.0)), (0.0, 1.0));
        assert_eq!(widened((f64::MIN, f64::MAX)), (0.0, 1.0));
        assert_eq!(share(f64::INFINITY, (0.0, 1.0)), 1.0);
    }
}

//! Figures about models as drawings (SVG 1.1, one self-contained file).

mod chart;
mod svg;

pub use chart::{Bars, Lines, Matrix, Series};

use crate::error::{ModelError, Result};
use crate::metrics::{calibration_curve, precision_recall_curve, roc_curve};
use crate::saved::{Evaluation, Scored};

/// Intervals of the calibration curve.
const BINS: usize = 10;

/// A curve over the probabilities of one class.
type Curve = fn(&[bool], &[f64]) -> Result<Vec<(f64, f64)>>;

/// Drawings of an evaluation: file names without extension, and the drawings. For classes: ROC, precision and recall,
/// calibration, confusion; for numbers: predicted against actual values. Curves that are undefined for the rows are
/// left out.
///
/// # Errors
/// Probabilities outside 0 to 1.
pub fn of_evaluation(evaluation: &Evaluation) -> Result<Vec<(&'static str, String)>> {
    match &evaluation.scored {
        Scored::Numbers { truth, predicted } => {
            let points = truth.iter().copied().zip(predicted.iter().copied()).collect::<Vec<_>>();
            let all = truth.iter().chain(predicted).copied();
            let least = all.clone().fold(f64::INFINITY, f64::min);
            let greatest = all.fold(f64::NEG_INFINITY, f64::max);
            let chart = Lines {
                title: "Predictions",
                x: "truth",
                y: "prediction",
                x_range: (least, greatest),
                y_range: (least, greatest),
                diagonal: true,
                series: vec![Series { name: String::new(), points, line: false }],
            };
            Ok(vec![("predictions", chart.svg())])
        }
        Scored::Classes { truth, chances } => {
            let curves: [(&str, Lines<'_>, Curve); 3] = [
                ("roc", unit("ROC", "share of others", "share of the class", true), roc_curve),
                (
                    "precision-recall",
                    unit("Precision and recall", "recall", "precision", false),
                    precision_recall_curve,
                ),
                ("calibration", unit("Calibration", "predicted", "happened", true), calibration),
            ];
            let labels = &evaluation.labels;
            // With two classes the curves of the first add nothing to those of the second.
            let first = usize::from(labels.len() == 2);
            let mut drawings = Vec::new();
            for (name, mut chart, curve) in curves {
                for (place, label) in labels.iter().enumerate().skip(first) {
                    let happened = truth.iter().map(|t| *t as usize == place).collect::<Vec<_>>();
                    match curve(&happened, &chances.column(place).collect::<Vec<_>>()) {
                        Ok(points) => chart.series.push(Series { name: label.clone(), points, line: true }),
                        Err(ModelError::Undefined(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                if !chart.series.is_empty() {
                    drawings.push((name, chart.svg()));
                }
            }
            let matrix = Matrix { title: "Confusion", labels, counts: &evaluation.confusion };
            drawings.push(("confusion", matrix.svg()));
            Ok(drawings)
        }
    }
}

fn calibration(truth: &[bool], chances: &[f64]) -> Result<Vec<(f64, f64)>> {
    let bins = calibration_curve(truth, chances, BINS)?;
    Ok(bins.iter().map(|bin| (bin.predicted, bin.happened)).collect())
}

/// An empty chart whose axes go from 0 to 1.
fn unit<'a>(title: &'a str, x: &'a str, y: &'a str, diagonal: bool) -> Lines<'a> {
    Lines { title, x, y, x_range: (0.0, 1.0), y_range: (0.0, 1.0), diagonal, series: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;
    use crate::frame::Task;

    fn evaluation(labels: &[&str], scored: Scored) -> Evaluation {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>();
        let confusion = vec![vec![1; labels.len()]; labels.len()];
        let task = if labels.is_empty() { Task::Regression } else { Task::Classification };
        Evaluation {
            task,
            rows: 2,
            metrics: Default::default(),
            undefined: Default::default(),
            labels,
            confusion,
            scored,
        }
    }

    #[test]
    fn classes_are_drawn_and_hostile_labels_stay_text() {
        let chances = Table::new(vec![0.9, 0.1, 0.4, 0.6], 2).expect("fits");
        let classes = Scored::Classes { truth: vec![0, 1], chances };
        let drawings = of_evaluation(&evaluation(&["a", "<script>&"], classes)).expect("probabilities");
        let names = drawings.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names, ["roc", "precision-recall", "calibration", "confusion"]);
        for (name, svg) in drawings {
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{name}");
            assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;&amp;"), "{name}: {svg}");
            assert!(!svg.contains("NaN"), "{name}");
        }
    }

    #[test]
    fn what_is_not_defined_is_left_out_and_equal_numbers_are_drawn() {
        let chances = Table::new(vec![0.9, 0.1], 2).expect("fits");
        let one = Scored::Classes { truth: vec![0], chances };
        let drawings = of_evaluation(&evaluation(&["a", "b"], one)).expect("probabilities");
        assert_eq!(drawings.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["calibration", "confusion"]);
        let numbers = Scored::Numbers { truth: vec![3.0, 3.0], predicted: vec![3.0, 3.0] };
        let drawings = of_evaluation(&evaluation(&[], numbers)).expect("numbers");
        assert!(drawings[0].1.contains("<circle") && !drawings[0].1.contains("NaN"));
    }

    #[test]
    fn bars_go_to_both_sides() {
        let names = ["up".to_owned(), "down".to_owned()];
        let svg = Bars { title: "t", names: &names, values: &[2.0, -1.0] }.svg();
        assert_eq!(svg.matches("<rect").count(), 3, "{svg}");
    }
}

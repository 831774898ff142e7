//! Class probabilities from the probabilities of pairs.

/// Maximum number of steps; the result is close enough then.
const STEPS: usize = 100;

/// Probabilities of k classes, where `of_pair(i, j)` is the probability of class i if it is i or j.
///
/// Source: Wu, Lin, Weng, "Probability estimates for multi-class classification by pairwise coupling", JMLR 2004, section 4,
/// algorithm 2.
pub(super) fn couple(classes: usize, of_pair: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut matrix = vec![0.0; classes * classes];
    for t in 0..classes {
        for j in (0..classes).filter(|j| *j != t) {
            matrix[t * classes + t] += of_pair(j, t) * of_pair(j, t);
            matrix[t * classes + j] = -of_pair(j, t) * of_pair(t, j);
        }
    }
    let mut chances = vec![1.0 / classes as f64; classes];
    let times = |chances: &[f64]| -> Vec<f64> {
        matrix.chunks_exact(classes).map(|row| row.iter().zip(chances).map(|(q, p)| q * p).sum()).collect()
    };
    for _ in 0..STEPS {
        let mut products = times(&chances);
        let mut whole = chances.iter().zip(&products).map(|(p, q)| p * q).sum::<f64>();
        if products.iter().all(|q| (q - whole).abs() < 0.005 / classes as f64) {
            break;
        }
        for t in 0..classes {
            let own = matrix[t * classes + t];
            if own <= 0.0 {
                continue;
            }
            let change = (whole - products[t]) / own;
            chances[t] += change;
            let after = 1.0 + change;
            whole = (whole + change * (change * own + 2.0 * products[t])) / (after * after);
            let column = (0..classes).map(|j| matrix[t * classes + j]);
            products.iter_mut().zip(column).for_each(|(q, m)| *q = (*q + change * m) / after);
            chances.iter_mut().for_each(|p| *p /= after);
        }
    }
    let sum = chances.iter().sum::<f64>();
    chances.iter_mut().for_each(|p| *p /= sum);
    chances
}

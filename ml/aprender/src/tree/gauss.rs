//! Gaussian quadrature: the integral of a polynomial from 0 to 1 as a weighted sum of a few of its values.
//!
//! Source: Press, Teukolsky, Vetterling, Flannery, "Numerical Recipes", 3rd edition (2007), section 4.6: the points are
//! the zeros of the Legendre polynomials, found by Newton's method.

/// There is a rule for each number of points up to this one; above it, only for powers of two.
const EACH: usize = 16;

/// Maximum number of Newton steps for a zero; about five are needed.
const MOST_STEPS: usize = 100;

/// The points of a rule with their weights.
type Rule = Vec<(f64, f64)>;

/// Enough rules to have an exact one for every polynomial up to a given degree.
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    /// For products of up to `factors` linear terms.
    pub(super) fn up_to(factors: usize) -> Self {
        let last = place(points(factors));
        Rules(
            (0..=last)
                .map(|place| rule(if place < EACH { place + 1 } else { (2 * EACH) << (place - EACH) }))
                .collect(),
        )
    }

    /// Points and weights that are exact for a polynomial of this degree.
    pub(super) fn of_degree(&self, degree: usize) -> &[(f64, f64)] {
        self.0.get(place(points(degree))).or(self.0.last()).map_or(&[], Vec::as_slice)
    }
}

/// Number of points that is exact for a polynomial of this degree: a rule of n points is exact up to degree 2n - 1.
fn points(degree: usize) -> usize {
    degree / 2 + 1
}

/// The index of the rule with at least this many points.
fn place(points: usize) -> usize {
    if points <= EACH {
        points.max(1) - 1
    } else {
        EACH + points.div_ceil(2 * EACH).next_power_of_two().ilog2() as usize
    }
}

fn rule(points: usize) -> Rule {
    let count = points as f64;
    let zero = |index: usize| {
        let mut x = (std::f64::consts::PI * (index as f64 + 0.75) / (count + 0.5)).cos();
        for _ in 0..MOST_STEPS {
            let (value, slope) = legendre(points, x);
            let step = value / slope;
            x -= step;
            if step.abs() <= f64::EPSILON {
                break;
            }
        }
        let (_, slope) = legendre(points, x);
        // From the range -1 to 1, where the weights sum to 2, to the range 0 to 1.
        ((1.0 - x) / 2.0, 1.0 / ((1.0 - x) * (1.0 + x) * slope * slope))
    };
    (0..points).map(zero).collect()
}

/// The Legendre polynomial of a degree and its slope.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut value, mut before) = (1.0, 0.0);
    for n in 0..degree {
        let n = n as f64;
        let next = ((2.0 * n + 1.0) * x * value - n * before) / (n + 1.0);
        (value, before) = (next, value);
    }
    (value, degree as f64 * (x * value - before) / ((x - 1.0) * (x + 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral of tⁿ from 0 to 1 is 1 / (n + 1).
    #[test]
    fn powers_are_integrated_exactly() {
        let rules = Rules::up_to(3000);
        for degree in (0..70).chain([99, 255, 256, 1000, 2047, 2999]) {
            let rule = rules.of_degree(degree);
            assert!(2 * rule.len() > degree, "{degree}");
            let sum: f64 = rule.iter().map(|(t, weight)| weight * t.powi(degree as i32)).sum();
            let exact = 1.0 / (degree + 1) as f64;
            assert!((sum - exact).abs() < 1e-13 * 1e2 * exact, "{degree}: {sum} is not {exact}");
            assert!(rule.iter().all(|(t, weight)| (0.0..=1.0).contains(t) && *weight > 0.0));
        }
    }

    #[test]
    fn no_rule_is_much_longer_than_it_must_be() {
        let rules = Rules::up_to(700);
        for degree in 0..700 {
            let (least, found) = (degree / 2 + 1, rules.of_degree(degree).len());
            assert!(
                found == least || least > EACH && (least..2 * least + 2 * EACH).contains(&found),
                "{degree}: {found}"
            );
        }
    }
}

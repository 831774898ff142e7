//! Counts taken on a stretch of code, and the figures derived from them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Lines of code in five kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Lines")]
pub struct LineCounts {
    /// All lines.
    pub physical: u32,
    /// Lines that hold code (any token except comments).
    pub source: u32,
    /// Statements and declarations.
    pub logical: u32,
    /// Lines that hold a comment, with or without code next to it.
    pub comment: u32,
    /// Lines of white space only.
    pub blank: u32,
}

impl AddAssign for LineCounts {
    fn add_assign(&mut self, other: Self) {
        self.physical += other.physical;
        self.source += other.source;
        self.logical += other.logical;
        self.comment += other.comment;
        self.blank += other.blank;
    }
}

/// Lines by what their indentation is made of. Lines that are blank or not indented count nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indentation {
    /// Tabs only.
    pub tabs: u32,
    /// Blanks only.
    pub blanks: u32,
    /// Both.
    pub mixed: u32,
}

/// Decision points by kind. Cyclomatic complexity is one more than [`total`](Decisions::total); the kinds are kept apart
/// so that every figure can be explained and compared with tools that draw the line elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decisions {
    /// `if`, `else if`, `unless`, guards on statements.
    pub ifs: u16,
    /// `for`, `while`, `do`, `loop`, comprehension loops.
    pub loops: u16,
    /// Branches of multi-way selections except the default one.
    pub cases: u16,
    /// Handlers of exceptions.
    pub catches: u16,
    /// Conditional expressions (`a ? b : c`).
    pub ternaries: u16,
    /// Short-circuit operators (`&&`, `||`, `and`, `or`, `??`).
    pub logicals: u16,
    /// Guards on branches of a multi-way selection.
    pub guards: u16,
    /// Not part of the total: multi-way selections.
    pub switches: u16,
    /// Not part of the total: default branches (`default`, `_`, `else` of a multi-way selection).
    pub defaults: u16,
    /// Not part of the total: early-return operators (Rust's and Swift's `?`, Zig's `try`).
    pub propagations: u16,
}

impl Decisions {
    /// The decision points that cyclomatic complexity counts.
    pub fn total(&self) -> u32 {
        [self.ifs, self.loops, self.cases, self.catches, self.ternaries, self.logicals, self.guards]
            .into_iter()
            .map(u32::from)
            .sum()
    }
}

/// Operators and operands (Halstead 1977). Operators are keywords, punctuation and operator signs, a pair of brackets
/// counting once; operands are names and literals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halstead {
    /// η1
    pub distinct_operators: u32,
    /// η2
    pub distinct_operands: u32,
    /// N1
    pub total_operators: u32,
    /// N2
    pub total_operands: u32,
}

impl Halstead {
    /// η = η1 + η2.
    pub fn vocabulary(&self) -> u32 {
        self.distinct_operators + self.distinct_operands
    }

    /// N = N1 + N2.
    pub fn length(&self) -> u32 {
        self.total_operators + self.total_operands
    }

    /// V = N·log2 η, in bits; 0 for an empty stretch.
    pub fn volume(&self) -> f64 {
        match self.vocabulary() {
            0 => 0.0,
            vocabulary => f64::from(self.length()) * f64::from(vocabulary).log2(),
        }
    }

    /// D = η1/2 · N2/η2; 0 without operands.
    pub fn difficulty(&self) -> f64 {
        if self.distinct_operands == 0 {
            return 0.0;
        }
        f64::from(self.distinct_operators) / 2.0 * f64::from(self.total_operands)
            / f64::from(self.distinct_operands)
    }

    /// E = D·V.
    pub fn effort(&self) -> f64 {
        self.difficulty() * self.volume()
    }
}

/// Assignments, branches (calls) and conditions (Fitzpatrick 1997).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Abc {
    /// Transfers of a value into a variable.
    pub assignments: u32,
    /// Calls.
    pub branches: u32,
    /// Comparisons, conditions and their alternatives.
    pub conditions: u32,
}

impl Abc {
    /// √(A² + B² + C²).
    pub fn magnitude(&self) -> f64 {
        let square = |n: u32| f64::from(n) * f64::from(n);
        (square(self.assignments) + square(self.branches) + square(self.conditions)).sqrt()
    }
}

/// Maintainability index scaled to 0 to 100, higher is better: `max(0, 171 − 5.2·ln V − 0.23·G − 16.2·ln SLOC)·100/171`
/// (Oman and Hagemeister 1992, in the scaling Visual Studio uses). V is at least 1, SLOC is the source line count, at
/// least 1.
pub fn maintainability_index(halstead: &Halstead, cyclomatic: u32, lines: &LineCounts) -> f64 {
    let volume = halstead.volume().max(1.0);
    let source = f64::from(lines.source.max(1));
    let raw = 171.0 - 5.2 * volume.ln() - 0.23 * f64::from(cyclomatic) - 16.2 * source.ln();
    (raw * 100.0 / 171.0).clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the worked example in Halstead's book as given on Wikipedia ("Halstead complexity measures").
    #[test]
    fn halstead_of_the_published_example() {
        let example = Halstead {
            distinct_operators: 12,
            distinct_operands: 7,
            total_operators: 27,
            total_operands: 15,
        };
        assert_eq!((example.vocabulary(), example.length()), (19, 42));
        assert!((example.volume() - 178.4).abs() < 0.1);
        assert!((example.difficulty() - 12.85).abs() < 0.01);
        assert!((example.effort() - 2292.44).abs() < 2.0);
    }

    #[test]
    fn maintainability_of_nothing_is_full_and_falls_with_every_input() {
        let empty = maintainability_index(&Halstead::default(), 0, &LineCounts::default());
        assert!((empty - 100.0).abs() < 1e-9);
        let halstead =
            Halstead { distinct_operators: 5, distinct_operands: 9, total_operators: 40, total_operands: 30 };
        let lines = |source| LineCounts { source, ..LineCounts::default() };
        let base = maintainability_index(&halstead, 3, &lines(20));
        assert!(maintainability_index(&halstead, 4, &lines(20)) < base);
        assert!(maintainability_index(&halstead, 3, &lines(21)) < base);
    }
}

//! A queue of jobs.

use std::collections::VecDeque;

/// Longest queue that is kept.
pub const LIMIT: usize = 100;

/// What can go wrong.
#[derive(Debug)]
pub enum Error {
    Full,
    Unknown(String),
}

/// What a job does.
pub trait Work {
    /// Runs it once.
    fn run(&mut self) -> Result<u32, Error>;

    fn describe(&self) -> String {
        String::from("work // not a comment")
    }
}

pub struct Queue<W> {
    jobs: VecDeque<W>,
    done: u32,
}

impl<W: Work> Queue<W> {
    pub fn push(&mut self, job: W) -> Result<(), Error> {
        if self.jobs.len() >= LIMIT || self.done == u32::MAX && !self.jobs.is_empty() {
            return Err(Error::Full);
        }
        self.jobs.push_back(job);
        Ok(())
    }

    /// Runs jobs until `budget` is spent.
    pub(crate) fn drain<'a>(&mut self, budget: u32, mut note: impl FnMut(&str)) -> Result<u32, Error> {
        let mut spent = 0;
        'jobs: while let Some(mut job) = self.jobs.pop_front() {
            loop {
                let cost = job.run()?;
                match cost {
                    0 => continue 'jobs,
                    1..=9 if spent > 10 => break,
                    n if n > budget => break 'jobs,
                    _ => spent += cost,
                }
                if spent > budget {
                    note("over budget /* really */");
                } else if spent == budget {
                    return Ok(spent);
                } else {
                    self.done += 1;
                }
            }
        }
        Ok(spent)
    }
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Queue { jobs: VecDeque::new(), done: 0 }
    }
}

fn power(base: u64, exponent: u32) -> u64 {
    if exponent == 0 { 1 } else { base * power(base, exponent - 1) }
}

/* A block comment with "quotes" and /* a nested one */. */
pub fn parse(line: &str) -> Result<(String, i64), Error> {
    let Some((name, value)) = line.split_once('=') else {
        return Err(Error::Unknown(line.to_owned()));
    };
    fn sign(text: &str) -> i64 {
        if text.starts_with('-') { -1 } else { 1 }
    }
    let number = value.trim_start_matches('-').parse::<i64>().map_err(|error| {
        if value.is_empty() { Error::Full } else { Error::Unknown(error.to_string()) }
    })?;
    Ok((name.to_owned(), sign(value) * number))
}

pub async fn names(lines: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for line in lines {
        if let Ok((name, _)) = parse(line)
            && !name.is_empty()
        {
            names.push(name);
        }
    }
    names.iter().filter(|n| n.len() > 1 && **n != r#"raw "string" "#).cloned().collect()
}

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_grow() {
        assert_eq!(power(2, 3), square!(2) * 2);
    }
}

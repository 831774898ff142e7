//! Results about a whole tree that several rules, figures and reports share: each is computed once.

use crate::duplicated::Duplication;
use pmat::dead_code::DeadCodeReport;
use pmat::tdg::TdgInputs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trueno_graph::code::CodeGraph;

/// Results about a tree in addition to its facts. The key of each depends on the tree's fingerprint and on the options,
/// so that another state of the tree gets another key.
#[derive(Default)]
pub struct TreeResults {
    /// The graph of the code.
    pub graph: Known<CodeGraph>,
    /// The inputs of grades.
    pub tdg_inputs: Known<TdgInputs>,
    /// The duplicated code.
    pub duplication: Known<Duplication>,
    /// The dead code.
    pub dead_code: Known<DeadCodeReport>,
}

impl TreeResults {
    /// Drops everything.
    pub fn forget(&self) {
        self.graph.forget();
        self.tdg_inputs.forget();
        self.duplication.forget();
        self.dead_code.forget();
    }
}

/// One result: the last one requested.
pub struct Known<T>(Mutex<Option<(u128, Arc<T>)>>);

impl<T> Default for Known<T> {
    fn default() -> Known<T> {
        Known(Mutex::new(None))
    }
}

impl<T> Known<T> {
    /// The result under this key, computed if it is missing. Other callers wait meanwhile.
    ///
    /// # Errors
    /// Those of `make`; then nothing is stored.
    pub fn or_made<E>(&self, key: u128, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let mut known = self.lock();
        if let Some((of, value)) = &*known
            && *of == key
        {
            return Ok(Arc::clone(value));
        }
        // Drops a result under another key first, so that both are never in memory together.
        *known = None;
        let value = Arc::new(make()?);
        *known = Some((key, Arc::clone(&value)));
        Ok(value)
    }

    /// True if a result is stored.
    pub fn is_known(&self) -> bool {
        self.lock().is_some()
    }

    /// Drops it.
    pub fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<(u128, Arc<T>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_made_once_for_each_question_and_not_at_all_where_making_it_fails() {
        let known = Known::default();
        let mut made = 0;
        let mut ask = |key, result: Result<u32, ()>| {
            known.or_made(key, || {
                made += 1;
                result
            })
        };
        assert_eq!(ask(1, Ok(10)), Ok(Arc::new(10)));
        assert_eq!(ask(1, Ok(11)), Ok(Arc::new(10)));
        assert_eq!(ask(2, Err(())), Err(()));
        assert_eq!(ask(2, Ok(20)), Ok(Arc::new(20)));
        assert_eq!(made, 3);
        known.forget();
        assert!(!known.is_known());
    }
}

//! A transformation of columns followed by an estimator, as one estimator: everything is learned only from the training
//! rows.

use crate::error::Result;
use crate::estimator::{Classifier, Estimator, Model, Transform, Transformer};
use crate::table::Table;
use serde::{Deserialize, Serialize};

/// First the transformation, then the estimator. Either may be a chain itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Pipeline<T, E> {
    /// The change of columns.
    pub transformer: T,
    /// The estimator for the transformed columns.
    pub estimator: E,
}

impl<T: Transformer, E: Estimator> Estimator for Pipeline<T, E> {
    type Target = E::Target;
    type Model = FittedPipeline<T::Fitted, E::Model>;

    fn fit(&self, table: &Table, targets: &[E::Target]) -> Result<Self::Model> {
        let transform = self.transformer.fit(table)?;
        let model = self.estimator.fit(&transform.transform(table)?, targets)?;
        Ok(FittedPipeline { transform, model, columns: table.columns() })
    }
}

/// A fitted [`Pipeline`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedPipeline<T, M> {
    /// The change of columns.
    pub transform: T,
    /// The model of the transformed columns.
    pub model: M,
    columns: usize,
}

impl<T: Transform, M: Model> Model for FittedPipeline<T, M> {
    type Target = M::Target;

    fn columns(&self) -> usize {
        self.columns
    }

    fn predict(&self, table: &Table) -> Result<Vec<M::Target>> {
        self.model.predict(&self.transform.transform(table)?)
    }
}

impl<T: Transform, M: Classifier> Classifier for FittedPipeline<T, M> {
    fn classes(&self) -> &[u32] {
        self.model.classes()
    }

    fn predict_proba(&self, table: &Table) -> Result<Table> {
        self.model.predict_proba(&self.transform.transform(table)?)
    }
}

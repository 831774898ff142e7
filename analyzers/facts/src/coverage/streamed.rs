//! JSON reports piece by piece: each piece is read, used, and dropped. So a report takes only the memory for its
//! covered lines and its largest piece.

use super::{CoverageError, LineBudget, LineCoverage};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A part of a report.
pub(super) trait Piece<'de>: Deserialize<'de> {
    /// Adds the content of the piece. `name` is its key; empty in a list.
    fn add_to(self, name: &str, taken: &mut Taken) -> Result<(), CoverageError>;
}

/// What was collected from the pieces so far.
#[derive(Default)]
pub(super) struct Taken {
    pub coverage: LineCoverage,
    pub budget: LineBudget,
    /// Why no more pieces are accepted.
    refused: Option<CoverageError>,
}

impl Taken {
    /// The result of all pieces.
    pub fn whole(self) -> Result<Taken, CoverageError> {
        match self.refused {
            Some(why) => Err(why),
            None => Ok(self),
        }
    }

    fn take<'de>(&mut self, name: &str, piece: impl Piece<'de>) {
        self.refused = piece.add_to(name, self).err();
    }
}

/// The pieces of an object, by name.
pub(super) struct ByName<P>(pub Taken, PhantomData<P>);

impl<'de, P: Piece<'de>> Deserialize<'de> for ByName<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pieces::<P>(PhantomData)).map(|taken| ByName(taken, PhantomData))
    }
}

/// The pieces of a list.
pub(super) struct InOrder<P>(pub Taken, PhantomData<P>);

impl<P> Default for InOrder<P> {
    fn default() -> Self {
        InOrder(Taken::default(), PhantomData)
    }
}

impl<'de, P: Piece<'de>> Deserialize<'de> for InOrder<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Pieces::<P>(PhantomData)).map(|taken| InOrder(taken, PhantomData))
    }
}

/// Keeps reading after a refused piece, so that invalid JSON is reported wherever it is.
struct Pieces<P>(PhantomData<P>);

impl<'de, P: Piece<'de>> Visitor<'de> for Pieces<P> {
    type Value = Taken;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("pieces of a report")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Taken, A::Error> {
        let mut taken = Taken::default();
        while taken.refused.is_none() {
            let Some((name, piece)) = map.next_entry::<String, P>()? else { return Ok(taken) };
            taken.take(&name, piece);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(taken)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Taken, A::Error> {
        let mut taken = Taken::default();
        while taken.refused.is_none() {
            let Some(piece) = list.next_element::<P>()? else { return Ok(taken) };
            taken.take("", piece);
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(taken)
    }
}

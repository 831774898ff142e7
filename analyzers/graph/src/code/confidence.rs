//! How sure an edge is. `docs/graph.md` has the table with the rates measured for each.

/// The language's own rules leave no other definition.
pub(super) const EXACT: f32 = 1.0;
/// Found by the rules through something that could still hide it: a wildcard import, a package neighbour, a base type, the
/// declared type of a parameter, the linker.
pub(super) const IMPLIED: f32 = 0.9;
/// The only one that the surroundings speak for: the receiver is named like its type, or the type is named in the same function.
pub(super) const LIKELY: f32 = 0.7;
/// The only one that the file, or without imports the tree, speaks for; or a name that a local variable may hide.
pub(super) const POSSIBLE: f32 = 0.5;
/// Nothing but the name speaks for it.
pub(super) const GUESS: f32 = 0.3;
/// What a common name of standard types (`push`, `get`) leaves of the confidence in a receiver of unknown type.
pub(super) const COMMON_NAME: f32 = 0.5;
/// Definitions that one use may mean at most: past that they are not told apart, and the use is counted as ambiguous.
pub(super) const MAX_CANDIDATES: usize = 8;
/// Definitions of one name that are weighed for a receiver of unknown type at most.
pub(super) const MAX_WEIGHED: usize = 128;
/// Definitions of one name in one place of which declarations are told from what they declare, at most.
pub(super) const MAX_ALIKE: usize = 256;

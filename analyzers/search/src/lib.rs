//! Lexical search over the definitions of a tree.

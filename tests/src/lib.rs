//! User stories over a whole mesh, and the evaluation of the question engine.

pub mod eval;

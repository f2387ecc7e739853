//! The RPC surface.

pub(crate) mod calling;

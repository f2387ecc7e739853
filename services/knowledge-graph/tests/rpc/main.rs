//! The role as its callers meet it: a simulated engine, the bridge that mirrors it, the graph that follows the bridge, and
//! a typed client.

mod mesh;
mod answers;
mod runs;
mod incidents;

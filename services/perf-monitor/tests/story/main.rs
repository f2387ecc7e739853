//! The performance monitor as its callers meet it: a server with its gate, typed clients, reports over the real stream.

mod mesh;
mod shapes;
mod sick;
mod processes;
mod silences;
mod kept;
mod receiver;
mod delivery;
mod bridge;
mod plan;

//! English wordings.

mod dialogue;
mod estate;
mod failure;
mod flow;
mod graph;
mod recall;
mod memory;
mod object;
mod plan;
mod rows;
mod waiting;

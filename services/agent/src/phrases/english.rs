//! English wordings.

mod dialogue;
mod estate;
mod failure;
mod flow;
mod memory;
mod object;
mod plan;
mod rows;
mod waiting;

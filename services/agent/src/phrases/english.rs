//! English wordings.

mod dialogue;
mod estate;
mod failure;
mod flow;
mod graph;
mod recall;
mod object;
mod plan;
mod rows;
mod waiting;

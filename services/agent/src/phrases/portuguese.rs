//! Brazilian Portuguese wordings.

mod dialogue;
mod estate;
mod failure;
mod flow;
mod object;
mod plan;
mod rows;
mod waiting;

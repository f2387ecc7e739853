//! The evaluation of the question engine: questions in two languages over nights the simulator
//! made, answers compared with the simulator's own truth. Nothing here knows how the agent works.

pub mod question;
pub mod known;
pub mod ripple;
pub mod placeholder;
pub mod judge;
pub mod wrong_facts;
pub mod report;

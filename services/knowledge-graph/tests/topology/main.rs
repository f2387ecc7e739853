//! The algorithms over the graph of a plan, each beside an independent way to the same answer that looks at the plan as
//! written down, without the graph: slow, and simple enough to be believed.

mod plan;
mod brute;
mod outcomes;
mod causes;
mod paths;
mod times;
mod oddities;

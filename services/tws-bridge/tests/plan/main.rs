//! What the mirror promises, on plans made from seeds: queries agree with the obvious slow way, readers keep the version
//! they took, and a plan that was changed step by step equals one read at once.

mod fixture;
mod filters;
mod versions;
mod walks;
mod names;
mod changes;
mod attention;
mod exports;

//! How many entries an answer may hold.

/// The number asked for, the default when none is, at most the bound.
pub(super) fn bounded(wish: u32, default: u32, most: u32) -> usize {
    (if wish == 0 { default } else { wish.min(most) }) as usize
}

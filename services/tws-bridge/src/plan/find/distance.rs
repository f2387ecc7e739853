//! How many typing errors lie between what was typed and a name: insertions, deletions, substitutions and swaps of
//! neighbours, on bytes, ASCII case aside, hyphens and spaces taken as underscores.
//!
//! Bit-parallel after Hyyrö (2003), one machine word a character of the name, because every distinct name of a plan may
//! be looked at while somebody waits.

/// Longest text that can be compared.
const LONGEST: usize = 64;

/// A typed text prepared for comparing with many names.
#[derive(Clone)]
pub(super) struct Errors {
    length: usize,
    /// For each byte the places where the typed text has it.
    places: Box<[u64; 256]>,
}

impl std::fmt::Debug for Errors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Errors").field("length", &self.length).finish_non_exhaustive()
    }
}

impl Errors {
    /// Unset: nothing was typed, or too much.
    pub(super) fn new(typed: &str) -> Option<Self> {
        let length = typed.len();
        if !(1..=LONGEST).contains(&length) {
            return None;
        }
        let mut places = Box::new([0_u64; 256]);
        for (place, byte) in typed.bytes().enumerate() {
            places[usize::from(fold_byte(byte))] |= 1 << place;
        }
        Some(Self { length, places })
    }

    /// Errors between the typed text and a name.
    pub(super) fn to(&self, name: &str) -> usize {
        let last = 1_u64 << (self.length - 1);
        let (mut more, mut less) = (!0_u64, 0_u64);
        let (mut diagonal, mut places_before) = (0_u64, 0_u64);
        let mut errors = self.length;
        for byte in name.bytes() {
            let places = self.places[usize::from(fold_byte(byte))];
            let swapped = ((!diagonal & places) << 1) & places_before;
            diagonal = ((places & more).wrapping_add(more) ^ more) | places | less | swapped;
            let right_more = less | !(diagonal | more);
            let right_less = diagonal & more;
            errors += usize::from(right_more & last != 0);
            errors -= usize::from(right_less & last != 0);
            let shifted = (right_more << 1) | 1;
            more = (right_less << 1) | !(diagonal | shifted);
            less = shifted & diagonal;
            places_before = places;
        }
        errors
    }
}

/// The form in which characters are compared.
pub(super) fn fold_byte(byte: u8) -> u8 {
    match byte {
        b'-' | b' ' => b'_',
        other => other.to_ascii_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_counts_what_the_textbook_counts(typed in "[AB_]{1,64}", name in "[AB_]{0,70}") {
            let errors = Errors::new(&typed).expect("not too long");
            prop_assert_eq!(errors.to(&name), strsim::osa_distance(&typed, &name));
        }
    }

    #[test]
    fn case_hyphens_and_length() {
        let errors = |typed: &str, name: &str| Errors::new(typed).map(|typed| typed.to(name));
        assert_eq!(errors("pay-load", "PAY_LOAD"), Some(0));
        assert_eq!(errors("PAY_LAOD", "PAY_LOAD"), Some(1));
        assert_eq!((errors("", "A"), errors(&"A".repeat(65), "A")), (None, None));
    }
}

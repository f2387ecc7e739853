//! Finds the vocabulary word a mistyped word stands for. The distance is bounded by the word's length,
//! and names of the plan never come here: a name is only ever offered, not corrected.

use std::collections::HashMap;

/// Words shorter than this are never corrected.
const SHORTEST: usize = 4;

/// Vocabulary by first letter.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: HashMap<char, Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    text: &'static str,
    stem: bool,
}

impl Index {
    /// Adds a word, or a stem that takes any ending.
    pub(super) fn add(&mut self, text: &'static str, stem: bool) {
        let Some(first) = text.chars().next().filter(|_| text.len() >= SHORTEST) else { return };
        let entries = self.entries.entry(first).or_default();
        if !entries.iter().any(|entry| entry.text == text && entry.stem == stem) {
            entries.push(Entry { text, stem });
        }
    }

    /// The nearest word within the bound. A stem keeps the ending that was typed.
    pub(super) fn nearest(&self, word: &str) -> Option<String> {
        if word.len() == 3 {
            return swapped(word);
        }
        let letters: Vec<char> = word.chars().collect();
        if !(SHORTEST..=20).contains(&letters.len())
            || !letters.iter().all(|letter| letter.is_ascii_alphabetic())
        {
            return None;
        }
        let mut best: Option<(usize, usize, &'static str, String)> = None;
        // A swap of the first two letters is the one mistake at the beginning that is common.
        for first in [letters[0], letters[1]] {
            for entry in self.entries.get(&first).into_iter().flatten() {
                let Some((distance, corrected)) = entry.distance(word, &letters) else { continue };
                let gap = entry.text.len().abs_diff(word.len());
                let candidate = (distance, gap, entry.text, corrected);
                if best
                    .as_ref()
                    .is_none_or(|other| (candidate.0, candidate.1, candidate.2) < (other.0, other.1, other.2))
                {
                    best = Some(candidate);
                }
            }
        }
        best.map(|(.., corrected)| corrected)
    }
}

/// The commonest short words, with two neighbouring letters swapped.
fn swapped(word: &str) -> Option<String> {
    ["how", "why", "who", "the", "job", "log", "not", "all", "and", "que", "por", "nao"]
        .into_iter()
        .find(|own| {
            strsim::osa_distance(own, word) == 1
                && own.bytes().all(|letter| word.as_bytes().contains(&letter))
        })
        .map(str::to_owned)
}

impl Entry {
    fn distance(&self, word: &str, letters: &[char]) -> Option<(usize, String)> {
        let swapped_start = !self.text.starts_with(letters[0]);
        if swapped_start && !self.text.chars().take(2).eq([letters[1], letters[0]]) {
            return None;
        }
        let length = self.text.len();
        let bound = match length.min(letters.len()) {
            0..SHORTEST => return None,
            // "reporting" is no slip for "repeating": two mistakes are only believed in long words.
            4..=9 => 1,
            _ => 2,
        };
        if !self.stem {
            if length.abs_diff(letters.len()) > bound {
                return None;
            }
            let distance = strsim::osa_distance(self.text, word);
            return (distance <= bound).then(|| (distance, self.text.to_owned()));
        }
        // The mistake is inside the stem: compare it with beginnings of about its length.
        (length.saturating_sub(1)..=length + 1)
            .filter_map(|end| {
                let beginning = word.get(..end)?;
                let distance = strsim::osa_distance(self.text, beginning);
                let ending = &word[end..];
                (distance <= 1 && ending.len() <= super::MAX_ENDING && length > SHORTEST)
                    .then(|| (distance, format!("{}{ending}", self.text)))
            })
            .min_by_key(|(distance, _)| *distance)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lexicon;

    #[test]
    fn near_words_are_corrected_and_far_ones_are_not() {
        let lexicon = Lexicon::new();
        for (typed, meant) in [
            ("failled", "failed"),
            ("runing", "running"),
            ("succesors", "successors"),
            ("dependancies", "dependencies"),
            ("worksation", "workstation"),
            ("atrazados", "atrasados"),
            ("rodnado", "rodando"),
            ("quantso", "quantos"),
        ] {
            assert_eq!(lexicon.correct(typed).as_deref(), Some(meant), "{typed}");
        }
        for typed in ["payload", "xpto", "invoices", "zzz"] {
            assert_eq!(lexicon.correct(typed), None, "{typed}");
        }
    }
}

//! Interned texts: each distinct text once, as a small number in the columns.
//!
//! It only grows while a plan lasts; a new plan starts new dictionaries. Symbol 0 is the empty text.

use std::sync::{Arc, OnceLock};

use super::hash_index::{HashIndex, hash_text};

const TEXTS: usize = 256;

/// Texts by symbol, and symbols by text, ASCII case aside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    chunks: Arc<Vec<Arc<Texts>>>,
    index: HashIndex,
    /// Place of each symbol in the order of texts; computed when first asked for, forgotten when a text is added.
    ranks: Arc<OnceLock<Vec<u32>>>,
}

#[derive(Clone, Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Dictionary {
    /// Texts in it, the empty one included.
    pub(crate) fn len(&self) -> usize {
        match self.chunks.last() {
            Some(last) => (self.chunks.len() - 1) * TEXTS + last.ends.len(),
            None => 1,
        }
    }

    /// The text of a symbol.
    pub(crate) fn text(&self, symbol: u32) -> &str {
        let symbol = symbol as usize;
        let Some(texts) = self.chunks.get(symbol / TEXTS) else { return "" };
        let offset = symbol % TEXTS;
        let start = if offset == 0 { 0 } else { texts.ends[offset - 1] as usize };
        &texts.text[start..texts.ends[offset] as usize]
    }

    /// All symbols with their texts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.len() as u32).map(|symbol| (symbol, self.text(symbol)))
    }

    /// Symbols whose text equals this one, ASCII case aside.
    pub(crate) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = u32> + 'a {
        let empty = text.is_empty().then_some(0);
        let found = self.index.candidates(hash_text(text));
        empty.into_iter().chain(found.filter(move |symbol| self.text(*symbol).eq_ignore_ascii_case(text)))
    }

    /// The symbol of exactly this text, adding it when new.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let known = self.find(text).find(|symbol| self.text(*symbol) == text);
        if let Some(symbol) = known {
            return symbol;
        }
        let symbol = self.len() as u32;
        let chunks = Arc::make_mut(&mut self.chunks);
        if chunks.is_empty() {
            chunks.push(Arc::new(Texts { text: String::new(), ends: vec![0] }));
        }
        if symbol as usize / TEXTS == chunks.len() {
            if let Some(full) = chunks.last_mut() {
                Arc::make_mut(full).text.shrink_to_fit();
            }
            chunks.push(Arc::new(Texts { text: String::new(), ends: Vec::with_capacity(TEXTS) }));
        }
        if let Some(last) = chunks.last_mut() {
            let last = Arc::make_mut(last);
            last.text.push_str(text);
            last.ends.push(last.text.len() as u32);
        }
        let mut index = std::mem::take(&mut self.index);
        index.insert(hash_text(text), symbol, |known| hash_text(self.text(known)));
        self.index = index;
        self.ranks = Arc::default();
        symbol
    }

    /// Place of each symbol when texts are sorted.
    pub(crate) fn ranks(&self) -> &[u32] {
        self.ranks.get_or_init(|| {
            let mut symbols: Vec<u32> = (0..self.len() as u32).collect();
            symbols.sort_unstable_by(|a, b| self.text(*a).cmp(self.text(*b)));
            let mut ranks = vec![0; symbols.len()];
            for (rank, symbol) in symbols.into_iter().enumerate() {
                ranks[symbol as usize] = rank as u32;
            }
            ranks
        })
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        let texts =
            |chunk: &Arc<Texts>| chunk.text.capacity() + chunk.ends.capacity() * 4 + size_of::<Texts>() + 24;
        self.chunks.iter().map(texts).sum::<usize>()
            + self.index.bytes()
            + self.ranks.get().map_or(0, |ranks| ranks.capacity() * 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_symbols_and_are_found_in_any_case() {
        let mut dictionary = Dictionary::default();
        let symbols: Vec<u32> = (0..2_000).map(|n| dictionary.intern(&format!("JOB_{n}"))).collect();
        let before = dictionary.clone();
        let lower = dictionary.intern("job_7");
        assert_ne!(lower, symbols[7], "spelling is kept");
        assert_eq!(dictionary.intern("JOB_7"), symbols[7]);
        assert_eq!(dictionary.text(symbols[1_999]), "JOB_1999");
        let mut found: Vec<u32> = dictionary.find("Job_7").collect();
        found.sort_unstable();
        assert_eq!(found, [symbols[7], lower]);
        assert_eq!(before.find("Job_7").collect::<Vec<_>>(), [symbols[7]]);
        assert_eq!((before.len(), dictionary.len()), (2_001, 2_002));
        assert_eq!((dictionary.intern(""), dictionary.text(0)), (0, ""));
    }

    #[test]
    fn ranks_follow_the_order_of_texts() {
        let mut dictionary = Dictionary::default();
        for text in ["m", "b", "z"] {
            dictionary.intern(text);
        }
        assert_eq!(dictionary.ranks(), [0, 2, 1, 3]);
        dictionary.intern("a");
        assert_eq!(dictionary.ranks(), [0, 3, 2, 4, 1]);
    }
}

//! Text patterns with `*` and `?`, compared without regard to ASCII case, as the scheduler's own tools do.

/// A text with wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// These bytes, in any case. `None` stands for one character, whichever.
    Run(Vec<Option<u8>>),
    /// Any characters, also none.
    Any,
}

impl Pattern {
    /// A pattern in which `*` and `@` stand for any characters and `?` for one: what operators type.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let mut pattern = Self { pieces: Vec::new() };
        for character in text.chars() {
            match character {
                '*' | '@' => pattern.push_any(),
                '?' => pattern.push_one(),
                other => pattern.push(other),
            }
        }
        pattern
    }

    /// A pattern in which `*` stands for any characters and `?` for one, and nothing else is special.
    #[must_use]
    pub fn wildcards(text: &str) -> Self {
        Self::from_literal(text, false)
    }

    /// A pattern that matches every text in which this literal occurs.
    #[must_use]
    pub fn containing(literal: &super::Literal) -> Self {
        let mut pattern = literal.pattern();
        if pattern.pieces.first() != Some(&Piece::Any) {
            pattern.pieces.insert(0, Piece::Any);
        }
        pattern.push_any();
        pattern
    }

    /// The pattern of a literal: `*` and `?` are wildcards unless a backslash of a quoted string says otherwise.
    pub(super) fn from_literal(raw: &str, escapes: bool) -> Self {
        let mut pattern = Self { pieces: Vec::new() };
        let mut characters = raw.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' if escapes => {
                    if let Some(escaped) = characters.next() {
                        pattern.push(escaped);
                    }
                }
                '*' => pattern.push_any(),
                '?' => pattern.push_one(),
                other => pattern.push(other),
            }
        }
        pattern
    }

    fn push(&mut self, character: char) {
        let mut buffer = [0; 4];
        for byte in character.encode_utf8(&mut buffer).bytes() {
            self.run().push(Some(byte.to_ascii_uppercase()));
        }
    }

    fn push_one(&mut self) {
        self.run().push(None);
    }

    fn push_any(&mut self) {
        if self.pieces.last() != Some(&Piece::Any) {
            self.pieces.push(Piece::Any);
        }
    }

    fn run(&mut self) -> &mut Vec<Option<u8>> {
        if !matches!(self.pieces.last(), Some(Piece::Run(_))) {
            self.pieces.push(Piece::Run(Vec::new()));
        }
        match self.pieces.last_mut() {
            Some(Piece::Run(run)) => run,
            _ => unreachable!("a run was just pushed"),
        }
    }

    /// The one text it matches (in upper case), when it holds no wildcard.
    #[must_use]
    pub fn exact(&self) -> Option<String> {
        match self.pieces.as_slice() {
            [] => Some(String::new()),
            [Piece::Run(run)] => {
                let bytes = run.iter().copied().collect::<Option<Vec<u8>>>()?;
                String::from_utf8(bytes).ok()
            }
            _ => None,
        }
    }

    /// It matches every text.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.pieces == [Piece::Any]
    }

    /// The whole text matches. Linear in the text for each piece: a later `*` never makes an earlier one try again.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let mut at = 0;
        // Where the last `*` stood: its piece, and how far into the text it reaches at most so far.
        let mut star: Option<(usize, usize)> = None;
        let mut piece = 0;
        loop {
            let stepped = match self.pieces.get(piece) {
                None if at == text.len() => return true,
                None => None,
                Some(Piece::Any) => {
                    star = Some((piece, at));
                    Some(at)
                }
                Some(Piece::Run(run)) => match_run(run, text, at),
            };
            match (stepped, star) {
                (Some(next), _) => {
                    at = next;
                    piece += 1;
                }
                (None, Some((star_piece, reach))) if reach < text.len() => {
                    let next = self.next_start(star_piece + 1, text, reach + 1);
                    star = Some((star_piece, next));
                    at = next;
                    piece = star_piece + 1;
                }
                _ => return false,
            }
        }
    }
}

impl Pattern {
    /// The first place from `from` on where the piece can begin at all; its first byte decides.
    fn next_start(&self, piece: usize, text: &[u8], from: usize) -> usize {
        let first = match self.pieces.get(piece) {
            Some(Piece::Run(run)) => run.first().copied().flatten(),
            _ => None,
        };
        let Some(first) = first else { return from };
        let skipped = text[from..].iter().position(|byte| byte.to_ascii_uppercase() == first);
        skipped.map_or(text.len(), |skipped| from + skipped)
    }
}

/// Where the run ends in the text when it stands at `at`.
fn match_run(run: &[Option<u8>], text: &[u8], mut at: usize) -> Option<usize> {
    for wanted in run {
        let byte = *text.get(at)?;
        match wanted {
            Some(wanted) if byte.to_ascii_uppercase() != *wanted => return None,
            Some(_) => at += 1,
            None => {
                at += 1;
                while text.get(at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000) {
                    at += 1;
                }
            }
        }
    }
    Some(at)
}

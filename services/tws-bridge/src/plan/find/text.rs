//! What a person typed, taken apart, and how well a name fits a part of it.
//!
//! Forms: `NAME`, `STREAM.JOB`, `WS#STREAM`, `WS#STREAM.JOB`, `WS#/FOLDER/STREAM.JOB`, `/FOLDER/STREAM.JOB`, `/FOLDER/`, each
//! with the engine's own `/WS#…` spelling too. A dot or a hash cannot occur in a name, so the forms do not overlap.

use resync_api::filter::Pattern;

use super::distance::{Errors, fold_byte};

/// A way of matching, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Exact,
    Wildcard,
    Prefix,
    Fuzzy,
}

/// What was typed, by what each part may be the name of.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// A workstation before `#`.
    pub(super) workstation: Option<Part>,
    /// A folder before the last name.
    pub(super) folder: Option<Part>,
    /// May be the name of a job.
    pub(super) job: Option<Part>,
    /// The stream before a dot.
    pub(super) stream_of_job: Option<Part>,
    /// May be the name of a job stream.
    pub(super) stream: Option<Part>,
    /// May be the name of a workstation.
    pub(super) workstation_name: Option<Part>,
    /// May be the name of a resource, prompt or user.
    pub(super) object: Option<Part>,
    /// May be a folder, by path or by its last name.
    pub(super) folder_name: Option<Part>,
    patterned: bool,
}

impl Typed {
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        let patterned = text.contains(['*', '@', '?']);
        let mut typed = Self { patterned, ..Self::default() };
        let (workstation, rest) = match text.split_once('#') {
            Some((workstation, rest)) => (Some(workstation), rest.trim()),
            None => (None, text),
        };
        if let Some(workstation) = workstation {
            // The engine writes `/WS#` for a workstation of the root folder.
            let bare = workstation.trim().rsplit('/').next().unwrap_or_default();
            typed.workstation = part(bare);
            if rest.is_empty() {
                typed.workstation_name = typed.workstation.take();
                return typed;
            }
        }
        let (folder, name) = match rest.rsplit_once('/') {
            Some((folder, name)) => (Some(folder), name),
            None => (None, rest),
        };
        typed.folder = folder.map(|folder| Part::new(if folder.is_empty() { "/" } else { folder }));
        if workstation.is_none() && rest.starts_with('/') {
            typed.folder_name = part(rest.trim_end_matches('/'));
        }
        if name.is_empty() {
            typed.folder = None;
            return typed;
        }
        match name.split_once('.') {
            Some((stream, job)) => {
                typed.stream_of_job = part(stream);
                typed.job = part(job);
            }
            None => {
                typed.job = part(name);
                typed.stream = part(name);
                if folder.is_none() {
                    typed.object = part(name);
                    if workstation.is_none() {
                        typed.workstation_name = part(name);
                        typed.folder_name = part(name);
                    }
                }
            }
        }
        typed
    }

    pub(super) fn on_any_workstation(&self) -> Self {
        Self { workstation: None, ..self.clone() }
    }

    /// Ways worth trying.
    pub(super) fn ways(&self) -> &'static [Way] {
        if self.patterned { &[Way::Wildcard] } else { &[Way::Exact, Way::Prefix, Way::Fuzzy] }
    }
}

fn part(text: &str) -> Option<Part> {
    (!text.is_empty()).then(|| Part::new(text))
}

/// One name that was typed.
#[derive(Clone, Debug)]
pub(super) struct Part {
    text: String,
    letters: u64,
    pattern: Pattern,
    errors: Option<Errors>,
}

impl Part {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            letters: letters(text),
            pattern: Pattern::typed(text),
            errors: Errors::new(text),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.text.eq_ignore_ascii_case(name)
    }

    /// A qualifier fits: exactly or as a pattern, and when misspelling is allowed nearly.
    pub(super) fn accepts(&self, name: &str, way: Way) -> bool {
        match way {
            Way::Exact => self.is(name),
            Way::Wildcard => self.pattern.matches(name),
            Way::Prefix => starts_with(name, &self.text),
            Way::Fuzzy => self.score(name, Way::Fuzzy).is_some() || starts_with(name, &self.text),
        }
    }

    /// How well a name fits, 0 to 1; unset: not at all.
    pub(super) fn score(&self, name: &str, way: Way) -> Option<f64> {
        match way {
            Way::Exact => self.is(name).then_some(1.0),
            Way::Wildcard => self.pattern.matches(name).then_some(1.0),
            Way::Prefix => {
                let share = self.text.len() as f64 / name.len().max(1) as f64;
                starts_with(name, &self.text).then_some(share.min(1.0))
            }
            Way::Fuzzy => self.similarity(name),
        }
    }

    /// Few typing errors, or the typed text inside the name.
    fn similarity(&self, name: &str) -> Option<f64> {
        let (typed, long) = (self.text.len(), name.len());
        let allowed = allowed_errors(typed);
        let may_contain = typed >= 3 && long > typed;
        let near_length = typed.abs_diff(long) <= allowed;
        if !may_contain && !near_length {
            return None;
        }
        // Sets of letters rule most names out: each error changes at most two letters of a set, and a name that lacks a
        // typed letter cannot contain the text.
        let letters = letters(name);
        if may_contain && self.letters & !letters == 0 && self.is_inside(name) {
            return Some(0.9 * typed as f64 / long as f64);
        }
        if !near_length || (self.letters ^ letters).count_ones() as usize > 2 * allowed {
            return None;
        }
        let errors = self.errors.as_ref()?.to(name);
        (errors <= allowed).then(|| (1.0 - errors as f64 / typed.max(long) as f64).min(0.99))
    }

    fn is_inside(&self, name: &str) -> bool {
        let same = |(a, b): (&u8, u8)| fold_byte(*a) == fold_byte(b);
        name.as_bytes().windows(self.text.len()).any(|window| window.iter().zip(self.text.bytes()).all(same))
    }
}

fn allowed_errors(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    }
}

fn starts_with(name: &str, start: &str) -> bool {
    name.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

/// A set of the letters and digits that occur.
fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |set, byte| {
        set | match fold_byte(byte) {
            letter @ b'A'..=b'Z' => 1 << (letter - b'A'),
            digit @ b'0'..=b'9' => 1 << (26 + digit - b'0'),
            b'_' => 1 << 36,
            _ => 1 << 37,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_taken_apart() {
        let text = |part: &Option<Part>| part.as_ref().map(|part| part.text.clone()).unwrap_or_default();
        let read = |typed: &str| {
            let typed = Typed::read(typed);
            [&typed.workstation, &typed.folder, &typed.stream_of_job, &typed.job, &typed.stream].map(text)
        };
        for (typed, parts) in [
            ("PAY_LOAD", ["", "", "", "PAY_LOAD", "PAY_LOAD"]),
            (" PAY.LOAD ", ["", "", "PAY", "LOAD", ""]),
            ("WS1#PAY.LOAD", ["WS1", "", "PAY", "LOAD", ""]),
            ("WS1#PAY", ["WS1", "", "", "PAY", "PAY"]),
            ("/WS1#/FIN/EU/PAY.LOAD", ["WS1", "/FIN/EU", "PAY", "LOAD", ""]),
            ("WS1#/PAY.LOAD", ["WS1", "/", "PAY", "LOAD", ""]),
            ("/FIN/PAY", ["", "/FIN", "", "PAY", "PAY"]),
            ("ws#pay.@", ["ws", "", "pay", "@", ""]),
            ("WS1#", ["", "", "", "", ""]),
        ] {
            assert_eq!(read(typed), parts, "{typed}");
        }
        assert_eq!(text(&Typed::read("WS1#").workstation_name), "WS1");
        assert_eq!(text(&Typed::read("/FIN/EU/").folder_name), "/FIN/EU");
    }

    #[test]
    fn misspelt_names_score_by_their_errors() {
        let score = |typed: &str, name: &str| Part::new(typed).score(name, Way::Fuzzy);
        assert!(score("PAY_LAOD", "PAY_LOAD").is_some_and(|score| score > 0.8));
        assert!(score("pay-load", "PAY_LOAD").is_some_and(|score| score > 0.9));
        assert!(score("PAYROLL", "DAILY_PAYROLL_01").is_some());
        assert!(score("PAY_LOAD", "GL_CLOSE").is_none());
        assert!(score("AB", "AC").is_none(), "too short to guess");
        assert!(score("PAYX", "PAY") < score("PAYX", "PAYX"));
    }
}

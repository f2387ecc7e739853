//! What a text is found by: English and Portuguese stems of its words, and codes and names exactly as they stand.
//!
//! Accents and case never matter. Words are found by their stems only: how rare one inflection is says nothing about what
//! a text is about. Every text is looked at in all three forms, because runbooks mix languages and people
//! leave accents out; which language a document is in is never guessed.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A longer word is no word, and no name of an object either.
const MAX_TOKEN: usize = 100;

/// Characters that hold names together: `PAYROLL#CALC.STEP_1`, `/opt/tws`, `ops@site`.
const JOINERS: &[char] = &['_', '#', '.', '@', '$', '/', '-', ':', '&'];

/// Words that are in every text and question of either language, without accents.
const COMMON: &str = "\
a about after again all also am an and any are as at be because been before being between both but by can could did do \
does doing done for from get had happen happened happens has have having he her here him his how i if in into is it its \
just like me more most my need no not of on one or other our please shall she should show so some such tell than that \
the their them then there these they this those through to too under until up us very want was we were what when where \
which while who whom why will with would you your \
ao aos aquela aquele aqueles aquilo as ate com como cada da das de dela dele deles deve devem devo do dos e ela elas ele \
eles em entre era essa essas esse esses esta estas estava este estes estou eu faca faco favor faz fazer fica foi for \
foram ha isso isto ja lhe mais mas me mesmo meu minha muito muita na nao nas nem nenhum no nos nossa nosso num numa o os \
ou para pela pelas pelo pelos pode podem poder posso por porque pra qual quais quando que quem quero sao se seja sem \
sendo ser seu seus so sobre sua suas tambem tem temos tenho ter teve toda todas todo todos tudo um uma umas uns vai vou \
voce voces";

/// In which form a text is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Stems of words.
    English,
    /// Stems of words.
    Portuguese,
    /// Codes and names as they stand, and their parts.
    Exact,
}

/// The tokens of a text in one form.
pub(crate) fn tokens(text: &str, form: Form) -> Vec<String> {
    let mut found = Vec::new();
    for chunk in chunks(text) {
        if form == Form::Exact {
            found.extend(names(chunk));
        }
        for word in words(chunk) {
            match form {
                Form::English => found.push(english(&word).into_owned()),
                Form::Portuguese => found.push(portuguese(&word).into_owned()),
                Form::Exact if is_code(&word) => {
                    found.extend(without_severity(&word).map(str::to_owned));
                    found.push(word);
                }
                Form::Exact => {}
            }
        }
    }
    found
}

/// Something a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// As the person wrote it.
    pub(crate) shown: String,
    /// Without accents and case.
    pub(crate) text: String,
    /// English and Portuguese; unset: a code or name, which is found as it stands.
    pub(crate) stems: Option<(String, String)>,
}

impl Term {
    /// A name, or a code that is more than a number: nobody writes it by accident.
    pub(crate) fn is_rare(&self) -> bool {
        self.stems.is_none() && self.text.chars().any(char::is_alphabetic)
    }
}

/// The terms of a query, each once, at most `limit`.
pub(crate) fn terms(query: &str, limit: usize) -> Vec<Term> {
    let mut found: Vec<Term> = Vec::new();
    for chunk in chunks(query) {
        let names = names(chunk).map(|name| Term { shown: name.clone(), text: name, stems: None });
        let words = words(chunk).map(|word| {
            let stems = || (english(&word).into_owned(), portuguese(&word).into_owned());
            Term { stems: (!is_code(&word)).then(stems), shown: word.clone(), text: word }
        });
        for term in names.chain(words).map(|term| as_written(term, chunk)) {
            if found.len() < limit && !found.iter().any(|known| known.text == term.text) {
                found.push(term);
            }
        }
    }
    found
}

/// Shows a term in the spelling of the query, where that is the whole chunk.
fn as_written(mut term: Term, chunk: &str) -> Term {
    if folded(chunk) == term.text {
        term.shown = chunk.to_owned();
    }
    term
}

/// Runs of letters, digits and joiners, without joiners around them.
fn chunks(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric() && !JOINERS.contains(&char) && !is_combining_mark(char))
        .map(|chunk| chunk.trim_matches(JOINERS))
        .filter(|chunk| !chunk.is_empty() && chunk.len() <= MAX_TOKEN)
}

/// The whole chunk if it is made of several words, and those parts of it that an underscore holds together.
fn names(chunk: &str) -> impl Iterator<Item = String> {
    let whole = chunk.contains(JOINERS).then_some(chunk);
    let parts =
        chunk.split(|char: char| !char.is_alphanumeric() && char != '_').map(|part| part.trim_matches('_'));
    let parts = parts.filter(move |part| part.contains('_') && whole != Some(*part));
    whole.into_iter().chain(parts).map(folded)
}

/// Words worth looking for, without accents and case.
fn words(chunk: &str) -> impl Iterator<Item = String> {
    chunk
        .split(|char: char| !char.is_alphanumeric() && !is_combining_mark(char))
        .map(folded)
        .filter(|word| !word.is_empty() && !is_common(word))
        .filter(|word| word.chars().nth(1).is_some() || is_code(word))
}

fn folded(text: &str) -> String {
    text.nfd().filter(|char| !is_combining_mark(*char)).flat_map(char::to_lowercase).collect()
}

fn is_common(word: &str) -> bool {
    static SET: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split(' ').collect());
    SET.contains(word)
}

fn is_code(word: &str) -> bool {
    word.chars().any(|char| char.is_ascii_digit())
}

/// `awsbht057` for `awsbht057e`: people leave out the letter that tells an error from a warning.
fn without_severity(word: &str) -> Option<&str> {
    let (stem, severity) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let digits = stem.trim_start_matches(|char: char| char.is_ascii_lowercase());
    let letters = stem.len() - digits.len();
    let is_message = (5..=7).contains(&letters)
        && (3..=5).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(severity, "e" | "w" | "i");
    is_message.then_some(stem)
}

fn english(word: &str) -> Cow<'_, str> {
    if is_code(word) { Cow::Borrowed(word) } else { Stemmer::new(Algorithm::English).stem(word) }
}

/// The stemmer knows endings by their accents, which are folded away or were never typed: they are put back first.
fn portuguese(word: &str) -> Cow<'_, str> {
    const ENDINGS: [(&str, &str); 8] = [
        ("oes", "ão"),
        ("ao", "ão"),
        ("encia", "ência"),
        ("encias", "ências"),
        ("avel", "ável"),
        ("aveis", "ável"),
        ("ivel", "ível"),
        ("iveis", "ível"),
    ];
    if is_code(word) {
        return Cow::Borrowed(word);
    }
    let accented = ENDINGS
        .iter()
        .find_map(|(bare, accented)| Some(format!("{}{accented}", word.strip_suffix(bare)?)))
        .unwrap_or_else(|| word.to_owned());
    Cow::Owned(folded(&Stemmer::new(Algorithm::Portuguese).stem(&accented)))
}

/// One form as the index wants it.
#[derive(Clone, Debug)]
pub(crate) struct FormTokenizer(pub(crate) Form);

impl Tokenizer for FormTokenizer {
    type TokenStream<'a> = FormTokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FormTokens {
        FormTokens { rest: tokens(text, self.0).into_iter(), token: Token::default() }
    }
}

/// The tokens of one text. Phrases are not searched, so offsets are not told.
#[derive(Debug)]
pub(crate) struct FormTokens {
    rest: std::vec::IntoIter<String>,
    token: Token,
}

impl TokenStream for FormTokens {
    fn advance(&mut self) -> bool {
        let Some(text) = self.rest.next() else { return false };
        self.token.text = text;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn inflections_and_missing_accents_meet_in_one_stem() {
        for same in [
            ["execução", "execucao", "Execuções", "execucoes"].as_slice(),
            &["conexão", "conexao", "conexões"],
            &["reiniciar", "reinicie", "reinicia", "reiniciado"],
            &["dependência", "dependencia", "dependências"],
            &["agente", "agentes", "AGENTES"],
            &["parada", "parado", "parados"],
        ] {
            let stems: Vec<_> = same.iter().map(|word| tokens(word, Form::Portuguese)).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{same:?}: {stems:?}");
        }
        assert_eq!(tokens("restarting the unlinked agents", Form::English), ["restart", "unlink", "agent"]);
    }

    #[test]
    fn names_are_found_whole_and_by_their_parts() {
        assert_eq!(
            tokens("See FINPAY01#STREAM.JOB_A, AWSBHT057E: (JOB_NAMES).", Form::Exact),
            ["finpay01#stream.job_a", "job_a", "finpay01", "awsbht057", "awsbht057e", "job_names"]
        );
        let terms = terms("O que fazer com AWSBHT057E no AG_01?", 8);
        let seen: Vec<_> = terms.iter().map(|term| (term.shown.as_str(), term.is_rare())).collect();
        assert_eq!(seen, [("AWSBHT057E", true), ("AG_01", true), ("ag", false), ("01", false)]);
        assert!(super::terms("what do I do when it is not", 8).is_empty());
    }

    proptest! {
        #[test]
        fn a_query_finds_the_text_it_was_taken_from(text in "\\PC{0,200}") {
            let exact = tokens(&text, Form::Exact);
            let english = tokens(&text, Form::English);
            for term in terms(&text, 50) {
                match term.stems {
                    Some((stem, _)) => prop_assert!(english.contains(&stem)),
                    None => prop_assert!(exact.contains(&term.text)),
                }
            }
        }
    }
}

//! Whether a message speaks of what is to come, of what has been, or of an end.

use crate::interpret::lexicon::State;
use crate::interpret::reading::Reading;

/// Every word of a message.
pub(super) fn words(reading: &Reading) -> impl Iterator<Item = &str> {
    (0..reading.tokens.len()).map(|token| reading.word(token))
}

/// Whether it speaks of what is to come.
pub(super) fn looks_ahead(reading: &Reading) -> bool {
    words(reading).any(|word| {
        matches!(
            word,
            "will"
                | "wont"
                | "going"
                | "gonna"
                | "expected"
                | "should"
                | "ll"
                | "vai"
                | "vao"
                | "ira"
                | "irao"
                | "deve"
                | "devem"
                | "deveria"
                | "sera"
                | "consegue"
        )
    })
}

/// Whether it speaks of what has been.
pub(super) fn looks_back(reading: &Reading) -> bool {
    words(reading).any(|word| {
        matches!(
            word,
            "did"
                | "was"
                | "were"
                | "has"
                | "have"
                | "had"
                | "ended"
                | "started"
                | "began"
                | "ran"
                | "terminou"
                | "acabou"
                | "comecou"
                | "iniciou"
                | "rodou"
                | "foi"
                | "encerrou"
                | "concluiu"
                | "finalizou"
        )
    })
}

/// Words for the end of a job, or for its start.
pub(super) fn speaks_of_an_end(reading: &Reading) -> bool {
    reading.has_state(State::Finished)
        || reading.has_state(State::Completed)
        || reading.has_state(State::Scheduled)
        || words(reading).any(|word| {
            matches!(
                word,
                "end"
                    | "ends"
                    | "finish"
                    | "finishes"
                    | "complete"
                    | "completes"
                    | "done"
                    | "ready"
                    | "over"
                    | "start"
                    | "starts"
                    | "begin"
                    | "run"
                    | "terminar"
                    | "termina"
                    | "acabar"
                    | "acaba"
                    | "concluir"
                    | "conclui"
                    | "encerrar"
                    | "finalizar"
                    | "finaliza"
                    | "fica"
                    | "pronto"
                    | "pronta"
                    | "rodar"
                    | "comecar"
                    | "iniciar"
                    | "fim"
            )
        })
}

/// In Portuguese the present tense of a verb of ending asks for what is to come.
pub(super) fn ends_in_portuguese(reading: &Reading) -> bool {
    words(reading).any(|word| matches!(word, "termina" | "acaba" | "conclui" | "finaliza" | "encerra"))
}

/// "on time", "no prazo".
pub(super) fn in_time(reading: &Reading) -> bool {
    let all: Vec<&str> = words(reading).collect();
    all.windows(2).any(|pair| {
        matches!(
            pair,
            ["on", "time"]
                | ["in", "time"]
                | ["no", "prazo"]
                | ["a", "tempo"]
                | ["na", "hora"]
                | ["no", "horario"]
        )
    })
}

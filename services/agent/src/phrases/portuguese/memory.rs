//! What people taught, in Portuguese.

use crate::phrases::memory::MemoryMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for MemoryMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Proposed { text } => {
                pieces!["Propus lembrar: ", text, ". Será usado depois que um revisor aprovar."]
            }
            Self::KnownAlready { text, by, at } => {
                pieces!["Já me lembro disso: ", text, " (revisado por ", by, ", ", at, ")."]
            }
            Self::ProposedBefore { text, state } => {
                pieces!["Isso já foi proposto e está ", state, ": ", text, "."]
            }
            Self::IsAbout { about } => pieces!["É sobre ", about, "."],
            Self::IsContradicted => "Outra memória diz o contrário; o revisor verá as duas.".into(),
            Self::Learned { count } if count.is_zero() => {
                pieces!["Nada do que foi ensinado sobre isso foi aprovado (", count, " memórias)."]
            }
            Self::Learned { count } => {
                let noun = number_of(&count, " memória aprovada.", " memórias aprovadas.");
                pieces!["O que aprendi: ", count, noun]
            }
            Self::More => "Há mais do que o mostrado aqui.".into(),
            Self::Reviewed { text, about, by, at, contradicted } => {
                let about = about.map(|about| pieces![", sobre ", about]);
                let contradicted = contradicted.then_some("; outra memória diz o contrário");
                pieces![text, " (memória", about, ", revisada por ", by, ", ", at, contradicted, ")"]
            }
            Self::CorrectionApplied { query, by, at } => pieces![
                "Uma correção revisada foi aplicada: esta pergunta é entendida como ",
                query,
                " (revisada por ",
                by,
                ", ",
                at,
                "). Os fatos são de agora."
            ],
            Self::CorrectionUnusable { query, by, at } => pieces![
                "Há uma correção revisada desta pergunta, ",
                query,
                " (revisada por ",
                by,
                ", ",
                at,
                "), que não pôde ser aplicada ao plano como ele está."
            ],
            Self::CorrectionsContradict { count } => {
                pieces![count, " correções revisadas desta pergunta se contradizem; nenhuma foi aplicada."]
            }
            Self::LookUpFailed => "As memórias não puderam ser consultadas agora.".into(),
        }
    }
}

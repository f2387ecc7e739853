//! Dependencies, progress and changes, in Portuguese.

use crate::phrases::flow::FlowMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for FlowMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::WaitsFor { subject, count, transitive, at_least } => {
                let direct = if transitive { ", em toda a cadeia." } else { " na ligação direta." };
                let noun = number_of(&count, " predecessora", " predecessoras");
                pieces![subject, " tem ", at_least.then_some("ao menos "), count, noun, direct]
            }
            Self::WaitedForBy { subject, count, transitive, at_least } => {
                let direct = if transitive { ", em toda a cadeia." } else { " na ligação direta." };
                let noun = number_of(&count, " sucessora", " sucessoras");
                pieces![subject, " tem ", at_least.then_some("ao menos "), count, noun, direct]
            }
            Self::NoPredecessors { subject, count } => {
                pieces![subject, " não tem predecessoras (", count, ")."]
            }
            Self::NoSuccessors { subject, count } => {
                pieces!["Nada depende de ", subject, ": tem ", count, " sucessoras."]
            }
            Self::Kinds { jobs, job_streams } => {
                let (job, stream) =
                    (number_of(&jobs, " job e ", " jobs e "), number_of(&job_streams, " malha.", " malhas."));
                pieces!["São ", jobs, job, job_streams, stream]
            }
            Self::Unfinished { unfinished, failed } => {
                pieces!["Não terminados: ", unfinished, "; em erro: ", failed, "."]
            }
            Self::These { names } => pieces!["Mais próximos: ", Pieces::joined(names, ", ", " e "), "."],
            Self::Others { count } => {
                let noun = number_of(&count, " outra dependência", " outras dependências");
                pieces!["Há também ", count, noun, " (arquivos, recursos, prompts ou joins)."]
            }
            Self::Coverage { share } => {
                pieces!["Lidos do próprio plano: ", share, " destes; o resto vem das definições."]
            }
            Self::Truncated => "Há mais do que cabe em uma resposta.".into(),
            Self::Progress { stream, done, jobs, share, status } => {
                pieces![stream, " está ", status, ": ", done, " de ", jobs, " jobs prontos (", share, ")."]
            }
            Self::Left { left, running, failed } => {
                pieces!["Faltam: ", left, "; em execução: ", running, "; em erro: ", failed, "."]
            }
            Self::ExpectedEnd { at } => pieces!["Pela estimativa deve terminar por volta de ", at, "."],
            Self::WorkLeft { work } => {
                pieces!["Os tempos que ainda faltam somam ", work, ", se rodassem um após o outro."]
            }
            Self::StreamNotStarted { at } => {
                let at = at.map(|at| pieces![" Está agendada para ", at, "."]);
                pieces!["Ainda não começou.", at]
            }
            Self::StreamEnded { at } => pieces!["Terminou às ", at, "."],
            Self::Changes { count, since, key, at_least } => {
                let noun = number_of(&count, " mudança", " mudanças");
                let since = since.map(|since| pieces![" desde ", since]);
                let of = key.map(|key| pieces![" de ", key]);
                pieces![at_least.then_some("Ao menos "), count, noun, of, since, "."]
            }
            Self::NoChanges { count, since, key } => {
                let since = since.map(|since| pieces![" desde ", since]);
                let of = key.map(|key| pieces![" de ", key]);
                pieces!["Nenhuma mudança", of, " é conhecida", since, " (", count, ")."]
            }
            Self::ChangesByKind { parts } => {
                let parts = parts.into_iter().map(|(kind, count)| pieces![kind, " ", count]).collect();
                pieces!["Por tipo: ", Pieces::joined(parts, ", ", ", "), "."]
            }
            Self::Forgotten { since } => pieces!["Mudanças antes de ", since, " não são lembradas."],
            Self::ChangesTruncated => "Há mais mudanças do que as mostradas.".into(),
        }
    }
}

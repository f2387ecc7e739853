//! One object, in Portuguese.

use crate::phrases::object::ObjectMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for ObjectMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Status { name, status, internal } => {
                let internal = internal.map(|internal| pieces![" (", internal, ")"]);
                pieces![name, " está ", status, internal, "."]
            }
            Self::Runs { since, elapsed, expected_end } => {
                let elapsed = elapsed.map(|elapsed| pieces![", há ", elapsed]);
                let end = expected_end.map(|end| pieces![", e deve terminar por volta de ", end]);
                pieces!["Está em execução desde ", since, elapsed, end, "."]
            }
            Self::LongerThanUsual { usual } => pieces!["É mais que o normal, que é ", usual, "."],
            Self::Ended { at, elapsed, return_code } => {
                let elapsed = elapsed.map(|elapsed| pieces![" após ", elapsed]);
                let code = return_code.map(|code| pieces![" com código de retorno ", code]);
                pieces!["Terminou às ", at, elapsed, code, "."]
            }
            Self::Scheduled { at } => pieces!["Está agendado para ", at, "."],
            Self::Late { deadline } => {
                let deadline = deadline.map(|deadline| pieces![": o prazo era ", deadline]);
                pieces!["Está atrasado", deadline, "."]
            }
            Self::AtRisk { deadline } => {
                let deadline = deadline.map(|deadline| pieces![": o prazo é ", deadline]);
                pieces!["Corre risco de atraso", deadline, "."]
            }
            Self::Unresolved { unresolved, all } => {
                let noun = number_of(&all, " dependência ainda segura.", " dependências ainda seguram.");
                pieces![unresolved, " de ", all, noun]
            }
            Self::JobsOf { name, jobs } => {
                let noun = number_of(&jobs, " job.", " jobs.");
                pieces![name, " tem ", jobs, noun]
            }
            Self::Parts { parts } => {
                let parts = parts.into_iter().map(|(count, status)| pieces![count, " ", status]).collect();
                pieces!["Destes: ", Pieces::joined(parts, ", ", " e "), "."]
            }
            Self::Workstation { name, kind, healthy: true, .. } => {
                pieces![name, " (", kind, ") pode rodar jobs."]
            }
            Self::Workstation { name, kind, problems, .. } => {
                let problems = (!problems.0.is_empty()).then(|| pieces![": ", problems]);
                pieces![name, " (", kind, ") não pode rodar jobs", problems, "."]
            }
            Self::Resource { name, available, quantity, in_use } => {
                pieces![name, " tem ", available, " de ", quantity, " unidades livres; ", in_use, " em uso."]
            }
            Self::Prompt { text, status, number } => {
                let number = number.map(|number| pieces![" (número ", number, ")"]);
                pieces!["O prompt “", text, "”", number, " está ", status, "."]
            }
        }
    }
}

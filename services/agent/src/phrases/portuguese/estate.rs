//! Workstations, resources and prompts, in Portuguese.

use crate::phrases::estate::EstateMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for EstateMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::AllHealthy { healthy, total } => {
                pieces!["Todas as workstations podem rodar jobs: ", healthy, " de ", total, "."]
            }
            Self::SomeUnhealthy { unhealthy, total } => {
                pieces![unhealthy, " de ", total, " workstations não podem rodar jobs."]
            }
            Self::Allows { limit, fence } => match limit {
                Some(limit) => pieces!["O limite de jobs é ", limit, " e o fence é ", fence, "."],
                None => pieces!["Não há limite de jobs, e o fence é ", fence, "."],
            },
            Self::HeldThere { held, running, failed } => {
                pieces!["Jobs lá: ", held, " esperando, ", running, " em execução, ", failed, " em erro."]
            }
            Self::Holder { job, units } => {
                let noun = number_of(&units, " unidade.", " unidades.");
                pieces![job, " segura ", units, noun]
            }
            Self::NobodyHolds { resource, in_use } => {
                pieces!["Ninguém segura ", resource, " (", in_use, " unidades em uso)."]
            }
            Self::InUse { count } => {
                let noun = number_of(&count, " recurso está em uso.", " recursos estão em uso.");
                pieces![count, noun]
            }
            Self::NoneInUse { count } => pieces!["Nenhum recurso está em uso (", count, ")."],
            Self::OpenPrompts { count, of } => {
                let noun = number_of(&count, " prompt espera resposta", " prompts esperam resposta");
                let of = of.map(|of| pieces![" (de ", of, ")"]);
                pieces![count, noun, of, "."]
            }
            Self::NoOpenPrompts { count, of } => {
                let of = of.map(|of| pieces![" para ", of]);
                pieces!["Nenhum prompt espera resposta", of, " (", count, ")."]
            }
            Self::FirstPrompt { text, number, belongs_to } => {
                let number = number.map(|number| pieces![" (número ", number, ")"]);
                let of = belongs_to.map(|of| pieces![" de ", of]);
                pieces!["O prompt", number, of, " pergunta: “", text, "”."]
            }
            Self::AnswerThem => {
                "O que espera atrás de um prompt segue quando ele é respondido com sim.".into()
            }
            Self::FixWorkstations => {
                "A seguir: verifique as máquinas e os agentes, faça o link e aumente os limites que são zero."
                    .into()
            }
            Self::MoreThanShown => "Há mais do que o mostrado.".into(),
        }
    }
}

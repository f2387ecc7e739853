//! The plan as a whole, in Portuguese.

use crate::phrases::plan::PlanMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for PlanMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Trouble { failed, stuck, late, long_running } => {
                let jobs = number_of(&failed, " job está em erro, ", " jobs estão em erro, ");
                let streams = number_of(&stuck, " malha está travada, ", " malhas estão travadas, ");
                let late_jobs = number_of(&late, " job está atrasado e ", " jobs estão atrasados e ");
                let long = number_of(
                    &long_running,
                    " job demora mais que o normal.",
                    " jobs demoram mais que o normal.",
                );
                pieces![failed, jobs, stuck, streams, late, late_jobs, long_running, long]
            }
            Self::Calm { failed, stuck, late } => pieces![
                "Nada precisa de atenção: ",
                failed,
                " jobs em erro, ",
                stuck,
                " malhas travadas, ",
                late,
                " jobs atrasados."
            ],
            Self::Extent { jobs, job_streams, successful, share, running } => pieces![
                "O plano tem ",
                jobs,
                " jobs em ",
                job_streams,
                " malhas; ",
                successful,
                " jobs (",
                share,
                ") terminaram bem e ",
                running,
                " estão em execução."
            ],
            Self::Surroundings { at_risk, open_prompts, unhealthy, workstations } => {
                let prompts =
                    number_of(&open_prompts, " prompt espera resposta, e ", " prompts esperam resposta, e ");
                pieces![
                    "Jobs em risco de atraso: ",
                    at_risk,
                    ". ",
                    open_prompts,
                    prompts,
                    unhealthy,
                    " de ",
                    workstations,
                    " workstations não podem rodar jobs."
                ]
            }
            Self::AskWhyFailed => {
                "Pergunte por que um deles falhou, ou por que um não iniciou, para ver a causa raiz.".into()
            }
            Self::AskProgress => {
                "Pergunte como anda uma malha, ou o que demora mais, para olhar mais de perto.".into()
            }
            Self::Stale { engine, since } => pieces![
                "O motor ",
                engine,
                " não responde desde ",
                since,
                ": tudo abaixo vale para aquele momento."
            ],
            Self::StaleReason { reason } => pieces!["Motivo informado: ", reason, "."],
            Self::Zone { zone } => pieces!["Horários em ", zone, "."],
            Self::EngineZone { zone } => pieces!["Horários no fuso do motor, ", zone, "."],
        }
    }
}

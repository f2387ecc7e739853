//! Failures and logs, in Portuguese.

use crate::phrases::failure::FailureMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for FailureMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Failed {
                job,
                class,
                return_code,
                at,
            } => {
                let code = return_code.map(|code| pieces![" (código de retorno ", code, ")"]);
                let at = at.map(|at| pieces![" às ", at]);
                pieces![job, " falhou", at, " porque ", class, code, "."]
            }
            Self::LaunchFailed { job, class, at } => {
                let at = at.map(|at| pieces![" às ", at]);
                let class = class.map(|class| pieces![": ", class]);
                pieces![job, " nem chegou a iniciar", at, class, "."]
            }
            Self::NotFailed { job, status } => pieces![job, " não falhou: está ", status, "."],
            Self::LogSays { line, text } => pieces!["A linha ", line, " do log diz: “", text, "”."],
            Self::CodeMeans { code, meaning } => pieces![code, " significa: ", meaning],
            Self::Usually { cause } => pieces!["Causa usual: ", cause],
            Self::FirstCheck { check } => pieces!["Primeira verificação: ", check],
            Self::ReturnCodeMeans { code, meaning } => {
                pieces!["O código de retorno ", code, " em geral significa: ", meaning]
            }
            Self::LastPrinted { line, text } => pieces!["A última coisa que imprimiu, na linha ", line, ": “", text, "”."],
            Self::LogSilent => "Nenhuma linha do log diz o motivo.".into(),
            Self::LogUnreadable { code } => pieces![
                "O log não pôde ser lido (",
                code,
                "), então isto se apoia só no status e no código de retorno."
            ],
            Self::Runs { runs, failed } => {
                let noun = number_of(&runs, " vez neste plano, ", " vezes neste plano, ");
                pieces!["Rodou ", runs, noun, failed, " com erro."]
            }
            Self::Recovery { option } => pieces!["A opção de recuperação é ", option, "."],
            Self::Workstation { workstation } => {
                pieces!["A workstation ", workstation, " não pode rodar jobs no momento."]
            }
            Self::LookAtWorkstation { workstation } => {
                pieces!["A workstation a verificar é ", workstation, "."]
            }
            Self::RecoveryRun { run_type, return_code } => {
                let code = return_code.map(|code| pieces![" com código de retorno ", code]);
                pieces!["O job de recuperação (execução ", run_type, ") também falhou", code, ", por isso não foi reexecutado."]
            }
            Self::Prompt { text, number } => {
                let number = number.map(|number| pieces![" (número ", number, ")"]);
                pieces!["Um prompt de recuperação", number, " espera resposta: “", text, "”."]
            }
            Self::CanceledPredecessor { predecessor } => pieces![
                "A predecessora ",
                predecessor,
                " foi cancelada, o que deixou este job rodar sem o que ela produz."
            ],
            Self::Waiting { count, at_least } => {
                let noun = number_of(&count, " objeto espera por ele agora.", " objetos esperam por ele agora.");
                pieces![at_least.then_some("Pelo menos "), count, noun]
            }
            Self::NobodyWaits { count } => pieces!["Nada espera por ele (", count, " objetos)."],
            Self::FixAndRerun => {
                "A seguir: corrija a causa e reexecute o job; o que espera por ele segue sozinho.".into()
            }
            Self::RerunOnly => {
                "A seguir: corrija a causa e reexecute ou cancele; um job que nem iniciou não pode ser confirmado.".into()
            }
            Self::AnswerPrompt => {
                "A seguir: corrija a causa e responda ao prompt; a recuperação espera por isso.".into()
            }
            Self::NoFailedJob { stream, status, count } => {
                pieces![stream, " está ", status, "; ", count, " dos jobs estão em erro."]
            }
            Self::StreamFailed { stream, status, count } => {
                let noun = number_of(&count, " job dela está em erro.", " jobs dela estão em erro.");
                pieces![stream, " está ", status, ": ", count, noun]
            }
            Self::Log { job, lines } => {
                let noun = number_of(&lines, " última linha", " últimas linhas");
                pieces!["Abaixo: ", lines, noun, " do log de ", job, "."]
            }
            Self::LogTruncated => "O log tem linhas anteriores.".into(),
            Self::LogEmpty { job, lines } => pieces!["O log de ", job, " está vazio (", lines, " linhas)."],
            Self::NoLog { job, status } => pieces![job, " ainda não tem log: está ", status, "."],
        }
    }
}

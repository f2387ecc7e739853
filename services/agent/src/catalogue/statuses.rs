//! What statuses and reasons for waiting mean, in the operator's language.

use resync_api::agent::model::Language;

use super::Meaning;

/// One row a code: code, English, Portuguese.
const STATUSES: &[(&str, &str, &str)] = &[
    (
        "WAITING",
        "It waits for something before it can start: a predecessor, a time, a prompt, a file or a resource.",
        "Espera por algo antes de começar: uma predecessora, um horário, um prompt, um arquivo ou um recurso.",
    ),
    (
        "READY",
        "Its dependencies are met; it waits only for a free slot, resources or its agent.",
        "As dependências foram atendidas; falta apenas uma vaga, recursos ou o agente.",
    ),
    ("RUNNING", "It is running.", "Está em execução."),
    ("SUCCESSFUL", "It ended well.", "Terminou bem."),
    ("ERROR", "It ended in error, or could not be started.", "Terminou em erro ou não pôde ser iniciado."),
    (
        "CANCELED",
        "It was canceled; what depends on it was released.",
        "Foi cancelado; o que depende dele foi liberado.",
    ),
    (
        "HELD",
        "It is held: its priority is zero, or an operator holds it.",
        "Está retido: a prioridade é zero ou um operador o segurou.",
    ),
    (
        "UNDECIDED",
        "The engine does not know its state, as a rule because it depends on another network.",
        "O motor não conhece o estado, em geral porque depende de outra rede.",
    ),
    (
        "BLOCKED",
        "Stuck: nothing more runs in it without an operator, as a rule because a job failed.",
        "Travada: nada mais roda sem um operador, em geral porque um job falhou.",
    ),
    (
        "SUPPRESSED",
        "It will not run: a condition was not met, or its latest start time has passed.",
        "Não vai rodar: uma condição não foi atendida ou o horário limite de início passou.",
    ),
    (
        "ABEND",
        "It ran and ended with an error: a return code outside its success condition, or it was killed.",
        "Rodou e terminou com erro: código de retorno fora da condição de sucesso, ou foi morto.",
    ),
    (
        "ABENP",
        "It was confirmed as abended while it had not ended yet.",
        "Foi confirmado como abend antes de terminar.",
    ),
    ("ADD", "It is being submitted.", "Está sendo submetido."),
    ("BOUND", "A shadow job matched its remote instance.", "Um shadow job encontrou sua instância remota."),
    ("CANCL", "It was canceled.", "Foi cancelado."),
    (
        "CANCLP",
        "It will be canceled as soon as its dependencies resolve.",
        "Será cancelado assim que as dependências forem resolvidas.",
    ),
    ("DONE", "It ended; its outcome is not known.", "Terminou; o resultado não é conhecido."),
    ("EXEC", "It is running.", "Está em execução."),
    (
        "EXTRN",
        "It belongs to another network whose state is not known.",
        "Pertence a outra rede cujo estado não é conhecido.",
    ),
    (
        "FAIL",
        "It could not be started at all: user, password, script, rights or agent. A confirmation does not help; rerun or cancel it.",
        "Não pôde nem ser iniciado: usuário, senha, script, permissões ou agente. Confirmar não adianta; reexecute ou cancele.",
    ),
    (
        "FENCE",
        "Its priority is not above the fence of its workstation, so it is not started.",
        "A prioridade não está acima do fence da workstation, por isso não inicia.",
    ),
    (
        "HOLD",
        "It waits for its dependencies: time, predecessor, prompt, file or resource.",
        "Espera pelas dependências: horário, predecessora, prompt, arquivo ou recurso.",
    ),
    ("INTRO", "It was handed to its agent for the start.", "Foi entregue ao agente para iniciar."),
    (
        "PEND",
        "It ended and waits for an operator to confirm its outcome.",
        "Terminou e espera que um operador confirme o resultado.",
    ),
    ("SCHED", "Its start time has not come.", "O horário de início ainda não chegou."),
    (
        "STUCK",
        "The job stream is interrupted: nothing more is launched without an operator, as a rule because a job failed with recovery option STOP.",
        "A malha está interrompida: nada mais é iniciado sem um operador, em geral porque um job falhou com opção de recuperação STOP.",
    ),
    ("SUCC", "It ended well.", "Terminou bem."),
    (
        "SUCCP",
        "It was confirmed as successful while it had not ended yet.",
        "Foi confirmado como sucesso antes de terminar.",
    ),
    (
        "SUPPR",
        "It will not run: a condition was not met, or its latest start time has passed.",
        "Não vai rodar: uma condição não foi atendida ou o horário limite de início passou.",
    ),
    (
        "SUSP",
        "It is blocked by dependencies that were not met.",
        "Está bloqueado por dependências não atendidas.",
    ),
    (
        "WAIT",
        "It waits to be started, on an extended agent as a rule.",
        "Espera para iniciar, em geral em um agente estendido.",
    ),
    ("USER", "An operator holds it.", "Um operador o segurou."),
    ("HOLD_WAITING_FOR_PREDECESSOR", "It waits for a predecessor.", "Espera por uma predecessora."),
    (
        "HOLD_UNEXPECTED_PREDECESSOR_CONDITION",
        "A predecessor ended otherwise than its condition asks.",
        "Uma predecessora terminou de modo diferente do que a condição pede.",
    ),
    ("HOLD_WAITING_FOR_TIME", "It waits for its start time.", "Espera pelo horário de início."),
    ("HOLD_WAITING_FOR_PROMPT", "It waits for the answer to a prompt.", "Espera pela resposta a um prompt."),
    ("HOLD_WAITING_FOR_FILE", "It waits for a file.", "Espera por um arquivo."),
    ("HOLD_WAITING_FOR_INPUT", "It waits for input.", "Espera por uma entrada."),
    (
        "HOLD_PRIORITY_ZERO",
        "Its priority is zero: it is held until somebody raises it.",
        "A prioridade é zero: fica retido até alguém aumentá-la.",
    ),
    (
        "READY_WAITING_FOR_RESOURCES",
        "It is ready and waits for units of a resource.",
        "Está pronto e espera por unidades de um recurso.",
    ),
    (
        "READY_WAITING_FOR_LIMIT",
        "It is ready and waits for a free slot: the limit of its workstation or job stream is reached.",
        "Está pronto e espera por uma vaga: o limite da workstation ou da malha foi atingido.",
    ),
    (
        "READY_WAITING_FOR_AGENT",
        "It is ready and waits for its agent, which is not available.",
        "Está pronto e espera pelo agente, que não está disponível.",
    ),
    (
        "READY_WAITING_FOR_USER_INTERVENTION",
        "It is ready and waits for an operator.",
        "Está pronto e espera por um operador.",
    ),
    (
        "READY_SUBMITTED",
        "It was handed to its agent and not started yet.",
        "Foi entregue ao agente e ainda não iniciou.",
    ),
    (
        "READY_SUPPRESSED",
        "It was ready, and will not run because a condition was not met.",
        "Estava pronto e não vai rodar porque uma condição não foi atendida.",
    ),
    (
        "SUPPR_UNSATISFIED_DEPENDENCY",
        "It will not run because a dependency can no longer be met.",
        "Não vai rodar porque uma dependência não pode mais ser atendida.",
    ),
    (
        "SUPPR_WORKSTATION_IGNORED",
        "It will not run because its workstation is left out of the plan.",
        "Não vai rodar porque a workstation está fora do plano.",
    ),
    ("SUCC_DO_NOT_RUN", "It counts as successful without having run.", "Conta como sucesso sem ter rodado."),
    ("SUCC_COMPLETED", "It ran and ended well.", "Rodou e terminou bem."),
];

/// Other spellings of the same status.
const SPELLINGS: &[(&str, &str)] = &[
    ("ABENDP", "ABENP"),
    ("CANCEL", "CANCL"),
    ("CANCELLED", "CANCELED"),
    ("CANCP", "CANCLP"),
    ("FAILED", "FAIL"),
    ("RJOB", "EXEC"),
    ("SUCCESS", "SUCCESSFUL"),
    ("SUPPRESS", "SUPPRESSED"),
    ("WAITD", "WAIT"),
    ("USERSTAT", "USER"),
    ("PRIORITY_ZERO", "HOLD_PRIORITY_ZERO"),
];

/// What a status or reason for waiting means.
pub(crate) fn status(code: &str, language: Language) -> Option<Meaning> {
    let code = code.to_uppercase().replace([' ', '-'], "_");
    let code = SPELLINGS.iter().find(|row| row.0 == code).map_or(code.as_str(), |row| row.1);
    let row = STATUSES.iter().find(|row| row.0 == code)?;
    let (source, meaning) = match language {
        Language::English => ("status", row.1),
        Language::Portuguese => ("status", row.2),
    };
    Some(Meaning { code: row.0, source, meaning, usual_cause: "", what_to_do: "", confidence: "doc" })
}

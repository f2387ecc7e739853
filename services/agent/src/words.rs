//! Codes of the plan and of tool results in words, both languages side by side.

mod graph;
mod recall;

use std::collections::HashMap;
use std::sync::LazyLock;

use resync_api::agent::model::Language;

/// Code, English, Portuguese. Words stand in the middle of sentences: no capital, no full stop.
const WORDS: &[(&str, &str, &str)] = &[
    // Statuses
    ("WAITING", "waiting", "em espera"),
    ("READY", "ready", "pronto"),
    ("RUNNING", "running", "em execução"),
    ("SUCCESSFUL", "successful", "com sucesso"),
    ("ERROR", "in error", "em erro"),
    ("CANCELED", "canceled", "cancelado"),
    ("HELD", "held", "retido"),
    ("UNDECIDED", "undecided", "indefinido"),
    ("BLOCKED", "stuck", "travado"),
    ("SUPPRESSED", "suppressed", "suprimido"),
    // Prompts
    ("NOT_ASKED", "not asked yet", "ainda não perguntado"),
    ("ASKED", "asked, no answer yet", "perguntado, sem resposta"),
    ("ANSWERED_YES", "answered yes", "respondido sim"),
    ("ANSWERED_NO", "answered no", "respondido não"),
    // Memories
    ("PROPOSED", "waiting for a reviewer", "à espera de um revisor"),
    ("APPROVED", "approved", "aprovado"),
    ("REJECTED", "rejected", "rejeitado"),
    ("EXPIRED", "expired", "expirado"),
    ("QUARANTINED", "in quarantine", "em quarentena"),
    // Dependencies
    ("SATISFIED", "satisfied", "atendida"),
    ("UNSATISFIED", "not satisfied", "não atendida"),
    ("UNBOUND", "not in the plan", "fora do plano"),
    ("INTERNAL", "job of the same stream", "job da mesma malha"),
    ("EXTERNAL_JOB", "job", "job"),
    ("EXTERNAL_JOB_STREAM", "job stream", "malha"),
    ("JOIN", "join", "join"),
    ("FILE", "file", "arquivo"),
    ("RESOURCE", "resource", "recurso"),
    ("PROMPT", "prompt", "prompt"),
    ("INTERNETWORK", "other network", "outra rede"),
    ("JOB", "job", "job"),
    ("JOB_STREAM", "job stream", "malha"),
    ("WORKSTATION", "workstation", "workstation"),
    ("FOLDER", "folder", "pasta"),
    ("USER", "user", "usuário"),
    ("ABSENT", "not in the plan", "fora do plano"),
    // Workstation problems
    ("WORKSTATION_UNLINKED", "not linked", "sem link"),
    ("AGENT_DOWN", "agent down", "agente parado"),
    ("POOL_WITHOUT_MEMBERS", "no member can run jobs", "nenhum membro pode rodar jobs"),
    ("WORKSTATION_NOT_INITIALIZED", "plan not received", "plano não recebido"),
    ("WORKSTATION_LIMIT_ZERO", "limit is zero", "limite zero"),
    ("WORKSTATION_IGNORED", "left out of the plan", "fora do plano"),
    // Failures
    ("DISK_FULL", "the file system is full", "o sistema de arquivos está cheio"),
    ("OUT_OF_MEMORY", "memory ran out", "faltou memória"),
    (
        "DATABASE_LOCK",
        "a database lock was not freed in time (lock timeout or deadlock)",
        "um bloqueio (lock) do banco não foi liberado a tempo (timeout ou deadlock)",
    ),
    ("DATABASE_ERROR", "the database reported an error", "o banco de dados informou um erro"),
    ("FILE_NOT_FOUND", "a file was not found", "um arquivo não foi encontrado"),
    ("PERMISSION_DENIED", "permission was denied", "permissão negada"),
    (
        "PASSWORD_EXPIRED",
        "the password or account of the user is not valid any more (expired or locked)",
        "a senha ou conta do usuário não vale mais (expirada ou bloqueada)",
    ),
    (
        "SCRIPT_MISSING",
        "the script or a command does not exist (not found)",
        "o script ou um comando não existe (não encontrado)",
    ),
    ("NOT_EXECUTABLE", "the script cannot be executed", "o script não pode ser executado"),
    ("NAME_NOT_RESOLVED", "a host name cannot be resolved", "um nome de host não pode ser resolvido"),
    ("CONNECTION_REFUSED", "a connection was refused", "uma conexão foi recusada"),
    ("CONNECTION_TIMEOUT", "a connection broke or timed out", "uma conexão caiu ou expirou"),
    ("AGENT_UNREACHABLE", "the agent cannot be reached", "o agente não pode ser alcançado"),
    (
        "VARIABLE_NOT_REPLACED",
        "a variable was not replaced: it is not in the variable table",
        "uma variável não foi substituída: ela não está na tabela de variáveis",
    ),
    (
        "MAXIMUM_DURATION",
        "it ran longer than its maximum duration and was killed",
        "passou da duração máxima e foi morto",
    ),
    ("KILLED", "it was killed from outside", "foi morto de fora"),
    ("CRASHED", "the program crashed", "o programa quebrou (crash)"),
    ("RECOVERY_FAILED", "its recovery job failed too", "o job de recuperação também falhou"),
    ("LAUNCH_FAILED", "it could not be started", "não pôde ser iniciado"),
    ("DATA_ERROR", "the data was not acceptable", "os dados não são aceitáveis"),
    ("PROGRAM_ERROR", "the program ended with an error", "o programa terminou com erro"),
    // Changes
    ("JOB_STARTED", "job started", "job iniciado"),
    ("JOB_SUCCEEDED", "job ended well", "job terminou bem"),
    ("JOB_FAILED", "job failed", "job falhou"),
    ("JOB_LATE", "job late", "job atrasado"),
    ("JOB_LONG_RUNNING", "job runs long", "job demorado"),
    ("JOB_CHANGED", "job changed", "job alterado"),
    ("JOB_ADDED", "job added", "job incluído"),
    ("JOB_REMOVED", "job removed", "job removido"),
    ("JOB_STREAM_COMPLETED", "job stream completed", "malha concluída"),
    ("JOB_STREAM_BLOCKED", "job stream stuck", "malha travada"),
    ("JOB_STREAM_CHANGED", "job stream changed", "malha alterada"),
    ("WORKSTATION_LINKED", "workstation linked", "workstation com link"),
    ("WORKSTATION_CHANGED", "workstation changed", "workstation alterada"),
    ("PROMPT_ASKED", "prompt asked", "prompt perguntado"),
    ("PROMPT_ANSWERED", "prompt answered", "prompt respondido"),
    ("ENGINE_UNREACHABLE", "engine unreachable", "motor inacessível"),
    ("ENGINE_RECOVERED", "engine back", "motor de volta"),
    ("PLAN_REPLACED", "new plan", "plano novo"),
    ("RESOURCE_CHANGED", "resource changed", "recurso alterado"),
    // Actions
    ("RERUN", "rerun", "reexecutar"),
    ("CANCEL", "cancel", "cancelar"),
    ("KILL", "kill", "matar"),
    ("HOLD", "hold", "segurar"),
    ("RELEASE", "release", "liberar"),
    ("CONFIRM", "confirm the outcome of", "confirmar o resultado de"),
    ("SET_PRIORITY", "change the priority of", "mudar a prioridade de"),
    ("SET_LIMIT", "change the limit of", "mudar o limite de"),
    ("SET_FENCE", "change the fence of", "mudar o fence de"),
    ("SUBMIT", "submit", "submeter"),
    ("REPLY", "reply to", "responder"),
    ("LINK", "link", "fazer o link de"),
    ("UNLINK", "unlink", "desfazer o link de"),
    ("START", "start", "iniciar"),
    ("STOP", "stop", "parar"),
    ("YES", "yes", "sim"),
    ("NO", "no", "não"),
    ("ABENDED", "abended", "abend"),
    // Why an action is not possible
    ("NOT_FOR_THIS_KIND", "this kind of object has no such action", "esse tipo de objeto não tem essa ação"),
    ("NOT_ENDED", "it has not ended yet", "ainda não terminou"),
    ("ALREADY_ENDED", "it has already ended", "já terminou"),
    ("NOT_RUNNING", "it is not running", "não está em execução"),
    ("ALREADY_STARTED", "it has already started", "já começou"),
    ("ALREADY_HELD", "it is already held", "já está retido"),
    (
        "CONFIRM_NEEDS_RERUN",
        "it could not be started, so there is no outcome to confirm: rerun or cancel it",
        "não pôde ser iniciado, então não há resultado a confirmar: reexecute ou cancele",
    ),
    ("NOTHING_TO_CONFIRM", "its state leaves nothing to confirm", "o estado não deixa nada a confirmar"),
    ("PROMPT_NOT_ASKED", "it has not been asked yet", "ainda não foi perguntado"),
    ("PROMPT_ANSWERED_ALREADY", "it has already been answered", "já foi respondido"),
    ("ALREADY_LINKED", "it is already linked", "já está com link"),
    ("NOT_LINKED", "it is not linked", "está sem link"),
    // Sources of meanings
    ("doc", "from the manuals", "dos manuais"),
    ("lab", "seen on a running engine", "visto em um motor real"),
    ("catalogue", "from the list of codes only", "apenas da lista de códigos"),
    ("general", "general practice", "prática geral"),
];

static BY_CODE: LazyLock<HashMap<&'static str, (&'static str, &'static str)>> = LazyLock::new(|| {
    WORDS.iter().chain(graph::WORDS).chain(recall::WORDS).map(|row| (row.0, (row.1, row.2))).collect()
});

/// A code in words; none when it is not a code of ours.
pub(crate) fn word(code: &str, language: Language) -> Option<&'static str> {
    let (english, portuguese) = BY_CODE.get(code)?;
    Some(match language {
        Language::English => english,
        Language::Portuguese => portuguese,
    })
}

/// A flag in words.
pub(crate) fn yes_or_no(flag: bool, language: Language) -> &'static str {
    match (flag, language) {
        (true, Language::English) => "yes",
        (false, Language::English) => "no",
        (true, Language::Portuguese) => "sim",
        (false, Language::Portuguese) => "não",
    }
}

//! Codes of the dependency graph in words: causes, prospects, bases, risks, relations.

/// Code, English, Portuguese.
pub(super) const WORDS: &[(&str, &str, &str)] = &[
    // Causes
    ("FAILED", "failed", "falhou"),
    ("COULD_NOT_LAUNCH", "could not be launched", "não pôde ser iniciado"),
    ("CYCLE", "waits for itself", "espera por si mesmo"),
    (
        "CONDITION_NOT_MET",
        "ended in another state than the condition asks for",
        "terminou em outro estado que o da condição",
    ),
    ("PROMPT_REFUSED", "was answered no", "foi respondido não"),
    ("PREDECESSOR_NEVER_COMES", "can never come into the plan", "nunca entrará no plano"),
    ("WORKSTATION_DOWN", "its workstation cannot run jobs", "a workstation não pode rodar jobs"),
    ("LIMIT_ZERO", "the limit of its workstation is zero", "o limite da workstation é zero"),
    ("FENCED", "its priority is not above the fence", "a prioridade não passa do fence"),
    ("UNCONFIRMED", "waits for a confirmation", "espera confirmação"),
    ("PROMPT_OPEN", "waits for an answer", "espera resposta"),
    ("FILE_MISSING", "is not there", "não está lá"),
    ("RESOURCE_TAKEN", "too few units are free", "faltam unidades livres"),
    ("REMOTE_JOB", "job of another network", "job de outra rede"),
    ("PREDECESSOR_ABSENT", "is not in the plan yet", "ainda não está no plano"),
    ("TIME", "waits for its time", "espera o horário"),
    ("CANCEL_PENDING", "is about to be canceled", "está para ser cancelado"),
    ("UNEXPLAINED", "nothing known holds it back", "nada conhecido o segura"),
    // Prospects
    ("OVER", "over", "encerrado"),
    ("WILL_RUN", "will run", "vai rodar"),
    ("WILL_BE_SKIPPED", "will be skipped", "não será executado"),
    // What a duration rests on
    ("ACTUAL", "the real run", "a execução real"),
    ("HISTORY", "earlier runs", "execuções anteriores"),
    ("PLAN_ESTIMATE", "the plan's own estimate", "a estimativa do próprio plano"),
    ("GUESS", "a guess", "uma suposição"),
    // Risk
    ("MET", "met", "cumprido"),
    ("ON_TRACK", "on track", "em dia"),
    ("POTENTIAL_RISK", "at some risk", "com algum risco"),
    ("HIGH_RISK", "at high risk", "com risco alto"),
    ("MISSED", "missed", "perdido"),
    // Comparison of an end with a time
    ("ALMOST_SURELY_BEFORE", "almost surely before", "quase certamente antes de"),
    ("PROBABLY_BEFORE", "probably before, not surely,", "provavelmente antes de, sem certeza,"),
    ("PROBABLY_AFTER", "probably after, not surely,", "provavelmente depois de, sem certeza,"),
    ("ALMOST_SURELY_AFTER", "almost surely after", "quase certamente depois de"),
    // Relations
    ("FOLLOWS", "is followed by", "é seguido por"),
    ("FOLLOWS_JOB_STREAM", "the whole stream is followed by", "a malha inteira é seguida por"),
    ("STARTS_WITH_JOB_STREAM", "holds its job", "segura o job"),
    ("ENDS_WITH_JOB", "belongs to the stream", "pertence à malha"),
    ("JOIN_MEMBER", "is a member of the join", "é membro do join"),
    ("NEEDS_PROMPT", "its answer is needed by", "a resposta é exigida por"),
    ("NEEDS_FILE", "is needed by", "é exigido por"),
    ("NEEDS_RESOURCE", "its units are needed by", "as unidades são exigidas por"),
    ("FOLLOWS_REMOTE_JOB", "is followed from another network by", "é seguido de outra rede por"),
    ("FOLLOWS_ABSENT", "is absent and followed by", "está ausente e é seguido por"),
    ("RUNS_ON", "runs the job", "roda o job"),
];

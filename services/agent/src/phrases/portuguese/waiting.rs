//! Why something waits, in Portuguese.

use crate::phrases::waiting::{Advice, Clause, WaitingMessage};
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for WaitingMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Because { subject, cause } => pieces![subject, " não iniciou porque ", cause, "."],
            Self::SeveralCauses { subject, count } => {
                pieces![subject, " não iniciou; há ", count, " causas por trás, e todas precisam sair:"]
            }
            Self::Runs { subject, since, expected_end } => {
                let since = since.map(|since| pieces![" desde ", since]);
                let end = expected_end.map(|end| pieces![" e deve terminar por volta de ", end]);
                pieces![subject, " não está esperando: está em execução", since, end, "."]
            }
            Self::EndedWell { subject, at } => {
                let at = at.map(|at| pieces![" às ", at]);
                pieces![subject, " não está esperando: terminou bem", at, "."]
            }
            Self::Canceled { subject } => {
                pieces![
                    subject,
                    " não está esperando: foi cancelado e não roda, a menos que seja reexecutado."
                ]
            }
            Self::Failed { subject } => {
                pieces![subject, " não está esperando: já rodou, ou tentou rodar, e falhou."]
            }
            Self::Suppressed { subject, cause } => {
                pieces![subject, " não vai rodar do jeito que está, porque ", cause, "."]
            }
            Self::State { status, internal, substatus } => {
                let substatus = substatus.map(|substatus| pieces![", ", substatus]);
                pieces!["O status é ", status, " (", internal, substatus, ")."]
            }
            Self::Step { held, cause } => pieces![held, ": ", cause],
            Self::Root { cause } => cause,
            Self::LongRun { elapsed, estimated } => {
                let usual = estimated.map(|estimated| pieces!["; o normal é ", estimated]);
                pieces!["Está em execução há ", elapsed, usual, "."]
            }
            Self::Truncated => {
                "Pode haver mais: a cadeia foi seguida só até onde cabe em uma resposta.".into()
            }
        }
    }
}

impl InPortuguese for Clause {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Failed { cause, return_code } => {
                let code = return_code.map(|code| pieces![" com código de retorno ", code]);
                pieces![cause, " terminou em erro", code]
            }
            Self::LaunchFailed { cause } => pieces![cause, " não pôde ser iniciado (falha no lançamento)"],
            Self::Running { cause, since, expected_end, usual } => {
                let since = since.map(|since| pieces![" desde ", since]);
                let end = expected_end.map(|end| pieces![", com fim previsto por volta de ", end]);
                let usual = usual.map(|usual| pieces![", mais que o normal, que é ", usual]);
                pieces![cause, " ainda está em execução", since, usual, end]
            }
            Self::Waiting { cause, status } => {
                let status = status.map(|status| pieces![" (", status, ")"]);
                pieces!["a predecessora ", cause, " ainda não rodou", status]
            }
            Self::Stuck { cause } => pieces!["a predecessora ", cause, " está travada e não termina sozinha"],
            Self::ToConfirm { cause } => {
                pieces![cause, " terminou e espera que um operador confirme o resultado"]
            }
            Self::Pending { cause } => {
                pieces!["a predecessora ", cause, " ainda não está no plano (pendente)"]
            }
            Self::Zombie { cause } => {
                pieces![
                    "a predecessora ",
                    cause,
                    " nunca será resolvida (zumbi): nada no plano corresponde a ela"
                ]
            }
            Self::Unknown { cause } => pieces!["o estado da predecessora ", cause, " não é conhecido"],
            Self::ConditionNotMet { cause, status, conditions } => {
                let status = status.map(|status| pieces![" (está ", status, ")"]);
                let asked = conditions.map(|conditions| pieces!["; a condição pede ", conditions]);
                pieces!["a condição sobre a predecessora ", cause, " não foi atendida", status, asked]
            }
            Self::StartTime { held, at, wait } => {
                pieces!["o horário de início de ", held, " ainda não chegou: ", at, ", em ", wait]
            }
            Self::LatestStartPassed { held, at } => {
                pieces!["o horário limite de início (until) de ", held, " já passou: ", at]
            }
            Self::PriorityZero { held, priority } => pieces![held, " está retido: a prioridade é ", priority],
            Self::StreamPriorityZero { cause, priority } => {
                pieces!["a malha ", cause, " está retida: a prioridade é ", priority]
            }
            Self::StreamLimitZero { cause, limit } => {
                pieces!["o limite da malha ", cause, " é ", limit, ", então nenhum job dela pode iniciar"]
            }
            Self::StreamLimitReached { cause, limit, running } => {
                let noun = jobs(&running);
                pieces!["a malha ", cause, " já roda ", running, noun, "; o limite é ", limit]
            }
            Self::WorkstationLimitZero { cause, limit } => {
                pieces![
                    "o limite de jobs da workstation ",
                    cause,
                    " é ",
                    limit,
                    ", então nenhum job pode iniciar lá"
                ]
            }
            Self::WorkstationLimitReached { cause, limit, running } => {
                let noun = jobs(&running);
                pieces!["a workstation ", cause, " já roda ", running, noun, "; o limite é ", limit]
            }
            Self::Fence { cause, fence, priority } => pieces![
                "o fence da workstation ",
                cause,
                " é ",
                fence,
                " e a prioridade é só ",
                priority,
                ": um job só inicia com prioridade acima do fence"
            ],
            Self::WorkstationUnlinked { cause } => pieces!["a workstation ", cause, " está sem link"],
            Self::AgentDown { cause } => {
                pieces!["o agente da workstation ", cause, " está parado (o processo de jobs não roda)"]
            }
            Self::WorkstationNotInitialized { cause } => {
                pieces!["a workstation ", cause, " não recebeu o plano (não inicializada)"]
            }
            Self::PoolWithoutMembers { cause } => {
                pieces!["nenhum membro do pool ", cause, " está com link e em condições de rodar jobs"]
            }
            Self::WorkstationIgnored { cause } => {
                pieces!["a workstation ", cause, " está fora do plano (ignorada)"]
            }
            Self::Resource { cause, needed, available, quantity } => {
                let quantity = quantity.map(|quantity| pieces![" de ", quantity]);
                let free = available.map(|free| pieces![", mas só há ", free, quantity, " livres"]);
                let units = number_of(&needed, " unidade", " unidades");
                pieces!["precisa de ", needed, units, " do recurso ", cause, free]
            }
            Self::ResourceHeld { cause, units, resource } => {
                let noun = number_of(&units, " unidade do recurso ", " unidades do recurso ");
                pieces![cause, " segura ", units, noun, resource]
            }
            Self::PromptAsked { cause, number, text } => {
                let number = number.map(|number| pieces![" (número ", number, ")"]);
                pieces!["o prompt ", cause, number, " espera resposta: “", text, "”"]
            }
            Self::PromptNotAsked { cause, text } => {
                pieces!["o prompt ", cause, " ainda não foi perguntado: “", text, "”"]
            }
            Self::PromptAnsweredNo { cause, text } => {
                pieces!["o prompt ", cause, " foi respondido com não: “", text, "”"]
            }
            Self::File { path, workstation, qualifier } => {
                let test = qualifier.map(|qualifier| pieces![" (teste ", qualifier, ")"]);
                pieces!["falta o arquivo ", path, test, " na workstation ", workstation]
            }
            Self::Join { cause, needed, members, satisfied } => pieces![
                "o join ",
                cause,
                " precisa de ",
                needed,
                " de ",
                members,
                " membros e tem ",
                satisfied
            ],
            Self::Internetwork { remote, agent } => pieces![
                "o estado de ",
                remote,
                " em outra rede não é conhecido (dependência internetwork por ",
                agent,
                ")"
            ],
            Self::Submitted { cause, workstation } => pieces![
                cause,
                " foi entregue ao agente da workstation ",
                workstation,
                ", que ainda não o iniciou"
            ],
            Self::Unexplained { cause, internal, substatus } => {
                let substatus = substatus.map(|substatus| pieces![", ", substatus]);
                pieces!["o plano não mostra obstáculo para ", cause, "; o estado é ", internal, substatus]
            }
        }
    }
}

fn jobs(count: &crate::evidence::Fact) -> &'static str {
    number_of(count, " job", " jobs")
}

impl InPortuguese for Advice {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::FixAndRerun => "A seguir: pergunte por que falhou, corrija e reexecute; ou confirme ou cancele se o trabalho dele não for necessário.",
            Self::WaitForRun => "A seguir: espere terminar; nada a fazer agora.",
            Self::WatchLongRun => "A seguir: veja no log se ainda avança e decida se deixa rodar.",
            Self::Confirm => "A seguir: verifique o resultado e confirme.",
            Self::CheckPredecessor => "A seguir: veja por que a predecessora não está no plano; submeta-a ou libere a dependência.",
            Self::ReleaseZombie => "A seguir: libere a dependência se o trabalho não for necessário, ou submeta a predecessora.",
            Self::DecideCondition => "A seguir: decida se deve rodar mesmo assim; se sim, libere a dependência.",
            Self::WaitForTime => "A seguir: espere o horário, ou mude a restrição de tempo se precisar rodar antes.",
            Self::RaisePriority => "A seguir: descubra quem segurou e por quê, depois aumente a prioridade para liberar.",
            Self::RaiseLimit => "A seguir: aumente o limite.",
            Self::WaitForSlot => "A seguir: espere uma vaga, ou aumente o limite.",
            Self::LowerFence => "A seguir: baixe o fence, ou aumente a prioridade do job acima dele.",
            Self::LinkWorkstation => "A seguir: verifique se a máquina e o agente estão no ar e faça o link.",
            Self::StartAgent => "A seguir: verifique a máquina e inicie o agente.",
            Self::LinkPoolMember => "A seguir: suba ao menos um membro do pool e faça o link.",
            Self::FreeResource => "A seguir: espere quem segura terminar, ou veja se está parado.",
            Self::AnswerPrompt => "A seguir: responda ao prompt.",
            Self::PromptStaysNo => "A seguir: um prompt respondido com não não volta a ser perguntado; libere a dependência ou cancele o job.",
            Self::WaitForPrompt => "A seguir: o prompt é perguntado quando tudo antes dele terminar; veja o que mais o segura.",
            Self::BringFile => "A seguir: descubra quem entrega o arquivo; se precisar rodar sem ele, libere a dependência.",
            Self::CheckOtherNetwork => "A seguir: verifique o agente de rede e o job na outra rede.",
            Self::LatestStart => "A seguir: decida se ainda pode rodar hoje; se sim, mude o horário limite ou submeta de novo.",
            Self::RestoreWorkstation => "A seguir: a workstation está marcada para ser ignorada; mude isso na definição, ou rode o job em outra.",
            Self::WaitForAgent => "A seguir: deve iniciar em instantes; se não iniciar, verifique o agente.",
            Self::CheckPlan => "A seguir: veja o objeto no console do motor; o espelho não mostra nada que o segure.",
        }
        .into()
    }
}

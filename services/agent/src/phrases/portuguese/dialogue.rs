//! The conversation itself, in Portuguese.

use crate::interpret::{AskBackReason, ScopeReason};
use crate::phrases::dialogue::{DialogueMessage, Example};
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};
use crate::query::Verb;

impl InPortuguese for DialogueMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Means { term, meaning } => pieces![term, " significa: ", meaning],
            Self::MeansIn { term, family, meaning } => {
                pieces!["O código de retorno ", term, " (", family, ") em geral significa: ", meaning]
            }
            Self::UsualCause { cause } => pieces!["Causa usual: ", cause],
            Self::WhatToDo { advice } => pieces!["O que fazer: ", advice],
            Self::Confidence { confidence } => pieces!["Origem deste significado: ", confidence, "."],
            Self::NotInCatalogue { term, count } => {
                pieces!["Não conheço ", term, ": o catálogo tem ", count, " entradas para isso."]
            }
            Self::LettersOf { letters, component } => {
                pieces!["Só suas letras são conhecidas: ", letters, " indica ", component, "."]
            }
            Self::ProgramsDiffer => {
                "Programas podem dar significados próprios aos seus códigos de retorno.".into()
            }
            Self::CanAsk => "Pergunte sobre o plano com suas palavras. Por exemplo:".into(),
            Self::Example(example) => example.portuguese().into(),
            Self::OutOfScope(reason) => declined(reason).into(),
            Self::AskBack(reason) => asked_back(reason).into(),
            Self::Took { text, name } => pieces!["Entendi ", text, " como ", name, "."],
            Self::WhichOne { text, count } => {
                pieces!["Qual deles você quer dizer com ", text, "? Há ", count, " objetos que combinam."]
            }
            Self::WhichOfThese => "De qual destes você fala?".into(),
            Self::NoSuchName { text, count } => {
                pieces!["Nada no plano tem o nome ", text, " (", count, " encontrados)."]
            }
            Self::Nearest { names } => {
                pieces!["Os nomes mais próximos são ", Pieces::joined(names, ", ", " e "), "."]
            }
            Self::Would { verb, target, number, choice } => {
                let number = number.map(|number| pieces![" para ", number]);
                let choice = choice.map(|choice| pieces![": ", choice]);
                pieces!["A proposta seria ", verb, " ", target, number, choice, ". Nada foi feito."]
            }
            Self::NotPossible { verb, target, reason } => {
                pieces!["Não seria possível ", verb, " ", target, ": ", reason, ". Nada foi feito."]
            }
            Self::StateNow { status, internal } => pieces!["Agora está ", status, " (", internal, ")."],
            Self::WaitsForIt { count } => {
                let noun =
                    number_of(&count, " objeto espera direto por ele.", " objetos esperam direto por ele.");
                pieces![count, noun]
            }
            Self::Caution(verb) => caution(verb).into(),
            Self::WouldForAll { count } => {
                let noun = number_of(&count, " objeto. Nada foi feito.", " objetos. Nada foi feito.");
                pieces!["A proposta atingiria ", count, noun]
            }
            Self::EarlierNotKnown => {
                "O que foi dito antes nesta conversa não é mais conhecido aqui; esta resposta considera só a sua pergunta."
                    .into()
            }
            Self::NotAvailableYet => {
                "Ações ainda não estão disponíveis nesta versão: use o console do motor para executar.".into()
            }
        }
    }
}

fn declined(reason: ScopeReason) -> &'static str {
    match reason {
        ScopeReason::Topic => {
            "Só posso responder perguntas sobre o plano do scheduler: jobs, malhas, workstations, recursos, prompts e seus códigos."
        }
        ScopeReason::Instructions => {
            "O modo como respondo não muda por uma pergunta. Pergunte sobre o plano, por favor."
        }
        ScopeReason::Secrets => "Não conheço senhas nem outros segredos, e não os mostraria.",
    }
}

fn asked_back(reason: AskBackReason) -> &'static str {
    match reason {
        AskBackReason::NotUnderstood => {
            "Não entendi bem o bastante para responder. Diga o que quer saber e sobre qual job, malha ou workstation."
        }
        AskBackReason::NeedsObject => "De qual job, malha ou workstation você fala?",
        AskBackReason::NothingToReferTo => {
            "Não sei a que isso se refere, porque nada foi listado antes. Diga o nome, por favor."
        }
        AskBackReason::OneAtATime => "Pergunte uma coisa de cada vez, por favor.",
        AskBackReason::NeedsNumber => "Qual deve ser o novo valor? Diga o número, por favor.",
        AskBackReason::NotCovered => "Entendo o assunto, mas ainda não sei responder sobre ele.",
    }
}

fn caution(verb: Verb) -> &'static str {
    match verb {
        Verb::Rerun => {
            "Reexecutar começa o mesmo trabalho de novo: veja no log se a execução que falhou deixou algo pela metade."
        }
        Verb::Cancel => {
            "Cancelar antes do início libera de uma vez tudo o que depende dele, sem os dados dele."
        }
        Verb::Kill => "Um job morto termina em erro; o que depende dele não é liberado.",
        Verb::Hold => "Um job retido não inicia, e o que depende dele espera junto.",
        Verb::Release => "Liberar deixa iniciar sem aquilo que ele espera.",
        Verb::Confirm => "Confirmar como sucesso libera o que depende dele, seja lá o que o job tenha feito.",
        Verb::SetPriority => {
            "Prioridade zero segura; uma prioridade maior pode passar do fence da workstation."
        }
        Verb::SetLimit => "Limite zero impede novos jobs lá; um limite alto pode sobrecarregar a máquina.",
        Verb::SetFence => "O fence impede todo job de lá cuja prioridade não esteja acima dele.",
        Verb::Submit => "Submeter inclui uma nova instância no plano.",
        Verb::Reply => {
            "Responder não deixa esperando o que depende do prompt, e ele não volta a ser perguntado."
        }
        Verb::Link | Verb::Start => "O que espera lá começa assim que a workstation voltar.",
        Verb::Unlink | Verb::Stop => "Os jobs dessa workstation esperam até ela voltar.",
    }
}

impl Example {
    fn portuguese(self) -> &'static str {
        match self {
            Self::Overview => "Como está o plano?",
            Self::InError => "Quais jobs estão em erro?",
            Self::WhyFailed => "Por que um job falhou? (com o nome)",
            Self::WhyWaiting => "Por que um job não iniciou?",
            Self::Dependencies => "O que depende de um job, ou o que ele espera?",
            Self::Late => "O que está atrasado ou em risco?",
            Self::Longest => "O que roda há mais tempo?",
            Self::Progress => "Como anda uma malha?",
            Self::Workstations => "Quais agentes estão caídos?",
            Self::Resources => "Quem segura um recurso?",
            Self::Prompts => "Quais prompts estão abertos?",
            Self::Changes => "O que mudou na última hora?",
            Self::Code => "O que significa um status, código de mensagem ou código de retorno?",
            Self::Log => "Mostre o log de um job.",
            Self::Impact => "O que não roda se um job falhar?",
            Self::RootCause => "Qual a causa raiz de uma espera?",
            Self::CriticalPath => "Qual o caminho crítico até uma malha?",
            Self::Forecast => "Quando o batch vai terminar?",
            Self::WhatIf => "E se um job atrasar meia hora?",
            Self::Fragile => "Quais são os jobs mais frágeis?",
            Self::Unusual => "O tempo de um job é incomum?",
            Self::Similar => "Uma falha já aconteceu antes, e como foi resolvida?",
            Self::Runbook => "O que o manual diz sobre um erro?",
            Self::FollowUp => "E continue: e os sucessores? só os de uma pasta?",
        }
    }
}

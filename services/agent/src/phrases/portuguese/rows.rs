//! Lists and counts, in Portuguese.

use resync_api::tws::model::ObjectKind;

use crate::phrases::rows::{Comparison, Flag, Noun, Qualifier, RowsMessage};
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for RowsMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::HowMany { count, noun, qualifiers } => {
                let (one, many) = noun.portuguese();
                let noun = number_of(&count, one, many);
                let start = if count.is_zero() { "Nenhum: há " } else { "Há " };
                pieces![start, count, noun, qualifiers, "."]
            }
            Self::These { names } if names.len() == 1 => {
                pieces!["É ", Pieces::joined(names, "", ""), "."]
            }
            Self::These { names } => pieces!["São ", Pieces::joined(names, ", ", " e "), "."],
            Self::First { name, value, by } => {
                let value = value.map(|value| pieces![", ", by, " ", value]);
                pieces!["Em primeiro vem ", name, value, "."]
            }
            Self::Ordered { by, descending } => {
                pieces![
                    "Em ordem de ",
                    by,
                    if descending { ", do maior para o menor." } else { ", do menor para o maior." }
                ]
            }
            Self::NotShown { not_shown } => {
                let are = number_of(&not_shown, " outro não é mostrado.", " outros não são mostrados.");
                pieces!["Mais ", not_shown, are]
            }
            Self::LargestGroup { values, count, share } => {
                pieces!["O maior grupo é ", values, ": ", count, " (", share, ")."]
            }
            Self::Groups { count } => {
                let groups = number_of(&count, " grupo.", " grupos.");
                pieces!["Formam ", count, groups]
            }
            Self::MoreGroups => "Há mais grupos do que os mostrados.".into(),
            Self::Named { name, status } => {
                let status = status.map(|status| pieces![" (", status, ")"]);
                pieces![name, status]
            }
        }
    }
}

impl Noun {
    fn portuguese(self) -> (&'static str, &'static str) {
        match self.0 {
            ObjectKind::Job => (" job", " jobs"),
            ObjectKind::JobStream => (" malha", " malhas"),
            ObjectKind::Workstation => (" workstation", " workstations"),
            ObjectKind::Resource => (" recurso", " recursos"),
            ObjectKind::Prompt => (" prompt", " prompts"),
            ObjectKind::Folder => (" pasta", " pastas"),
            ObjectKind::User => (" usuário", " usuários"),
        }
    }
}

fn any(values: Vec<Pieces>) -> Pieces {
    Pieces::joined(values, ", ", " ou ")
}

fn compared(
    comparison: Comparison,
    is: &'static str,
    above: &'static str,
    below: &'static str,
) -> &'static str {
    match comparison {
        Comparison::Is | Comparison::IsNot => is,
        Comparison::Above => above,
        Comparison::Below => below,
    }
}

fn not(comparison: Comparison, is: &'static str, is_not: &'static str) -> &'static str {
    match comparison {
        Comparison::IsNot => is_not,
        _ => is,
    }
}

impl InPortuguese for Qualifier {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Status(how, values) => pieces![not(how, " ", " com status diferente de "), any(values)],
            Self::InternalStatus(how, values) => {
                pieces![not(how, " no estado ", " fora do estado "), any(values)]
            }
            Self::Substatus(how, values) => {
                pieces![not(how, " no subestado ", " fora do subestado "), any(values)]
            }
            Self::Name(how, values) => pieces![not(how, " de nome ", " sem o nome "), any(values)],
            Self::OfStream(how, values) => pieces![not(how, " da malha ", " fora da malha "), any(values)],
            Self::OfStreamsOn(how, values) => {
                pieces![
                    not(how, " de malhas da workstation ", " fora de malhas da workstation "),
                    any(values)
                ]
            }
            Self::OnWorkstation(how, values) => {
                pieces![not(how, " na workstation ", " fora da workstation "), any(values)]
            }
            Self::InFolder(how, values) => pieces![not(how, " na pasta ", " fora da pasta "), any(values)],
            Self::OfUser(how, values) => pieces![not(how, " do usuário ", " sem o usuário "), any(values)],
            Self::OfType(how, values) => pieces![not(how, " do tipo ", " sem o tipo "), any(values)],
            Self::Started(how, values) => pieces![
                compared(how, " com início às ", " com início depois de ", " com início antes de "),
                any(values)
            ],
            Self::Ended(how, values) => pieces![
                compared(how, " com fim às ", " com fim depois de ", " com fim antes de "),
                any(values)
            ],
            Self::Scheduled(how, values) => pieces![
                compared(how, " agendado para ", " agendado depois de ", " agendado antes de "),
                any(values)
            ],
            Self::Deadline(how, values) => pieces![
                compared(how, " com prazo às ", " com prazo depois de ", " com prazo antes de "),
                any(values)
            ],
            Self::RunTime(how, values) => pieces![
                compared(
                    how,
                    " com tempo de execução de ",
                    " com tempo de execução acima de ",
                    " com tempo de execução abaixo de "
                ),
                any(values)
            ],
            Self::Other(label, how, values) => {
                let compared = match how {
                    Comparison::Is => " ",
                    Comparison::IsNot => " diferente de ",
                    Comparison::Above => " acima de ",
                    Comparison::Below => " abaixo de ",
                };
                pieces![" com ", label, compared, any(values)]
            }
            Self::Flag(flag, holds) => flag.portuguese(holds).into(),
            Self::OfThatStream(name) => match name {
                Some(name) => pieces![" da malha ", name],
                None => " dessa malha".into(),
            },
        }
    }
}

impl Flag {
    fn portuguese(self, holds: bool) -> &'static str {
        match (self, holds) {
            (Self::Late, true) => " em atraso",
            (Self::Late, false) => " sem atraso",
            (Self::AtRisk, true) => " em risco de atraso",
            (Self::AtRisk, false) => " sem risco de atraso",
            (Self::LongRunning, true) => " demorando mais que o normal",
            (Self::LongRunning, false) => " sem demora fora do normal",
            (Self::Critical, true) => " de prioridade crítica",
            (Self::Critical, false) => " sem marca de crítico",
            (Self::Every, true) => " que se repete",
            (Self::Every, false) => " que não se repete",
            (Self::CarriedForward, true) => " vindo de um plano anterior",
            (Self::CarriedForward, false) => " do dia deste plano",
            (Self::RequiresConfirmation, true) => " que exige confirmação",
            (Self::RequiresConfirmation, false) => " que não exige confirmação",
            (Self::Healthy, true) => " em condições de rodar jobs",
            (Self::Healthy, false) => " sem condições de rodar jobs",
            (Self::Linked, true) => " com link",
            (Self::Linked, false) => " sem link",
        }
    }
}

//! Headings of the tables of what was kept.

/// A heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecallLabel {
    Passages,
    Document,
    Section,
    Page,
    Text,
    Incidents,
    Incident,
    Opened,
    LastFailure,
    Likeness,
    Resolution,
    ResolvedBy,
    Worked,
    DidNotWork,
    FailingJobs,
    Failures,
    ByWeekday,
    Weekday,
    UsualTime,
    Longest,
}

impl RecallLabel {
    /// In English and Portuguese.
    pub(super) fn both(self) -> (&'static str, &'static str) {
        match self {
            Self::Passages => ("Passages", "Trechos"),
            Self::Document => ("Document", "Documento"),
            Self::Section => ("Section", "Seção"),
            Self::Page => ("Page", "Página"),
            Self::Text => ("Text", "Texto"),
            Self::Incidents => ("Incidents", "Incidentes"),
            Self::Incident => ("Incident", "Incidente"),
            Self::Opened => ("Opened", "Aberto"),
            Self::LastFailure => ("Last failure", "Última falha"),
            Self::Likeness => ("Likeness", "Semelhança"),
            Self::Resolution => ("Resolution", "Solução"),
            Self::ResolvedBy => ("Resolved by", "Resolvido por"),
            Self::Worked => ("Worked", "Funcionou"),
            Self::DidNotWork => ("Did not work", "Não funcionou"),
            Self::FailingJobs => ("Jobs failing", "Jobs falhando"),
            Self::Failures => ("Failures", "Falhas"),
            Self::ByWeekday => ("By day of the week", "Por dia da semana"),
            Self::Weekday => ("Day", "Dia"),
            Self::UsualTime => ("Mean", "Média"),
            Self::Longest => ("Longest", "Mais longa"),
        }
    }
}

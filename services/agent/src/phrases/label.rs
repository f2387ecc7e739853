//! Short labels: headings of columns and blocks, names of fields.

mod graph;
mod recall;

pub(crate) use graph::GraphLabel;
pub(crate) use recall::RecallLabel;

use resync_api::agent::model::Language;

use crate::query::Field;

/// A label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// A field of plan rows.
    Field(Field),
    Job,
    JobStream,
    Resource,
    Prompt,
    State,
    Count,
    Share,
    Depth,
    Kind,
    Change,
    Before,
    After,
    Time,
    Key,
    Value,
    Problem,
    HeldJobs,
    RunningJobs,
    Holders,
    Units,
    Total,
    Asked,
    Number,
    Question,
    BelongsTo,
    Runs,
    Dependencies,
    Unresolved,
    Task,
    Description,
    Recovery,
    EarliestStart,
    LatestStart,
    Os,
    Node,
    Version,
    Domain,
    JobsByStatus,
    NeedsAttention,
    ChainOfCauses,
    LogExcerpt,
    Details,
    Waiting,
    OtherDependencies,
    Examples,
    Candidates,
    Changes,
    Running,
    Failed,
    LookingAtThePlan,
    /// Of the dependency graph's answers.
    Graph(GraphLabel),
    /// Of what was kept.
    Recall(RecallLabel),
    Memories,
}

impl Label {
    /// In the reader's language.
    pub(crate) fn text(self, language: Language) -> &'static str {
        let (english, portuguese) = self.both();
        match language {
            Language::English => english,
            Language::Portuguese => portuguese,
        }
    }

    fn both(self) -> (&'static str, &'static str) {
        match self {
            Self::Field(field) => of_field(field),
            Self::Graph(label) => label.both(),
            Self::Recall(label) => label.both(),
            Self::Job => ("Job", "Job"),
            Self::JobStream => ("Job stream", "Malha"),
            Self::Resource => ("Resource", "Recurso"),
            Self::Prompt => ("Prompt", "Prompt"),
            Self::State => ("State", "Estado"),
            Self::Count => ("Count", "Quantidade"),
            Self::Share => ("Share", "Parcela"),
            Self::Depth => ("Steps away", "Distância"),
            Self::Kind => ("Kind", "Tipo"),
            Self::Change => ("Change", "Mudança"),
            Self::Before => ("Before", "Antes"),
            Self::After => ("After", "Depois"),
            Self::Time => ("Time", "Horário"),
            Self::Key => ("Key", "Chave"),
            Self::Value => ("Value", "Valor"),
            Self::Problem => ("Problem", "Problema"),
            Self::HeldJobs => ("Jobs waiting there", "Jobs esperando lá"),
            Self::RunningJobs => ("Jobs running there", "Jobs em execução lá"),
            Self::Holders => ("Holders", "Quem segura"),
            Self::Units => ("Units", "Unidades"),
            Self::Total => ("Total", "Total"),
            Self::Asked => ("Asked", "Perguntado"),
            Self::Number => ("Number", "Número"),
            Self::Question => ("Question", "Pergunta"),
            Self::BelongsTo => ("Belongs to", "Pertence a"),
            Self::Runs => ("Runs", "Execuções"),
            Self::Dependencies => ("Dependencies", "Dependências"),
            Self::Unresolved => ("Not satisfied", "Não atendidas"),
            Self::Task => ("Task", "Tarefa"),
            Self::Description => ("Description", "Descrição"),
            Self::Recovery => ("Recovery option", "Opção de recuperação"),
            Self::EarliestStart => ("Earliest start", "Início mais cedo"),
            Self::LatestStart => ("Latest start", "Início mais tarde"),
            Self::Os => ("Operating system", "Sistema operacional"),
            Self::Node => ("Node", "Nó"),
            Self::Version => ("Version", "Versão"),
            Self::Domain => ("Domain", "Domínio"),
            Self::JobsByStatus => ("Jobs by status", "Jobs por status"),
            Self::NeedsAttention => ("Needs attention", "Precisa de atenção"),
            Self::ChainOfCauses => ("Chain of causes", "Cadeia de causas"),
            Self::LogExcerpt => ("Log excerpt", "Trecho do log"),
            Self::Details => ("Details", "Detalhes"),
            Self::Waiting => ("Waiting for it", "Esperando por ele"),
            Self::OtherDependencies => {
                ("Files, resources, prompts and joins", "Arquivos, recursos, prompts e joins")
            }
            Self::Examples => ("Examples", "Exemplos"),
            Self::Candidates => ("Candidates", "Candidatos"),
            Self::Changes => ("Changes", "Mudanças"),
            Self::Running => ("Running", "Em execução"),
            Self::Failed => ("In error", "Em erro"),
            Self::LookingAtThePlan => ("Looking at the plan", "Consultando o plano"),
            Self::Memories => ("What people taught, reviewed", "O que foi ensinado, revisado"),
        }
    }
}

fn of_field(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Status => ("status", "status"),
        Field::InternalStatus => ("state", "estado"),
        Field::Substatus => ("substate", "subestado"),
        Field::JobName => ("job", "job"),
        Field::JobStreamName | Field::JobStreamId => ("job stream", "malha"),
        Field::Workstation | Field::WorkstationName => ("workstation", "workstation"),
        Field::Type => ("type", "tipo"),
        Field::Folder => ("folder", "pasta"),
        Field::User => ("user", "usuário"),
        Field::Priority => ("priority", "prioridade"),
        Field::ReturnCode => ("return code", "código de retorno"),
        Field::StartTime => ("start", "início"),
        Field::EndTime => ("end", "fim"),
        Field::ScheduledTime => ("scheduled time", "horário agendado"),
        Field::Deadline => ("deadline", "prazo"),
        Field::Elapsed => ("run time", "tempo de execução"),
        Field::EstimatedDuration => ("estimated run time", "tempo estimado"),
        Field::Late => ("late", "atrasado"),
        Field::AtRisk => ("at risk", "em risco"),
        Field::LongRunning => ("runs long", "demorado"),
        Field::Critical => ("critical", "crítico"),
        Field::Every => ("repeats", "repete"),
        Field::CarriedForward => ("carried forward", "de plano anterior"),
        Field::RequiresConfirmation => ("needs confirmation", "exige confirmação"),
        Field::RunCount => ("runs", "execuções"),
        Field::Healthy => ("can run jobs", "pode rodar jobs"),
        Field::Linked => ("linked", "com link"),
        Field::Limit => ("limit", "limite"),
        Field::Fence => ("fence", "fence"),
        Field::Available => ("units free", "unidades livres"),
        Field::InUse => ("units in use", "unidades em uso"),
        Field::JobCount => ("jobs", "jobs"),
        Field::ResourceName => ("resource", "recurso"),
        Field::CancelPending => ("cancel pending", "cancelamento pendente"),
        Field::JobStreamWorkstation => ("job stream's workstation", "workstation da malha"),
    }
}

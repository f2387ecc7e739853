//! Words for kinds of objects and for their fields.

use resync_api::tws::model::ObjectKind;

use super::Row;
use super::meaning::Meaning::{self, Column, Lines, Unit};
use crate::interpret::token::TimeUnit;
use crate::query::Field;

const fn one(kind: ObjectKind) -> Meaning {
    Meaning::Kind { kind, plural: false, subtype: "" }
}

const fn many(kind: ObjectKind) -> Meaning {
    Meaning::Kind { kind, plural: true, subtype: "" }
}

const fn workstation(plural: bool, subtype: &'static str) -> Meaning {
    Meaning::Kind { kind: ObjectKind::Workstation, plural, subtype }
}

pub(super) const ROWS: &[Row] = &[
    Row(one(ObjectKind::Job), "job | task | process", "job | tarefa | processo | rotina | jobzinho"),
    Row(
        many(ObjectKind::Job),
        "jobs | tasks | processes",
        "jobs | tarefas | processos | rotinas | jobzinhos",
    ),
    Row(
        one(ObjectKind::JobStream),
        "job stream | jobstream | stream | schedule | flow | workflow | js",
        "job stream | jobstream | stream | malha | fluxo | schedule | js | cadeia | esteira",
    ),
    Row(
        many(ObjectKind::JobStream),
        "job streams | jobstreams | streams | schedules | flows | workflows",
        "job streams | jobstreams | streams | malhas | fluxos | schedules | cadeias | esteiras",
    ),
    Row(
        one(ObjectKind::Workstation),
        "workstation | work station | cpu | agent | ws | wks | node | server | machine | host | box",
        "workstation | estacao | estacao de trabalho | cpu | agente | servidor | maquina | host | ws",
    ),
    Row(
        many(ObjectKind::Workstation),
        "workstations | work stations | cpus | agents | nodes | servers | machines | hosts | boxes",
        "workstations | estacoes | estacoes de trabalho | cpus | agentes | servidores | maquinas | \
         hosts",
    ),
    Row(workstation(false, "POOL|D-POOL"), "pool", "pool"),
    Row(workstation(true, "POOL|D-POOL"), "pools", "pools"),
    Row(workstation(true, "D-POOL"), "dynamic pools", "pools dinamicos"),
    Row(workstation(false, "FTA"), "fta | fault tolerant agent", "fta | agente tolerante a falhas"),
    Row(workstation(true, "FTA"), "ftas | fault tolerant agents", "ftas | agentes tolerantes a falhas"),
    Row(workstation(true, "AGENT"), "dynamic agents", "agentes dinamicos"),
    Row(workstation(false, "AGENT"), "dynamic agent", "agente dinamico"),
    Row(workstation(true, "X-AGENT"), "extended agents | xagents", "agentes estendidos"),
    Row(workstation(false, "X-AGENT"), "extended agent | xagent", "agente estendido"),
    Row(one(ObjectKind::Resource), "resource", "recurso"),
    Row(many(ObjectKind::Resource), "resources", "recursos"),
    Row(one(ObjectKind::Prompt), "prompt", "prompt | pergunta"),
    Row(many(ObjectKind::Prompt), "prompts", "prompts | perguntas"),
    Row(one(ObjectKind::Folder), "folder | directory | path", "pasta | diretorio | folder | caminho"),
    Row(many(ObjectKind::Folder), "folders | directories", "pastas | diretorios | folders"),
    Row(one(ObjectKind::User), "user | logon | login | userid", "usuario | user | logon | dono"),
    Row(many(ObjectKind::User), "users | logons | logins", "usuarios | logons"),
    Row(Column(Field::Priority), "priority | priorities | prio", "prioridade | prioridades | prio"),
    Row(
        Column(Field::ReturnCode),
        "return code | return codes | rc | rcs | exit code | exit codes | exit status | returncode | \
         exitcode | retcode | exited with | exit",
        "return code | rc | codigo de retorno | codigo de saida | exit code | return codes | \
         codigos de retorno | retcode | exit",
    ),
    Row(
        Column(Field::Elapsed),
        "duration | run time | runtime | elapsed | elapsed time | running time | execution time | \
         time spent",
        "duracao | tempos de execucao | tempo de execucao | tempo de processamento | tempo decorrido | \
         elapsed | tempo rodando",
    ),
    Row(
        Column(Field::EstimatedDuration),
        "estimated duration | estimate | expected duration | estimated time",
        "duracao estimada | tempo estimado | estimativa | duracao prevista",
    ),
    Row(
        Column(Field::StartTime),
        "start time | start times | started at",
        "hora de inicio | horario de inicio | inicio",
    ),
    Row(
        Column(Field::EndTime),
        "end time | finish time | completion time | end times",
        "hora de fim | horario de termino | termino | hora de termino | horario de fim",
    ),
    Row(
        Column(Field::ScheduledTime),
        "scheduled time | schedule time | sched time | schedtime | scheduled start",
        "horario agendado | horario previsto | hora agendada | hora prevista | agendamento",
    ),
    Row(
        Column(Field::Deadline),
        "deadline | deadlines | due time | sla",
        "prazo | prazos | deadline | sla | horario limite",
    ),
    Row(Column(Field::Limit), "limit | limits | job limit", "limite | limites | limit"),
    Row(Column(Field::Fence), "fence | fences", "fence | cerca"),
    Row(
        Column(Field::RunCount),
        "run count | number of runs | times",
        "vezes | numero de execucoes | execucoes",
    ),
    Row(Column(Field::InternalStatus), "internal status | internal state", "status interno | estado interno"),
    Row(Column(Field::Type), "type | kind | types", "tipo | tipos"),
    Row(
        Column(Field::Available),
        "available units | free units | units free | units available",
        "unidades livres | unidades disponiveis",
    ),
    Row(
        Column(Field::Substatus),
        "substatus | wait reason | waiting reason | reason for waiting",
        "substatus | motivo da espera | motivo de espera",
    ),
    Row(Unit(TimeUnit::Second), "seconds | sec | secs", "segundos | seg | segs"),
    Row(
        Unit(TimeUnit::Minute),
        "minute | minutes | min | mins",
        "minuto | minutos | min | mins | minutinhos",
    ),
    Row(
        Unit(TimeUnit::Hour),
        "hour | hours | hr | hrs | hourly",
        "hora | horas | hrs | h | hs | horinha | horinhas",
    ),
    Row(Unit(TimeUnit::Day), "day | days", "dia | dias"),
    Row(Lines, "line | lines", "linha | linhas"),
];

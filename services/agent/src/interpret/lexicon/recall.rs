//! Words that ask for what was kept: documents, earlier incidents, how a job usually runs.

use super::Row;
use super::meaning::Cue::{OpenIncidents, Runbook, Similar, Unusual, Usual};
use super::meaning::Meaning::Cue as C;

pub(super) const ROWS: &[Row] = &[
    Row(
        C(Runbook),
        "runbook | runbooks | the manual | manuals | the manual say | documentation | documented | playbook | \
         playbooks | procedure | procedures | how do i fix | how do we fix | how can i fix | how to fix | \
         how should i fix | how do i solve | how do we solve | how to solve | how do i resolve | \
         how to resolve | how do i handle | how should i handle | how should we handle | how to handle | \
         how to deal with | how do i deal with | say about | says about",
        "runbook | runbooks | o manual | no manual | nos manuais | manuais | documentacao | documentado | \
         procedimento | procedimentos | como resolver | como resolvo | como se resolve | como eu resolvo | \
         como corrigir | como corrijo | como conserto | como consertar | como tratar | como trato | \
         como lidar com | passo a passo | diz sobre | dizem sobre | fala sobre",
    ),
    Row(
        C(Similar),
        "happened before | happen before | ever happened before | has this happened | has it happened | \
         seen before | seen this before | seen it before | similar incident | similar incidents | \
         similar failure | similar failures | similar case | similar cases | similar to | \
         incidents like | failures like | like this before | failed like this before | how was it solved | \
         how was it fixed | how was it resolved | how was this solved | how was this fixed | \
         how was this resolved | how did we fix | how did we solve | how did we resolve | \
         how was that fixed | solved last time | fixed last time | resolved last time | \
         done last time | past incidents | previous incidents | earlier incidents",
        "aconteceu antes | ja aconteceu | ja aconteceu antes | ja ocorreu | ocorreu antes | ja houve | \
         ja tivemos | ja vimos | ja deu | ja falhou assim | incidente parecido | incidentes parecidos | \
         incidente semelhante | incidentes semelhantes | incidente similar | incidentes similares | \
         falha parecida | falhas parecidas | falhas semelhantes | falha semelhante | caso parecido | \
         casos parecidos | parecidos com | como foi resolvido | como foi resolvida | como foi corrigido | \
         como foi solucionado | como resolveram | como resolvemos | como resolvido | \
         resolvido da ultima vez | resolvemos da ultima vez | incidentes anteriores | \
         incidentes passados",
    ),
    Row(
        C(OpenIncidents),
        "open incidents | open incident | incidents open | incidents are open | incidents still open | \
         incident list | list of incidents | list incidents | list the incidents | show incidents | \
         show me the incidents | unresolved incidents | incidents are unresolved | current incidents | \
         active incidents",
        "incidentes abertos | incidente aberto | incidentes estao abertos | incidentes em aberto | \
         lista de incidentes | listar incidentes | liste os incidentes | mostra os incidentes | \
         mostre os incidentes | incidentes nao resolvidos | incidentes sem solucao | incidentes ativos | \
         incidentes atuais",
    ),
    Row(
        C(Unusual),
        "unusual | unusually | abnormal | abnormally | out of the ordinary | anomalous | anomaly | is that normal | \
         is this normal | is it normal | is that usual | is this usual | is it usual | that normal | \
         this normal | usually tak~ | normally tak~ | typically tak~ | usually run this long | usually this long | usually this late",
        "anormal | anormais | incomum | fora do comum | fora do normal | atipico | atipica | anomalia | \
         isso e normal | e normal | isto e normal | isso e comum | e comum | costuma demorar | \
         costuma levar | normalmente demora | normalmente leva | geralmente demora | geralmente leva",
    ),
    Row(
        C(Usual),
        "usually start | usually starts | usually begin | usually begins | usually run | usually runs | \
         usually end | usually ends | usually finish | usually finishes | normally start | normally starts | \
         normally run | normally runs | normally finish | normally finishes | how often does | how often do | \
         how often did | how often has | how frequently | statistics | \
         stats | average duration | average run time | average runtime | usual duration | \
         usual run time | usual start | usual start time | run history | history of | past runs | \
         earlier runs | previous runs",
        "costuma comecar | costuma iniciar | costuma rodar | costuma terminar | costuma acabar | \
         normalmente comeca | normalmente inicia | normalmente roda | normalmente termina | \
         geralmente comeca | geralmente termina | com que frequencia | estatistica | estatisticas | duracao media | tempo medio | \
         duracao normal | duracao habitual | horario normal | historico | execucoes anteriores | \
         execucoes passadas",
    ),
];

//! Words that ask what follows from something: comparisons, critical paths, forecasts, ways, the structure of the plan.

use super::Row;
use super::meaning::Cue::{CriticalPath, Cycles, Dangling, Forecast, Fragile, Impact, Orphans, Path, WhatIf};
use super::meaning::Meaning::Cue as C;

pub(super) const ROWS: &[Row] = &[
    Row(
        C(WhatIf),
        "what if | and if | and what if | suppose | supposing | assume that | assuming | imagine | simulate | \
         simulating | simulation | what would change if | what changes if | what difference would it make if | \
         how would it look if | run the scenario",
        "e se | e caso | suponha | suponha que | supondo | supondo que | suponhamos que | imagine que | \
         imagina que | simul~ | simule | o que muda se | o que mudaria se | que muda se | como ficaria se | \
         como fica se | que diferenca faz se",
    ),
    Row(
        C(Impact),
        "will not run if | wont run if | would not run if | cannot run if | cant run if | not run if | \
         what breaks if | who is hit if | what do we lose if | what stops if | will not run because of | \
         cannot run because of",
        "nao roda se | nao vai rodar se | nao vao rodar se | deixa de rodar se | deixam de rodar se | \
         nao rodam se | deixa de rodar por causa d~ | nao roda por causa d~ | nao vai rodar por causa d~",
    ),
    Row(
        C(CriticalPath),
        "critical path | critical chain | longest path | longest chain | bottleneck | bottlenecks | \
         holding up the most | holds up the most | delaying the most | delays the most",
        "caminho critico | cadeia critica | caminho mais longo | gargalo | gargalos | o que mais atrasa | \
         o que mais esta atrasando | o que mais ta atrasando | o que mais segura | \
         o que mais esta segurando | o que mais ta segurando | quem mais atrasa | quem mais segura",
    ),
    Row(
        C(Forecast),
        "forecast | forecasts | predict | prediction | predicted end | projected end | projection | \
         estimated time of completion",
        "previsao de fim | previsao de inicio | previsao pro fim | prever | preve | prognostico | projecao",
    ),
    Row(
        C(Path),
        "path between | way between | route between | chain between | link between | connection between | \
         lead to | leads to | leading to | led to | how is it connected | connected to | connected with",
        "caminho entre | rota entre | cadeia entre | ligacao entre | conexao entre | relacao entre | leva a | \
         leva ao | leva ate | levam a | chega a | chega ao | chega em | chega no | chega na | chega ate | \
         conectad~ a | ligad~ a | se liga a | se liga ao | se conecta a | se conecta ao",
    ),
    Row(
        C(Fragile),
        "fragile | most fragile | weakest | weak spots | weak points | single point of failure | \
         single points of failure | points of failure",
        "fragil | frageis | mais frageis | mais fragil | pontos fracos | ponto fraco | pontos de falha | \
         ponto unico de falha",
    ),
    Row(
        C(Cycles),
        "cycle | cycles | circular | circular dependency | circular dependencies | dependency loop | \
         dependency loops | dependency cycles | loop | loops | deadlocks between jobs",
        "ciclo | ciclos | dependencia circular | dependencias circulares | circular | circulares | \
         dependencia ciclica | dependencias ciclicas | loop de dependencia | loops de dependencia",
    ),
    Row(
        C(Orphans),
        "orphan | orphans | orphaned | orphan jobs | isolated jobs | unconnected jobs",
        "orfao | orfaos | orfa | orfas | jobs orfaos | jobs isolados | jobs soltos",
    ),
    Row(
        C(Dangling),
        "dangling | dangling dependencies | broken dependencies | missing predecessors | \
         predecessors that are not in the plan | predecessors not in the plan",
        "dependencias soltas | dependencias quebradas | dependencias orfas | predecessores ausentes | \
         predecessoras ausentes | predecessores fora do plano | predecessoras fora do plano",
    ),
];

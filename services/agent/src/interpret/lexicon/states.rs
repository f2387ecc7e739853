//! Words for the states of jobs, job streams, workstations, prompts and resources.

use resync_api::tws::model::Status;

use super::Row;
use super::meaning::Meaning::State as S;
use super::meaning::State::{
    Completed, Down, Exhausted, Finished, Flag, InUse, Internal, Is, Open, Reran, Scheduled, Started, Up,
    Waits,
};
use crate::query::Field;

pub(super) const ROWS: &[Row] = &[
    Row(
        S(Is(Status::Error)),
        "fail | fails | failed | red | killed | terminated | was killed | got killed | have problems | \
         having problems | has problems | with problems | have issues | having issues | with issues | \
         failing | failure | failures | abend | abends | abended | abending | abended jobs | \
         in error | with error | with errors | error | errors | errored | erroring | crash | crashed | \
         crashes | crashing | broke | broken | breaking | blew up | blown up | went wrong | \
         gone wrong | going wrong | goes wrong | went bad | bombed | bombed out | \
         went down in flames | in red | unsuccessful | blow up | kaput | died",
        "falhou | falharam | foi morto | morto | mortos | falhando | falha | falhas | falhado | \
         falhados | falhar | falh~ | abendou | abendaram | abendado | abendados | abend~ | com erro | \
         em erro | erro | erros | deu erro | deram erro | dando erro | dar erro | deu pau | \
         deram pau | dando pau | deu ruim | deram ruim | deu problema | deram problema | deu errado | \
         deram errado | quebr~ | estouraram | com falha | com falhas | deu falha | deu merda | \
         deu zebra | zicou | bugou | morreu | morreram | explodiu | foi pro saco | foram pro saco",
    ),
    Row(
        S(Is(Status::Waiting)),
        "waiting | pending | queued | still to run | yet to run | in the queue",
        "aguardando | aguardam | ainda vai rodar | ainda vao rodar | ainda vai executar | \
         ainda falta rodar | aguarda | esperando | esperam | em espera | pendente | pendentes | \
         na fila | por rodar | para rodar | pra rodar | a espera",
    ),
    Row(
        S(Is(Status::Ready)),
        "ready | in ready | ready to run | ready to start",
        "pronto | prontos | pronta | prontas | em ready | prontos pra rodar | prontos para rodar",
    ),
    Row(
        S(Is(Status::Running)),
        "running | runners | runner | executing | in execution | in progress | active | exec | in exec | still going | \
         in flight | on the go | processing | being executed",
        "rodando | executando | em andamento | em curso | em execucao | correndo | processando | \
         em exec | ativo | ativos | ativa | ativas | em processamento | no ar rodando",
    ),
    Row(
        S(Is(Status::Successful)),
        "successful | successfully | succeed | succeeded | succeeds | success | succ | finished ok | \
         finished okay | ended ok | ended well | finished well | finished fine | ended fine | \
         completed ok | completed successfully | finished successfully | ended successfully | \
         without errors | in succ | green | went well | went fine | went ok",
        "sucesso | com sucesso | bem sucedido | bem sucedidos | terminou bem | terminaram bem | \
         terminou ok | terminaram ok | deu certo | deram certo | finalizou com sucesso | \
         finalizaram com sucesso | terminou com sucesso | terminaram com sucesso | \
         concluidos com sucesso | concluido com sucesso | em succ | sem erro | sem erros",
    ),
    Row(
        S(Completed),
        "completed | complete | done | completes | got done",
        "concluid~ | concluir~ | concluiu | completou | completaram | completo | completos | \
         completa | completas | feito | feitos | pronto ja",
    ),
    Row(
        S(Finished),
        "finish | finishes | finished | finishing | ended | ends | end | ending | through with",
        "terminou | terminaram | terminado | terminar | finalizou | finalizaram | acabou | acabaram | \
         termin~ | finaliz~ | acab~ | encerr~",
    ),
    Row(
        S(Started),
        "start | started | starting | picked up | get picked up | begin | began | begun | begins | launched | kicked off | kick off",
        "comecou | comecaram | iniciou | iniciaram | iniciado | comec~ | inici~ | partiu | partiram | \
         arranc~ | startou | startaram | startar | startado | entrou em execucao | \
         entraram em execucao | subiu | subiram",
    ),
    Row(
        S(Is(Status::Canceled)),
        "canceled | cancelled | canceling | cancelling | was cancelled | aborted | cancellations",
        "cancelado | cancelados | cancelad~ | abortad~ | cancelamentos",
    ),
    Row(
        S(Is(Status::Held)),
        "held | on hold | in hold | hold status | being held | put on hold | \
         manually held | paused",
        "retid~ | segurad~ | em hold | no hold | com hold | segurado pelo operador | pausad~ | held | \
         com prioridade zero | congelad~",
    ),
    Row(
        S(Is(Status::Blocked)),
        "stuck | blocked | not moving | not progressing | making no progress | hung | hanging | jammed | frozen | stalled | deadlocked | in stuck",
        "travado | travados | nao andam | nao anda | nao sai do lugar | nao saem do lugar | travada | travadas | travad~ | travou | travaram | bloquead~ | preso | \
         presos | presa | presas | parado | parados | parada | paradas | empacad~ | pendurad~ | empacou | \
         emperrad~ | enroscad~ | agarrad~ | stuck | em stuck | engasgad~ | encalhad~",
    ),
    Row(S(Is(Status::Undecided)), "undecided | in doubt", "indecis~ | undecided | indefinid~"),
    Row(S(Is(Status::Suppressed)), "suppressed | suppr | suppress", "suprimid~ | suppr"),
    Row(
        S(Internal("FENCE")),
        "fenced | behind fence | below fence | under fence | blocked by fence | \
         blocked by the fence | stopped by fence | in fence",
        "em fence | presos na fence | preso na fence | barrad~ pela fence | abaixo da fence | \
         bloquead~ pela fence",
    ),
    Row(
        S(Internal("PEND")),
        "in pend | pend | to confirm | waiting for confirmation | waiting for confirm | waiting to be confirmed | \
         pending confirmation | to be confirmed | unconfirmed | waiting for an operator to confirm | \
         awaiting confirmation",
        "em pend | aguardando confirmacao | esperando confirmacao | pendente~ de confirmacao | a confirmar | \
         pra confirmar | para confirmar | sem confirmacao",
    ),
    Row(
        S(Flag(Field::RequiresConfirmation, true)),
        "needs confirmation | need confirmation | requires confirmation | require confirmation | \
         that need confirming",
        "precisa~ de confirmacao | exige~ confirmacao | requer~ confirmacao | precisa~ confirmar",
    ),
    Row(
        S(Waits("HOLD_WAITING_FOR_FILE")),
        "waiting for file | waiting for files | waiting on file | waiting on files | missing file | \
         missing files | waiting for input file | awaiting file | awaiting files",
        "esperando arquivo | aguardando arquivo | esperando arquivos | aguardando arquivos | \
         esperando por arquivo | aguardando por arquivo | sem arquivo | faltando arquivo | \
         a espera de arquivo",
    ),
    Row(
        S(Waits("HOLD_WAITING_FOR_PROMPT")),
        "waiting for prompt | waiting on prompt | waiting for prompts | waiting on prompts | \
         waiting for answer | waiting for reply | waiting on reply | waiting for an operator | \
         waiting on an answer | awaiting reply",
        "esperando prompt | aguardando prompt | esperando resposta | aguardando resposta | \
         parad~ em prompt | pres~ em prompt | parad~ no prompt | esperando operador",
    ),
    Row(
        S(Waits("HOLD_WAITING_FOR_PREDECESSOR")),
        "waiting for predecessor | waiting on predecessor | waiting for predecessors | \
         waiting on predecessors | waiting for another job | waiting for other jobs | \
         waiting on other jobs",
        "esperando predecessor~ | aguardando predecessor~ | esperando antecessor~ | \
         aguardando antecessor~ | esperando outro job | esperando outros jobs | aguardando outros jobs",
    ),
    Row(
        S(Waits("HOLD_WAITING_FOR_TIME")),
        "waiting for time | waiting for its time | waiting for their time | waiting on time | \
         waiting for start time | waiting for the clock",
        "esperando horario | aguardando horario | esperando a hora | aguardando a hora | \
         esperando hora | aguardando hora",
    ),
    Row(
        S(Waits("READY_WAITING_FOR_RESOURCES")),
        "waiting for resource | waiting for resources | waiting on resource | waiting on resources | \
         short of resources | without resource | awaiting resource",
        "esperando recurso~ | aguardando recurso~ | sem recurso | sem recursos | parad~ por recurso | \
         presos em recurso | falta de recurso",
    ),
    Row(
        S(Waits("READY_WAITING_FOR_LIMIT")),
        "waiting for limit | waiting on limit | blocked by limit | stopped by limit | limited",
        "esperando limite | aguardando limite | presos no limite | barrad~ pelo limite | \
         esperando limit",
    ),
    Row(
        S(Waits("READY_WAITING_FOR_AGENT")),
        "with no agent | without agent | no agent available | waiting for agent | waiting on agent | waiting for agents | waiting for workstation | \
         waiting for its agent",
        "esperando agente~ | aguardando agente~ | esperando o agente voltar | sem agente",
    ),
    Row(
        S(Flag(Field::Late, true)),
        "late | overdue | past deadline | past due | past their deadline | past its deadline | \
         missed deadline | missed its deadline | missed their deadline | missed their deadlines | \
         behind schedule | delayed | delay | delays | running late | running behind | \
         missed deadlines | blow any deadlines | blow any deadline | blow deadlines | blow their deadlines | \
         blow their deadline | blew deadline | blew its deadline | blew their deadlines | blew their deadline | \
         blew deadlines | blown deadlines | blown deadline | tardy | lateness | lagging",
        "atrasado | atrasados | atrasada | atrasadas | atrasad~ | em atraso | atraso | atrasos | \
         passou do prazo | passaram do prazo | fora do prazo | estourou o prazo | estouraram o prazo | \
         vencid~ | prazo estourado | prazo vencido | perdeu o prazo | perderam o prazo | com atraso",
    ),
    Row(
        S(Flag(Field::AtRisk, true)),
        "at risk | in danger | meet the sla | make the sla | miss the sla | break the sla | going to be late | will be late | may be late | might be late | \
         could be late | about to be late | will miss | might miss | may miss | going to miss | \
         in jeopardy | will not make it | miss the deadline | miss their deadline | \
         miss its deadline | meet the deadline | make the deadline | risky | likely to be late | \
         potentially late | about to miss | risk | risks",
        "em risco | cumprir o sla | bater o sla | perder o sla | estourar o sla | atrasar | atrasarem | vai atrasar | vao atrasar | pode atrasar | podem atrasar | \
         corre risco | correm risco | risco de atraso | risco de atrasar | risco | riscos | \
         perder o prazo | cumprir o prazo | bater o prazo | estourar o prazo | vai estourar | \
         vao estourar | ameacad~ | correndo risco | quase atrasando | arriscado | arriscados",
    ),
    Row(
        S(Flag(Field::LongRunning, true)),
        "long running | exceeding estimated duration | exceeding their estimated duration | exceeding its estimated duration | exceeding their estimate | above their estimate | beyond their estimate | longer than their estimate | longer than estimate | past their estimate | longrunning | longer than usual | longer than expected | \
         longer than estimated | longer than normal | longer than average | longer than they should | \
         longer than it should | running long | runs long | run long | taking too long | \
         take too long | takes too long | took too long | too long | take long | taking so long | \
         takes so long | so long | taking long | taking forever | slow | slowly | slower than usual | \
         overrunning | overran | running too long | too slow | over estimate | over their estimate | \
         exceeding estimate | past its estimate | unusually long | running over",
        "demorando mais que o normal | mais que o normal | mais do que o normal | \
         mais que o esperado | mais do que o esperado | demorando mais do que o normal | \
         demorando mais que o esperado | demorando mais do que o esperado | demorando mais | \
         demorad~ | mais tempo que o normal | mais tempo do que o normal | \
         mais tempo do que o esperado | acima do estimado | acima do tempo | alem do normal | \
         alem do estimado | mais que o previsto | mais do que o previsto | demorando demais | \
         demorando muito | demorando alem | lento | lentos | lenta | lentas | muito tempo rodando | \
         rodando muito tempo | rodando ha muito tempo | rodando tempo demais | acima do normal | \
         passando do tempo | passou do tempo | demorando pra caramba | demorando | long running",
    ),
    Row(
        S(Flag(Field::Critical, true)),
        "critical | critically important | flagged critical",
        "critico | criticos | critica | criticas",
    ),
    Row(
        S(Flag(Field::CarriedForward, true)),
        "carried forward | carried over | carry forward | carryforward | carry over | carryover | \
         left over from yesterday | leftover",
        "carry forward | carryforward | carregado de ontem | carregados de ontem | herdad~ | \
         trazid~ do dia anterior | trazid~ de ontem | que sobraram de ontem | \
         carregados do dia anterior | do plano anterior | do plano de ontem",
    ),
    Row(
        S(Flag(Field::Every, true)),
        "repeating | cyclic | recurring | repetitive | every jobs",
        "repetitiv~ | ciclic~ | recorrent~",
    ),
    Row(
        S(Flag(Field::CancelPending, true)),
        "cancel pending | pending cancel | pending cancellation | about to be cancelled",
        "cancelamento pendente | cancel pending | cancelar pendente",
    ),
    Row(
        S(Reran),
        "reran | rerunning | more than once | ran more than once | twice | several times | \
         were rerun | was rerun | been rerun | got rerun | rerun more than once | run again already | \
         were restarted | been restarted | rerun jobs | reruns",
        "reexecutad~ | rodaram de novo | mais de uma vez | duas vezes | varias vezes | rodou de novo | \
         rerodad~ | reprocessad~ | rodaram mais de uma vez | foram reiniciados | reexecucoes",
    ),
    Row(
        S(Scheduled),
        "scheduled | planned | enters | starts | due | will run | going to run | to run | \
         supposed to run | expected to run | will start | going to start | should run | set to run | \
         upcoming | coming up",
        "agendad~ | programad~ | entra | entram | vai entrar | vao entrar | previst~ | planejad~ | \
         vai rodar | vao rodar | vai iniciar | vao iniciar | vai comecar | vao comecar | deve rodar | \
         devem rodar | vao executar | vai executar",
    ),
    Row(
        S(Down),
        "down | offline | unavailable | dead | unhealthy | not ok | unreachable | not working | \
         out of order | out of service | broken down | not responding | in trouble | sick",
        "fora do ar | offline | caido | caidos | caida | caidas | caiu | cairam | indisponi~ | \
         inoperante~ | fora | com problema | com problemas | nao responde~ | derrubad~ | \
         nao funciona~ | doente",
    ),
    Row(
        S(Up),
        "up | online | healthy | available | alive | up and running | working",
        "no ar | online | de pe | disponivel | disponiveis | saudavel | saudaveis | funcionando | \
         operante | operantes",
    ),
    Row(S(Flag(Field::Linked, true)), "linked | connected", "linkad~ | conectad~ | com link"),
    Row(
        S(Flag(Field::Linked, false)),
        "unlinked | disconnected | link problem | link problems | link issues | link trouble | \
         lost link | without link | not connected",
        "deslinkad~ | desconectad~ | problema de link | problemas de link | com problema de link | \
         com problemas de link | sem link | sem conexao | perdeu o link | perderam o link | \
         sem comunicacao",
    ),
    Row(
        S(Open),
        "open | unanswered | to answer | waiting for an answer | asked | to reply | need an answer | \
         needs an answer | need answering | outstanding | need a reply",
        "abert~ | sem resposta | pra responder | para responder | a responder | nao respondid~ | \
         precisa~ de resposta",
    ),
    Row(
        S(Exhausted),
        "exhausted | used up | fully used | no units free | no free units | without free units | \
         no units left | maxed out | full",
        "esgotad~ | sem unidades | sem unidades livres | lotad~ | cheio | cheios | zerad~ | no talo",
    ),
    Row(
        S(InUse),
        "in use | used | taken | occupied | allocated | being used | locked",
        "em uso | ocupad~ | usad~ | alocad~ | sendo usad~ | tomad~",
    ),
];

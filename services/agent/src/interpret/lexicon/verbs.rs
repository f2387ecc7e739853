//! Words that ask for an action on the plan. Base forms and imperatives only: participles such as
//! `cancelled` are states.

use super::Row;
use super::meaning::Meaning::Verb as V;
use crate::query::Verb;

pub(super) const ROWS: &[Row] = &[
    Row(
        V(Verb::Rerun),
        "rerun | re run | run again | run it again | restart | retry | redo | relaunch | reexecute | \
         execute again | rerunning of | re execute | give it another go | bounce | give it a kick | kick again | try again",
        "reexecutar | reexecuta | reexecute | rerodar | rerroda | reroda | rerode | rodar de novo | \
         roda de novo | rodar novamente | roda novamente | executar de novo | executa de novo | \
         executar novamente | reiniciar | reinicia | reinicie | reprocessar | reprocessa | \
         reprocesse | dar rerun | da rerun | dar um rerun | da um rerun | de um rerun | de rerun | \
         refazer | refaz | rerun | restart | rodar outra vez | fazer rerun | faz rerun | restartar | \
         restarta",
    ),
    Row(
        V(Verb::Cancel),
        "cancel | abort | skip | skip over | delete | remove | drop | call off | scrap",
        "cancelar | cancela | pular | pula | pule | deletar | deleta | apagar | apaga | remover | \
         remove | remova | excluir | exclui | exclua | cancele | abortar | aborta | aborte | \
         dar cancel | da cancel",
    ),
    Row(
        V(Verb::Kill),
        "kill | terminate | force stop | shoot down | force kill",
        "matar | mata | mate | derrubar | derruba | derrube | interromper | interrompe | interrompa | \
         dar kill | da kill | da um kill | killar | kill | mata logo",
    ),
    Row(
        V(Verb::Hold),
        "hold | pause | stick on hold | put on hold | put in hold | freeze | place on hold | suspend | park",
        "segurar | segura | segure | pausar | pausa | pause | reter | retem | colocar em hold | \
         coloca em hold | coloque em hold | por em hold | botar em hold | bota em hold | dar hold | \
         da hold | congelar | congela | suspender | suspende | suspenda | hold",
    ),
    Row(
        V(Verb::Release),
        "release | free | unhold | let go | let it go | unfreeze | take off hold | remove the hold | \
         resume | unblock | let run",
        "liberar | libera | libere | soltar | solta | solte | dar release | da release | \
         tirar do hold | tira do hold | desbloquear | desbloqueia | release | retomar | retoma | \
         destravar | destrava",
    ),
    Row(
        V(Verb::Confirm),
        "confirm | mark as successful | force | mark as success | mark as succeeded | mark as done | \
         set to success | force ok | force complete | mark as failed | mark as abended | force success",
        "confirmar | confirma | forcar | forca | force | confirme | marcar como sucesso | \
         marca como sucesso | dar como sucesso | forcar ok | forca ok | dar ok | marcar como ok | \
         marca como ok",
    ),
    Row(
        V(Verb::SetPriority),
        "set priority | set priority of | change priority | change priority of | raise priority | \
         raise priority of | lower priority of | lower priority | increase priority | \
         increase priority of | decrease priority | decrease priority of | altpri | bump | \
         bump priority | bump up | bump priority of | prioritize | prioritise | reprioritize | \
         give priority | update priority | alter priority",
        "mudar prioridade | descer prioridade | desce prioridade | reduzir prioridade | reduz prioridade | ajustar prioridade | ajusta prioridade | definir prioridade | define prioridade | muda prioridade | mude prioridade | alterar prioridade | \
         altera prioridade | altere prioridade | aumentar prioridade | aumenta prioridade | \
         aumente prioridade | diminuir prioridade | diminui prioridade | baixar prioridade | \
         baixa prioridade | subir prioridade | sobe prioridade | priorizar | prioriza | priorize | \
         dar prioridade | da prioridade | setar prioridade | seta prioridade | trocar prioridade | \
         troca prioridade | colocar prioridade | coloca prioridade",
    ),
    Row(
        V(Verb::SetLimit),
        "set limit | set limit of | set limit on | change limit | change limit of | change limit on | \
         raise limit | raise limit of | raise limit on | lower limit | lower limit of | \
         lower limit on | increase limit | increase limit of | increase limit on | update limit | \
         set job limit | raise job limit",
        "mudar limite | descer limite | desce limite | reduzir limite | reduz limite | ajustar limite | ajusta limite | definir limite | define limite | muda limite | mude limite | alterar limite | altera limite | altere limite | \
         aumentar limite | aumenta limite | aumente limite | diminuir limite | diminui limite | \
         baixar limite | baixa limite | subir limite | sobe limite | setar limite | seta limite | \
         trocar limite | mudar limit | muda limit | aumenta limit | aumentar limit | colocar limite | \
         coloca limite",
    ),
    Row(
        V(Verb::SetFence),
        "set fence | set fence of | set fence on | change fence | change fence of | change fence on | \
         raise fence | raise fence of | lower fence | lower fence of | lower fence on | update fence",
        "mudar fence | descer fence | desce fence | reduzir fence | reduz fence | ajustar fence | ajusta fence | definir fence | define fence | muda fence | mude fence | alterar fence | altera fence | altere fence | \
         baixar fence | baixa fence | baixe fence | subir fence | sobe fence | setar fence | \
         seta fence | aumentar fence | aumenta fence | tirar fence | tira fence | diminuir fence | \
         diminui fence",
    ),
    Row(
        V(Verb::Submit),
        "submit | launch | trigger | fire | kick off | execute | fire off | inject",
        "submeter | submete | submeta | disparar | dispara | dispare | lancar | lanca | executar | \
         execute | injetar | injeta | subir na malha",
    ),
    Row(
        V(Verb::Reply),
        "reply | reply to | reply yes | reply no | answer | respond | respond to | answer yes | \
         answer no | answer yes to | answer no to | say yes to | say no to | reply yes to | reply no to",
        "responder | responde | responda | responder sim | responde sim | responda sim | \
         responder nao | responde nao | responda nao | dar resposta | dizer sim | diz sim",
    ),
    Row(
        V(Verb::Link),
        "link | connect | relink | reconnect",
        "linkar | linka | linke | conectar | conecta | conecte | relinkar | relinka | reconectar | \
         reconecta | dar link | da link",
    ),
    Row(
        V(Verb::Unlink),
        "unlink | disconnect",
        "deslinkar | deslinka | deslinke | desconectar | desconecta | desconecte | dar unlink | unlink",
    ),
    Row(
        V(Verb::Start),
        "start up | bring up agent | startup",
        "subir o agente | sobe o agente | levantar | levanta | dar start | da start | ligar | liga | \
         startar",
    ),
    Row(
        V(Verb::Stop),
        "stop | shut down | shutdown | halt",
        "parar | pare | desligar | desliga | dar stop | da stop | encerrar | encerra",
    ),
];

//! Words that tell what a question is after.

use super::Row;
use super::meaning::Cue::{
    Blocking, Changes, Count, Depends, Detail, Group, Happened, Health, Help, Holding, HowTo, Impact, List,
    Log, NotCovered, Overview, Plan, Predecessors, Progress, Ran, Successors, Transitive, What, When, Why,
};
use super::meaning::Meaning::{Cue as C, Rank as R};
use super::meaning::{Cue, Rank};

pub(super) const ROWS: &[Row] = &[
    Row(
        C(Count),
        "how many | count | howmany | how mny | hw many | counts | number of | total number of | \
         total of | total | how much | tally | quantity of | amount of | the number",
        "quanto | quantos | quanta | quantas | quantidade | quantidade de | qtd | qtde | qtos | qtas | \
         qnts | qts | numero de | total de | total | contar | conta | conte | contagem | quantos sao",
    ),
    Row(
        C(List),
        "list | show | display | give | find | see | view | fetch | search | enumerate | print | \
         pull up | bring up | look for | looking for | get | let me see | names of | lists",
        "lista | listar | liste | listagem | listem | mostra | mostrar | mostre | mostrem | exibe | \
         exibir | exiba | me da | me de | ver | veja | traz | traga | trazer | busca | buscar | \
         busque | cade | kd | relacao | relacao de | nomes | nomes de | puxa | puxar | joga | \
         quero ver | procura | procurar | onde estao | me passa | passa | manda | me manda | me ve",
    ),
    Row(
        C(What),
        "what | which | who | whats | whos | any | anything | anybody | anyone | something | \
         everything | wat | whatever | where | nothing | none",
        "qual | quais | que | o que | oque | oq | quem | algum | alguma | alguns | algumas | algo | \
         alguma coisa | alguem | onde | tudo que | tudo o que | q | oq que | o q | nada | nenhum | \
         nenhuma",
    ),
    Row(
        C(Why),
        "why | how come | what do i do | what should i do | what to do | what can i do about | \
         what do we do | reason | reasons | cause | causes | root cause | what is wrong | wrong with | \
         whats wrong | whats wrong with | problem with | what made | wth is wrong | y | the matter | \
         explain why | diagnose | troubleshoot | investigate | because of what",
        "por que | porque | por qe | porq e | o que deu errado com | o que deu errado no | \
         o que deu errado na | deu errado com | deu problema com | o que faco | o que fazer | \
         o que eu faco | o que foi | que que houve | pq | por q | porq | motivo | motivos | razao | \
         causa | causas | causa raiz | o que houve | que houve | o q houve | q houve | oq houve | \
         o q deu | oq deu | o q foi | oq foi | o q rolou com | o que deu no | o que deu na | \
         o que deu com | que deu no | que deu na | qual o problema | qual e o problema | \
         problema com | problema do | problema da | problema no | problema na | por que motivo | \
         por conta de que | diagnostic~ | investig~ | que aconteceu pra | por qual motivo",
    ),
    Row(
        C(Happened),
        "what happened to | what happened with | what is going on with | what is up with | \
         what went wrong with | whats going on with | whats up with | what is happening with | \
         whats happening with | what happened on | happened to | happened with | what did happen to",
        "o que aconteceu com | que aconteceu com | o que ta acontecendo com | \
         o que esta acontecendo com | o que rolou com | o que se passa com | aconteceu com | \
         o que ha com | o que tem o | o que tem a | o que houve com | que houve com",
    ),
    Row(
        C(Blocking),
        "blocking | blocks | block | holding up | holding back | holds up | holds back | hold up | \
         hold back | preventing | prevents | keeping | keeps | stopping | in the way | in the way of | \
         standing in the way | delaying | delays",
        "segurando | travando | impedindo | impede | bloqueando | bloqueia | barrando | barra | \
         atrasando | empacando | trava | parando | prendendo | atrapalhando | emperrando",
    ),
    Row(
        C(Holding),
        "who has | who holds | what holds | holds | holding | using | uses | owns | occupying | \
         consuming | who is on | hogging | who took | holder | holders | has got | who got | \
         users of | grabbing | occupies | sitting on",
        "segura | usando | usa | usam | ocupando | ocupa | pegou | pegando | prende | quem tem | \
         quem esta com | quem ta com | consumindo | alocou | detem | esta com | ta com o | \
         segurando o recurso | segurando recurso | dono do recurso | tomou",
    ),
    Row(
        C(Depends),
        "depend | depends | follow | follows | followed by | depending | wait | waits | waiting for | \
         waiting on | wait for | waits for | wait on | waits on | awaiting | awaits | need | needs | \
         require | requires | relies on | rely on | hinges on | needed by | required by | waited on by",
        "depende | dependem | dependendo | dependia | espera | esperam | espera por | aguarda por | \
         aguardando por | esperando por | esperando pelo | esperando pela | aguardando pelo | \
         aguardando pela | precisa | precisam | necessita | exige | requer",
    ),
    Row(
        C(Successors),
        "successor | successors | dependent | dependents | follower | followers | comes after | \
         come after | runs after | run after | runs next | comes next | what next | next in line | \
         next step | triggered by | triggers | children | behind it",
        "sucessor~ | dependente | dependentes | quem vem depois | vem depois | vem em seguida | \
         vem depois do | vem depois da | roda depois | rodam depois | filhos | proximos passos | \
         disparado por | vem na sequencia",
    ),
    Row(
        C(Impact),
        "downstream | everything downstream | what happens if | what would happen if | \
         what will happen if | happens if | happen if | all downstream | affected | affected by | \
         affect | affects | impact | impacts | impacted | impacted by | impacting | consequence | \
         consequences | knock on | knock on effect | blast radius | fallout | ripple | ripple effect | \
         domino | suffers | suffer | hurt | break if | at stake | also fail | jeopardize",
        "impacto | impactos | o que acontece se | que acontece se | acontece se | \
         o que acontece quando | o que para se | o que quebra se | para se o | para se a | impact~ | \
         afetado | afetados | afetada | afetad~ | afeta | afetam | afetar | consequencia | \
         consequencias | sofre | sofrem | prejudic~ | downstream | efeito | efeitos | cascata | \
         em cascata | para tras | atrapalha",
    ),
    Row(
        C(Predecessors),
        "predecessor | predecessors | upstream | prerequisite | prerequisites | dependency | \
         dependencies | deps | comes before | come before | runs before | run before | parents | \
         preconditions | requirements | feeds",
        "predecessor~ | antecessor~ | dependencia | dependencias | deps | pre requisito | \
         pre requisitos | prerequisito | prerequisitos | vem antes | roda antes | rodam antes | pais | \
         requisitos | upstream | pendencia | pendencias",
    ),
    Row(
        C(Transitive),
        "transitive | transitively | all the way | all the way down | whole chain | entire chain | \
         full chain | chain | indirect | indirectly | directly or indirectly | recursive | \
         recursively | full tree",
        "transitiv~ | ate o fim | cadeia inteira | cadeia completa | cadeia toda | toda a cadeia | \
         indiret~ | diret~ e indiret~ | recursiv~ | arvore completa",
    ),
    Row(
        C(Cue::Meaning),
        "mean | means | meaning | meanings | definition | define | defines | stand for | stands for | \
         meant | signify | explanation of | explain | explanation | translate the code | decode",
        "significa | significam | significado | quer dizer | querem dizer | definicao | defina | \
         explica | explique | explicar | explicacao | traduz o codigo | que codigo e | que erro e",
    ),
    Row(
        C(Log),
        "log | logs | joblog | job log | tail | job logs | stdlist | output | stdout | stderr | \
         sysout | spool | console output | job output | logfile | log file | trace",
        "log | logs | joblog | stdlist | saida | saida do job | spool | sysout | output | log do job | \
         stdout",
    ),
    Row(
        C(Progress),
        "progress | how far | remain | remains | how far along | percent | percentage | eta | \
         remaining | how long until | left | to go | done yet | finished yet | how close | \
         how much is left | how much left | how much longer | how complete | far along | completion | \
         how long till | how much of | on track",
        "progresso | andamento | percentual | porcentagem | quanto falta | falta | faltam | faltando | \
         quanto tempo falta | previsao | previsao de termino | em que pe | em que pe esta | que pe | \
         ja acabou | quanto ja | quantos por cento | por cento | eta | restante | restam | resta | \
         evolucao | quanto tempo ate",
    ),
    Row(
        C(Changes),
        "change | changes | changed | changing | what is new | whats new | news | new since | \
         happened | what happened | happening | happen | has happened | have happened | updates | \
         update | anything new | differences | difference since | events | went on | modified | \
         catch me up | did i miss | have i missed",
        "mudou | mudaram | mudanca | mudancas | alterou | alteraram | alteracao | alteracoes | \
         novidade | novidades | aconteceu | aconteceram | rolou | rolaram | o que aconteceu | \
         o que rolou | de novo desde | de novo | eventos | ocorreu | ocorreram | acontecendo | \
         modificad~ | alterad~ | o que eu perdi",
    ),
    Row(
        C(Health),
        "health | healthy | ok | okay | fine | alive | doing | condition | condition of | all right | \
         alright | good shape | busy | in shape | well",
        "saude | ok | de pe | bem | situacao dos agentes | beleza | tudo bem | tudo certo | \
         tranquil~ | em ordem",
    ),
    Row(
        C(Overview),
        "overview | summary | summarize | problem | any problem | success rate | failure rate | error rate | \
         just came on shift | came on shift | clocked in | clocking in | just logged in | just got in | \
         just sat down | just started | start of my shift | my shift | on shift | taking over | \
         took over | what do i need to know | need to know | should i know | brief me | fill me in | \
         bring me up to speed | up to speed | on fire | needs attention | needs my attention | \
         need my attention | attention | look at first | should i look at | what should i look at | \
         worry about | anything wrong | problems | issues | issue | trouble | incidents | alerts | \
         hot spots | how old is the data | how fresh is the data | data age | how fresh | summarise | \
         dashboard | big picture | at a glance | how is it going | how is it looking | \
         how are we doing | how are things | how is everything | situation | status report | \
         everything ok | everything okay | everything fine | all good | all ok | all clear | \
         how are we | how is tonight | health check | report | briefing | rundown | recap | \
         general status | overall | overall status | sitrep | handover | shift report | \
         state of affairs | snapshot | is it all good | what is going on | whats going on | \
         what is up | how goes it",
        "resumo | resume | como tamos | problema | algum problema | taxa de sucesso | taxa de erro | taxa de falha | indice de falha | \
         cheguei agora | plantao | no plantao | meu turno | no turno | assumindo o turno | \
         preciso saber | o que preciso saber | me atualiza | me situa | me deixa a par | \
         o que ta pegando | o que esta pegando | que ta pegando | ta pegando | olhar primeiro | \
         preciso olhar | que devo olhar | atencao | precisa de atencao | preocupar | \
         com que me preocupar | problemas | incidentes | alertas | pepino | pepinos | qual a boa | \
         resumir | visao geral | panorama | como estamos | como estao as coisas | situacao geral | \
         tudo bem | tudo certo | tudo ok | tudo em ordem | geral | geralzao | status geral | \
         como anda | como andam as coisas | relatorio | balanco | apanhado | overview | como ta | \
         como que ta | passagem de turno | como foi a noite | como ta a noite | quadro geral | \
         como vao as coisas | como esta tudo | como ta tudo | ta tudo bem | ta tudo certo | ta tudo ok",
    ),
    Row(
        C(Plan),
        "plan | batch | production | symphony | night batch | nightly batch | batch window | \
         production plan | current plan | todays plan | processing | the night | night run | engine | \
         workload | the scheduler | tws | hwa",
        "plano | batch | producao | malha do dia | processamento | plano do dia | plano atual | \
         symphony | janela batch | noite de processamento | ambiente | o tws | tws | hwa | motor",
    ),
    Row(
        C(Detail),
        "status | state | states | statuses | detail | details | detailed | info | information | \
         about | tell me about | describe | description | properties | props | how is | how are | \
         hows | what about the status | whats the status | stats | look at | everything about | \
         all about | more on | situation of | data on",
        "status | estado | estados | situacao | detalhe | detalhes | detalha | detalhar | detalhado | \
         info | informacao | informacoes | sobre | descreve | descreva | descricao | propriedades | \
         como esta | como anda | como ta | fala do | fala da | me fala do | me fala da | me conta do | \
         dados | dados do | dados da | como que ta",
    ),
    Row(
        C(When),
        "when | what time | at what time | how long",
        "quando | que horas | a que horas | qual horario | que hora | quanto tempo",
    ),
    Row(
        C(Help),
        "help | can i ask | i can ask | could i ask | can i ask you | can you answer | do you answer | \
         do you understand | ask you | can you help with | can you help me with | what can you do | are you a robot | are you a bot | are you human | robot | \
         how can i ask | what do you do | what can i ask | what do you know | how does this work | \
         how do i use | capabilities | sample questions | example questions | examples | commands | \
         who are you | what are you | how can you help | what else can you do | what questions | \
         usage | instructions please | how to use this | what are your capabilities",
        "ajuda | posso perguntar | posso te perguntar | posso pedir | te perguntar | perguntar pra voce | \
         perguntar pra vc | voce responde | vc responde | sabe responder | voce entende | vc entende | \
         consegue responder | me ajuda | robo | voce e um robo | voce e humano | socorro | o que voce faz | \
         o que vc faz | o que voce sabe | o que vc sabe | o que posso perguntar | \
         o que eu posso perguntar | o que da pra perguntar | o que voce pode fazer | \
         o que vc pode fazer | o que voce consegue | comandos | exemplos | exemplos de perguntas | \
         como usar | como funciona | como te uso | quem e voce | quem e vc | help | o que sabe fazer | \
         no que voce pode ajudar",
    ),
    Row(
        C(Group),
        "per | grouped by | group by | for each | for every | broken down by | breakdown by | \
         broken down per | split by | each | in each | on each | by each | breakdown per | \
         break down by | grouped per",
        "por cada | agrupad~ por | agrupe por | agrupar por | para cada | pra cada | separad~ por | \
         separa por | separe por | em cada | cada | dividid~ por | quebrad~ por | agrupando por",
    ),
    Row(
        C(Ran),
        "run | runs | ran | executed | been run | did run",
        "roda | rodou | rodaram | rodam | rode | rodar | executou | executaram | executad~ | executa | \
         executam | passou | passaram",
    ),
    Row(
        C(HowTo),
        "how do i | how to | how can i | how should i | steps to",
        "como faco | como fazer | como eu faco | como faz | como posso",
    ),
    Row(
        C(NotCovered),
        "compare | show more | next page | more rows | send me | notify me | alert me | email me | let me know when | \
         remind me | export | download | last week | this week | last month | this month | next week | \
         difference between | differences between | comparison | \
         trend | trends | file dependencies list | event rule | event rules | calendar | \
         calendars | run cycle | run cycles | variable table | variables | \
         audit | who changed | who approved",
        "comparar | mostra mais | proxima pagina | me avisa | me avise | avise me | me notifica | exportar | \
         exporta | semana passada | mes passado | esta semana | essa semana | semana que vem | \
         diferenca entre | diferencas entre | compara | comparacao | \
         tendencia | tendencias | regra de evento | regras de evento | calendario | calendarios | \
         ciclo de execucao | tabela de variaveis | \
         auditoria | quem mudou | quem alterou",
    ),
    Row(
        R(Rank::Longest),
        "longest running | longest | slowest | lengthiest | longest lasting | take the longest | \
         took the longest | taking the longest | ran the longest | running the longest | most time | \
         biggest duration | been running longest | running for the longest | taken the longest",
        "mais demorad~ | mais lent~ | mais long~ | maior duracao | maiores duracoes | \
         ha mais tempo rodando | rodando ha mais tempo | que mais demora | que mais demoram | \
         que mais demorou | que mais demoraram | mais demora | mais demorou | mais demoraram | \
         mais tempo | ha mais tempo | levou mais tempo | mais longas | demorou mais | \
         que esta ha mais tempo",
    ),
    Row(R(Rank::Shortest), "shortest | fastest | quickest", "mais rapid~ | mais curt~ | menor duracao"),
    Row(R(Rank::Oldest), "oldest | earliest | first to start", "mais antig~ | mais velh~ | primeiro a rodar"),
    Row(
        R(Rank::Newest),
        "newest | latest | most recent | most recently | recent | recently | last to | just now",
        "mais recent~ | recente | recentes | recentemente | mais nov~ | ultimos a | agora ha pouco | \
         ha pouco",
    ),
    Row(
        R(Rank::Next),
        "next | next up | next in line to run",
        "proximo | proximos | proxima | proximas | a seguir",
    ),
    Row(
        R(Rank::Most),
        "most | the most | largest number of | highest number of | biggest number of | \
         greatest number of | more than any",
        "mais | maior numero de | maior quantidade de | maior numero | mais numeros",
    ),
    Row(
        R(Rank::Fewest),
        "fewest | least | lowest number of | smallest number of",
        "menos | menor numero de | menor quantidade de",
    ),
    Row(
        R(Rank::Highest),
        "highest | greatest | biggest | largest | worst",
        "maior | maiores | mais alt~ | pior | piores",
    ),
    Row(R(Rank::Lowest), "lowest | smallest", "menor | menores | mais baix~"),
    Row(R(Rank::Top), "top", "top"),
];

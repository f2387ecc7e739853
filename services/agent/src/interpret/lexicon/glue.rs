//! Words that hold a sentence together: prepositions, negation, numbers, references, courtesy.

use super::Row;
use super::meaning::Compare as Comparison;
use super::meaning::Meaning::{
    All, Amount, And, Article, Auxiliary, Compare, Except, Filler, Not, Only, Or, Ordinal, Pattern, Pronoun,
    Role, Wish,
};
use super::meaning::Pattern as Match;
use super::meaning::Pronoun as Reference;
use super::meaning::Role as R;

pub(super) const ROWS: &[Row] = &[
    Row(Role(R::Of), "of | from | belonging to | part of", "de | do | da | dos | das | pertencente~ ao"),
    Row(
        Role(R::In),
        "in | on | at | under | inside | within | into | onto | across | assigned to | scheduled on",
        "em | no | na | nos | nas | dentro de | dentro da | dentro do | sob | num | numa",
    ),
    Row(Role(R::By), "by | run by | ran by", "por | pelo | pela | pelos | pelas"),
    Row(
        Role(R::Since),
        "since | from | starting from | as of",
        "desde | a partir de | a partir das | a partir da",
    ),
    Row(Role(R::Until), "until | till | up to | til", "ate"),
    Row(
        Role(R::Before),
        "before | prior to | earlier than",
        "antes de | antes das | antes da | antes do | antes",
    ),
    Row(
        Role(R::After),
        "after | later than | past",
        "depois de | depois das | depois da | depois do | depois | apos | passado das",
    ),
    Row(Role(R::Between), "between | from", "entre"),
    Row(Role(R::To), "to", "a | ao | as | aos | para | pra | pro"),
    Row(Role(R::With), "with | as | having | like | including", "com | como | tendo | incluindo"),
    Row(
        Role(R::Last),
        "last | past | previous | the last | during the last | within the last",
        "ultimo | ultimos | ultima | ultimas | passado | passada",
    ),
    Row(Role(R::Coming), "next | coming | following | upcoming", "proximo | proximos | proxima | proximas"),
    Row(Role(R::For), "for | since | already for", "ha | faz | durante | por"),
    Row(
        Role(R::Named),
        "named | called | by name | with name | whose name is | name is",
        "chamad~ | com nome | de nome | nomead~ | cujo nome e",
    ),
    Row(
        Pattern(Match::Begins),
        "starting with | start with | starts with | beginning with | begin with | begins with | \
         prefixed with | prefix",
        "comecando com | comecam com | comeca com | iniciados com | iniciando com | iniciam com | \
         inicia com | que comecem com | comecados com | prefixo | comecando por | comecam por",
    ),
    Row(
        Pattern(Match::Ends),
        "ending with | ending in | end with | ends with | end in | ends in | suffix",
        "terminando com | terminam com | termina com | terminados em | terminando em | terminam em | \
         terminados com | sufixo",
    ),
    Row(
        Pattern(Match::Contains),
        "in the name | in its name | in their name | in their names | in name | containing | contain | \
         contains | with name containing | name contains | names containing | matching | that match | \
         match | name like | names like | with names like",
        "no nome | em seu nome | contendo | contem | contenham | que tenham | que contem | \
         que tem no nome | com nome parecido com | parecid~ com",
    ),
    Row(
        Compare(Comparison::More),
        "more than | more | over | above | longer than | longer | slower than | slower | greater than | greater | exceeding | \
         exceeds | bigger than | higher than | older than | beyond | larger than | upwards of",
        "mais de | mais que | mais do que | acima de | maior que | maior do que | maiores que | \
         superior a | acima dos | acima das | alem de | maior de",
    ),
    Row(
        Compare(Comparison::Less),
        "less than | less | under | below | shorter than | fewer than | lower than | smaller than | \
         fewer",
        "menos de | menos que | menos do que | abaixo de | menor que | menor do que | menores que | \
         inferior a",
    ),
    Row(
        Compare(Comparison::AtLeast),
        "at least | no less than | minimum of | or more",
        "pelo menos | no minimo | ao menos | ou mais",
    ),
    Row(
        Compare(Comparison::AtMost),
        "at most | no more than | maximum of | or less",
        "no maximo | ate no maximo | ou menos",
    ),
    Row(
        Compare(Comparison::Different),
        "different from | other than | not equal to | different than | non | nonzero",
        "diferente de | diferentes de | diferente",
    ),
    Row(
        Compare(Comparison::Equal),
        "equal to | equals | exactly | equal",
        "igual a | iguais a | exatamente | igual",
    ),
    Row(Compare(Comparison::Ago), "ago | back | earlier", "atras"),
    Row(
        Not,
        "not | never | nor | without | hasnt | havent | isnt | arent | didnt | dont | doesnt | wont | \
         wasnt | werent | cannot | cant | no",
        "nao | nunca | nem | naum | n | sem | ainda nao | tampouco",
    ),
    Row(
        Except,
        "except | except for | excluding | apart from | but not | other than the | besides | but the | \
         minus | aside from | leaving out | exclude | without the",
        "exceto | menos o | menos os | menos a | menos as | fora o | fora os | fora a | fora as | \
         tirando | sem contar | excluindo | com excecao de | com excecao do | com excecao da | \
         com excecao dos | salvo | menos no | menos na | exceto no | exceto na",
    ),
    Row(
        Only,
        "only | just | solely | exclusively | merely",
        "so | somente | apenas | soh | exclusivamente | unicamente",
    ),
    Row(
        And,
        "and | same for | the same for | same on | same thing for | also | plus | what about | how about | as well as | and what about | and how about | \
         then | & | along with",
        "e | mesma coisa pro | mesma coisa pra | mesma coisa no | o mesmo pro | o mesmo pra | tambem | alem disso | e quanto a | e quanto ao | mais o | e que tal | bem como | e tambem",
    ),
    Row(Or, "or | either", "ou"),
    Row(
        All,
        "all | every | entire | whole | full | complete list of | each and every | all of",
        "todos | todas | toda | todo | inteir~ | td | tds | todinh~",
    ),
    Row(Article, "the | a | an", "o | os | a | as | um | uma | uns | umas"),
    Row(
        Auxiliary,
        "is | are | was | were | be | been | being | has | have | had | having | did | does | do | \
         will | would | am | there is | there are | is there | are there | gets | got | getting | \
         should",
        "e | esta | estao | estava | estavam | estar | ta | tao | tava | tavam | foi | foram | era | \
         eram | sao | ser | tem | teve | tiveram | tinha | tiver | vai | vao | existe | existem | \
         houve | ha | fica | ficou | ficaram | ficam | estiver | estiverem | deu | tah | eh | \
         estejam | tenha | tenham | consta | constam | anda | andam",
    ),
    Row(
        Wish,
        "can u | could u | would u | can ya | can you | could you | would you | will you | please | i want to | i want you to | i need to | \
         i need you to | i would like to | i d like to | let us | lets | can i | may i | should i | \
         could i | go ahead and | you should | we should | we need to | can we | should we | i must | \
         i have to | we have to | need to | want to | would you mind | help me | i want | i need | \
         id like to | do i need to | is it safe to | is it ok to | safe to",
        "pode | poderia | da pra | da para | consegue | preciso | precisamos | quero | queria | \
         gostaria de | gostaria | vamos | vou | posso | podemos | devo | eu quero | eu preciso | \
         tem como | por favor | e possivel | seria possivel | me ajuda a | favor | faz favor | \
         temos que | tenho que | preciso que voce | quero que voce | voce pode | vc pode | \
         voce consegue | vc consegue | pode por favor | e seguro | posso dar | pra mim",
    ),
    Row(
        Pronoun(Reference::It),
        "it | its | that one | this one | this job | that job | the job | this stream | that stream | \
         that job stream | this job stream | the same | same job | same one | itself | that guy | he | \
         him | that thing | this workstation | that workstation | that agent | this agent",
        "ele | ela | dele | dela | esse | essa | este | esta ai | isso | isto | aquele | aquela | \
         desse | dessa | deste | desta | nesse | nessa | seu | sua | seus | suas | esse job | \
         essa malha | esse agente | desse job | dessa malha | o mesmo | a mesma | do mesmo | \
         da mesma | ele mesmo | esse ai | essa ai | nesse job | nesse agente | disso",
    ),
    Row(
        Pronoun(Reference::Them),
        "them | they | those | these | ones | of them | those ones | these ones | the ones | \
         of those | of these",
        "eles | elas | deles | delas | desses | dessas | esses | essas | destes | dessas ai | \
         aqueles | aquelas | desses ai | os mesmos",
    ),
    Row(
        Pronoun(Reference::There),
        "there | over there | in there | on there | in that folder | in this folder | in the same folder | \
         under that folder | under this folder | that folder | on that agent | on the same agent | \
         in that stream | in the same stream",
        "la | ali | nessa pasta | nesta pasta | dessa pasta | desta pasta | na mesma pasta | \
         da mesma pasta | nesse diretorio | nesse servidor | nessa maquina | nessa estacao | \
         no mesmo agente | nessa malha | na mesma malha | nesse fluxo | por la | nele | nela",
    ),
    Row(Ordinal(1), "first | first one | 1st", "primeiro | primeira | primeiros | primeiras"),
    Row(Ordinal(2), "second | second one", "segundo | segunda"),
    Row(Ordinal(3), "third | third one", "terceiro | terceira"),
    Row(Ordinal(4), "fourth | fourth one", "quarto | quarta"),
    Row(Ordinal(5), "fifth | fifth one", "quinto | quinta"),
    Row(Ordinal(-1), "last one | the last one", "ultimo deles | ultima delas | o ultimo ai"),
    Row(Amount(1), "one", "um | uma"),
    Row(Amount(2), "two | couple of", "dois | duas"),
    Row(Amount(3), "three", "tres"),
    Row(Amount(4), "four", "quatro"),
    Row(Amount(5), "five", "cinco"),
    Row(Amount(6), "six", "seis"),
    Row(Amount(7), "seven", "sete"),
    Row(Amount(8), "eight", "oito"),
    Row(Amount(9), "nine", "nove"),
    Row(Amount(10), "ten", "dez"),
    Row(Amount(12), "twelve | dozen", "doze"),
    Row(Amount(15), "fifteen", "quinze"),
    Row(Amount(20), "twenty", "vinte"),
    Row(Amount(24), "twenty four", "vinte e quatro"),
    Row(Amount(30), "thirty", "trinta"),
    Row(Amount(45), "forty five", "quarenta e cinco"),
    Row(Amount(0), "zero", "zero"),
    Row(
        Filler,
        "typical | typically | ordinary | ordinarily | habitual | taking | meanwhile | ages | since then | half | that | this | compared to | compared with | in comparison to | break down | \
         breakdown | break | broken out | their | me | my | us | our | you | your | yours | i | we | \
         hey | ok so | so | well | um | uh | hmm | please | pls | plz | kindly | that is | that are | \
         that have | that has | that were | that was | that did | who | here | yet | still | really | \
         actually | basically | just | quick | quickly | exactly | possibly | maybe | perhaps | too | \
         also | though | if | because | but | again | kind of | sort of | some | such | ever | \
         currently | lately | up | out | off | anymore | any more | already | even | only | both | \
         other | others | another | whose | while | being | going | gone | keep | kept | know | \
         think | say | says | tell | check | look | looking | looks | like | seems | seem | appear | \
         appears | want | wants | guess | wonder | wondering | name | names | order | ordered | sort | \
         sorted | descending | ascending | sorting | something wrong | mind | mate | buddy | guys | \
         team | folks | quick question | question | asap | operator | operators | urgent | urgently | \
         now then | side | moment | time | times | at all | far | so far | exists | exist | present | \
         shown | contain | rest | remaining ones | thing | things | stuff | item | items | entries | \
         entry | objects | object | happened there | shift | during | particular | specific | given | \
         following | various | several | many | much | few | lot | lots | bit | little | please tell | \
         value | values | number | total | result | results | case | cases | set | right | correct | \
         damn | hell | the heck | heck | bloody | f | wtf | sir | man | bro | dude | boss | \
         hello there | morning all | good | bad | new | old | current | latest status | point | \
         actual | proper | properly | correctly | normally | normal | usual | usually | expected | \
         long | short | big | small | high | low | main | night | day | week | screen | page | table | \
         report me | exact | would | could | should | might | may | must | able | supposed | trying | \
         tried | try | make | makes | made | take | takes | took | taken | put | let | lets | come | \
         comes | came | go | goes | went | way | keeps | doing | done so | need | use",
        "meia | meio | me | mim | meu | minha | meus | minhas | nos | nosso | nossa | nossos | voce | \
         voces | vc | vcs | eu | te | lhe | gente | galera | pessoal | ai | aqui | entao | bom | boa | \
         pois | tipo | pfv | pf | pfvr | porfa | por gentileza | que esta | que estao | que foi | \
         que foram | que tem | que sao | que | qual e | ainda | realmente | mesmo | exatamente | ja | \
         talvez | tambem | mas | se | ne | neh | hein | ein | mano | cara | chefe | operador | \
         operadores | amigo | colega | parceiro | meu deus | caramba | porra | cacete | raio | diabo | \
         diacho | po | eita | opa | saber | sabe | sabem | diz | dizer | diga | fala | fale | falar | \
         me diga | me diz | conta | olha | olhar | verifica | verificar | verifique | checa | checar | \
         cheque | confere | conferir | acho | parece | parecem | ter | tendo | sendo | sido | \
         estando | indo | ficando | favor | coisa | coisas | negocio | treco | outro | outros | \
         outra | outras | tanto | tantos | tanta | muito | muita | muitos | muitas | mto | pouco | \
         poucos | bastante | certo | errado | normal | vez | hora que | jeito | forma | dia todo | \
         turno | nome | ordenad~ | ordem | ordena | ordene | ordenar | decrescente | crescente | \
         momento | tempo | resto | item | itens | objeto | objetos | resultado | resultados | caso | \
         casos | valor | valores | novo | nova | atual | atuais | ultimamente | rapido | rapidinho | \
         urgente | logo | agorinha | noite | semana | tela | favorzinho | sim | aquilo | quando que | \
         sera | sera que | seria | poder | deve | devem | devia | deveria | fazer | faz | fazendo | \
         feito isso | vir | vem | vindo | ir | dar | da | pegar | tirar | ficar | cujo | cuja | \
         enquanto | devido | durante | costume | costuma | costumam | normalmente | geralmente | habitual | levando | veio | vieram | vindos | vindas | cedo | tarde | quase | bem | mal | tal | tais | assim | \
         antigo | dessa vez | grande | grandes | pequeno | pequenos | maioria | quaisquer | qualquer | \
         completo | especific~ | porem | to | tou | estou | estamos | temos | tenho | ve | viu | vi | \
         diabos | hoje em dia | entre outros",
    ),
];

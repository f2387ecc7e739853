//! Words of messages that are not about the plan: small talk, tricks, credentials. Declining such a
//! message is decided here by topic, never by the shape of the sentence.

use super::Row;
use super::meaning::Meaning::Outside as X;
use super::meaning::Outside::{Greeting, Instructions, Secrets, Topic};

pub(super) const ROWS: &[Row] = &[
    Row(
        X(Topic),
        "weather | rain | raining | sunny | forecast for the weekend | temperature outside | joke | \
         jokes | funny | riddle | poem | poems | poetry | haiku | limerick | story | song | sing | \
         lyrics | recipe | recipes | cook | cooking | cake | pizza | coffee | dinner | lunch | \
         breakfast | beer | football | soccer | basketball | baseball | world cup | olympics | \
         champions league | match result | game | games | movie | movies | film | films | netflix | \
         music | band | actor | actress | celebrity | president | prime minister | election | \
         elections | politics | government | war | capital of | population of | bitcoin | crypto | \
         stock price | stocks | stock market | dollar | euro | exchange rate | price of | buy | sell | \
         shopping | amazon | vacation | holiday | holidays | travel | flight | flights | hotel | \
         hotels | ticket price | girlfriend | boyfriend | love | marry | marriage | date me | dating | \
         birthday | horoscope | astrology | zodiac | dream | religion | god | meaning of life | \
         python script | python code | write code | write me | write a | write an | write some | \
         write python | write sql | write javascript | java program | javascript | html page | \
         regex for | sort algorithm | sorting algorithm | fibonacci | algorithm | source code | \
         program in | translate | translation | translate this | essay | homework | math problem | \
         equation | integral of | square root | medical | doctor | medicine | diet | workout | gym | \
         lawyer | legal advice | lottery | gamble | casino | bet | email to | draft an email | \
         linkedin | facebook | twitter | instagram | youtube | tiktok | chatgpt | openai | car | \
         cars | dog | dogs | cat | cats | animal | animals | planet | planets | moon | universe | \
         dinosaur | philosophy | salary | raise my salary | tell me a secret | wikipedia | google | \
         headlines | lunch menu | restaurant | restaurants | sex | drunk",
        "clima | tempo la fora | como esta o tempo | como ta o tempo | tempo hoje | \
         previsao do tempo | chuva | chover | chovendo | chove | vai chover | temperatura | piada | \
         piadas | engracad~ | charada | poema | poemas | poesia | historia de | historinha | musica | \
         musicas | cantar | canta | letra da musica | receita | receitas | bolo | pizza | cafe | \
         cafezinho | jantar | almoco | cerveja | churrasco | futebol | jogo do | jogo | jogos | \
         campeonato | copa do mundo | corinthians | flamengo | palmeiras | brasileirao | olimpiadas | \
         filme | filmes | serie da netflix | netflix | novela | ator | atriz | presidente | eleicao | \
         eleicoes | politica | governo | guerra | capital do | capital da | capital de | populacao | \
         bitcoin | cripto | bolsa de valores | acoes da | dolar | euro | cotacao | preco | comprar | \
         vender | ferias | feriado | feriados | viagem | viajar | voo | hotel | namorada | namorado | \
         amor | casar | casamento | aniversario | horoscopo | signo | signos | religiao | deus | \
         sentido da vida | codigo em python | codigo python | codigo em | escreva | escreve | \
         escrever | programa em | script python | script em | javascript | algoritmo | fibonacci | \
         traduz | traduza | traduzir | traducao | redacao | dever de casa | equacao | raiz quadrada | \
         medico | remedio | dieta | academia | advogado | loteria | mega sena | apostar | aposta | \
         facebook | instagram | youtube | tiktok | chatgpt | carro | carros | cachorro | gato | \
         gatos | animal | animais | planeta | lua | universo | filosofia | salario | manchetes | \
         cardapio | restaurante | sexo | fofoca | namorar",
    ),
    Row(
        X(Instructions),
        "ignore your | ignore all | ignore previous | ignore any | ignore the previous | \
         ignore the above | ignore everything | ignore prior | ignore my previous | disregard | \
         disregard all | forget your | forget all | forget everything | forget previous | \
         forget the rules | system prompt | your instructions | your prompt | your rules | \
         previous instructions | prior instructions | hidden instructions | you are now | pretend | \
         pretend to be | act as | act like | roleplay | role play | jailbreak | developer mode | \
         dan mode | sudo | override your | bypass | without any restrictions | no restrictions | \
         do anything now | new instructions | reveal your | repeat the text above | \
         print your instructions | admin mode | god mode | unrestricted | simulate being | \
         execute shell | rm rf | drop table | delete everything | delete all | delete the plan | wipe",
        "ignore suas | ignore as | ignora suas | ignora as | ignore todas | ignora todas | \
         ignore tudo | ignora tudo | desconsidere | desconsidera | esqueca suas | esquece suas | \
         esqueca tudo | esquece tudo | esqueca as | esquece as | suas instrucoes | \
         instrucoes anteriores | prompt de sistema | prompt do sistema | seu prompt | suas regras | \
         voce agora e | finja | finge | finja ser | aja como | modo desenvolvedor | \
         modo administrador | sem restricoes | burlar | burle | revele | revela suas | \
         novas instrucoes | apaga tudo | apague tudo | deleta tudo | delete tudo | apagar o plano",
    ),
    Row(
        X(Secrets),
        "password | passwords | passwd | credentials | credential | api key | api keys | secret | \
         secrets | access token | private key | ssh key | bearer token | secret key",
        "senha | senhas | credencial | credenciais | chave de api | token de acesso | segredo | \
         segredos | chave privada | chave secreta",
    ),
    Row(
        X(Greeting),
        "hi | hello | hey there | hiya | good morning | good evening | good afternoon | good night | \
         howdy | thanks a lot | thank you very much | bye | goodbye | see you | cheers | greetings | \
         yo | thanks | thank you | thx | ty | how are you",
        "oi | ola | bom dia | boa noite | boa tarde | e ai | eai | fala ai | tchau | ate mais | \
         ate logo | obrigado | obrigada | valeu | vlw | muito obrigado | tudo bem com voce | alo | \
         salve | brigado",
    ),
];

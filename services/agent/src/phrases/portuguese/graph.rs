//! The dependency graph's answers, in Portuguese.

use crate::findings::Lack;
use crate::phrases::graph::{Follow, GraphMessage, Supposition};
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};
use crate::query::Structure;

impl InPortuguese for GraphMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Unavailable { lack, instead } => unavailable(lack, instead).into(),
            Self::WouldBlock { subject, jobs, streams } => {
                let verb = number_of(&jobs, " não vai rodar.", " não vão rodar.");
                let (jobs, streams) = blocked(jobs, streams);
                pieces!["Se ", subject, " falhar, ", jobs, " de ", streams, verb]
            }
            Self::Blocks { subject, jobs, streams } => {
                let verb = number_of(&jobs, " não pode rodar.", " não podem rodar.");
                let (jobs, streams) = blocked(jobs, streams);
                pieces!["Do jeito que ", subject, " está, ", jobs, " de ", streams, verb]
            }
            Self::WouldBlockWithout { subject, jobs, streams } => {
                let verb = number_of(&jobs, " não vai rodar.", " não vão rodar.");
                let (jobs, streams) = blocked(jobs, streams);
                pieces!["Sem ", subject, ", ", jobs, " de ", streams, verb]
            }
            Self::BlocksNothing { subject, jobs } => {
                pieces![
                    "Nada mais para por causa de ",
                    subject,
                    ": ",
                    jobs,
                    " jobs dependem de como ele termina."
                ]
            }
            Self::OfThese { critical, deadlines } => {
                pieces!["Críticos entre eles: ", critical, "; com prazo: ", deadlines, "."]
            }
            Self::First { names } => pieces!["Atingidos primeiro: ", Pieces::joined(names, ", ", " e "), "."],
            Self::Alternatives { count } => {
                let noun = number_of(&count, " job só roda nesse caso.", " jobs só rodam nesse caso.");
                pieces![count, noun]
            }
            Self::NoCauseUpstream { subject, count } => {
                pieces!["Antes dele nada mais segura ", subject, " (", count, " outras causas)."]
            }
            Self::Causes { subject, count, between } => {
                let noun = number_of(&count, " causa raiz segura ", " causas raiz seguram ");
                pieces![
                    "No grafo de dependências, ",
                    count,
                    noun,
                    subject,
                    "; objetos no meio que também esperam: ",
                    between,
                    "."
                ]
            }
            Self::Cause { sort, object, kind, since, steps } => {
                let sort = sort.map(|sort| pieces![sort, " "]);
                let since = since.map(|since| pieces![", desde ", since]);
                let noun = number_of(&steps, " passo de distância).", " passos de distância).");
                pieces!["Causa: ", sort, object, ": ", kind, since, " (", steps, noun]
            }
            Self::Ways => "A tabela mostra o caminho a partir de cada causa.".into(),
            Self::CriticalPath { subject, steps, end } => {
                let what = subject.map_or(Pieces::from("o fim do plano"), Pieces::from);
                let noun = number_of(&steps, " passo", " passos");
                let end = end.map(|end| pieces![" e termina por volta de ", end]);
                pieces!["O caminho crítico até ", what, " tem ", steps, noun, end, "."]
            }
            Self::EndsLast { job } => pieces!["Por último no plano termina ", job, "."],
            Self::NoPath { subject, steps } => {
                let what = subject.map_or(Pieces::from("o plano"), Pieces::from);
                pieces!["Nada mais decide quando ", what, " termina (", steps, " passos)."]
            }
            Self::Longest { object, duration } => {
                pieces!["O passo mais demorado é ", object, ", com ", duration, "."]
            }
            Self::Slack { deadline, slack } => pieces!["O prazo é ", deadline, ", com folga de ", slack, "."],
            Self::TooLate { deadline, by } => {
                pieces!["O prazo é ", deadline, ": seria perdido por ", by, "."]
            }
            Self::DoesNotRun { subject } => pieces![subject, " não roda se ninguém agir."],
            Self::HasEnded { subject, at } => {
                let at = at.map(|at| pieces![" às ", at]);
                pieces![subject, " já terminou", at, "."]
            }
            Self::RunsUntil { subject, end } => {
                pieces![subject, " está em execução e deve terminar por volta de ", end, "."]
            }
            Self::WillRun { subject, start, end } => {
                pieces![subject, " deve começar por volta de ", start, " e terminar por volta de ", end, "."]
            }
            Self::WillBeSkipped { subject } => {
                pieces![subject, " não será executado: uma condição não se cumpre."]
            }
            Self::Range { low, high } => {
                pieces!["Em quatro de cada cinco casos termina entre ", low, " e ", high, "."]
            }
            Self::Compared { verdict, by } => pieces!["Isso é ", verdict, " ", by, "."],
            Self::LateShare { deadline, share } => {
                pieces!["O prazo é ", deadline, "; é perdido em ", share, " das noites simuladas."]
            }
            Self::HasDeadline { deadline } => pieces!["O prazo é ", deadline, "."],
            Self::OwnBasis { basis } => pieces!["O tempo dele se apoia em ", basis, "."],
            Self::RestsOn { history, estimates, guessed } => pieces![
                "Tempos usados no cálculo: de execuções anteriores ",
                history,
                ", das estimativas do próprio plano ",
                estimates,
                ", supostos ",
                guessed,
                "."
            ],
            Self::TakenAsMet { count } => {
                pieces!["Prompts, arquivos e afins que foram dados como presentes: ", count, "."]
            }
            Self::LimitsIgnored { count } => {
                pieces!["Workstations cujo limite não foi levado em conta: ", count, "."]
            }
            Self::PlanEnds { end } => {
                pieces!["O último job que vai rodar deve terminar por volta de ", end, "."]
            }
            Self::NothingLeft { jobs } => pieces!["Não resta job que vá rodar (", jobs, ")."],
            Self::PlanJobs { to_run, blocked, watched } => pieces![
                "Jobs que ainda vão rodar ou estão rodando: ",
                to_run,
                "; que não rodam se ninguém agir: ",
                blocked,
                "; críticos ou com prazo que ainda não terminaram: ",
                watched,
                "."
            ],
            Self::Risk { object, deadline, class, share } => {
                pieces![
                    object,
                    " tem prazo às ",
                    deadline,
                    ": ",
                    class,
                    ", perdido em ",
                    share,
                    " das noites simuladas."
                ]
            }
            Self::Expected { end } => pieces!["Deve terminar por volta de ", end, "."],
            Self::FailureShare { share } => {
                pieces!["Fora isso, um job do caminho crítico falha antes em ", share, " das noites."]
            }
            Self::NoDeadline { deadlines } => {
                pieces!["Não há prazo dele em aberto (", deadlines, "), portanto nenhum a perder."]
            }
            Self::Risks { endangered, total, at_least } => {
                let least = at_least.then_some("ao menos ");
                let noun =
                    number_of(&total, " prazo em aberto corre perigo.", " prazos em aberto correm perigo.");
                pieces!["Pela previsão, ", least, endangered, " de ", total, noun]
            }
            Self::RiskParts { missed, blocked, high, potential } => pieces![
                "Já vencidos: ",
                missed,
                "; o job não roda se ninguém agir: ",
                blocked,
                "; mais provável perder do que cumprir: ",
                high,
                "; com algum risco: ",
                potential,
                "."
            ],
            Self::Supposed { target, change } => match change {
                Supposition::Delay(by) => pieces!["Supondo que ", target, " venha ", by, " mais tarde:"],
                Supposition::Fail => pieces!["Supondo que ", target, " falhe:"],
                Supposition::Cancel => pieces!["Supondo que ", target, " seja cancelado:"],
                Supposition::Hold => pieces!["Supondo que ", target, " fique retido:"],
                Supposition::Limit(limit) => {
                    pieces!["Supondo que o limite de ", target, " seja ", limit, ":"]
                }
            },
            Self::NothingChanges { total } => pieces!["nenhum job muda (", total, ")."],
            Self::Changes { later, earlier, stopped, started } => pieces![
                "jobs que terminam mais tarde: ",
                later,
                "; mais cedo: ",
                earlier,
                "; que deixam de rodar: ",
                stopped,
                "; que só rodam nesse caso: ",
                started,
                "."
            ],
            Self::Ends { before, after } => {
                pieces!["O último job adiante termina por volta de ", after, " em vez de ", before, "."]
            }
            Self::SameEnd { at } => {
                pieces!["O último job adiante continua terminando por volta de ", at, "."]
            }
            Self::Shift { by, later: true } => pieces!["São ", by, " a mais."],
            Self::Shift { by, .. } => pieces!["São ", by, " a menos."],
            Self::NoEnd { before } => {
                pieces!["Do que terminaria adiante por volta de ", before, ", nada mais roda."]
            }
            Self::Deadlines { lost, won } => {
                pieces![
                    "Prazos que passam a ser mais prováveis de perder do que de cumprir: ",
                    lost,
                    "; o contrário: ",
                    won,
                    "."
                ]
            }
            Self::WithLimits => {
                "Os limites das workstations foram levados em conta, com tempos usuais.".into()
            }
            Self::LeadsTo { first, last, steps } => {
                let noun = number_of(&steps, " passo.", " passos.");
                pieces![last, " depende de ", first, " através de ", steps, noun]
            }
            Self::NoWay { first, last } => {
                pieces![
                    "Nenhum caminho leva de ",
                    first,
                    " a ",
                    last,
                    " ou de volta: nenhum espera pelo outro."
                ]
            }
            Self::Step { object, relation, status } => {
                let relation = relation.map(|relation| pieces![relation, ": "]);
                let status = status.map(|status| pieces![" (", status, ")"]);
                pieces![relation, object, status]
            }
            Self::Oddities { which, count } => match which {
                Structure::Fragile => {
                    pieces![
                        "Os jobs mais frágeis: aqueles cuja falha custaria mais e não é improvável (",
                        count,
                        " mostrados)."
                    ]
                }
                Structure::Cycles => {
                    let noun = number_of(
                        &count,
                        " grupo de objetos espera por si mesmo.",
                        " grupos de objetos esperam por si mesmos.",
                    );
                    pieces![count, noun]
                }
                Structure::Orphans => {
                    let noun = number_of(
                        &count,
                        " job não espera por nada, e nada espera por ele nem por sua malha.",
                        " jobs não esperam por nada, e nada espera por eles nem por suas malhas.",
                    );
                    pieces![count, noun]
                }
                Structure::Dangling => {
                    let noun = number_of(
                        &count,
                        " dependência aponta para o que o plano não tem.",
                        " dependências apontam para o que o plano não tem.",
                    );
                    pieces![count, noun]
                }
            },
            Self::Fragile { job, rate, jobs } => {
                let noun = number_of(&jobs, " job.", " jobs.");
                pieces![
                    "Em primeiro lugar vem ",
                    job,
                    ": falha em ",
                    rate,
                    " das execuções, e pararia ",
                    jobs,
                    noun
                ]
            }
            Self::Extent { jobs, dependencies } => {
                pieces!["Examinados: ", jobs, " jobs com ", dependencies, " dependências."]
            }
            Self::Coverage { share, known, definitions } => pieces![
                "As dependências são conhecidas do próprio plano para ",
                share,
                " dos jobs (",
                known,
                "), só das definições para ",
                definitions,
                "."
            ],
            Self::MoreThanShown => "Há mais do que as tabelas mostram.".into(),
            Self::Next(follow) => next(follow).into(),
        }
    }
}

fn blocked(jobs: crate::evidence::Fact, streams: crate::evidence::Fact) -> (Pieces, Pieces) {
    let (job, stream) = (number_of(&jobs, " job", " jobs"), number_of(&streams, " malha", " malhas"));
    (pieces![jobs, job], pieces![streams, stream])
}

fn unavailable(lack: Lack, instead: bool) -> &'static str {
    match (lack, instead) {
        (Lack::Unreachable, true) => {
            "O grafo de conhecimento não pode ser alcançado, então isto é o que o plano sozinho diz. Tudo sobre o próprio plano funciona como sempre."
        }
        (Lack::Unreachable, false) => {
            "O grafo de conhecimento não pode ser alcançado, e esta pergunta precisa dele. Perguntas sobre o próprio plano funcionam como sempre."
        }
        (Lack::NotReady, true) => {
            "O grafo de conhecimento ainda não recebeu as dependências deste motor, então isto é o que o plano sozinho diz. Pergunte de novo daqui a pouco."
        }
        (Lack::NotReady, false) => {
            "O grafo de conhecimento ainda não recebeu as dependências deste motor, e esta pergunta precisa delas. Pergunte de novo daqui a pouco; perguntas sobre o próprio plano funcionam como sempre."
        }
    }
}

fn next(follow: Follow) -> &'static str {
    match follow {
        Follow::Impact => {
            "Pode continuar: e o caminho crítico dele? quando ele termina? e se ele atrasar uma hora?"
        }
        Follow::Forecast => {
            "Pode continuar: qual o caminho crítico dele? e se ele falhar? ele vai perder o prazo?"
        }
        Follow::CriticalPath => "Pode continuar: e se ele atrasar uma hora? qual o impacto dele?",
        Follow::WhatIf => "Nada foi alterado. Pode continuar: e se ele for cancelado? qual o impacto dele?",
    }
}

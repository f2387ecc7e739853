//! What was kept, in Portuguese.

use crate::findings::Lack;
use crate::phrases::recall::RecallMessage;
use crate::phrases::{InPortuguese, Pieces, number_of, pieces};

impl InPortuguese for RecallMessage {
    fn in_portuguese(self) -> Pieces {
        match self {
            Self::Unavailable(Lack::Unreachable) => {
                "Documentos, incidentes e o histórico de execuções não podem ser alcançados agora; por isso não é \
                 possível consultar isso. Perguntas sobre o plano continuam funcionando."
                    .into()
            }
            Self::Unavailable(Lack::NotReady) => {
                "O que foi guardado ainda não está pronto para este motor. Perguntas sobre o plano continuam \
                 funcionando."
                    .into()
            }
            Self::NoPassage { text, count, documents } => {
                let noun = number_of(&documents, " documento", " documentos");
                pieces!["Nenhum trecho sobre \"", text, "\" foi encontrado (", count, " em ", documents, noun, ")."]
            }
            Self::Passages { count, documents } => {
                let noun = number_of(&count, " trecho encontrado", " trechos encontrados");
                let of = number_of(&documents, " documento.", " documentos.");
                pieces![count, noun, ", de ", documents, of, " São citações:"]
            }
            Self::Passage { citation, excerpt } => pieces![citation, ": \"", excerpt, "\""],
            Self::NotSearched { unreadable, pending } => pieces![
                "Não pesquisados: ",
                unreadable,
                " documentos que não podem ser lidos, ",
                pending,
                " que ainda estão sendo lidos."
            ],
            Self::Degraded => {
                "Só palavras-chave foram comparadas: a busca por significado não funciona agora.".into()
            }
            Self::NoneSimilar { count } => {
                pieces!["Nada parecido foi guardado (", count, " incidentes semelhantes)."]
            }
            Self::NothingFailed { job, status } => {
                pieces![job, " não falhou (", status, "), então não há o que comparar."]
            }
            Self::NotNoted { job } => {
                pieces!["A falha de ", job, " ainda não foi registrada como incidente; pergunte de novo em instantes."]
            }
            Self::Similar { count, resolved } => {
                let noun = number_of(&count, " incidente anterior se parece", " incidentes anteriores se parecem");
                pieces![count, noun, " com este; sabe-se como foi resolvido de ", resolved, "."]
            }
            Self::Likest { incident, opened, likeness, reasons } => pieces![
                "O mais parecido é ",
                incident,
                ", aberto ",
                opened,
                " (semelhança ",
                likeness,
                "). Em comum: ",
                Pieces::joined(reasons, "; ", "; "),
                "."
            ],
            Self::Reason { kind, shared } => {
                let shared = shared.map(|shared| pieces![" (", shared, ")"]);
                pieces![kind, shared]
            }
            Self::ResolvedBy { incident, text, by, at, confirmed } => {
                let confirmed = confirmed.map(|person| pieces![", confirmado por ", person]);
                pieces![incident, " foi resolvido: \"", text, "\" (", by, ", ", at, confirmed, ")."]
            }
            Self::NotResolved { incident, state } => {
                pieces!["Ninguém registrou como ", incident, " foi resolvido (", state, ")."]
            }
            Self::Reported { worked, failed } => {
                pieces!["Relatado desde então: funcionou ", worked, " vezes, não funcionou ", failed, " vezes."]
            }
            Self::NoOpenIncident { count } => pieces!["Não há incidentes sem solução (", count, ")."],
            Self::OpenIncidents { count, failing, more } => {
                let least = if more { "Pelo menos " } else { "" };
                let noun = number_of(&count, " incidente sem solução; ", " incidentes sem solução; ");
                let jobs = number_of(&failing, " job ainda falha", " jobs ainda falham");
                pieces![least, count, noun, failing, jobs, " neles."]
            }
            Self::RunTime { job, unusual, goes_on, earlier, seconds, usual } => {
                let verdict = if unusual { "Isso é incomum: " } else { "Isso é normal: " };
                let took = match (goes_on, earlier) {
                    (true, _) => " está rodando há ",
                    (false, true) => " ainda não rodou; a última execução levou ",
                    (false, false) => " levou ",
                };
                pieces![verdict, job, took, seconds, "; metade das execuções não passa de ", usual, "."]
            }
            Self::StartTime { job, unusual, waits, seconds, usual } => {
                let verdict = if unusual { "O início está mais tarde que o normal: " } else { "O início é o normal: " };
                let started = if waits { " espera desde o horário agendado há " } else { " começou depois do horário agendado em " };
                pieces![verdict, job, started, seconds, "; o normal é ", usual, "."]
            }
            Self::ComparedWith { runs, which, share, limit } => {
                let noun = number_of(&runs, " execução", " execuções");
                let share = share.map(|share| pieces!["; ", share, " delas não ficam acima"]);
                let limit = limit.map(|limit| pieces!["; incomum é acima de ", limit]);
                pieces!["Comparado com ", runs, noun, " (", which, ")", share, limit, "."]
            }
            Self::TooFewRuns { job, runs, needed } => {
                let noun = number_of(&runs, " execução", " execuções");
                pieces!["É pouco para dizer: ", job, " tem ", runs, noun, " para comparar, e são precisas ", needed, "."]
            }
            Self::NothingToCompare { job } => {
                pieces![job, " não rodou, então não há tempo de execução a comparar."]
            }
            Self::NoRuns { job, runs } => pieces!["Nenhuma execução de ", job, " foi guardada (", runs, ")."],
            Self::Runs { job, latest, runs, failed, rate } => {
                let noun = number_of(&runs, " execução", " execuções");
                let rate = rate.map(|rate| pieces![" (", rate, ")"]);
                let which = if latest { "Das últimas " } else { "De " };
                pieces![which, runs, noun, " guardadas de ", job, ", falharam ", failed, rate, "."]
            }
            Self::UsuallyTakes { usual, short, long } => pieces![
                "Normalmente leva ",
                usual,
                "; oito de dez execuções levam entre ",
                short,
                " e ",
                long,
                "."
            ],
            Self::UsuallyStarts { at, early, late, zone } => pieces![
                "Normalmente começa às ",
                at,
                ", quase sempre entre ",
                early,
                " e ",
                late,
                " (",
                zone,
                ")."
            ],
            Self::Since { first, last } => pieces!["Essas execuções terminaram de ", first, " a ", last, "."],
        }
    }
}

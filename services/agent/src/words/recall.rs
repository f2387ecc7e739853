//! Codes of what was kept in words: likeness, states of incidents, comparisons of runs.

/// Code, English, Portuguese.
pub(super) const WORDS: &[(&str, &str, &str)] = &[
    // Likeness of incidents
    ("lines", "lines of the log", "linhas do log"),
    ("message_codes", "message codes", "códigos de mensagem"),
    ("return_code", "the return code", "o código de retorno"),
    ("job", "the job", "o job"),
    ("job_stream", "the job stream", "a malha"),
    ("cause", "the cause", "a causa"),
    ("internal_status", "how they ended", "como terminaram"),
    // States of incidents
    ("open", "open", "aberto"),
    ("recovered", "recovered", "recuperado"),
    ("resolved", "resolved", "resolvido"),
    // What runs are compared with
    ("ALL_RUNS", "all its runs", "todas as execuções"),
    ("SAME_WEEKDAY", "its runs on this day of the week", "execuções neste dia da semana"),
    ("SAME_MONTH_PART", "its runs in this part of the month", "execuções nesta parte do mês"),
    ("SAME_SCHEDULE", "its runs of the same schedule", "execuções do mesmo agendamento"),
    // Days of the week
    ("MONDAY", "Monday", "segunda-feira"),
    ("TUESDAY", "Tuesday", "terça-feira"),
    ("WEDNESDAY", "Wednesday", "quarta-feira"),
    ("THURSDAY", "Thursday", "quinta-feira"),
    ("FRIDAY", "Friday", "sexta-feira"),
    ("SATURDAY", "Saturday", "sábado"),
    ("SUNDAY", "Sunday", "domingo"),
];

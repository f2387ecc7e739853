//! Time expressions. It is 02:30 on the 23rd in São Paulo (UTC-3).

use super::check;

#[test]
fn stretches_of_time() {
    check(&[
        ("what failed since 22:00", "list job where status is ERROR and end_time above 2026-11-23T01:00:00Z"),
        ("what failed since 10pm?", "list job where status is ERROR and end_time above 2026-11-23T01:00:00Z"),
        (
            "what failed in the last 30 minutes",
            "list job where status is ERROR and end_time above 2026-11-23T05:00:00Z",
        ),
        (
            "failures in the past hour",
            "list job where status is ERROR and end_time above 2026-11-23T04:30:00Z",
        ),
        (
            "what failed last night?",
            "list job where status is ERROR and end_time above 2026-11-22T21:00:00Z and end_time below 2026-11-23T09:00:00Z",
        ),
        ("what failed today", "list job where status is ERROR and end_time above 2026-11-23T03:00:00Z"),
        (
            "what failed yesterday",
            "list job where status is ERROR and end_time above 2026-11-22T03:00:00Z and end_time below 2026-11-23T03:00:00Z",
        ),
        (
            "jobs that failed between 1 and 2 am",
            "list job where status is ERROR and end_time above 2026-11-23T04:00:00Z and end_time below 2026-11-23T05:00:00Z",
        ),
        (
            "jobs started between 22:00 and 23:30",
            "list job where start_time above 2026-11-23T01:00:00Z and start_time below 2026-11-23T02:30:00Z",
        ),
        ("jobs that started after midnight", "list job where start_time above 2026-11-23T03:00:00Z"),
        (
            "jobs scheduled in the next 2 hours",
            "list job where scheduled_time above 2026-11-23T05:30:00Z and scheduled_time below 2026-11-23T07:30:00Z",
        ),
        (
            "which jobs failed more than 2 hours ago",
            "list job where status is ERROR and end_time below 2026-11-23T03:30:00Z",
        ),
        (
            "yesterday between 20:00 and 22:00 what failed",
            "list job where status is ERROR and end_time above 2026-11-22T23:00:00Z and end_time below 2026-11-23T01:00:00Z",
        ),
        (
            "o que falhou desde as 22h?",
            "list job where status is ERROR and end_time above 2026-11-23T01:00:00Z",
        ),
        (
            "o que falhou ontem à noite",
            "list job where status is ERROR and end_time above 2026-11-22T21:00:00Z and end_time below 2026-11-23T09:00:00Z",
        ),
        (
            "o que falhou essa noite?",
            "list job where status is ERROR and end_time above 2026-11-22T21:00:00Z and end_time below 2026-11-23T09:00:00Z",
        ),
        (
            "jobs que falharam nas últimas 2 horas",
            "list job where status is ERROR and end_time above 2026-11-23T03:30:00Z",
        ),
        ("falhas na última hora", "list job where status is ERROR and end_time above 2026-11-23T04:30:00Z"),
        (
            "o que abendou de madrugada",
            "list job where status is ERROR and end_time above 2026-11-23T03:00:00Z and end_time below 2026-11-23T09:00:00Z",
        ),
        (
            "jobs que falharam entre 1h e 2h",
            "list job where status is ERROR and end_time above 2026-11-23T04:00:00Z and end_time below 2026-11-23T05:00:00Z",
        ),
        (
            "o que falhou das 22h às 23h",
            "list job where status is ERROR and end_time above 2026-11-23T01:00:00Z and end_time below 2026-11-23T02:00:00Z",
        ),
        ("o que rodou depois da meia-noite", "list job where start_time above 2026-11-23T03:00:00Z"),
        (
            "o que falhou depois das 10 da noite",
            "list job where status is ERROR and end_time above 2026-11-23T01:00:00Z",
        ),
        (
            "quantos jobs falharam hoje",
            "count job where status is ERROR and end_time above 2026-11-23T03:00:00Z",
        ),
    ]);
}

#[test]
fn changes() {
    check(&[
        ("what changed since 22:00?", "changes since 2026-11-23T01:00:00Z"),
        ("what changed in the last 30 minutes", "changes since 2026-11-23T05:00:00Z"),
        ("what's new?", "changes"),
        ("o que mudou desde as 22h", "changes since 2026-11-23T01:00:00Z"),
        ("o que aconteceu na última hora?", "changes since 2026-11-23T04:30:00Z"),
        ("novidades nos últimos 15 minutos", "changes since 2026-11-23T05:15:00Z"),
    ]);
}

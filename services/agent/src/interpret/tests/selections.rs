//! Counting, listing, filtering, grouping, ordering.

use super::check;

#[test]
fn states_in_english() {
    check(&[
        ("which jobs failed?", "list job where status is ERROR"),
        ("show me the failed jobs", "list job where status is ERROR"),
        ("what failed?", "list job where status is ERROR"),
        ("any errors?", "list job where status is ERROR"),
        ("list jobs in error please", "list job where status is ERROR"),
        ("abended jobs", "list job where status is ERROR"),
        ("jobs in ABEND", "list job where internal_status is ABEND"),
        ("anything broken right now?", "list job where status is ERROR"),
        ("what's running", "list job where status is RUNNING"),
        ("which jobs are currently executing", "list job where status is RUNNING"),
        ("show waiting jobs", "list job where status is WAITING"),
        ("jobs on hold", "list job where status is HELD"),
        ("which streams are stuck?", "list job_stream where status is BLOCKED"),
        ("what is stuck?", "list job_stream where status is BLOCKED"),
        ("which jobs are late", "list job where late is true"),
        ("what's late?", "list job where late is true"),
        ("what is at risk", "list job where at_risk is true"),
        ("jobs that will miss their deadline", "list job where at_risk is true"),
        (
            "which jobs are running longer than usual?",
            "list job where status is RUNNING and long_running is true",
        ),
        ("which jobs take too long", "list job where long_running is true"),
        ("cancelled jobs", "list job where status is CANCELED"),
        ("jobs waiting for a file", "list job where substatus is HOLD_WAITING_FOR_FILE"),
        ("which jobs are waiting for a resource", "list job where substatus is READY_WAITING_FOR_RESOURCES"),
        ("jobs waiting for confirmation", "list job where internal_status is PEND"),
        ("critical jobs that are late", "list job where late is true and critical is true"),
        ("jobs not finished", "list job where status is not SUCCESSFUL,ERROR,CANCELED"),
        ("which jobs have not started yet?", "list job where status is WAITING,READY,HELD"),
        ("which jobs haven't finished?", "list job where status is not SUCCESSFUL,ERROR,CANCELED"),
        ("failed or held jobs", "list job where status is ERROR,HELD"),
        ("carried forward streams", "list job_stream where carried_forward is true"),
        ("failed jobs that are not critical", "list job where status is ERROR and critical is false"),
        ("list all jobs", "list job"),
        ("jobs with more than 2 runs", "list job where run_count above 2"),
    ]);
}

#[test]
fn states_in_portuguese() {
    check(&[
        ("quais jobs falharam?", "list job where status is ERROR"),
        ("o que falhou?", "list job where status is ERROR"),
        ("jobs abendados", "list job where status is ERROR"),
        ("lista os jobs com erro", "list job where status is ERROR"),
        ("o que deu pau?", "list job where status is ERROR"),
        ("tem algum job com erro aí?", "list job where status is ERROR"),
        ("quais jobs estão em ABEND", "list job where internal_status is ABEND"),
        ("o que está rodando agora?", "list job where status is RUNNING"),
        ("me mostra os jobs em execução", "list job where status is RUNNING"),
        ("jobs aguardando", "list job where status is WAITING"),
        ("quais malhas estão travadas?", "list job_stream where status is BLOCKED"),
        ("quais malhas estao paradas", "list job_stream where status is BLOCKED"),
        ("o que está atrasado?", "list job where late is true"),
        ("quais jobs estão atrasados", "list job where late is true"),
        ("quais jobs correm risco de atrasar", "list job where at_risk is true"),
        ("jobs demorando mais que o normal", "list job where long_running is true"),
        ("quais jobs críticos estão atrasados?", "list job where late is true and critical is true"),
        ("jobs que ainda não terminaram", "list job where status is not SUCCESSFUL,ERROR,CANCELED"),
        ("o que ainda não começou?", "list job where status is WAITING,READY,HELD"),
        ("jobs esperando arquivo", "list job where substatus is HOLD_WAITING_FOR_FILE"),
        ("jobs parados em prompt", "list job where substatus is HOLD_WAITING_FOR_PROMPT"),
        ("jobs cancelados", "list job where status is CANCELED"),
        ("jobs segurados", "list job where status is HELD"),
        ("quais jobs terminaram com sucesso", "list job where status is SUCCESSFUL"),
        ("jobs com falha ou cancelados", "list job where status is ERROR,CANCELED"),
        ("jobs que vieram do plano de ontem", "list job where carried_forward is true"),
    ]);
}

#[test]
fn places_and_people() {
    check(&[
        ("failed jobs on AGT01", "list job where status is ERROR and workstation is AGT01"),
        ("what failed on agt01?", "list job where status is ERROR and workstation is AGT01"),
        ("what is running on agent AGT02", "list job where status is RUNNING and workstation is AGT02"),
        ("list the jobs of stream PAYROLL", "list job where job_stream_name is PAYROLL"),
        ("which jobs in payroll failed", "list job where status is ERROR and job_stream_name is PAYROLL"),
        ("failed jobs in /FIN", "list job where status is ERROR and folder is /FIN/*"),
        ("jobs in folder FIN", "list job where folder is /FIN/*"),
        ("jobs in folder /FIN/AP that are late", "list job where folder is /FIN/AP/* and late is true"),
        ("jobs of user batchfin in error", "list job where status is ERROR and user is batchfin"),
        ("failed jobs except on AGT01", "list job where status is ERROR and workstation is not AGT01"),
        ("failed jobs not in /FIN", "list job where status is ERROR and folder is not /FIN/*"),
        ("jobs on AGT01 and AGT02", "list job where workstation is AGT01,AGT02"),
        ("streams in folder /FIN", "list job_stream where folder is /FIN/*"),
        ("jobs com erro no agente AGT01", "list job where status is ERROR and workstation is AGT01"),
        ("o que está rodando na AGT02?", "list job where status is RUNNING and workstation is AGT02"),
        (
            "quais jobs da malha PAYROLL falharam?",
            "list job where status is ERROR and job_stream_name is PAYROLL",
        ),
        ("jobs atrasados na pasta /FIN", "list job where folder is /FIN/* and late is true"),
        ("jobs do usuário batchfin", "list job where user is batchfin"),
        ("jobs com erro exceto na pasta /SALES", "list job where status is ERROR and folder is not /SALES/*"),
        ("jobs que começam com PAY", "list job where job_name is PAY*"),
        ("jobs starting with PAY", "list job where job_name is PAY*"),
        ("jobs ending in _LOAD", "list job where job_name is *_LOAD"),
        ("jobs named PAY*", "list job where job_name is PAY*"),
        ("list jobs PAY@", "list job where job_name is PAY*"),
        ("jobs containing CALC", "list job where job_name is *CALC*"),
        ("streams like CLOS*", "list job_stream where job_stream_name is CLOS*"),
    ]);
}

#[test]
fn counts_and_groups() {
    check(&[
        ("how many jobs failed?", "count job where status is ERROR"),
        ("how many jobs are there", "count job"),
        ("number of running jobs", "count job where status is RUNNING"),
        ("count of streams", "count job_stream"),
        ("how many workstations are down?", "count workstation where healthy is false"),
        ("jobs by status", "count job by status"),
        ("count jobs per workstation", "count job by workstation"),
        ("failed jobs by stream", "count job where status is ERROR by job_stream_name"),
        ("how many failed jobs per folder", "count job where status is ERROR by folder"),
        (
            "which workstation has the most failed jobs?",
            "count job where status is ERROR by workstation limit 1",
        ),
        ("top 3 streams with most failures", "count job where status is ERROR by job_stream_name limit 3"),
        ("how many jobs in PAYROLL", "count job where job_stream_name is PAYROLL"),
        ("how many open prompts are there?", "count prompt where status is ASKED"),
        ("quantos jobs falharam?", "count job where status is ERROR"),
        ("quantas malhas estão travadas", "count job_stream where status is BLOCKED"),
        ("quantos jobs por status", "count job by status"),
        ("jobs com erro por agente", "count job where status is ERROR by workstation"),
        ("qual agente tem mais jobs com erro?", "count job where status is ERROR by workstation limit 1"),
        ("qual malha tem mais falhas", "count job where status is ERROR by job_stream_name limit 1"),
        ("quantidade de jobs rodando", "count job where status is RUNNING"),
        ("qtos jobs rodando", "count job where status is RUNNING"),
        ("quantos jobs tem na pasta /FIN?", "count job where folder is /FIN/*"),
    ]);
}

#[test]
fn orders_and_numbers() {
    check(&[
        ("longest running jobs", "list job where status is RUNNING order elapsed desc"),
        ("top 5 longest running jobs", "list job where status is RUNNING order elapsed desc limit 5"),
        (
            "which job has been running the longest?",
            "list job where status is RUNNING order elapsed desc limit 1",
        ),
        ("the 10 slowest jobs", "list job order elapsed desc limit 10"),
        ("last 5 failed jobs", "list job where status is ERROR order end_time desc limit 5"),
        ("most recent failures", "list job where status is ERROR order end_time desc"),
        ("jobs running for more than 30 minutes", "list job where status is RUNNING and elapsed above 30m"),
        ("jobs running longer than 1 hour", "list job where status is RUNNING and elapsed above 1h"),
        ("jobs that took less than 5 min", "list job where elapsed below 5m"),
        ("jobs with priority above 50", "list job where priority above 50"),
        ("jobs with priority 0", "list job where priority is 0"),
        ("jobs with rc 12", "list job where return_code is 12"),
        ("jobs with return code greater than 4", "list job where return_code above 4"),
        ("jobs rc != 0", "list job where return_code is not 0"),
        ("jobs with a non-zero return code", "list job where return_code is not 0"),
        ("workstations with limit 0", "list workstation where limit is 0"),
        ("os 5 jobs mais demorados", "list job order elapsed desc limit 5"),
        (
            "qual job está rodando há mais tempo?",
            "list job where status is RUNNING order elapsed desc limit 1",
        ),
        ("jobs rodando há mais de 1 hora", "list job where status is RUNNING and elapsed above 1h"),
        ("o que está rodando há mais de meia hora", "list job where status is RUNNING and elapsed above 30m"),
        ("jobs com prioridade maior que 50", "list job where priority above 50"),
        ("jobs com código de retorno 8", "list job where return_code is 8"),
        ("últimos 5 jobs que falharam", "list job where status is ERROR order end_time desc limit 5"),
        ("streams with more than 50 jobs", "list job_stream where job_count above 50"),
    ]);
}

#[test]
fn workstations_resources_and_prompts() {
    check(&[
        ("which agents are down?", "list workstation where healthy is false"),
        ("list unlinked workstations", "list workstation where linked is false"),
        ("workstations that are not linked", "list workstation where linked is false"),
        ("are all agents ok?", "workstation_health"),
        ("health of the workstations", "workstation_health"),
        ("quais agentes estão fora do ar?", "list workstation where healthy is false"),
        ("quais agentes caíram", "list workstation where healthy is false"),
        ("agentes sem link", "list workstation where linked is false"),
        ("como estão os agentes?", "workstation_health"),
        ("which pools are down", "list workstation where type is POOL,D-POOL and healthy is false"),
        ("who holds resource DBLOCK?", "resource_holders resource AGT01#DBLOCK"),
        ("who is using DBLOCK", "resource_holders resource AGT01#DBLOCK"),
        ("quem está segurando o recurso DBLOCK?", "resource_holders resource AGT01#DBLOCK"),
        ("quem ta usando o dblock", "resource_holders resource AGT01#DBLOCK"),
        ("which resources are exhausted", "list resource where available is 0"),
        ("list resources", "list resource"),
        ("open prompts", "open_prompts"),
        ("which prompts are waiting for an answer?", "open_prompts"),
        ("prompts sem resposta", "open_prompts"),
        ("tem algum prompt aberto?", "open_prompts"),
    ]);
}

#[test]
fn looser_phrasing() {
    check(&[
        (
            "gimme all the abends from tonight",
            "list job where status is ERROR and end_time above 2026-11-22T21:00:00Z and end_time below 2026-11-23T09:00:00Z",
        ),
        ("how many jobs are left to run?", "count job where status is WAITING,READY"),
        (
            "what's next to run on AGT01?",
            "list job where status is WAITING,READY and workstation is AGT01 order scheduled_time asc",
        ),
        ("top 10 jobs by duration", "list job order elapsed desc limit 10"),
        ("biggest streams", "list job_stream order job_count desc"),
        ("show top 5 jobs by return code", "list job order return_code desc limit 5"),
        ("top 3 workstations by failed jobs", "count job where status is ERROR by workstation limit 3"),
        ("which agents have failed jobs?", "count job where status is ERROR by workstation"),
        ("streams with failed jobs", "count job where status is ERROR by job_stream_name"),
        ("percentage of failed jobs", "count job by status"),
        (
            "Give me a breakdown of job statuses for stream PAYROLL",
            "count job where job_stream_name is PAYROLL by status",
        ),
        ("which jobs wait for confirmation?", "list job where internal_status is PEND"),
        (
            "Show jobs under /FIN excluding successful ones",
            "list job where status is not SUCCESSFUL and folder is /FIN/*",
        ),
        ("show me everything that's late in FIN", "list job where folder is /FIN/* and late is true"),
        ("jobs without a deadline", "ask NotCovered"),
        ("errors /FIN", "list job where status is ERROR and folder is /FIN/*"),
        ("list failed payrol jobs", "unknown payrol"),
        ("status of PAY_LOAD and PAY_CALC", "list job where job_name is PAY_LOAD,PAY_CALC"),
        (
            "jobs late by more than 30 minutes",
            "list job where deadline below 2026-11-23T05:00:00Z and late is true",
        ),
        ("jobs that started yesterday and failed today", "ask OneAtATime"),
        (
            "first job that failed today",
            "list job where status is ERROR and end_time above 2026-11-23T03:00:00Z order end_time asc limit 1",
        ),
        ("última falha", "list job where status is ERROR order end_time desc limit 1"),
        ("what has been waiting the longest", "list job where status is WAITING order scheduled_time asc"),
        ("what % of jobs is complete", "count job by status"),
        ("jobs with AWSBDW009E", "ask NotCovered"),
        ("which jobs are blocking others", "ask NotCovered"),
        ("jobs in the finance folder /FIN", "list job where folder is /FIN/*"),
        ("jobs with priority zero", "list job where priority is 0"),
        (
            "quantos jobs da PAYROLL ainda não rodaram?",
            "count job where status is WAITING,READY,HELD and job_stream_name is PAYROLL",
        ),
        ("what has not run yet", "list job where status is WAITING,READY,HELD"),
        (
            "how many jobs ran successfully today",
            "count job where status is SUCCESSFUL and end_time above 2026-11-23T03:00:00Z",
        ),
        ("qual a malha mais atrasada", "list job_stream where late is true order deadline asc limit 1"),
        ("how many jobs run as user batch", "count job where user is batch"),
        ("are all agents linked?", "workstation_health"),
        ("why are jobs failing?", "list job where status is ERROR"),
        ("jobs q falharam hj", "list job where status is ERROR and end_time above 2026-11-23T03:00:00Z"),
        ("quantos jobs ainda faltam?", "count job where status is not SUCCESSFUL,ERROR,CANCELED"),
        (
            "Mostre os jobs da pasta /FIN menos os que terminaram com sucesso",
            "list job where status is not SUCCESSFUL and folder is /FIN/*",
        ),
        ("quais malhas têm jobs com erro?", "count job where status is ERROR by job_stream_name"),
        ("jobs com RPT no nome", "list job where job_name is *RPT*"),
        ("jobs com mais de 2 horas de execução", "list job where elapsed above 2h"),
        (
            "o que ainda vai rodar nas próximas 2 horas?",
            "list job where status is WAITING and scheduled_time above 2026-11-23T05:30:00Z and scheduled_time below 2026-11-23T07:30:00Z",
        ),
        ("malhas em andamento", "list job_stream where status is RUNNING"),
    ]);
}

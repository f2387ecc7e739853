//! Questions about one object.

use super::check;

const LOAD: &str = "job MDM#/FIN/PAYROLL.PAY_LOAD";

fn about(rows: &[(&str, &str, &str)]) {
    let expected: Vec<String> = rows.iter().map(|(_, intent, object)| format!("{intent} {object}")).collect();
    let table: Vec<(&str, &str)> =
        rows.iter().zip(&expected).map(|((message, ..), expected)| (*message, expected.as_str())).collect();
    check(&table);
}

#[test]
fn why_something_does_not_run() {
    about(&[
        ("why is PAY_LOAD not running?", "why_waiting", LOAD),
        ("why hasn't pay_load started", "why_waiting", LOAD),
        ("why is job PAY_LOAD waiting", "why_waiting", LOAD),
        ("why is pay_load stuck?", "why_waiting", LOAD),
        ("what is PAY_LOAD stuck on", "why_waiting", LOAD),
        ("what's blocking PAY_LOAD", "why_waiting", LOAD),
        ("what is holding up PAY_LOAD?", "why_waiting", LOAD),
        ("hey can you tell me why pay_load didn't run?", "why_waiting", LOAD),
        ("por que o PAY_LOAD não rodou?", "why_waiting", LOAD),
        ("pq o pay_load ta parado", "why_waiting", LOAD),
        ("por que PAY_LOAD ainda não iniciou", "why_waiting", LOAD),
        ("o que está travando o PAY_LOAD?", "why_waiting", LOAD),
        ("o que tá segurando o job pay_load", "why_waiting", LOAD),
        ("qual o motivo do PAY_LOAD estar parado", "why_waiting", LOAD),
        ("why is stream PAYROLL stuck?", "why_waiting", "job_stream MDM#/FIN/PAYROLL"),
        ("por que a malha PAYROLL está travada", "why_waiting", "job_stream MDM#/FIN/PAYROLL"),
        ("why is MDM#/FIN/PAYROLL.PAY_LOAD not running", "why_waiting", LOAD),
        ("why is payroll.pay_load not running", "why_waiting", LOAD),
    ]);
}

#[test]
fn why_something_failed() {
    let calc = "job MDM#/FIN/PAYROLL.PAY_CALC";
    about(&[
        ("why did PAY_CALC fail?", "why_failed", calc),
        ("why did pay_calc abend", "why_failed", calc),
        ("reason for the failure of PAY_CALC", "why_failed", calc),
        ("what went wrong with PAY_CALC", "why_failed", calc),
        ("what happened to PAY_CALC?", "why_failed", calc),
        ("why PAY_CALC?", "why_failed", calc),
        ("por que o PAY_CALC falhou?", "why_failed", calc),
        ("pq o pay_calc abendou", "why_failed", calc),
        ("qual o motivo da falha do PAY_CALC", "why_failed", calc),
        ("o que houve com o PAY_CALC?", "why_failed", calc),
        ("o que aconteceu com o pay_calc", "why_failed", calc),
    ]);
}

#[test]
fn neighbours() {
    about(&[
        ("what depends on PAY_LOAD?", "successors", LOAD),
        ("successors of PAY_LOAD", "successors", LOAD),
        ("who waits for PAY_LOAD", "successors", LOAD),
        ("which jobs depend on pay_load", "successors", LOAD),
        ("what runs after PAY_LOAD", "successors", LOAD),
        ("what does PAY_LOAD depend on?", "predecessors", LOAD),
        ("what does pay_load wait for", "predecessors", LOAD),
        ("what is PAY_LOAD waiting for?", "predecessors", LOAD),
        ("predecessors of PAY_LOAD", "predecessors", LOAD),
        ("dependencies of PAY_LOAD", "predecessors", LOAD),
        ("quem depende do PAY_LOAD?", "successors", LOAD),
        ("quais as sucessoras do PAY_LOAD", "successors", LOAD),
        ("do que o PAY_LOAD depende?", "predecessors", LOAD),
        ("o que o pay_load espera", "predecessors", LOAD),
        ("o que o PAY_LOAD está esperando?", "predecessors", LOAD),
        ("predecessoras do PAY_LOAD", "predecessors", LOAD),
        ("quais jobs estão esperando pelo PAY_LOAD", "successors", LOAD),
    ]);
    check(&[
        ("impact of PAY_LOAD", "impact job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("everything downstream of PAY_LOAD", "successors job MDM#/FIN/PAYROLL.PAY_LOAD transitive"),
        ("if PAY_LOAD fails what is affected?", "impact job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("qual o impacto do PAY_LOAD?", "impact job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("o que é afetado se o PAY_LOAD falhar", "impact job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("what is PAY_LOAD blocking?", "successors job MDM#/FIN/PAYROLL.PAY_LOAD"),
    ]);
}

#[test]
fn logs_progress_and_details() {
    let payroll = "job_stream MDM#/FIN/PAYROLL";
    about(&[
        ("show the log of PAY_LOAD", "log", LOAD),
        ("log pay_load", "log", LOAD),
        ("joblog for PAY_LOAD please", "log", LOAD),
        ("me mostra o log do PAY_LOAD", "log", LOAD),
        ("cadê a saída do job pay_load", "log", LOAD),
        ("how far is PAYROLL?", "progress", payroll),
        ("progress of stream payroll", "progress", payroll),
        ("has PAYROLL finished?", "progress", payroll),
        ("what % of PAYROLL is done", "progress", payroll),
        ("quanto falta pra PAYROLL terminar?", "progress", payroll),
        ("andamento da malha PAYROLL", "progress", payroll),
        ("a payroll já terminou?", "progress", payroll),
        ("status of PAY_LOAD", "detail", LOAD),
        ("how is pay_load doing", "detail", LOAD),
        ("tell me about PAY_LOAD", "detail", LOAD),
        ("PAY_LOAD", "detail", LOAD),
        ("is PAY_LOAD late?", "detail", LOAD),
        ("did PAY_LOAD fail?", "detail", LOAD),
        ("is pay_load running", "detail", LOAD),
        ("qual o status do PAY_LOAD?", "detail", LOAD),
        ("como está o job pay_load", "detail", LOAD),
        ("o PAY_LOAD falhou?", "detail", LOAD),
        ("o pay_load já rodou?", "detail", LOAD),
        ("when does PAY_LOAD start?", "detail", LOAD),
        ("when did pay_load run", "detail", LOAD),
        ("details of stream PAYROLL", "detail", payroll),
        ("is AGT01 up?", "workstation_health", "workstation AGT01"),
        ("how is agent AGT01", "workstation_health", "workstation AGT01"),
        ("o agente AGT01 está fora do ar?", "workstation_health", "workstation AGT01"),
        ("status da AGT01", "workstation_health", "workstation AGT01"),
        ("why is AGT01 down?", "workstation_health", "workstation AGT01"),
        ("status of br-sp-01", "workstation_health", "workstation br-sp-01"),
    ]);
    check(&[
        ("last 50 lines of the log of PAY_LOAD", "log job MDM#/FIN/PAYROLL.PAY_LOAD tail 50"),
        ("últimas 20 linhas do log do PAY_LOAD", "log job MDM#/FIN/PAYROLL.PAY_LOAD tail 20"),
        ("status of folder /FIN", "count job where folder is /FIN/* by status"),
    ]);
}

#[test]
fn the_plan_meanings_and_help() {
    check(&[
        ("how is the plan?", "overview"),
        ("give me an overview", "overview"),
        ("status of the batch", "overview"),
        ("is everything ok?", "overview"),
        ("summary please", "overview"),
        ("como está o plano?", "overview"),
        ("resumo da noite", "overview"),
        ("visão geral", "overview"),
        ("tudo certo no batch?", "overview"),
        ("how far is the batch", "overview"),
        ("what does STUCK mean?", "meaning status STUCK"),
        ("what is FENCE", "meaning status FENCE"),
        ("o que significa FENCE?", "meaning status FENCE"),
        ("o que é stuck?", "meaning status STUCK"),
        ("meaning of AWSBDW009E", "meaning code AWSBDW009E"),
        ("awsbdw009e", "meaning code AWSBDW009E"),
        ("o que é AWSJPL017E", "meaning code AWSJPL017E"),
        ("what does rc 137 mean", "meaning return_code 137"),
        ("return code 143?", "meaning return_code 143"),
        ("o que significa código de retorno 127", "meaning return_code 127"),
        ("what does HOLD_WAITING_FOR_FILE mean", "meaning status HOLD_WAITING_FOR_FILE"),
        ("help", "help"),
        ("what can you do?", "help"),
        ("ajuda", "help"),
        ("o que você sabe fazer?", "help"),
        ("oi", "help"),
        ("good morning", "help"),
    ]);
}

#[test]
fn command_line_forms() {
    check(&[
        ("sj MDM#PAYROLL.@", "list job where job_stream_name is PAYROLL and job_stream_workstation is MDM"),
        ("sj @#@.@+state=abend", "list job where internal_status is ABEND"),
        ("sj @#@.@~state=succ", "list job where internal_status is not SUCC"),
        ("ss @#PAY@", "list job_stream where job_stream_name is PAY*"),
        ("ss PAYROLL", "detail job_stream MDM#/FIN/PAYROLL"),
        ("sj PAYROLL", "list job where job_stream_name is PAYROLL"),
        ("sj PAY_LOAD;deps", "predecessors job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("sj PAY_LOAD;stdlist", "log job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("sj PAY_LOAD;info", "detail job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("sc", "list workstation"),
        ("sc AGT01", "workstation_health workstation AGT01"),
        ("sp", "open_prompts"),
        ("sr", "list resource"),
        ("rr PAY_CALC", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("ap PAY_LOAD;50", "act set_priority job MDM#/FIN/PAYROLL.PAY_LOAD with 50"),
        ("lc AGT01;10;noask", "act set_limit workstation AGT01 with 10"),
        ("reply 12;y", "act reply prompt 12 with yes"),
    ]);
}

#[test]
fn looser_phrasing() {
    check(&[
        ("PAY_CALC abended what do I do", "why_failed job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("explain the failure of PAY_CALC", "why_failed job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("me explica o erro do PAY_CALC", "why_failed job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("what has to finish before PAY_LOAD can start?", "predecessors job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("what comes right after PAY_LOAD?", "successors job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("quem precisa rodar antes do PAY_LOAD", "predecessors job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("o que roda logo depois do PAY_LOAD", "successors job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("Will the failure of PAY_CALC affect FINAL?", "impact job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("Which job is PAYROLL stuck at?", "why_waiting job_stream MDM#/FIN/PAYROLL"),
        ("on which workstation does PAY_LOAD run?", "detail job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("por que PAY_LOAD está em hold?", "why_waiting job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("what needs my attention?", "overview"),
        ("tá tudo rodando?", "overview"),
        ("did everything finish ok last night?", "overview"),
        ("what is HOLD_WAITING_FOR_FILE?", "meaning status HOLD_WAITING_FOR_FILE"),
        ("why is MDM#/FIN/PAYROLL.PAY_LOAD late", "why_waiting job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("tail 50 of PAY_CALC", "log job MDM#/FIN/PAYROLL.PAY_CALC tail 50"),
        ("is DBLOCK free?", "resource_holders resource AGT01#DBLOCK"),
        ("restart agent AGT01", "act start workstation AGT01"),
        ("preciso que o PAY_LOAD rode agora", "act submit job MDM#/FIN/PAYROLL.PAY_LOAD"),
    ]);
}

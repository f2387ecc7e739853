//! Requests to act, which only ever become a preview.

use super::check;

#[test]
fn verbs_in_both_languages() {
    check(&[
        ("rerun PAY_CALC", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("please rerun job pay_calc", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("can you restart PAY_CALC?", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("cancel PAY_LOAD", "act cancel job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("kill PAY_EXTRACT", "act kill job MDM#/FIN/PAYROLL.PAY_EXTRACT"),
        ("hold PAY_LOAD", "act hold job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("put PAY_LOAD on hold", "act hold job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("release PAY_LOAD", "act release job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("set the priority of PAY_LOAD to 50", "act set_priority job MDM#/FIN/PAYROLL.PAY_LOAD with 50"),
        ("change the limit of AGT01 to 10", "act set_limit workstation AGT01 with 10"),
        ("lower the fence on AGT01 to 0", "act set_fence workstation AGT01 with 0"),
        ("link AGT02", "act link workstation AGT02"),
        ("confirm PAY_CALC as successful", "act confirm job MDM#/FIN/PAYROLL.PAY_CALC with successful"),
        ("submit stream PAYROLL", "act submit job_stream MDM#/FIN/PAYROLL"),
        ("run PAY_LOAD now", "act submit job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("reply yes to prompt 12", "act reply prompt 12 with yes"),
        ("stop AGT01", "act stop workstation AGT01"),
        ("rerun all failed jobs in /FIN", "act rerun all job where status is ERROR and folder is /FIN/*"),
        ("da pra rodar o PAY_CALC de novo?", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("como faço pra liberar o PAY_LOAD?", "act release job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("desce a fence do AGT01 pra 0", "act set_fence workstation AGT01 with 0"),
        ("responde sim pro 12", "act reply prompt 12 with yes"),
        ("reexecuta o PAY_CALC", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("roda de novo o pay_calc", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("pode dar um rerun no PAY_CALC?", "act rerun job MDM#/FIN/PAYROLL.PAY_CALC"),
        ("mata o job PAY_EXTRACT", "act kill job MDM#/FIN/PAYROLL.PAY_EXTRACT"),
        ("cancela o PAY_LOAD por favor", "act cancel job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("segura o PAY_LOAD", "act hold job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("coloca o PAY_LOAD em hold", "act hold job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("libera o PAY_LOAD", "act release job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("preciso liberar o job PAY_LOAD", "act release job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("muda a prioridade do PAY_LOAD para 80", "act set_priority job MDM#/FIN/PAYROLL.PAY_LOAD with 80"),
        ("aumenta o limite do AGT01 para 20", "act set_limit workstation AGT01 with 20"),
        ("responde sim ao prompt 12", "act reply prompt 12 with yes"),
        ("submete a malha PAYROLL", "act submit job_stream MDM#/FIN/PAYROLL"),
    ]);
}

#[test]
fn participles_are_states_and_not_orders() {
    check(&[
        ("which jobs were cancelled?", "list job where status is CANCELED"),
        ("was PAY_LOAD cancelled?", "detail job MDM#/FIN/PAYROLL.PAY_LOAD"),
        ("quais jobs foram cancelados", "list job where status is CANCELED"),
        ("set the priority of PAY_LOAD", "ask NeedsNumber"),
    ]);
}

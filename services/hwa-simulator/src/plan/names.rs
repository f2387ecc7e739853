//! The vocabulary of a bank's batch: folders, job streams and jobs. Some names are deliberately shared, since
//! real plans are full of them: the same job stream in two folders, the same job in many streams.

/// A business area: a folder with its job streams.
#[derive(Debug)]
pub(crate) struct Area {
    pub(crate) folder: &'static str,
    pub(crate) description: &'static str,
    /// Workstation group its jobs prefer.
    pub(crate) site: Site,
    pub(crate) user: &'static str,
    /// Job stream and the prefix of its jobs.
    pub(crate) streams: &'static [(&'static str, &'static str)],
    /// What its jobs do, in the order in which they do it.
    pub(crate) steps: &'static [&'static str],
}

/// Where an area's jobs run by preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    Database,
    Application,
    Warehouse,
    Windows,
    Operations,
}

/// Jobs that many streams have, under the same name.
pub(crate) const SHARED_STEPS: &[&str] =
    &["NOTIFY_OPS", "ARCHIVE_LOGS", "CHECK_SPACE", "SEND_REPORT", "CLEANUP_TMP", "BACKUP_TABLES"];

pub(crate) const AREAS: &[Area] = &[
    Area {
        folder: "FIN",
        description: "General ledger and financial closing",
        site: Site::Database,
        user: "finbatch",
        streams: &[
            ("GL_POST_DAILY", "GL_POST"),
            ("GL_CLOSE_DAY", "GL_CLOSE"),
            ("EOD_CLOSE", "EOD"),
            ("AP_INVOICES", "AP_INV"),
            ("AR_BILLING", "AR_BILL"),
            ("FX_REVALUE", "FX_REVAL"),
            ("COST_ALLOC", "COST"),
            ("RECON_DAILY", "RECON"),
            ("FIN_REPORTS", "FIN_REP"),
        ],
        steps: &["EXTRACT", "VALIDATE", "LOAD", "POST", "BALANCE", "RECONCILE", "REPORT", "EXPORT"],
    },
    Area {
        folder: "PAYROLL",
        description: "Salaries and benefits",
        site: Site::Database,
        user: "paybatch",
        streams: &[
            ("PAY_DAILY", "PAY"),
            ("PAY_CALC", "PAYCALC"),
            ("BENEFITS_FEED", "BENEF"),
            ("TIMESHEET_IMP", "TSHEET"),
            ("PENSION_UPD", "PENSION"),
            ("PAY_TAXES", "PAYTAX"),
            ("HR_SYNC", "HRSYNC"),
        ],
        steps: &["LOAD", "CHECK", "CALC", "APPROVE", "TRANSFER", "REPORT", "ARCHIVE"],
    },
    Area {
        folder: "RISK",
        description: "Market, credit and liquidity risk",
        site: Site::Warehouse,
        user: "riskcalc",
        streams: &[
            ("RISK_VAR", "RISK_VAR"),
            ("CREDIT_SCORE", "SCORE"),
            ("LIQ_RATIOS", "LIQ"),
            ("STRESS_TEST", "STRESS"),
            ("EXPOSURE_CALC", "EXPO"),
            ("LIMIT_CHECK", "LIMCHK"),
            ("PROVISIONING", "PROV"),
            ("COLLAT_VALUE", "COLLAT"),
        ],
        steps: &["MARKETDATA", "POSITIONS", "CALC", "AGGREGATE", "VALIDATE", "LIMITS", "REPORT"],
    },
    Area {
        folder: "CARDS",
        description: "Credit and debit cards",
        site: Site::Application,
        user: "cards",
        streams: &[
            ("CARD_SETTLE", "CARD_SETTLE"),
            ("CARD_AUTHS", "CARD_AUTH"),
            ("CARD_STATEMENT", "CARD_STMT"),
            ("CHARGEBACKS", "CHGBK"),
            ("EOD_CLOSE", "EOD"),
            ("REWARDS_CALC", "REWARD"),
            ("FRAUD_SCORING", "FRAUD"),
            ("CARD_EMBOSS", "EMBOSS"),
            ("RECON_DAILY", "RECON"),
        ],
        steps: &["COLLECT", "SORT", "MATCH", "SETTLE", "FEES", "POST", "CONFIRM", "REPORT"],
    },
    Area {
        folder: "DWH",
        description: "Data warehouse loads",
        site: Site::Warehouse,
        user: "etl",
        streams: &[
            ("DWH_STAGE", "STG"),
            ("DWH_DIMENSIONS", "DIM"),
            ("DWH_FACTS", "FACT"),
            ("DWH_MARTS", "MART"),
            ("DWH_QUALITY", "DQ"),
            ("CUSTOMER_360", "C360"),
            ("SALES_CUBE", "CUBE"),
            ("DWH_SNAPSHOT", "SNAP"),
        ],
        steps: &["EXTRACT", "STAGE", "CLEANSE", "LOOKUP", "MERGE", "INDEX", "STATS", "PUBLISH"],
    },
    Area {
        folder: "OPS",
        description: "Operations and housekeeping",
        site: Site::Operations,
        user: "opsbatch",
        streams: &[
            ("BACKUP_NIGHT", "BKP"),
            ("LOG_ROTATE", "LOGROT"),
            ("DB_MAINT", "DBM"),
            ("HOUSEKEEPING", "HOUSE"),
            ("CERT_CHECK", "CERT"),
            ("SPACE_MONITOR", "SPACE"),
            ("INVENTORY_SCAN", "INVSCAN"),
        ],
        steps: &["PRECHECK", "QUIESCE", "RUN", "VERIFY", "COMPRESS", "RELEASE", "PURGE"],
    },
    Area {
        folder: "PAYMENTS",
        description: "Instant payments, transfers and clearing",
        site: Site::Application,
        user: "payments",
        streams: &[
            ("PIX_SETTLE", "PIX"),
            ("TED_CLEARING", "TED"),
            ("BOLETO_REGISTER", "BOLETO"),
            ("SWIFT_OUT", "SWIFT_OUT"),
            ("SWIFT_IN", "SWIFT_IN"),
            ("DIRECT_DEBIT", "DDEBIT"),
            ("RECON_DAILY", "RECON"),
            ("CASH_POSITION", "CASHPOS"),
        ],
        steps: &["RECEIVE", "PARSE", "SCREEN", "ROUTE", "CLEAR", "ACK", "POST", "REPORT"],
    },
    Area {
        folder: "LOANS",
        description: "Consumer and mortgage lending",
        site: Site::Database,
        user: "loans",
        streams: &[
            ("LOAN_ACCRUAL", "ACCRUAL"),
            ("LOAN_BILLING", "LNBILL"),
            ("MORTGAGE_UPD", "MORTG"),
            ("COLLECTIONS", "COLLECT"),
            ("LOAN_ORIGIN", "ORIGIN"),
            ("RATE_RESET", "RATERST"),
            ("DELINQUENCY", "DELINQ"),
        ],
        steps: &["SELECT", "ACCRUE", "CALC", "BILL", "POST", "LETTERS", "REPORT"],
    },
    Area {
        folder: "TREASURY",
        description: "Treasury, funding and securities",
        site: Site::Database,
        user: "treasury",
        streams: &[
            ("TREAS_POSITION", "TPOS"),
            ("BOND_PRICING", "BONDPX"),
            ("FUNDING_PLAN", "FUND"),
            ("EOD_CLOSE", "EOD"),
            ("REPO_MATCH", "REPO"),
            ("CUSTODY_SYNC", "CUSTODY"),
            ("DERIV_MARGIN", "MARGIN"),
        ],
        steps: &["FEED", "PRICE", "VALUE", "MATCH", "BOOK", "CONFIRM", "REPORT"],
    },
    Area {
        folder: "COMPLIANCE",
        description: "Anti money laundering and regulatory reports",
        site: Site::Warehouse,
        user: "aml",
        streams: &[
            ("AML_SCREENING", "AML"),
            ("SANCTION_LISTS", "SANCT"),
            ("REG_REPORTS", "REGREP"),
            ("KYC_REFRESH", "KYC"),
            ("AUDIT_TRAIL", "AUDIT"),
            ("BACEN_FILES", "BACEN"),
        ],
        steps: &["DOWNLOAD", "NORMALIZE", "SCREEN", "SCORE", "CASES", "SIGN", "SUBMIT"],
    },
    Area {
        folder: "CRM",
        description: "Customer relations and campaigns",
        site: Site::Windows,
        user: "crmsvc",
        streams: &[
            ("CRM_SYNC", "CRM"),
            ("CAMPAIGN_FEED", "CAMP"),
            ("EMAIL_BATCH", "EMAIL"),
            ("SEGMENTATION", "SEGM"),
            ("NPS_SURVEY", "NPS"),
            ("LEADS_IMPORT", "LEADS"),
        ],
        steps: &["IMPORT", "DEDUP", "ENRICH", "SEGMENT", "GENERATE", "DELIVER"],
    },
    Area {
        folder: "TAX",
        description: "Taxes and withholding",
        site: Site::Windows,
        user: "taxsvc",
        streams: &[
            ("TAX_WITHHOLD", "WITHHOLD"),
            ("IOF_CALC", "IOF"),
            ("NFE_EMISSION", "NFE"),
            ("SPED_FISCAL", "SPED"),
            ("TAX_RECONCILE", "TAXREC"),
        ],
        steps: &["COLLECT", "RULES", "CALC", "VALIDATE", "SIGN", "SEND"],
    },
    Area {
        folder: "INSURANCE",
        description: "Policies, premiums and claims",
        site: Site::Application,
        user: "insure",
        streams: &[
            ("POLICY_RENEW", "RENEW"),
            ("PREMIUM_BILL", "PREMIUM"),
            ("CLAIMS_PAY", "CLAIMS"),
            ("ACTUARIAL", "ACTUAR"),
            ("BROKER_COMMISS", "COMMISS"),
            ("REINSURANCE", "REINS"),
        ],
        steps: &["SELECT", "RATE", "UNDERWRITE", "ISSUE", "PAY", "LETTERS", "REPORT"],
    },
    Area {
        folder: "CHANNELS",
        description: "Branches, internet and mobile banking",
        site: Site::Application,
        user: "channels",
        streams: &[
            ("ATM_BALANCING", "ATM"),
            ("MOBILE_PUSH", "PUSH"),
            ("BRANCH_OPENING", "BRANCH"),
            ("IB_STATEMENTS", "IBSTMT"),
            ("TELLER_TOTALS", "TELLER"),
            ("RATES_PUBLISH", "RATES"),
            ("LOG_ROTATE", "LOGROT"),
        ],
        steps: &["FETCH", "TOTALS", "COMPARE", "ADJUST", "PUBLISH", "DISTRIBUTE"],
    },
];

/// One job stream to be made.
#[derive(Debug, Clone)]
pub(crate) struct Blueprint {
    pub(crate) area: usize,
    pub(crate) name: String,
    pub(crate) prefix: String,
}

impl Blueprint {
    pub(crate) fn area(&self) -> &'static Area {
        &AREAS[self.area]
    }
}

/// Endless blueprints: first the head office's streams, then the same ones branch by branch.
pub(crate) fn blueprints() -> impl Iterator<Item = Blueprint> {
    (0usize..).flat_map(|branch| {
        AREAS.iter().enumerate().flat_map(move |(area, words)| {
            words.streams.iter().map(move |(name, prefix)| {
                if branch == 0 {
                    return Blueprint { area, name: (*name).to_owned(), prefix: (*prefix).to_owned() };
                }
                // Sixteen bytes is the longest job stream name the engine takes: the short form fits.
                let name = format!("{prefix}_{branch:04}");
                Blueprint { area, prefix: name.clone(), name }
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_names_fit_the_engine_and_some_are_shared() {
        let all: Vec<_> = blueprints().take(30_000).collect();
        assert!(all.iter().all(|blueprint| blueprint.name.len() <= 16), "{all:?}");
        let shared = all.iter().filter(|blueprint| blueprint.name == "EOD_CLOSE").count();
        assert_eq!(shared, 3);
    }
}

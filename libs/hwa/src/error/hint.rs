//! What to do about each failure. One place, so that the advice stays consistent and can be read as a whole.

use super::{BodyFormat, Error, ProtocolProblem, Refusal, TlsProblem, Unreachable, UnreachableReason};

/// The port of netman, which many people take for the API's.
pub(crate) const NETMAN_PORT: u16 = 31_111;
/// The port of the REST API.
pub(crate) const REST_PORT: u16 = 31_116;

const NETMAN: &str = "port 31111 belongs to netman, which links workstations; the REST API is served over HTTPS on \
                      port 31116 of the master domain manager";

pub(super) fn advice(error: &Error) -> String {
    match error {
        Error::Unreachable(unreachable) => unreachable_advice(unreachable),
        Error::Unauthorized(_) => "check the user and the password or API key of this engine; the engine checks its own \
             user registry (basic registry, LDAP or OIDC), not the operating system, so a changed system password must \
             be changed there too; an API key may have expired"
            .to_owned(),
        Error::Forbidden(refusal) => forbidden_advice(refusal),
        Error::NotFound(refusal) => not_found_advice(refusal),
        Error::BadRequest(refusal) if refusal.messages.is_filter_syntax() => {
            "the engine could not read the filter; fields are case-sensitive and jobs are filtered on `name`, not `key.name`"
                .to_owned()
        }
        Error::BadRequest(refusal) if refusal.status == 400 => {
            "the engine could not read the request; read its message, and check that the address is an HTTPS one".to_owned()
        }
        Error::BadRequest(_) => {
            "this engine speaks another version of the API than expected; `resync engines check` shows which".to_owned()
        }
        Error::Refused(refusal) => match refusal.messages.cause() {
            Some("AWSBIN076E") => "the object's state does not allow it; read its present state and try again".to_owned(),
            Some("AWSBIO006E") => "the engine wants the object's UUID, not its composite key".to_owned(),
            Some(code) => format!("look up {code} in the product's messages; nothing was changed"),
            None => "the engine refused; read its message".to_owned(),
        },
        Error::Unavailable(_) => "the engine is up but cannot serve now: it may be starting, switching to the next plan, or \
             waiting for its database; try again shortly"
            .to_owned(),
        Error::Protocol(protocol) => {
            let netman = protocol.address.ends_with(&format!(":{NETMAN_PORT}"));
            if netman { NETMAN.to_owned() } else { protocol_advice(&protocol.problem) }
        }
        Error::Config(config) => config.advice(),
    }
}

fn unreachable_advice(unreachable: &Unreachable) -> String {
    if unreachable.port == NETMAN_PORT {
        return NETMAN.to_owned();
    }
    match &unreachable.reason {
        UnreachableReason::Dns(_) => {
            "check the spelling of the host name and this machine's name servers; an IP address works too".to_owned()
        }
        UnreachableReason::ConnectionRefused => format!(
            "nothing listens there: check the port (the REST API's is {REST_PORT}) and that the engine's application \
             server is started (`conman startappserver`)"
        ),
        UnreachableReason::ConnectTimeout | UnreachableReason::NoRoute(_) => {
            format!("check the address and that firewalls let port {} through", unreachable.port)
        }
        UnreachableReason::AnswerTimeout => {
            "the engine is slow or hangs; raise the request timeout or lower the page size, and look at the engine's load"
                .to_owned()
        }
        UnreachableReason::Tls(problem) => tls_advice(problem),
        UnreachableReason::NotHttp => {
            format!("another service listens there, or TLS is expected: use an https address; the REST API's port is {REST_PORT}")
        }
        UnreachableReason::Closed => {
            "the engine closed the connection: it may be restarting, or it expects TLS (use an https address)".to_owned()
        }
        UnreachableReason::Other(_) => format!(
            "check the address; the REST API is served over HTTPS on port {REST_PORT} of the master domain manager"
        ),
    }
}

fn tls_advice(problem: &TlsProblem) -> String {
    match problem {
        TlsProblem::NameMismatch { presented, .. } if presented.is_empty() => {
            "have the certificate reissued with a subject alternative name; on a trusted network verification can be \
             switched off for this engine"
                .to_owned()
        }
        TlsProblem::NameMismatch { presented, .. } => format!(
            "dial the engine by a name in its certificate, or set the engine's TLS server name to {}",
            presented.first().map_or("one of them", String::as_str)
        ),
        TlsProblem::UnknownIssuer => "give the PEM file of the certificate authority that signed the engine's certificate as \
             the engine's CA file (it is the installation's own authority unless the site replaced it)"
            .to_owned(),
        TlsProblem::Expired => "renew the engine's certificate, or correct this machine's clock".to_owned(),
        TlsProblem::Unsuitable(_) => {
            "the engine should present a server certificate signed by an authority; give that authority as the CA file".to_owned()
        }
        TlsProblem::NotTls => {
            format!("another service listens there; the REST API is served over HTTPS on port {REST_PORT}")
        }
        TlsProblem::Other(_) => "check the engine's certificate and the TLS versions it allows".to_owned(),
    }
}

fn forbidden_advice(refusal: &Refusal) -> String {
    let code = refusal.messages.cause().map(|code| format!(" ({code})")).unwrap_or_default();
    format!(
        "the user logged in but may not do this{code}: grant the access in the engine's security file or roles (DISPLAY and \
         LIST are enough to read the plan)"
    )
}

fn not_found_advice(refusal: &Refusal) -> String {
    if !refusal.messages.codes().is_empty() {
        return "the object is gone or belongs to another plan; look it up again".to_owned();
    }
    match refusal.messages.format() {
        BodyFormat::Html => "the address reaches a web server that does not have the API there; the base address is \
             https://<master>:31116 and the API lives under /twsd/api/v2"
            .to_owned(),
        _ => "the object does not exist in the current plan, or this version of the engine does not have the operation".to_owned(),
    }
}

fn protocol_advice(problem: &ProtocolProblem) -> String {
    match problem {
        ProtocolProblem::Html { .. } | ProtocolProblem::Redirect { .. } => format!(
            "the address leads to a web console, a login page or a proxy; use https://<master>:{REST_PORT}, where the engine \
             itself serves the REST API"
        ),
        ProtocolProblem::Truncated { .. } => {
            "the connection broke in mid-answer; try again, and look at proxies between here and the engine".to_owned()
        }
        ProtocolProblem::TooLarge { .. } => "lower the page size of this engine, or raise the response limit".to_owned(),
        ProtocolProblem::Shape { .. } | ProtocolProblem::Status { .. } => {
            "this may be an unsupported version of the engine, or another service; `resync engines check` shows what answers"
                .to_owned()
        }
    }
}

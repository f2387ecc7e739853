//! `resync login`: exchanges a password for tokens and remembers them.

use super::session::{Place, Remembered};
use super::{Format, Shared};
use crate::failure::{Failure, Outcome, Result};
use crate::terminal::Terminal;
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

/// Flags of `resync login`.
#[derive(Debug, Args)]
pub(crate) struct LoginArgs {
    /// Who logs in
    #[arg(long, default_value = "admin")]
    username: String,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

pub(crate) async fn run(args: LoginArgs, shared: &Shared) -> Result<Outcome> {
    let place = Place::find(shared)?;
    let password = password(&args)?;
    let form = [
        ("grant_type", "password"),
        ("username", args.username.as_str()),
        ("password", password.expose_secret()),
    ];
    let tokens = place.tokens(&form).await?;
    let file = Remembered::keep(&place, &args.username, &tokens)?;
    let terminal = Terminal::detect();
    match shared.output {
        Format::Text => {
            terminal.line(format!(
                "Logged in at {} as {}; kept in {}.",
                place.url,
                args.username,
                file.display()
            ));
        }
        Format::Json => {
            terminal.line(
                serde_json::json!({ "url": place.url.as_str(), "user": args.username, "file": file })
                    .to_string(),
            );
        }
    }
    Ok(Outcome::Done)
}

fn password(args: &LoginArgs) -> Result<SecretString> {
    let stdin = io::stdin();
    let hidden = stdin.is_terminal() && !args.password_stdin;
    if !hidden && !args.password_stdin {
        return Err(Failure::new(
            resync_fault::ErrorKind::InvalidArgument,
            "NO_TERMINAL",
            "there is no terminal to ask for the password",
        )
        .hint("pipe it in with --password-stdin"));
    }
    let failed = |error: io::Error| Failure::io("the password cannot be read", &error);
    let _echo = hidden.then(|| HiddenEcho::start(&args.username));
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(failed)?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Keeps the terminal from showing what is typed, until dropped.
struct HiddenEcho;

impl HiddenEcho {
    fn start(user: &str) -> Self {
        let mut prompt = io::stderr().lock();
        // Without a prompt the question is still asked.
        let _ = write!(prompt, "Password of {user}: ").and_then(|()| prompt.flush());
        echo("-echo");
        Self
    }
}

impl Drop for HiddenEcho {
    fn drop(&mut self) {
        echo("echo");
        let _ = writeln!(io::stderr().lock());
    }
}

/// Terminals without `stty` show the password; there is nothing better to do.
fn echo(mode: &str) {
    let _ = Command::new("stty").arg(mode).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
}

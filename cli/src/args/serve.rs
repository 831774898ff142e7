use clap::{Args, ValueEnum, ValueHint};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// `batuta serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  batuta serve                                # this repository, at http://127.0.0.1:8617
  batuta serve ../app ../lib.git              # several, also bare ones
  batuta serve --scan /srv/git                # every repository under a folder
  batuta serve --listen 0.0.0.0:8617 --token-file token --host code.example.org
  batuta serve --webhook http://127.0.0.1:9000/hook --webhook-secret-file secret

What is served is the commit that HEAD names, never half-edited files. Every commit is measured in the
background as it arrives; a hook can hurry that: POST /api/v1/repositories/NAME/ping.
SIGINT and SIGTERM end the service at once: answers in progress are finished, and what was measured is kept.")]
pub struct ServeArgs {
    /// Repositories [default: the current one]
    #[arg(value_name = "REPO", value_hint = ValueHint::DirPath)]
    pub repositories: Vec<PathBuf>,

    /// Serve every repository under this folder, bare ones too, except those with files elsewhere
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub scan: Vec<PathBuf>,

    /// Where to listen; port 0 takes a free one. An address that other machines can reach requires a token
    #[arg(long, value_name = "ADDRESS", default_value = web::USUAL_ADDRESS)]
    pub listen: SocketAddr,

    /// Require the token in this file (`Authorization: Bearer TOKEN`, or the page /login); the variable BATUTA_TOKEN
    /// can hold it instead
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,

    /// Also answer to this host name, not only to localhost and IP addresses
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,

    /// Post a JSON document to this URL whenever the gate's verdict on a repository changes
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub webhook: Vec<String>,

    /// Sign these documents (Standard Webhooks) with the secret in this file: text, or base64 after `whsec_`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "webhook")]
    pub webhook_secret_file: Option<PathBuf>,

    /// How far connections that the service opens may reach [default: the variable BATUTA_PRIVACY_TIER, or sovereign]
    #[arg(long, value_name = "TIER")]
    pub privacy_tier: Option<PrivacyTier>,

    /// Measure this many repositories at the same time
    #[arg(long, value_name = "N", default_value = "1")]
    pub at_once: NonZeroUsize,

    /// Check every repository this often, in seconds, even if its folder reports no change
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub poll: u64,

    /// Format of log lines on standard error
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// Print log lines of this level and above
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}

/// How far connections that the service opens may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrivacyTier {
    /// Only this machine
    Sovereign,
    /// Also private networks (RFC 1918, RFC 4193)
    Private,
    /// Any host; public networks only by https
    Standard,
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text for people
    Text,
    /// One JSON object for each line
    Json,
}

/// How serious a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Something broke
    Error,
    /// Something needs attention
    Warn,
    /// Commits measured, start and end
    Info,
    /// Every request
    Debug,
}

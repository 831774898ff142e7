use super::Outcome;
use crate::args::{GlobalArgs, LogFormat, LogLevel, PrivacyTier, ServeArgs};
use crate::failure::Failure;
use crate::output::shown;
use crate::{interrupt, memory, stack};
use egress::{Refusal, Target};
use facts::source::GitContext;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use web::index::IndexerOptions;
use web::security::Token;
use web::state::Place;
use web::webhooks::{Secret, WebhookOptions};
use web::{ServeError, ServeOptions, serve};

/// The environment variable with the token.
const TOKEN: &str = "BATUTA_TOKEN";
/// The environment variable with the privacy tier.
const PRIVACY_TIER: &str = "BATUTA_PRIVACY_TIER";
/// How deep folders are searched for repositories.
const SCAN_DEPTH: usize = 6;

/// Serves repositories until it is told to stop.
pub fn run(args: &ServeArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let repositories = repositories(args)?;
    let token = token(args)?;
    let threads = global.threads.map_or_else(stack::usual_threads, std::num::NonZeroUsize::get);
    let options = ServeOptions {
        repositories,
        listen: args.listen,
        token,
        hosts: args.host.clone(),
        indexer: IndexerOptions {
            at_once: args.at_once.get(),
            threads,
            poll: Duration::from_secs(args.poll),
            stack: stack::of_worker(threads),
            give_back: memory::give_back,
        },
        webhooks: webhooks(args)?,
    };
    let format = match args.log_format {
        LogFormat::Text => web::log::LogFormat::Text,
        LogFormat::Json => web::log::LogFormat::Json,
    };
    web::log::start(format, args.log_level.into());
    let listening = |address: SocketAddr| {
        // If nobody reads this line, the log still has it.
        let _ = writeln!(io::stdout(), "listening on http://{address}").and_then(|()| io::stdout().flush());
    };
    memory::keep_little();
    // Until the service has ended, it handles the first Ctrl-C itself.
    interrupt::left_to(|| serve(options, &listening)).map_err(|error| not_served(&error))?;
    Ok(Outcome::Fine)
}

impl From<LogLevel> for web::log::LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => web::log::LevelFilter::ERROR,
            LogLevel::Warn => web::log::LevelFilter::WARN,
            LogLevel::Info => web::log::LevelFilter::INFO,
            LogLevel::Debug => web::log::LevelFilter::DEBUG,
        }
    }
}

impl From<PrivacyTier> for egress::PrivacyTier {
    fn from(tier: PrivacyTier) -> Self {
        match tier {
            PrivacyTier::Sovereign => egress::PrivacyTier::Sovereign,
            PrivacyTier::Private => egress::PrivacyTier::Private,
            PrivacyTier::Standard => egress::PrivacyTier::Standard,
        }
    }
}

/// The webhooks. Messages refer to URLs by number, since a URL may contain secrets.
fn webhooks(args: &ServeArgs) -> anyhow::Result<WebhookOptions> {
    let mut targets = Vec::new();
    for (number, url) in (1..).zip(&args.webhook) {
        let target = Target::parse(url)
            .map_err(|error| Failure::new(format!("webhook {number} cannot be used")).why(error))?;
        targets.push(target);
    }
    let secret = args.webhook_secret_file.as_deref().map(Secret::read).transpose();
    let secret = secret.map_err(|error| Failure::new("the webhooks' secret cannot be used").why(error))?;
    Ok(WebhookOptions { targets, secret, tier: privacy_tier(args)?, ..WebhookOptions::default() })
}

#[expect(clippy::disallowed_methods, reason = "environment: the operator's privacy tier")]
fn privacy_tier(args: &ServeArgs) -> anyhow::Result<egress::PrivacyTier> {
    if let Some(tier) = args.privacy_tier {
        return Ok(tier.into());
    }
    let set = std::env::var(PRIVACY_TIER).unwrap_or_default();
    if set.is_empty() {
        return Ok(egress::PrivacyTier::default());
    }
    Ok(set.parse().map_err(|error: egress::UnknownTier| {
        Failure::new(format!("{PRIVACY_TIER} cannot be used")).why(error)
    })?)
}

fn not_served(error: &ServeError) -> Failure {
    let failure = Failure::new("cannot serve").why(error);
    match error {
        ServeError::NoToken(_) => failure.help(format!(
            "name a file with a secret by --token-file (`openssl rand -hex 32` makes one) or put it into {TOKEN}; or listen at {}",
            web::USUAL_ADDRESS
        )),
        ServeError::Listen(..) => failure.help("is another service running there? --listen names another place, port 0 takes a free one"),
        ServeError::Webhook(_, _, refusal) => match (refusal, refusal.tier_that_allows()) {
            (_, Some(tier)) => failure.help(format!("--privacy-tier {tier} allows it")),
            (Refusal::NotEncrypted { .. }, None) => failure.help("use its https address"),
            (Refusal::Tier { .. } | Refusal::Name { .. }, None) => failure.help("no privacy tier allows it: name another address"),
        },
        ServeError::Start(_) => failure,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "environment: the operator's token, which other users must not see in a list of processes"
)]
fn token(args: &ServeArgs) -> anyhow::Result<Option<Token>> {
    let wrong = |error: &dyn std::fmt::Display| Failure::new("the token cannot be used").why(error);
    if let Some(file) = &args.token_file {
        return Ok(Some(Token::read(file).map_err(|error| wrong(&error))?));
    }
    let set = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
    Ok(set.map(|token| Token::new(&token)).transpose().map_err(|error| wrong(&error))?)
}

/// The requested repositories with their names, without duplicates.
fn repositories(args: &ServeArgs) -> anyhow::Result<Vec<(String, Place)>> {
    let mut places = Vec::new();
    if args.repositories.is_empty() && args.scan.is_empty() {
        places.push(Place { path: root(Path::new("."))?, scanned: None });
    }
    for path in &args.repositories {
        places.push(Place { path: root(path)?, scanned: None });
    }
    for folder in &args.scan {
        let found = scan(folder)?;
        for left_out in &found.outside {
            let _ = writeln!(
                io::stderr(),
                "warning: {} is not served: {}; name it as a repository if it should be",
                shown(&left_out.path.display().to_string()),
                shown(&left_out.why)
            );
        }
        let found = found.repositories;
        if found.is_empty() {
            return Err(Failure::new(format!("there is no repository under {}", folder.display()))
                .help("name a folder that holds repositories")
                .into());
        }
        places.extend(found);
    }
    // A repository that the user named comes first, since it may be anywhere.
    let mut seen = BTreeSet::new();
    places.retain(|place| seen.insert(place.path.clone()));
    Ok(places.into_iter().map(|place| (name(&place.path), place)).collect())
}

/// The display name of a repository: the last part of its path.
fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The folder that identifies a repository: its work tree, or the repository folder if it is bare.
fn root(path: &Path) -> anyhow::Result<PathBuf> {
    let wrong = || Failure::new(format!("cannot serve {}", path.display()));
    let help = "name a folder with a Git repository; `git init` makes one";
    if !path.exists() {
        return Err(wrong().why("there is no such folder").help(help).into());
    }
    let git = GitContext::discover(path).map_err(|error| wrong().why(error))?;
    let git = git.ok_or_else(|| wrong().why("it is in no Git repository").help(help))?;
    let root = git.work_dir().unwrap_or(git.git_dir());
    Ok(root.canonicalize().unwrap_or_else(|_| root.to_owned()))
}

/// The repositories below a folder.
struct Scan {
    repositories: Vec<Place>,
    outside: Vec<LeftOut>,
}

/// A repository that has parts outside of the scanned folder.
struct LeftOut {
    path: PathBuf,
    why: String,
}

/// Finds all repositories below a folder, sorted by path. Links are not followed, and there is no search inside a
/// repository. Anyone who can write to the folder can put a `.git` there that points elsewhere, but only the operator
/// decides what is served.
fn scan(folder: &Path) -> anyhow::Result<Scan> {
    let unreadable = |error: io::Error| {
        Failure::new(format!("cannot search {}", folder.display()))
            .why(error)
            .help("name a folder that exists and can be read")
    };
    let start = folder.canonicalize().map_err(unreadable)?;
    std::fs::read_dir(&start).map_err(unreadable)?;
    let mut found = Scan { repositories: Vec::new(), outside: Vec::new() };
    let mut waiting = vec![(start.clone(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        if is_repository(&folder) {
            match GitContext::discover_below(&folder, &start) {
                Err(error) if error.leads_elsewhere => {
                    found.outside.push(LeftOut { path: folder, why: error.to_string() });
                }
                // A repository that cannot be opened is served as unreadable. It is checked again each time it is
                // opened.
                _ => found.repositories.push(Place { path: folder, scanned: Some(start.clone()) }),
            }
            continue;
        }
        // A folder that cannot be read has nothing to serve.
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && depth < SCAN_DEPTH {
                waiting.push((entry.path(), depth + 1));
            }
        }
    }
    found.repositories.sort_by(|a, b| a.path.cmp(&b.path));
    found.outside.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// True for a work tree or a bare repository.
fn is_repository(folder: &Path) -> bool {
    let bare =
        || folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir();
    folder.join(".git").symlink_metadata().is_ok() || bare()
}

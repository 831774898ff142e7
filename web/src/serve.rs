//! Starts the service from the user's options, and runs it until its end.

use crate::events::Events;
use crate::index::{Indexer, IndexerOptions, Told, to_open};
use crate::metrics::Metrics;
use crate::security::{Hosts, Token};
use crate::server;
use crate::service::Service;
use crate::state::{GateEvents, Place, Repositories, Repository};
use crate::webhooks::{WebhookOptions, Webhooks};
use egress::{Refusal, Target};
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The default address to listen on.
pub const USUAL_ADDRESS: &str = "127.0.0.1:8617";

/// Time that cancelled analyses get to stop.
const LONGEST_END: Duration = Duration::from_secs(1);

/// What to serve, and how.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The repositories, each with its display name.
    pub repositories: Vec<(String, Place)>,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The secret that clients must know.
    pub token: Option<Token>,
    /// Host names that the service answers to, in addition to `localhost` and IP addresses.
    pub hosts: Vec<String>,
    /// How repositories are kept up to date.
    pub indexer: IndexerOptions,
    /// Webhooks that are told when a gate's verdict changes.
    pub webhooks: WebhookOptions,
}

/// Reasons why the service cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Other machines could read everything.
    #[error("{0} can be reached from other machines, and there is no token")]
    NoToken(SocketAddr),
    /// Cannot listen on the address.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The privacy tier forbids a webhook's address.
    #[error("webhook {0} ({1}): {2}")]
    Webhook(usize, Target, Refusal),
    /// Threads cannot be started.
    #[error("cannot start: {0}")]
    Start(io::Error),
}

/// Serves until the process is told to stop (SIGINT, SIGTERM). `listening` is called once, with the address.
///
/// # Errors
/// The service could not start.
pub fn serve(options: ServeOptions, listening: &dyn Fn(SocketAddr)) -> Result<(), ServeError> {
    if !options.listen.ip().is_loopback() && options.token.is_none() {
        return Err(ServeError::NoToken(options.listen));
    }
    if let Some((number, target, refusal)) = options.webhooks.refused() {
        return Err(ServeError::Webhook(number, target.clone(), refusal));
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).max_blocking_threads(16).thread_name("serve");
    let runtime = runtime.thread_stack_size(options.indexer.stack).enable_all().build();
    let runtime = runtime.map_err(ServeError::Start)?;
    let served = runtime.block_on(until_told(options, listening));
    // Nobody needs the answers that are still being made.
    runtime.shutdown_background();
    served
}

#[expect(clippy::disallowed_methods, reason = "network: the address that the service listens on")]
async fn until_told(options: ServeOptions, listening: &dyn Fn(SocketAddr)) -> Result<(), ServeError> {
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.map_err(|error| ServeError::Listen(options.listen, error))?;
    let address = listener.local_addr().map_err(ServeError::Start)?;
    let signal = ended().map_err(ServeError::Start)?;
    let repositories = Arc::new(Repositories::new(named(options.repositories)));
    for repository in repositories.iter() {
        if let Ok(path) = to_open(repository) {
            repository.set_gate_events(GateEvents::of(path).read());
        }
    }
    let (events, metrics) = (Events::default(), Arc::<Metrics>::default());
    let webhooks = Webhooks::start(options.webhooks, Arc::clone(&metrics)).map_err(ServeError::Start)?;
    let webhooks = Arc::new(webhooks);
    let tell =
        Told { events: events.clone(), metrics: Arc::clone(&metrics), webhooks: Arc::clone(&webhooks) };
    let indexer =
        Indexer::start(Arc::clone(&repositories), tell, options.indexer).map_err(ServeError::Start)?;
    let access = (Hosts::new(&options.hosts), options.token);
    let service = Arc::new(Service::new(repositories, events, metrics, indexer, access));
    tracing::info!(%address, repositories = service.repositories.iter().len(), "listening");
    listening(address);
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(server::run(listener, Arc::clone(&service), stopped));
    signal.await;
    tracing::info!("ending");
    service.indexer.cancel();
    // Clients, analyses and webhooks have the same deadline to finish.
    let ended = tokio::task::spawn_blocking(move || {
        service.indexer.stop(LONGEST_END);
        webhooks.stop();
    });
    // The server lives as long as its task.
    let _ = stop.send(true);
    let _ = server.await;
    let _ = ended.await;
    tracing::info!("ended");
    Ok(())
}

/// Resolves when the process is told to stop.
#[cfg(unix)]
fn ended() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves when the process is told to stop.
#[cfg(not(unix))]
fn ended() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler the system itself ends the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// Gives each repository a name for addresses. If several have the same name, the later ones get a number.
fn named(repositories: Vec<(String, Place)>) -> Vec<Arc<Repository>> {
    let mut taken = BTreeSet::new();
    let mut named = Vec::new();
    for (name, place) in repositories {
        let base = slug(&name);
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let slug = std::iter::once(base.clone()).chain(numbered).find(|slug| !taken.contains(slug));
        let slug = slug.expect("there are more numbers than repositories");
        taken.insert(slug.clone());
        named.push(Arc::new(Repository::new(slug, name, place)));
    }
    named
}

/// Turns a name into one for addresses: ASCII letters and digits, `-`, `_` and `.` stay, anything else becomes a dash.
fn slug(name: &str) -> String {
    let name = name.strip_suffix(".git").unwrap_or(name);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let text: String = name.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    let text = text.trim_matches(|c| matches!(c, '-' | '.')).to_owned();
    if text.is_empty() { "repository".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn every_repository_has_an_address_of_its_own() {
        let names = ["app", "app", "my app", "..", "<script>", "lib.git", "app-2", "größe"];
        let place = Place { path: PathBuf::new(), scanned: None };
        let all = named(names.iter().map(|name| ((*name).to_owned(), place.clone())).collect());
        let slugs: Vec<&str> = all.iter().map(|repository| repository.slug.as_str()).collect();
        assert_eq!(slugs, ["app", "app-2", "my-app", "repository", "script", "lib", "app-2-2", "gr--e"]);
    }

    #[test]
    fn without_a_token_nothing_but_loopback_is_served() {
        let options = |listen: &str| ServeOptions {
            repositories: Vec::new(),
            listen: listen.parse().expect("an address"),
            token: None,
            hosts: Vec::new(),
            indexer: IndexerOptions {
                at_once: 1,
                threads: 1,
                poll: Duration::from_secs(60),
                stack: 1 << 20,
                give_back: || {},
            },
            webhooks: WebhookOptions::default(),
        };
        for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            let refused = serve(options(listen), &|_| panic!("it listens"));
            assert!(matches!(refused, Err(ServeError::NoToken(_))), "{listen}");
        }
    }
}

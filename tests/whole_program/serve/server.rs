//! A running service.

use super::client::{Answer, Connection, get};
use crate::program;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Time limit for everything here.
const LIMIT: Duration = Duration::from_secs(60);

/// A service that is stopped when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Serves with the given arguments, on a free port. Only file system events and pings cause another look.
    pub fn start(folder: &Path, words: &[&str]) -> Server {
        Server::start_with(folder, words, &[])
    }

    /// The same with environment variables.
    pub fn start_with(folder: &Path, words: &[&str], variables: &[(&str, &Path)]) -> Server {
        Server::start_logging(folder, words, variables, Stdio::null())
    }

    /// The same with its log.
    pub fn start_logging(folder: &Path, words: &[&str], variables: &[(&str, &Path)], log: Stdio) -> Server {
        let mut command = Command::new(program::program());
        command.env("XDG_CONFIG_HOME", program::configuration());
        command.args(["serve", "--poll", "3600", "--log-level", "debug"]);
        if !words.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(words).current_dir(folder).env_remove("BATUTA_TOKEN").env_remove("BATUTA_PRIVACY_TIER");
        command.envs(variables.iter().copied()).stderr(log);
        Server::start_command(command)
    }

    /// The same with a command that was prepared elsewhere.
    pub fn start_command(mut command: Command) -> Server {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a pipe can be read");
        let address =
            line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("it says {line:?}"));
        let address = address.parse().expect("it says an address");
        Server { child, address }
    }

    /// Asks for a path.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        get(self.address, path)
    }

    /// Requests a path under the API, and expects a response.
    #[track_caller]
    pub fn api(&self, path: &str) -> Value {
        get(self.address, &format!("/api/v1{path}")).is(200).json()
    }

    /// Waits until the figures of a repository are those of a commit.
    #[track_caller]
    pub fn await_commit(&self, slug: &str, commit: &str) -> Value {
        self.await_status(slug, |status| {
            status["status"]["state"] == "ready" && status["commit"]["id"] == commit
        })
    }

    /// Waits until the status of a repository meets a condition.
    #[track_caller]
    pub fn await_status(&self, slug: &str, wished: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let status = self.api(&format!("/repositories/{slug}/status"));
            if wished(&status) {
                return status;
            }
            assert!(start.elapsed() < LIMIT, "the status stays {status}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Listens to events.
    pub fn events(&self, path: &str) -> Connection {
        let mut connection = Connection::open(self.address);
        connection.send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).as_bytes());
        let (status, headers) = connection.head().expect("there is an answer");
        assert_eq!(status, 200);
        assert!(headers.contains(&("content-type".to_owned(), "text/event-stream".to_owned())));
        connection
    }

    /// True while it runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be waited for").is_none()
    }

    /// Kills it at once, like a crash of the machine.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ended");
    }

    /// Asks it to stop, and returns its exit code.
    pub fn terminate(self) -> Option<i32> {
        self.signal("TERM")
    }

    /// Sends it a signal, and returns its exit code.
    pub fn signal(self, signal: &str) -> Option<i32> {
        program::signal(&self.child, signal);
        self.ended()
    }

    /// Waits until it ends, and returns its exit code.
    pub fn ended(mut self) -> Option<i32> {
        program::wait(&mut self.child).expect("it ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(mut rest) = self.child.stdout.take() {
            let _ = rest.read_to_end(&mut Vec::new());
        }
    }
}

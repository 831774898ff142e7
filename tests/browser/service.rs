//! The real `batuta serve` on scratch repositories.

use crate::program;
use crate::repository::Tree;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(60);

/// A running service. It is ended when dropped.
pub struct Service {
    process: Child,
    /// `127.0.0.1:<port>`
    pub host: String,
}

impl Service {
    /// Serves repositories and waits until each is fully measured.
    pub fn start(repositories: &[&Path]) -> Service {
        let paths: Vec<&str> = repositories
            .iter()
            .map(|path| path.to_str().expect("scratch folders have plain names"))
            .collect();
        let words = [&["serve", "--listen", "127.0.0.1:0"], &paths[..]].concat();
        let mut command = program::command(repositories[0], &words);
        let mut process =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (sender, lines) = mpsc::channel();
        listen(process.stdout.take(), sender.clone());
        listen(process.stderr.take(), sender);
        let host = announced(&lines);
        let service = Service { process, host };
        service.wait_until_measured();
        service
    }

    /// An address of the service.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// The body of an answer.
    pub fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).expect("the service listens");
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\nAccept: text/html\r\n\r\n", self.host);
        stream.write_all(request.as_bytes()).expect("the service reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the service answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        answer.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned())
    }

    /// Waits until no repository is being measured any more, history included.
    fn wait_until_measured(&self) {
        let start = Instant::now();
        loop {
            let slugs = slugs(&self.get("/"));
            let pages: Vec<String> = slugs.iter().map(|slug| self.get(&format!("/r/{slug}"))).collect();
            let is_done =
                |page: &String| !["being measured", "measured yet"].iter().any(|words| page.contains(words));
            if !pages.is_empty() && pages.iter().all(is_done) {
                return;
            }
            assert!(start.elapsed() < LIMIT, "the repositories are never measured: {}", self.get("/"));
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

/// The repositories linked from the page of all repositories.
fn slugs(html: &str) -> BTreeSet<String> {
    let links = html.split("href=\"/r/").skip(1);
    links.filter_map(|link| link.split(['"', '/', '?']).next()).map(str::to_owned).collect()
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads a stream to its end, so that the service never blocks on it.
fn listen(stream: Option<impl Read + Send + 'static>, sender: mpsc::Sender<String>) {
    let stream = stream.expect("the stream is piped");
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
}

fn announced(lines: &Receiver<String>) -> String {
    let mut said = String::new();
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        let Ok(line) = lines.recv_timeout(LIMIT) else { break };
        if let Some((_, rest)) = line.split_once("http://") {
            return rest.split(['/', ' ', '\x1b']).next().unwrap_or(rest).to_owned();
        }
        said.push_str(&line);
        said.push('\n');
    }
    panic!("the service never said where it listens:\n{said}");
}

/// Commits everything under a given name and date.
pub fn commit_as(tree: &Tree, author: &str, day: &str, message: &str) {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(words).current_dir(tree.path());
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), author);
            command.env(format!("GIT_{role}_EMAIL"), format!("{}@example.org", author.len()));
            command.env(format!("GIT_{role}_DATE"), format!("{day}T12:00:00Z"));
        }
        let output = command.output().expect("git runs");
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", message]);
}

//! `cargo xtask bench --only service`: the dashboard under load by `wrk` from a second process, and the delay until a
//! commit shows.

use super::BenchArgs;
use super::tree::Tree;
use crate::install::debian_package;
use crate::process::output;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Minimum requests per second for the summary.
const LEAST_REQUESTS: f64 = 2000.0;
/// Maximum 95th percentile of the latency of repository pages, in milliseconds.
const MOST_PAGE: f64 = 50.0;
/// Maximum memory after all requests, in MB.
const MOST_MEMORY: u64 = 300;
/// Maximum delay until a commit shows, in milliseconds.
const MOST_COMMIT: f64 = 1000.0;

/// A script for `wrk`: it requests the addresses in turn, and at the end prints requests per second, the 95th
/// percentile of the latency in microseconds, failed requests, and all requests.
const SCRIPT: &str = "local next = 0
request = function()
  next = next % #paths + 1
  return wrk.format('GET', paths[next])
end
done = function(summary, latency, requests)
  io.write(string.format('\\nRESULT %f %f %d %d\\n', summary.requests / summary.duration * 1e6, latency:percentile(95),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout, summary.requests))
end
";
/// Every kind of page and API response.
const EVERYTHING: [&str; 16] = [
    "/",
    "/r/{}",
    "/r/{}/files",
    "/r/{}/map",
    "/r/{}/findings",
    "/r/{}/clones",
    "/r/{}/graph",
    "/r/{}/people",
    "/r/{}/gate",
    "/badge/{}/gate.svg",
    "/api/v1/repositories",
    "/api/v1/repositories/{}/files",
    "/api/v1/repositories/{}/functions",
    "/api/v1/repositories/{}/findings",
    "/api/v1/repositories/{}/trends",
    "/api/v1/repositories/{}/hotspots",
];

/// Serves a copy of every tree of the arguments and prints a table. Each load lasts ten seconds per round.
pub fn run(program: &Path, args: &BenchArgs) -> Result<()> {
    debian_package("wrk", Path::new("/usr/bin/wrk"))?;
    println!(
        "| repository | summary, requests/s | page, 95 of 100 within | requests in all | memory after them | most memory | a commit \
         is seen after |"
    );
    println!("|---|---|---|---|---|---|---|");
    for path in &args.tree {
        let tree = Tree::copy(path)?;
        let server = Server::start(program, &tree.path)?;
        let slug = server.wait_for_first()?;
        let seconds = 10 * args.rounds as u64;
        let summary = server.load(&[format!("/api/v1/repositories/{slug}/summary")], 50, seconds)?;
        let page = server.load(&[format!("/r/{slug}")], 4, seconds)?;
        let everything = server.load(&EVERYTHING.map(|path| path.replace("{}", &slug)), 8, 2 * seconds)?;
        let requests = summary.all + page.all + everything.all;
        server.wait_until_idle()?;
        let (memory, most) = (server.memory("VmRSS:")?, server.memory("VmHWM:")?);
        let mut seen: Vec<f64> = Vec::new();
        for round in 0..args.rounds {
            seen.push(server.commit_and_wait(&tree, &slug, round)?);
        }
        seen.sort_by(f64::total_cmp);
        let commit = seen[seen.len() / 2];
        let missed = |missed: bool| if missed { " **missed**" } else { "" };
        println!(
            "| {} | {:.0}{} | {:.1} ms{} | {requests} | {memory} MB{} | {most} MB | {commit:.0} ms{} |",
            tree.description(),
            summary.requests,
            missed(summary.requests < LEAST_REQUESTS),
            page.within,
            missed(page.within >= MOST_PAGE),
            missed(memory >= MOST_MEMORY),
            missed(commit >= MOST_COMMIT),
        );
    }
    Ok(())
}

/// The result of a load.
struct Load {
    /// Requests a second.
    requests: f64,
    /// The 95th percentile of the latency in milliseconds.
    within: f64,
    /// Requests.
    all: u64,
}

/// A running `batuta serve`, ended when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(program: &Path, tree: &Path) -> Result<Server> {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "error"])
            .arg(tree)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output is piped")?).read_line(&mut line)?;
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        if address.is_empty() {
            bail!("the service said {line:?} instead of its address");
        }
        Ok(Server { child, address })
    }

    /// The response to a request, including headers.
    fn get(&self, path: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Waits until all figures of the only repository are ready; returns its name in URLs.
    fn wait_for_first(&self) -> Result<String> {
        let start = Instant::now();
        loop {
            let answer = self.get("/api/v1/repositories")?;
            let slug = answer.split("\"slug\":").nth(1).and_then(|rest| rest.split('"').nth(1));
            if let Some(slug) = slug
                && self.get(&format!("/api/v1/repositories/{slug}/status"))?.contains("\"state\":\"ready\"")
            {
                return Ok(slug.to_owned());
            }
            if start.elapsed() > Duration::from_secs(300) {
                bail!("the repository was not measured in five minutes");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn load(&self, paths: &[String], connections: u32, seconds: u64) -> Result<Load> {
        let scratch = tempfile::tempdir()?;
        let script = scratch.path().join("load.lua");
        let listed: Vec<String> = paths.iter().map(|path| format!("'{path}'")).collect();
        std::fs::write(&script, format!("local paths = {{ {} }}\n{SCRIPT}", listed.join(", ")))?;
        let mut wrk = Command::new("wrk");
        wrk.args(["-t", "1", "-c", &connections.to_string(), "-d", &format!("{seconds}s"), "-s"]);
        let text = output(wrk.arg(&script).arg(format!("http://{}", self.address)))?;
        let result =
            text.lines().find_map(|line| line.strip_prefix("RESULT ")).context("wrk gave no result")?;
        let figures: Vec<f64> = result.split(' ').filter_map(|figure| figure.parse().ok()).collect();
        match figures[..] {
            [requests, within, 0.0, all] => Ok(Load { requests, within: within / 1000.0, all: all as u64 }),
            [_, _, errors, _] => bail!("{errors} requests of {paths:?} failed"),
            _ => bail!("wrk said {result:?}"),
        }
    }

    /// Waits until the process has used almost no processor time for three seconds: it measures past commits when it
    /// gets no requests.
    fn wait_until_idle(&self) -> Result<()> {
        let path = format!("/proc/{}/stat", self.child.id());
        let ticks = || -> Result<u64> {
            let stat = std::fs::read_to_string(&path)?;
            // User and system time are the 14th and 15th fields, the 12th and 13th after the name in brackets.
            let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
            let field = |at: usize| fields.get(at).and_then(|text| text.parse::<u64>().ok());
            field(11).zip(field(12)).map(|(user, system)| user + system).context("no times in stat")
        };
        let (start, mut before, mut quiet) = (Instant::now(), ticks()?, 0);
        while quiet < 3 {
            if start.elapsed() > Duration::from_secs(600) {
                bail!("the service was busy for ten minutes after the last request");
            }
            std::thread::sleep(Duration::from_secs(1));
            let now = ticks()?;
            quiet = if now - before <= 2 { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// A line of the kernel's status of the process, in MB.
    fn memory(&self, name: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes >> 10)
    }

    /// Milliseconds from the end of `git commit` until the summary shows the commit.
    fn commit_and_wait(&self, tree: &Tree, slug: &str, round: usize) -> Result<f64> {
        let file = tree.file_to_change()?;
        let mut text = std::fs::OpenOptions::new().append(true).open(&file)?;
        writeln!(text, "\n// round {round}")?;
        let git = |words: &[&str]| output(Command::new("git").arg("-C").arg(&tree.path).args(words));
        let identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"];
        git(&[&identity[..], &["commit", "--quiet", "--no-verify", "--all", "--message", "Change"]].concat())?;
        let start = Instant::now();
        let commit = git(&["rev-parse", "HEAD"])?;
        let path = format!("/api/v1/repositories/{slug}/summary");
        while !self.get(&path)?.contains(commit.trim()) {
            if start.elapsed() > Duration::from_secs(120) {
                bail!("the commit was not seen in two minutes");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(start.elapsed().as_secs_f64() * 1000.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

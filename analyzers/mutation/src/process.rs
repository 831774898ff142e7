//! Running a command with a limit on its time and on what it prints.
//!
//! Each runs in a process group of its own: when its time is up, or the user interrupts, the whole group ends, and so does
//! what a test left running in the background.

use crate::outcome::End;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Of a command's output the first and the last bytes are kept, so many each: a mutant may print without end.
const HEAD: usize = 256 << 10;
const TAIL: usize = 1 << 20;
/// Between asking a group to end and ending it.
const GRACE: Duration = Duration::from_millis(300);
/// How long output is waited for after the process and its group have ended: who left the group may hold the pipe.
const OUTPUT_GRACE: Duration = Duration::from_millis(500);

/// What a command left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended; none when the user interrupted.
    pub end: Option<End>,
    /// Wall-clock time.
    pub took: Duration,
    /// What it printed, both streams in the order they were written.
    pub output: Vec<u8>,
}

/// Runs the command until it ends, its time is up or `cancelled` says so.
///
/// # Errors
/// The command cannot be started.
pub fn run(
    mut command: Command,
    limit: Option<Duration>,
    cancelled: &dyn Fn() -> bool,
) -> io::Result<Finished> {
    let (reader, writer) = io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    own_group(&mut command);
    let started = Instant::now();
    let mut child = command.spawn()?;
    // The command holds the pipe's end for writing; only the child is to have it.
    drop(command);
    let kept = Arc::new(Mutex::new(Kept::default()));
    let reading = {
        let kept = Arc::clone(&kept);
        thread::spawn(move || keep(reader, &kept))
    };
    let end = wait(&mut child, started, limit, cancelled)?;
    let took = started.elapsed();
    let waited = Instant::now();
    while !reading.is_finished() && waited.elapsed() < OUTPUT_GRACE {
        thread::sleep(Duration::from_millis(2));
    }
    let output = kept.lock().unwrap_or_else(PoisonError::into_inner).bytes();
    Ok(Finished { end, took, output })
}

fn wait(
    child: &mut Child,
    started: Instant,
    limit: Option<Duration>,
    cancelled: &dyn Fn() -> bool,
) -> io::Result<Option<End>> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            end_group(child, true);
            return Ok(Some(how(status)));
        }
        let interrupted = cancelled();
        if interrupted || limit.is_some_and(|limit| started.elapsed() >= limit) {
            stop(child)?;
            return Ok((!interrupted).then_some(End::TimedOut));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

/// Ends the child and its group: first asked, then made to.
fn stop(child: &mut Child) -> io::Result<()> {
    end_group(child, false);
    let asked = Instant::now();
    while asked.elapsed() < GRACE && child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    end_group(child, true);
    // One that is no group (no Unix) ends alone.
    let _ = child.kill();
    child.wait()?;
    Ok(())
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

/// Ends whoever is left in the child's group. The group keeps its number as long as anybody is in it.
#[cfg(unix)]
fn end_group(child: &Child, by_force: bool) {
    use nix::sys::signal::{Signal, killpg};
    let Ok(group) = i32::try_from(child.id()) else { return };
    let signal = if by_force { Signal::SIGKILL } else { Signal::SIGTERM };
    // An empty group is what is wanted.
    let _ = killpg(nix::unistd::Pid::from_raw(group), signal);
}

#[cfg(not(unix))]
fn end_group(_: &Child, _: bool) {}

#[cfg(unix)]
fn how(status: ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, signal) => End::Signalled(signal.unwrap_or(0)),
    }
}

#[cfg(not(unix))]
fn how(status: ExitStatus) -> End {
    End::Exited(status.code().unwrap_or(-1))
}

/// The beginning and the end of an output.
#[derive(Default)]
struct Kept {
    head: Vec<u8>,
    tail: Vec<u8>,
    dropped: u64,
}

impl Kept {
    fn add(&mut self, mut bytes: &[u8]) {
        let room = HEAD - self.head.len();
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(first);
        bytes = rest;
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * TAIL {
            let surplus = self.tail.len() - TAIL;
            self.tail.drain(..surplus);
            self.dropped += surplus as u64;
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut all = self.head.clone();
        if self.dropped > 0 {
            all.extend_from_slice(format!("\n[{} bytes left out]\n", self.dropped).as_bytes());
        }
        all.extend_from_slice(&self.tail);
        all
    }
}

fn keep(mut reader: io::PipeReader, kept: &Mutex<Kept>) {
    let mut buffer = [0; 16 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => kept.lock().unwrap_or_else(PoisonError::into_inner).add(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(text: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", text]);
        command
    }

    #[test]
    fn both_streams_are_kept_and_the_exit_code_is_told() {
        let finished = run(sh("echo one; echo two >&2; exit 3"), None, &|| false).expect("sh runs");
        assert_eq!(finished.end, Some(End::Exited(3)));
        assert_eq!(String::from_utf8_lossy(&finished.output), "one\ntwo\n");
        let finished = run(sh("kill -6 $$"), None, &|| false).expect("sh runs");
        assert_eq!(finished.end, Some(End::Signalled(6)));
    }

    #[test]
    fn when_the_time_is_up_the_grandchildren_end_too() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mark = folder.path().join("mark");
        // The grandchild would write the mark after its parent's time is up.
        let text = format!("(sleep 1; touch {}) & trap '' TERM; while :; do sleep 0.1; done", mark.display());
        let limit = Some(Duration::from_millis(200));
        let finished = run(sh(&text), limit, &|| false).expect("sh runs");
        assert_eq!(finished.end, Some(End::TimedOut));
        thread::sleep(Duration::from_millis(1200));
        assert!(!mark.exists());
    }

    #[test]
    fn what_a_test_leaves_running_ends_with_it() {
        let started = Instant::now();
        let finished = run(sh("sleep 60 & echo $!"), None, &|| false).expect("sh runs");
        assert!(started.elapsed() < Duration::from_secs(30));
        let pid: i32 = String::from_utf8_lossy(&finished.output).trim().parse().expect("a process id");
        let gone = || nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None).is_err();
        let is_zombie = || {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.contains(") Z ")
        };
        let patience = Instant::now();
        while !gone() && !is_zombie() && patience.elapsed() < Duration::from_secs(5) {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(gone() || is_zombie());
    }

    #[test]
    fn an_interruption_ends_the_command() {
        let finished = run(sh("sleep 60"), None, &|| true).expect("sh runs");
        assert_eq!(finished.end, None);
    }

    #[test]
    fn output_without_end_keeps_its_beginning_and_its_end() {
        let text = "echo first; yes 0123456789 | head -c 9000000; echo last";
        let finished = run(sh(text), None, &|| false).expect("sh runs");
        let text = String::from_utf8_lossy(&finished.output);
        assert!(text.starts_with("first\n") && text.ends_with("last\n") && text.contains("bytes left out"));
        assert!(text.len() < 4 << 20);
    }
}

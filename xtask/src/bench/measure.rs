//! One run of one command, and its resource usage.
//!
//! A separate process runs the command and asks the kernel for the resources of its children. That process waits for
//! exactly one child, so the peak memory is that command's.

use anyhow::{Context, Result, bail};
use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The hidden command that measures one run.
#[derive(Debug, Args)]
pub struct MeasureArgs {
    /// Seconds after which the command is ended
    #[arg(long)]
    limit: u64,
    /// Where the measurement goes
    #[arg(long)]
    into: PathBuf,
    /// Where the command's standard output goes
    #[arg(long)]
    stdout: PathBuf,
    /// The command
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<String>,
}

/// What one run used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Usage {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time, user and system, all threads.
    pub cpu: f64,
    /// Peak resident memory in bytes.
    pub peak: u64,
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// True if it reached the time limit.
    pub ended: bool,
}

/// Runs the command and writes its [`Usage`] as JSON.
pub fn measure_child(args: &MeasureArgs) -> Result<()> {
    let stdout = File::create(&args.stdout)?;
    let start = Instant::now();
    let mut child = Command::new(&args.command[0])
        .args(&args.command[1..])
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {}", args.command[0]))?;
    let group = Pid::from_raw(child.id() as i32);
    let (done, waiting) = mpsc::channel::<()>();
    let limit = Duration::from_secs(args.limit);
    let watch = std::thread::spawn(move || {
        let ended = waiting.recv_timeout(limit) == Err(mpsc::RecvTimeoutError::Timeout);
        if ended {
            let _ = killpg(group, Signal::SIGKILL);
        }
        ended
    });
    let status = child.wait()?;
    let wall = start.elapsed().as_secs_f64();
    drop(done);
    let ended = watch.join().unwrap_or(false);
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let usage = Usage {
        wall,
        cpu: seconds(usage.user_time()) + seconds(usage.system_time()),
        peak: usage.max_rss() as u64 * 1024,
        code: status.code(),
        ended,
    };
    std::fs::write(&args.into, serde_json::to_vec(&usage)?)?;
    Ok(())
}

/// Runs a command line in `folder` with these variables set; returns its resource usage.
pub fn measure(folder: &Path, variables: &[(&str, &Path)], command: &[String], limit: u64) -> Result<Usage> {
    let scratch = tempfile::tempdir()?;
    let into = scratch.path().join("usage.json");
    let mut wrapper = Command::new(std::env::current_exe()?);
    wrapper.current_dir(folder).args(["measure", "--limit", &limit.to_string(), "--into"]).arg(&into);
    wrapper.arg("--stdout").arg(scratch.path().join("stdout")).arg("--").args(command);
    for (name, value) in variables {
        wrapper.env(name, value);
    }
    let status = wrapper.status()?;
    if !status.success() {
        bail!("could not measure `{}`", command.join(" "));
    }
    Ok(serde_json::from_slice(&std::fs::read(&into)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_measured_and_a_long_one_ended() {
        let scratch = tempfile::tempdir().expect("a temporary folder can be made");
        let into = scratch.path().join("usage.json");
        let args = |script: &str, limit| MeasureArgs {
            limit,
            into: into.clone(),
            stdout: scratch.path().join("stdout"),
            command: ["sh", "-c", script].map(str::to_owned).to_vec(),
        };
        let usage = |args: &MeasureArgs| -> Usage {
            measure_child(args).expect("sh starts");
            serde_json::from_slice(&std::fs::read(&into).expect("it was written")).expect("it is JSON")
        };
        let failing = usage(&args("echo seen; exit 3", 60));
        assert_eq!((failing.code, failing.ended), (Some(3), false));
        assert!(failing.peak > 100_000 && failing.wall > 0.0);
        assert_eq!(std::fs::read_to_string(scratch.path().join("stdout")).expect("it was written"), "seen\n");
        let long = usage(&args("sleep 30", 1));
        assert!(long.ended && long.wall < 10.0);
    }
}

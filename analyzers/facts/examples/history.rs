//! Prints the history of a repository in the form of `git log --no-merges --numstat -M -z --format=%H`, to be compared
//! with it:
//!
//! ```text
//! cargo run -p facts --example history -- REPOSITORY [CACHE-FOLDER]
//! ```

use facts::cache::{Cache, CacheDirs};
use facts::history::{History, HistoryOptions};
use facts::source::GitContext;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("name a repository")?);
    let git = GitContext::discover(&path)?.ok_or("not in a Git repository")?;
    let cache = arguments.next().map(|folder| {
        let dirs = CacheDirs::within(&PathBuf::from(folder));
        Cache::open_in(&dirs, None, &path)
    });
    let start = Instant::now();
    let history = git.history(&HistoryOptions::default(), cache.as_ref())?;
    let seconds = start.elapsed().as_secs_f64();
    let (commits, cached) = (history.commits.len(), history.from_cache);
    writeln!(
        io::stderr(),
        "{}: {commits} commits ({cached} from the cache), {} changes, {} people, {} files in {seconds:.2} s{}",
        path.display(),
        history.commits.iter().map(|commit| commit.changes.len()).sum::<usize>(),
        history.people.len(),
        history.files.len(),
        history.cache_trouble.iter().map(|why| format!("; {why}")).collect::<String>(),
    )?;
    print(&history)?;
    Ok(())
}

fn print(history: &History) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for commit in history.commits.iter().filter(|commit| commit.parents < 2) {
        write!(out, "{}\0", commit.id)?;
        if !commit.changes.is_empty() {
            writeln!(out)?;
        }
        for change in &commit.changes {
            match change.binary {
                true => write!(out, "-\t-\t")?,
                false => write!(out, "{}\t{}\t", change.added, change.removed)?,
            }
            if let Some(old) = change.old_path {
                write!(out, "\0")?;
                out.write_all(history.path(old).as_bytes())?;
                write!(out, "\0")?;
            }
            out.write_all(history.path(change.path).as_bytes())?;
            write!(out, "\0")?;
        }
    }
    out.flush()
}

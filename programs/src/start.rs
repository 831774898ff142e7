//! Starting one program.

use crate::consent::Consent;
use crate::environment::is_kept_back;
use crate::finished::{Answer, Finished};
use crate::limits::{Limits, NotStarted};
use crate::program::Program;
use crate::{running, search_path};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that is to be started, with its arguments, folder and environment.
#[derive(Debug)]
pub struct Start<'a> {
    program: &'a Program,
    arguments: Vec<OsString>,
    tree: &'a Path,
    folder: PathBuf,
    set: Vec<(OsString, OsString)>,
    unset: Vec<OsString>,
}

impl<'a> Start<'a> {
    /// A program that will run in `folder`. It is searched outside of `tree`, the analysed tree. The consent is needed
    /// because it may run code of the tree.
    pub fn new(program: &'a Program, tree: &'a Path, folder: impl Into<PathBuf>, _: &Consent) -> Start<'a> {
        Start {
            program,
            arguments: Vec::new(),
            tree,
            folder: folder.into(),
            set: Vec::new(),
            unset: Vec::new(),
        }
    }

    /// With these arguments at the end.
    pub fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Start<'a> {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// With this variable set.
    pub fn set(mut self, name: &str, value: impl AsRef<OsStr>) -> Start<'a> {
        self.set.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Without this variable.
    pub fn unset(mut self, name: &str) -> Start<'a> {
        self.unset.push(name.into());
        self
    }

    /// Runs it; its output is for a person. Its child processes end with it.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn run(self, limits: &Limits<'_>) -> Result<Finished, NotStarted> {
        running::run(self.command()?, limits)
    }

    /// Runs it; its output is the answer to a question.
    ///
    /// # Errors
    /// It cannot be started, or its answer is too long.
    pub fn answer(self, limits: &Limits<'_>) -> Result<Answer, NotStarted> {
        running::answer(self.command()?, limits)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "processes: the one place that starts them; environment: what of it a program must not see"
    )]
    fn command(self) -> Result<Command, NotStarted> {
        let file = match self.program {
            // As a full path: whether a relative path starts from the new folder or the old one depends on the system.
            Program::OfTheTree(file) => self.folder.join(file),
            named => {
                search_path::find(named, self.tree).ok_or_else(|| NotStarted::NotFound(named.to_string()))?
            }
        };
        let mut command = Command::new(file);
        command.args(self.arguments).current_dir(self.folder);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_kept_back(name)) {
            command.env_remove(name);
        }
        for name in &self.unset {
            command.env_remove(name);
        }
        command.envs(self.set);
        Ok(command)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{Asked, End};

    const FREE: Limits<'static> = Limits { time: None, cancelled: &|| false };

    #[test]
    fn a_program_gets_its_words_folder_and_variables() {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let consent = Consent::to(Asked::Mutate);
        let start = Start::new(&Program::Shell, tree.path(), folder.path(), &consent);
        let text = "pwd -P; echo \"$1|$A|${HOME+set}\"; echo bad >&2";
        let start = start.arguments(["-c", text, "sh", "a b"]).set("A", "x").unset("HOME");
        let answer = start.answer(&FREE).expect("sh runs");
        let real = folder.path().canonicalize().expect("it is there");
        assert_eq!(answer.end, End::Exited(0));
        assert_eq!(String::from_utf8_lossy(&answer.output), format!("{}\na b|x|\n", real.display()));
        assert_eq!(answer.errors, b"bad\n");
    }

    #[test]
    fn a_program_of_the_tree_is_named_from_the_folder_that_it_runs_in() {
        use std::os::unix::fs::PermissionsExt;
        let tree = tempfile::tempdir().expect("a temporary folder");
        let file = tree.path().join("wrapper");
        std::fs::write(&file, "#!/bin/sh\necho mine\n").expect("a file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("modes can be set");
        std::fs::create_dir(tree.path().join("app")).expect("a folder");
        let (program, consent) = (Program::OfTheTree("../wrapper".into()), Consent::to(Asked::Mutate));
        let finished = Start::new(&program, tree.path(), tree.path().join("app"), &consent).run(&FREE);
        assert_eq!(finished.expect("it runs").output, b"mine\n");
    }

    #[test]
    fn what_is_not_installed_is_named() {
        // With the whole file system as the analysed tree, nothing is outside of it.
        let consent = Consent::to(Asked::Mutate);
        let start = Start::new(&Program::Cargo, Path::new("/"), "/", &consent).run(&FREE);
        assert!(start.expect_err("nothing is outside").to_string().contains("`cargo` is on no"));
    }
}

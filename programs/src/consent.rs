//! The user's consent to run code of the repository.

/// The commands that run code of the repository. The help of each says so, and a test checks this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// `pmat mutate`: the project's own tools build and test each mutant.
    Mutate,
    /// `pmat analyze dead-code --rustc`: `cargo check` runs build scripts and procedural macros.
    DeadCodeByRustc,
}

impl Asked {
    /// All of them.
    pub const ALL: [Asked; 2] = [Asked::Mutate, Asked::DeadCodeByRustc];

    /// The words of the command, and the option that requests it if the command alone does not.
    pub fn words(self) -> (&'static [&'static str], Option<&'static str>) {
        match self {
            Asked::Mutate => (&["pmat", "mutate"], None),
            Asked::DeadCodeByRustc => (&["pmat", "analyze", "dead-code"], Some("--rustc")),
        }
    }
}

/// Proof that a person entered a command whose help says that it runs code of the repository. Only the code of these
/// commands creates one (`cargo xtask tidy` checks this); it is passed down to the code that starts a program.
#[derive(Debug, Clone, Copy)]
pub struct Consent {
    asked: Asked,
}

impl Consent {
    /// The command that was entered.
    pub fn to(asked: Asked) -> Consent {
        Consent { asked }
    }

    /// The command that was entered.
    pub fn asked(&self) -> Asked {
        self.asked
    }
}

//! The user's consent to run code of the repository.

/// What a person can enter so that code of the repository is run. The help of each says so, and a test reads it there.
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

    /// The words of the command, and the option that asks for it where the command alone does not.
    pub fn words(self) -> (&'static [&'static str], Option<&'static str>) {
        match self {
            Asked::Mutate => (&["pmat", "mutate"], None),
            Asked::DeadCodeByRustc => (&["pmat", "analyze", "dead-code"], Some("--rustc")),
        }
    }
}

/// Somebody entered a command that says that it runs code of the repository. Only the code of such a command makes one
/// (`cargo xtask tidy` checks this): it is passed down to whatever starts a program.
#[derive(Debug, Clone, Copy)]
pub struct Consent {
    asked: Asked,
}

impl Consent {
    /// What was entered.
    pub fn to(asked: Asked) -> Consent {
        Consent { asked }
    }

    /// What was entered.
    pub fn asked(&self) -> Asked {
        self.asked
    }
}

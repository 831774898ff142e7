use clap::ValueEnum;
use std::borrow::Cow;
use std::env;
use std::io::IsTerminal;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; also into a pipe when `CLICOLOR_FORCE` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The meaning of a piece of text. Colour only repeats what the text already says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meaning {
    /// Plain text.
    #[default]
    Plain,
    /// A title or a column heading.
    Heading,
    /// Good.
    Good,
    /// Worth attention.
    Warning,
    /// Wrong, or above a limit.
    Bad,
    /// Less important.
    Quiet,
    /// A command to type.
    Command,
}

/// Colours text, or leaves it unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Painter {
    enabled: bool,
}

impl Painter {
    /// A painter that leaves text unchanged.
    pub const OFF: Painter = Painter { enabled: false };

    /// The painter for standard output or standard error. Follows the user's choice and the conventions of
    /// <https://no-color.org> and <https://bixense.com/clicolors>.
    #[expect(clippy::disallowed_methods, reason = "environment: NO_COLOR and its like")]
    pub fn for_stream(choice: ColorChoice, stream: &impl IsTerminal) -> Painter {
        let setting = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        Painter {
            enabled: wants_colour(choice, stream.is_terminal(), |name| setting(name).map(|v| v != "0")),
        }
    }

    /// `text` in the colour of its meaning.
    pub fn paint<'t>(&self, meaning: Meaning, text: &'t str) -> Cow<'t, str> {
        let code = match meaning {
            Meaning::Plain => return Cow::Borrowed(text),
            _ if !self.enabled || text.is_empty() => return Cow::Borrowed(text),
            Meaning::Heading => "1",
            Meaning::Good => "32",
            Meaning::Warning => "33",
            Meaning::Bad => "31",
            Meaning::Quiet => "2",
            Meaning::Command => "36",
        };
        Cow::Owned(format!("\x1b[{code}m{text}\x1b[0m"))
    }
}

/// `setting(NAME)` is `None` if the variable is unset or empty, otherwise whether it differs from `0`.
#[expect(clippy::disallowed_methods, reason = "environment: what the terminal can do")]
fn wants_colour(choice: ColorChoice, terminal: bool, setting: impl Fn(&str) -> Option<bool>) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if setting("NO_COLOR").is_some() => false,
        ColorChoice::Auto if setting("CLICOLOR_FORCE") == Some(true) => true,
        ColorChoice::Auto => {
            let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
            terminal && !dumb && setting("CLICOLOR") != Some(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ColorChoice, Meaning, Painter, wants_colour};

    #[test]
    fn the_option_wins_over_the_environment_and_no_color_over_force() {
        let all = |_: &str| Some(true);
        assert!(wants_colour(ColorChoice::Always, false, all));
        assert!(!wants_colour(ColorChoice::Never, true, all));
        assert!(!wants_colour(ColorChoice::Auto, true, all));
        assert!(wants_colour(ColorChoice::Auto, false, |name| (name == "CLICOLOR_FORCE").then_some(true)));
        assert!(!wants_colour(ColorChoice::Auto, false, |_| None));
        assert!(!wants_colour(ColorChoice::Auto, true, |name| (name == "CLICOLOR").then_some(false)));
    }

    #[test]
    fn without_colour_the_text_is_untouched() {
        assert_eq!(Painter::OFF.paint(Meaning::Bad, "failed"), "failed");
        assert_eq!(Painter { enabled: true }.paint(Meaning::Bad, "failed"), "\x1b[31mfailed\x1b[0m");
    }
}

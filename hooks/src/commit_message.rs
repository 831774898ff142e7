//! Conventional Commits 1.0.0 <https://www.conventionalcommits.org/en/v1.0.0/>.

use schemars::JsonSchema;
use serde::Serialize;

/// A place where a message is not what the specification asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Breach {
    /// Line in the file of the message, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// The beginning of lines that Git strips from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentMark(String);

impl CommentMark {
    /// From `core.commentString` or `core.commentChar`; `#` by default. For `auto`, Git picks a character that begins
    /// no line of the message and puts it before its own notes at the end, so it is read from there.
    pub fn of_setting(setting: Option<&str>, message: &str) -> CommentMark {
        let last = || {
            let line = message.lines().rev().find(|line| !line.trim().is_empty())?;
            line.chars().next().filter(|c| "#;@!$%^&|:".contains(*c)).map(String::from)
        };
        CommentMark(match setting {
            Some("auto") => last().unwrap_or_else(|| "#".to_owned()),
            Some(mark) if !mark.is_empty() => mark.to_owned(),
            _ => "#".to_owned(),
        })
    }
}

/// Git's line above what it shows with `git commit --verbose`, without the comment mark.
const SCISSORS: &str = " ------------------------ >8 ------------------------";

/// Messages that Git or the forges write themselves, and those that `git rebase --autosquash` will fold into another
/// commit.
const EXEMPT: [&str; 11] = [
    "Merge branch ",
    "Merge branches ",
    "Merge commit ",
    "Merge tag ",
    "Merge pull request ",
    "Merge remote-tracking branch ",
    "Revert \"",
    "Reapply \"",
    "fixup! ",
    "squash! ",
    "amend! ",
];

const SHAPE: &str = "write \"type(scope): description\", e.g. \"fix(parser): accept empty files\"";

/// Every place where the message is not a Conventional Commit, in order. Comment lines and the text after the scissors
/// line do not count. An empty message has no breaches, since Git itself refuses it.
pub fn breaches_of_conventional_commits(text: &str, mark: &CommentMark) -> Vec<Breach> {
    let scissors = format!("{}{SCISSORS}", mark.0);
    let kept: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_end()))
        .take_while(|(_, line)| *line != scissors)
        .filter(|(_, line)| !line.starts_with(&mark.0))
        .skip_while(|(_, line)| line.is_empty())
        .collect();
    let Some(((number, header), rest)) = kept.split_first() else {
        return Vec::new();
    };
    if EXEMPT.iter().any(|prefix| header.starts_with(prefix)) {
        return Vec::new();
    }
    let breach =
        |line, column, message: String, help: &str| Breach { line, column, message, help: help.to_owned() };
    let mut breaches = Vec::new();
    if let Err((column, message)) = check_header(header) {
        breaches.push(breach(*number, column, message, SHAPE));
    }
    if let Some((line, text)) = rest.first().filter(|(_, line)| !line.is_empty()) {
        let message = format!("the body begins right below the header, with {:?}", beginning(text));
        breaches.push(breach(*line, 1, message, "leave this line empty and begin the body on the next"));
    }
    breaches.extend(rest.iter().filter_map(|(line, text)| {
        let (token, _) = text.split_once(": ")?;
        let is_breaking = |token: &str| matches!(token, "BREAKING CHANGE" | "BREAKING-CHANGE");
        (is_breaking(&token.to_uppercase()) && !is_breaking(token)).then(|| {
            let message = format!("{token:?} must be in capitals");
            breach(*line, 1, message, "write \"BREAKING CHANGE: what changes\"")
        })
    }));
    breaches
}

/// Checks the header. The error is the column and what is wrong there.
fn check_header(header: &str) -> Result<(), (usize, String)> {
    let column = |byte: usize| header[..byte].chars().count() + 1;
    let is_noun = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let type_end = header.find(|c| !is_noun(c)).unwrap_or(header.len());
    if type_end == 0 {
        let found = header.chars().next().unwrap_or_default();
        return Err((1, format!("a type such as feat or fix belongs here, not {found:?}")));
    }
    let mut at = type_end;
    if header[at..].starts_with('(') {
        let scope = &header[at + 1..];
        let end = scope.find(')').ok_or((column(at), "the scope has no closing \")\"".to_owned()))?;
        if scope[..end].trim().is_empty() {
            return Err((column(at), "the scope is empty".to_owned()));
        }
        if let Some(inside) = scope[..end].find('(') {
            return Err((column(at + 1 + inside), "the scope holds a \"(\"".to_owned()));
        }
        at += end + 2;
    }
    if header[at..].starts_with('!') {
        at += 1;
    }
    let Some(after) = header[at..].strip_prefix(':') else {
        let kind = &header[..type_end];
        let found = header[at..].chars().next();
        let instead = found.map_or_else(|| "the end of the line".to_owned(), |c| format!("{c:?}"));
        return Err((column(at), format!("a colon belongs after {kind:?}, not {instead}")));
    };
    let Some(description) = after.strip_prefix(' ') else {
        let message =
            if after.is_empty() { "the description is missing" } else { "a space belongs after the colon" };
        return Err((column(at + 1), message.to_owned()));
    };
    match description.trim().is_empty() {
        true => Err((column(at + 1), "the description is missing".to_owned())),
        false => Ok(()),
    }
}

/// The first words of a line.
fn beginning(line: &str) -> String {
    let mut text: String = line.chars().take(30).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(text: &str) -> Vec<String> {
        let mark = CommentMark::of_setting(None, text);
        let found = breaches_of_conventional_commits(text, &mark);
        found.iter().map(|breach| format!("{}:{}: {}", breach.line, breach.column, breach.message)).collect()
    }

    /// The examples of the specification.
    #[test]
    fn what_the_specification_shows_is_accepted() {
        for text in [
            "feat: allow provided config object to extend other configs\n\nBREAKING CHANGE: `extends` key in config file is now used for extending other config files\n",
            "feat!: send an email to the customer when a product is shipped\n",
            "feat(api)!: send an email to the customer when a product is shipped\n",
            "feat!: drop support for Node 6\n\nBREAKING CHANGE: use JavaScript features not available in Node 6.\n",
            "docs: correct spelling of CHANGELOG\n",
            "feat(lang): add Polish language\n",
            "fix: prevent racing of requests\n\nIntroduce a request id and a reference to latest request. Dismiss\nincoming responses other than from latest request.\n\nRemove timeouts which were used to mitigate the racing issue but are\nobsolete now.\n\nReviewed-by: Z\nRefs: #123\n",
            "revert: let us never again speak of the noodle incident\n\nRefs: 676104e, a215868\n",
        ] {
            assert_eq!(breaches(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_git_writes_itself_is_accepted() {
        for text in [
            "Merge branch 'topic'\n",
            "Merge remote-tracking branch 'origin/main' into topic\n",
            "Merge pull request #3 from a/b\n",
            "Revert \"feat: x\"\n\nThis reverts commit 1.\n",
            "fixup! feat: x\n",
            "squash! feat: x\n",
            "amend! feat: x\n\nfeat: y\n",
            "",
            "# nothing but comments\n",
        ] {
            assert_eq!(breaches(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn every_breach_says_where_it_is() {
        let cases = [
            ("Add a thing\n", "1:4: a colon belongs after \"Add\", not ' '"),
            ("feat\n", "1:5: a colon belongs after \"feat\", not the end of the line"),
            (": nothing\n", "1:1: a type such as feat or fix belongs here, not ':'"),
            ("feat:x\n", "1:6: a space belongs after the colon"),
            ("feat: \n", "1:6: the description is missing"),
            ("feat(: x\n", "1:5: the scope has no closing \")\""),
            ("feat(): x\n", "1:5: the scope is empty"),
            ("größe(ö)x: y\n", "1:9: a colon belongs after \"größe\", not 'x'"),
            ("feat: x\nmore\n", "2:1: the body begins right below the header, with \"more\""),
            ("feat: x\n\nBreaking change: y\n", "3:1: \"Breaking change\" must be in capitals"),
            ("# a comment\n\nfeat x\n", "3:5: a colon belongs after \"feat\", not ' '"),
        ];
        for (text, wanted) in cases {
            assert_eq!(breaches(text), [wanted], "{text}");
        }
    }

    #[test]
    fn comments_and_what_follows_the_scissors_do_not_count() {
        let verbose = "feat: x\n# Please enter\n# ------------------------ >8 ------------------------\ndiff --git\n+more\n";
        assert_eq!(breaches(verbose), [""; 0]);
        let text = "; c\nfeat: x\n; c\n";
        for setting in [";", "auto"] {
            let mark = CommentMark::of_setting(Some(setting), text);
            assert_eq!(breaches_of_conventional_commits(text, &mark), []);
        }
        assert_eq!(breaches(text).len(), 2);
    }
}

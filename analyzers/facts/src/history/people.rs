//! Who the authors are: one person for all the names and addresses they committed under.

use super::record::Signature;
use crate::hash::HashMap;
use bstr::{BStr, ByteSlice};

/// An author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name of their newest commit, as `.mailmap` has it.
    pub name: String,
    /// The e-mail address of their newest commit, as `.mailmap` has it.
    pub email: String,
    /// True for a program, recognised by its name or address.
    pub bot: bool,
}

/// Names of programs that commit, without the endings `[bot]`, `-bot`, `_bot` or ` bot`, which any name may have.
const PROGRAMS: &[&str] = &[
    "allcontributors",
    "bors",
    "dependabot",
    "dependabot-preview",
    "github-actions",
    "greenkeeper",
    "greenkeeperio",
    "homu",
    "imgbot",
    "k8s-ci-robot",
    "mergify",
    "pre-commit-ci",
    "pyup-bot",
    "release-please",
    "renovate",
    "semantic-release",
    "snyk-bot",
    "weblate",
    "web-flow",
    "whitesource-bolt",
];

/// True if the name or address is that of a program.
pub fn is_bot(name: &str, email: &str, patterns: &[String]) -> bool {
    let name = name.trim().to_lowercase();
    let email = email.trim().to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    // GitHub's private addresses: 49699333+dependabot[bot]@users.noreply.github.com
    let local = local.rsplit('+').next().unwrap_or_default();
    let program = |who: &str| {
        let bare = who.strip_suffix("[bot]").unwrap_or(who).trim();
        who.ends_with("[bot]")
            || ["-bot", "_bot", " bot"].iter().any(|ending| bare.ends_with(ending))
            || PROGRAMS.contains(&bare)
    };
    let named = |pattern: &String| {
        let pattern = pattern.to_lowercase();
        !pattern.is_empty() && (name.contains(&pattern) || email.contains(&pattern))
    };
    program(&name) || program(local) || patterns.iter().any(named)
}

/// The persons behind the signatures, in the order of the signatures, and for each signature its person. Signatures are
/// one person if `.mailmap` gives them the same address, or if they have the same full name (of at least two words:
/// many people use `root` or `John`).
pub fn persons(
    signatures: &[Signature],
    mailmap: &gix::mailmap::Snapshot,
    bots: &[String],
) -> (Vec<Person>, Vec<u32>) {
    let mut groups = Groups { parent: (0..signatures.len()).collect() };
    let mut by_email: HashMap<Vec<u8>, usize> = HashMap::default();
    let mut by_name: HashMap<Vec<u8>, usize> = HashMap::default();
    let mut resolved = Vec::with_capacity(signatures.len());
    for (index, signature) in signatures.iter().enumerate() {
        let (name, email) = resolve(signature, mailmap);
        if email.contains('@') {
            groups.join(*by_email.entry(email.to_lowercase().into_bytes()).or_insert(index), index);
        }
        if name.split_whitespace().count() > 1 {
            groups.join(*by_name.entry(name.to_lowercase().into_bytes()).or_insert(index), index);
        }
        resolved.push((name, email));
    }
    let mut people = Vec::new();
    let mut person_of_group: HashMap<usize, u32> = HashMap::default();
    let mut person_of = Vec::with_capacity(signatures.len());
    for (index, (name, email)) in resolved.into_iter().enumerate() {
        let person = *person_of_group.entry(groups.first(index)).or_insert_with(|| {
            people.push(Person { bot: is_bot(&name, &email, bots), name, email });
            people.len() as u32 - 1
        });
        person_of.push(person);
    }
    (people, person_of)
}

fn resolve(signature: &Signature, mailmap: &gix::mailmap::Snapshot) -> (String, String) {
    let text = |bytes: &BStr| bytes.to_str_lossy().into_owned();
    let as_written = gix::actor::SignatureRef {
        name: signature.name.as_bstr(),
        email: signature.email.as_bstr(),
        time: "0 +0000",
    };
    match mailmap.try_resolve_ref(as_written) {
        Some(mapped) => (
            text(mapped.name.unwrap_or(signature.name.as_bstr())),
            text(mapped.email.unwrap_or(signature.email.as_bstr())),
        ),
        None => (text(signature.name.as_bstr()), text(signature.email.as_bstr())),
    }
}

/// Signatures of one person; the first of each group represents it.
struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn first(&mut self, mut of: usize) -> usize {
        while self.parent[of] != of {
            self.parent[of] = self.parent[self.parent[of]];
            of = self.parent[of];
        }
        of
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(name: &str, email: &str) -> Signature {
        Signature { name: name.into(), email: email.into() }
    }

    #[test]
    fn programs_are_known_by_their_usual_names() {
        let bots = [
            ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
            ("Renovate Bot", "bot@renovateapp.com"),
            ("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com"),
            ("bors", "bors@rust-lang.org"),
            ("GitHub Actions", "41898282+github-actions[bot]@users.noreply.github.com"),
            ("pre-commit-ci[bot]", "x@y"),
            ("denobot", "33910674+denobot@users.noreply.github.com"),
        ];
        let (known, unknown): (Vec<_>, Vec<_>) =
            bots.iter().partition(|(name, email)| is_bot(name, email, &[]));
        assert_eq!((known.len(), unknown), (6, vec![&bots[6]]));
        assert!(is_bot(bots[6].0, bots[6].1, &["denobot".to_owned()]));
        for (name, email) in
            [("Abbot Costello", "abbot@example.org"), ("Robot Lover", "a@b"), ("Ada", "robot@x")]
        {
            assert!(!is_bot(name, email, &[]), "{name}");
        }
    }

    #[test]
    fn addresses_and_full_names_join_single_words_do_not() {
        let signatures = [
            signature("Ada Lovelace", "ada@new.example"),
            signature("ada", "ADA@new.example"),
            signature("Ada Lovelace", "ada@old.example"),
            signature("root", "root@one"),
            signature("root", "root@two"),
            signature("someone", ""),
            signature("another", ""),
        ];
        let (people, of) = persons(&signatures, &gix::mailmap::Snapshot::default(), &[]);
        assert_eq!(of, [0, 0, 0, 1, 2, 3, 4]);
        assert_eq!((people[0].name.as_str(), people[0].email.as_str()), ("Ada Lovelace", "ada@new.example"));
    }

    #[test]
    fn a_chain_of_names_and_addresses_is_one_person() {
        let signatures = [signature("A B", "1@x"), signature("C D", "2@x"), signature("A B", "2@x")];
        let (people, of) = persons(&signatures, &gix::mailmap::Snapshot::default(), &[]);
        assert_eq!((people.len(), of), (1, vec![0, 0, 0]));
    }
}

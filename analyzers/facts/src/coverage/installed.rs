//! Where package managers, compilers and systems keep third-party code.
//!
//! These folders are recognised by their names. Files in them are not files of the tree, even if their paths end like
//! paths of the tree: `…/gems/foo-1.0/lib/util.rb` is not `lib/util.rb`. The exception: if nearly all names of a report
//! are in one of these folders, the tree may be there too, as some people keep checkouts in `vendor`.

use crate::hash::HashMap;
use std::sync::LazyLock;

/// Nested folders, anywhere in a path; a leading `/` anchors them at the root. A part that ends with `*` is a prefix of
/// a folder's name.
const PLACES: &[&str] = &[
    // JavaScript
    "node_modules",
    "bower_components",
    "jspm_packages",
    ".yarn",
    ".npm",
    ".pnpm-store",
    ".cache/deno",
    // Python
    "site-packages",
    "dist-packages",
    "__pypackages__",
    ".venv",
    ".virtualenvs",
    ".tox",
    ".nox",
    ".eggs",
    ".pyenv",
    "lib/python2*",
    "lib/python3*",
    "lib64/python3*",
    "lib/pypy3*",
    // Ruby; Perl; PHP and others that keep copies next to the code
    "vendor",
    "bundle/gems",
    "bundle/ruby",
    "lib/gems",
    "lib/ruby",
    ".bundle",
    ".gem",
    ".rbenv",
    ".rvm",
    "lib/perl5",
    "share/perl5",
    "share/perl",
    ".cpan",
    ".cpanm",
    "share/php",
    ".composer",
    // Rust
    "/rustc",
    ".cargo",
    ".rustup",
    "cargo/registry",
    "cargo/git",
    "registry/src/index.crates.io*",
    "registry/src/github.com-*",
    "lib/rustlib",
    // Go
    "pkg/mod",
    "/usr/local/go",
    "hostedtoolcache",
    // Java and other JVM languages
    ".m2",
    ".gradle",
    ".ivy2",
    ".sbt",
    ".coursier",
    "coursier/v1",
    ".konan",
    // .NET
    ".nuget",
    ".dotnet",
    "NuGet/Cache",
    // Swift, Objective-C
    "Pods",
    "Carthage/Checkouts",
    "Carthage/Build",
    "SourcePackages/checkouts",
    ".build/checkouts",
    "Contents/Developer",
    "/System/Library",
    "/Library/Developer",
    "/Library/Frameworks",
    // C and C++
    "usr/include",
    "usr/local/include",
    "usr/lib",
    "usr/lib32",
    "usr/lib64",
    "usr/libexec",
    "include/c++",
    "_deps",
    ".conan",
    ".conan2",
    ".vcpkg",
    "vcpkg_installed",
    "vcpkg/installed",
    "vcpkg/buildtrees",
    "VC/Tools/MSVC",
    "Windows Kits",
    "mingw32/include",
    "mingw64/include",
    "mingw32/lib",
    "mingw64/lib",
    "ucrt64/include",
    // Others
    ".pub-cache",
    ".cabal",
    ".ghcup",
    ".stack",
    ".opam",
    ".hex",
    ".mix",
    ".luarocks",
    "share/lua",
    ".julia/packages",
    ".julia/artifacts",
    ".dub/packages",
    ".nimble/pkgs*",
    "renv/library",
    "elm-stuff",
    ".asdf",
    ".sdkman",
    ".linuxbrew",
    "opt/homebrew",
    "Cellar",
    "/nix/store",
    "/gnu/store",
    "/snap",
];

/// The parts of a place after its first one, and whether it is at the root.
type Rest = (bool, Vec<&'static [u8]>);

static BY_FIRST: LazyLock<HashMap<&'static [u8], Vec<Rest>>> = LazyLock::new(|| {
    let mut places: HashMap<&[u8], Vec<Rest>> = HashMap::default();
    for place in PLACES {
        let (at_root, parts) = place.strip_prefix('/').map_or((false, *place), |parts| (true, parts));
        let mut parts = parts.split('/').map(str::as_bytes);
        let first = parts.next().unwrap_or_default();
        places.entry(first).or_default().push((at_root, parts.collect()));
    }
    places
});

/// The indexes of a path's folders (from 0) at which these places begin.
#[derive(Clone, Copy)]
pub(super) struct Installed {
    pub outermost: usize,
    pub innermost: usize,
}

/// Where a path is in one of these places, if it is. `rooted` means that the path is absolute.
pub(super) fn places(path: &[&[u8]], rooted: bool) -> Option<Installed> {
    let folders = path.split_last().map_or(path, |(_, folders)| folders);
    let mut begins = (0..folders.len()).filter(|&at| {
        let fits = |(at_root, rest): &Rest| {
            let below = &folders[at + 1..];
            (!at_root || (rooted && at == 0))
                && below.len() >= rest.len()
                && rest.iter().zip(below).all(|(wanted, folder)| is_named(folder, wanted))
        };
        BY_FIRST.get(folders[at]).is_some_and(|places| places.iter().any(fits))
    });
    let outermost = begins.next()?;
    Some(Installed { outermost, innermost: begins.next_back().unwrap_or(outermost) })
}

fn is_named(folder: &[u8], wanted: &[u8]) -> bool {
    match wanted.strip_suffix(b"*") {
        Some(beginning) => folder.starts_with(beginning),
        None => folder == wanted,
    }
}

//! No program is started, and no outside file is opened or written: every command under a tracer, on a hostile
//! repository.
//!
//! strace reports every call that starts a program, opens, creates, renames, removes or links a file, or connects. An
//! opened file is judged by the path that the kernel reports for it, so links cannot hide anything.

use super::{CALLS, Call, On, endpoints, hostile, model_folder};
use crate::program::{command_of, finish, program};
use crate::repository::Tree;
use crate::serve::security::slug;
use crate::serve::server::Server;
use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// The traced system calls.
const CALLS_OF_THE_SYSTEM: &str = "execve,execveat,open,openat,openat2,creat,connect,unlink,unlinkat,rmdir,rename,renameat,\
    renameat2,mkdir,mkdirat,mknod,mknodat,symlink,symlinkat,link,linkat,truncate,chmod,fchmodat,chown,lchown,fchownat,\
    utimensat,setxattr,lsetxattr,mount,bind";

/// Places where a process may read in addition to its given folders: the loader and its libraries, the time zone, the
/// processor, memory limits, random numbers.
const OF_THE_SYSTEM: &[&str] = &[
    "/usr/lib",
    "/lib",
    "/lib64",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/ld.so.preload",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/share/locale",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/filesystems",
    "/proc/sys/vm/overcommit_memory",
    "/sys/devices/system",
    "/sys/fs/cgroup",
    "/sys/kernel/mm",
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
];

/// Additional places of `batuta devices`: it asks the system's graphics drivers, and these may read anything of it.
const OF_DRIVERS: &[&str] = &["/usr", "/etc", "/sys", "/proc", "/dev", "/var/run", "/run"];

/// A system call that succeeded, or that tried to start a program or to connect.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    Started(String),
    Connected(String),
    Read(PathBuf),
    Written(PathBuf),
}

/// The program under the tracer, in a folder, with its own home folder.
fn under_tracer(folder: &Path, home: &Path, log: &Path, words: &[&str]) -> Command {
    let tracer = Path::new("/usr/bin/strace");
    assert!(
        tracer.is_file(),
        "strace is missing: `cargo xtask test` installs it (Debian: the package strace)"
    );
    let trace = format!("trace={CALLS_OF_THE_SYSTEM}");
    let log = log.to_str().expect("it is UTF-8");
    let program = program().to_str().expect("it is UTF-8");
    let own = [
        "-f",
        "-y",
        "-qq",
        "-s",
        "4096",
        "--seccomp-bpf",
        "-e",
        &trace,
        "-e",
        "signal=none",
        "-o",
        log,
        program,
    ];
    let mut command = command_of(tracer, folder, &[&own[..], words].concat());
    command
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_CONFIG_HOME", home.join("config"));
    command.env("TMPDIR", home);
    for name in
        ["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH"]
    {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BATUTA_") {
            command.env_remove(name);
        }
    }
    command
}

/// The events of a log, in order. `folder` is the process's working directory, which it never changes.
fn events(log: &str, folder: &Path) -> Vec<Event> {
    let mut unfinished: HashMap<&str, String> = HashMap::new();
    let mut found = Vec::new();
    for line in log.lines() {
        let Some((process, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let whole = if let Some(begun) = call.strip_suffix("<unfinished ...>") {
            unfinished.insert(process, begun.trim_end().to_owned());
            continue;
        } else if let Some((_, rest)) =
            call.strip_prefix("<... ").and_then(|call| call.split_once(" resumed>"))
        {
            unfinished.remove(process).unwrap_or_default() + rest
        } else {
            call.to_owned()
        };
        found.extend(event(&whole, folder));
    }
    found
}

fn event(call: &str, folder: &Path) -> Vec<Event> {
    let Some((name, rest)) = call.split_once('(') else { return Vec::new() };
    let Some((arguments, result)) = rest.rsplit_once(" = ") else { return Vec::new() };
    match name {
        "execve" | "execveat" => return vec![Event::Started(call.to_owned())],
        "connect" => return vec![Event::Connected(call.to_owned())],
        _ if result.starts_with('-') => return Vec::new(),
        _ => {}
    }
    if matches!(name, "open" | "openat" | "openat2" | "creat") {
        let Some(path) = result.split_once('<').and_then(|(_, path)| path.rsplit_once('>')) else {
            return vec![Event::Written(PathBuf::from(call))];
        };
        let path = PathBuf::from(path.0.trim_end_matches(" (deleted)").trim_end_matches("(deleted)"));
        let writes = name == "creat"
            || ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"]
                .iter()
                .any(|flag| arguments.contains(flag));
        return vec![if writes { Event::Written(path) } else { Event::Read(path) }];
    }
    let paths = named_paths(arguments, folder);
    // The target of a symbolic link is only text; the link itself is what is created.
    let from = if name.starts_with("symlink") { paths.len().saturating_sub(1) } else { 0 };
    paths.into_iter().skip(from).map(Event::Written).collect()
}

/// The paths between quotes, each joined to the folder before it.
fn named_paths(arguments: &str, folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut before = arguments;
    while let Some((ahead, rest)) = before.split_once('"') {
        let Some((text, after)) = rest.split_once('"') else { break };
        let relative_to =
            ahead.rsplit_once('<').and_then(|(_, path)| path.split_once('>')).map(|(path, _)| path);
        found.push(real(&Path::new(relative_to.unwrap_or(folder.to_str().unwrap_or("/"))).join(text)));
        before = after;
    }
    found
}

/// The path with the links of its existing folders resolved.
fn real(path: &Path) -> PathBuf {
    let name = path.components().next_back();
    match (path.parent().map(fs::canonicalize), name) {
        (Some(Ok(folder)), Some(Component::Normal(name))) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// The folders of a run.
struct Allowed {
    read: Vec<PathBuf>,
    written: Vec<PathBuf>,
    /// The drivers of graphics processors may start the system's own programs (`nvidia-modprobe`) and call its
    /// services.
    drivers: bool,
}

/// The forbidden events of a run.
fn breaches(events: &[Event], allowed: &Allowed) -> Vec<String> {
    let by_a_driver = |event: &Event| match event {
        Event::Started(call) => call.contains("(\"/usr/"),
        Event::Connected(call) => call.contains("AF_UNIX"),
        Event::Read(_) | Event::Written(_) => false,
    };
    let events: Vec<&Event> =
        events.iter().filter(|event| !(allowed.drivers && by_a_driver(event))).collect();
    let starts = events.iter().filter(|event| matches!(event, Event::Started(_)));
    let mut found: Vec<String> = starts.skip(1).map(|event| format!("{event:?}")).collect();
    let is_in = |path: &Path, folders: &[PathBuf]| folders.iter().any(|folder| path.starts_with(folder));
    for event in events {
        let is_fine = match event {
            Event::Started(_) => true,
            Event::Connected(_) => false,
            Event::Written(path) => is_in(path, &allowed.written) || path == Path::new("/dev/null"),
            Event::Read(path) => {
                is_in(path, &allowed.read) || is_in(path, &allowed.written) || is_own_process(path)
            }
        };
        if !is_fine {
            found.push(format!("{event:?}"));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// `/proc/self` resolves to the process's number.
fn is_own_process(path: &Path) -> bool {
    let mut parts = path.strip_prefix("/proc").into_iter().flat_map(Path::components);
    let number = parts
        .next()
        .is_some_and(|part| part.as_os_str().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()));
    // Except the files that it was started with, or that other processes have open.
    number
        && !parts
            .any(|part| ["environ", "fd", "mem", "root", "cwd"].iter().any(|name| part.as_os_str() == *name))
}

fn allowed(call: &Call, folder: &Path, home: &Path) -> Allowed {
    let mut read: Vec<PathBuf> = OF_THE_SYSTEM.iter().map(PathBuf::from).collect();
    let mut written = vec![home.to_owned(), folder.join(".git/batuta")];
    read.push(folder.to_owned());
    // The program reads itself: its version depends on its own file.
    read.push(program().to_owned());
    // Files that Git's own configuration includes count as part of it, for Git and here.
    read.extend(folder.parent().map(|outer| outer.join("more.config")));
    if call.on == On::Model {
        written.push(folder.to_owned());
    }
    match call.command {
        "pmat hooks install" | "pmat hooks uninstall" => {
            written.extend(["evil-hooks", ".git/hooks"].map(|hooks| folder.join(hooks)));
        }
        "pmat hooks ci" => written.push(folder.join(".github")),
        "link" => written.push(folder.join("links")),
        "devices" => {
            read.extend(OF_DRIVERS.iter().map(PathBuf::from));
            written.push("/dev".into());
        }
        _ => {}
    }
    Allowed { read, written, drivers: call.command == "devices" }
}

/// Runs a call under the tracer and returns the forbidden events.
fn judged(call: &Call, folder: &Path, home: &Path) -> Vec<String> {
    let log = Tree::folder(&[]);
    let log = log.join("log");
    let ran = finish(under_tracer(folder, home, &log, &call.all()));
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let mut found: Vec<String> = Vec::new();
    if !matches!(ran.code, Some(0..=2)) {
        found.push(format!("exit code {:?}: {said}", ran.code));
    }
    if said.contains("the secret") || said.contains("root:x:0") {
        found.push(format!("tells what stands outside: {said}"));
    }
    let log = fs::read_to_string(log).expect("the tracer writes ASCII");
    let events = events(&log, folder);
    if !events.iter().any(|event| matches!(event, Event::Started(_))) {
        found.push(format!("the tracer does not work here:\n{log}\n{said}"));
    }
    found.extend(breaches(&events, &allowed(call, folder, home)));
    found
}

#[test]
fn no_command_starts_a_program_or_opens_anything_outside() {
    let hostile = hostile::repository();
    let (home, models) = (Tree::folder(&[]), Tree::folder(&[]));
    let real = |path: &Path| path.canonicalize().expect("it is there");
    let (repository, home, models) = (real(&hostile.path()), real(home.path()), real(models.path()));
    fs::create_dir(repository.join("evil-hooks")).expect("a folder");
    model_folder(&models);
    let before = hostile.outside();
    let mut found = Vec::new();
    for call in CALLS.iter().filter(|call| call.on != On::Service) {
        let folder = if call.on == On::Model { &models } else { &repository };
        let breaches = judged(call, folder, &home);
        found.extend(breaches.into_iter().map(|breach| format!("{}: {breach}", call.all().join(" "))));
    }
    assert_eq!(hostile.outside(), before);
    assert_eq!(marks(&repository), Vec::<PathBuf>::new());
    // The repository must be measurable: otherwise the commands would only have reported that it is not.
    let measured = finish(crate::program::command(&repository, &["pmat", "analyze", "complexity"])).exits(0);
    assert!(measured.stdout.contains("tangled"), "{}", measured.stdout);
    assert!(found.is_empty(), "{} breaches\n{}", found.len(), found.join("\n"));
}

/// Files that a started script leaves behind.
fn marks(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            if entry.file_type().expect("it has a kind").is_dir() {
                waiting.push(entry.path());
            } else if entry.file_name() == "STARTED" {
                found.push(entry.path());
            }
        }
    }
    found
}

#[test]
fn the_service_starts_no_program_and_opens_nothing_outside() {
    let hostile = hostile::repository();
    let home = Tree::folder(&[]);
    let (repository, home) = (
        hostile.path().canonicalize().expect("it is there"),
        home.path().canonicalize().expect("it is there"),
    );
    let before = hostile.outside();
    let call = CALLS.iter().find(|call| call.on == On::Service).expect("there is a service");
    let logs = Tree::folder(&[]);
    let log = logs.join("log");
    let command = under_tracer(&repository, &home, &log, &call.all());
    let server = Server::start_command(command);
    let slug = slug(&server);
    server.await_commit(&slug, &crate::repository::git(&repository, &["rev-parse", "HEAD"]));
    for address in endpoints::addresses(&server, &slug, "src/lib.rs") {
        server.get(&address).is(200);
    }
    server.get("/").is(200);
    let begun = fs::read_to_string(&log).expect("the tracer writes ASCII");
    let process = begun.split_whitespace().next().expect("the first line is the program's start").to_owned();
    let told = Command::new("kill").args(["-TERM", &process]).status();
    assert!(told.expect("kill runs").success());
    assert_eq!(server.ended(), Some(0));
    let log = fs::read_to_string(&log).expect("the tracer writes ASCII");
    let found = breaches(&events(&log, &repository), &allowed(call, &repository, &home));
    // It may bind its own address, because that is its purpose.
    let found: Vec<String> = found.into_iter().filter(|breach| !breach.contains("127.0.0.1")).collect();
    assert_eq!(hostile.outside(), before);
    assert_eq!(marks(&repository), Vec::<PathBuf>::new());
    assert!(found.is_empty(), "{} breaches\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_tracer_s_log_is_read_as_it_is_written() {
    let log = "\
7 execve(\"/bin/batuta\", [\"batuta\"], 0x7f /* 3 vars */) = 0
7 openat(AT_FDCWD</w>, \"secret.rs\", O_RDONLY|O_CLOEXEC) = 3</outer/secret.txt>
8 openat(AT_FDCWD</w>, \"new\", O_WRONLY|O_CREAT, 0666 <unfinished ...>
7 openat(AT_FDCWD</w>, \"none\", O_RDONLY) = -1 ENOENT (No such file or directory)
8 <... openat resumed>) = 4</w/new>
7 symlinkat(\"/etc/passwd\", 5</w/no such folder>, \"link\") = 0
7 connect(6<socket:[1]>, {sa_family=AF_INET}, 16) = -1 EINPROGRESS (Operation now in progress)
7 renameat(AT_FDCWD</w>, \"a\", AT_FDCWD</w>, \"/nowhere/b\") = 0
";
    let found = events(log, Path::new("/w"));
    let path = PathBuf::from;
    assert!(matches!(&found[0], Event::Started(_)) && matches!(&found[4], Event::Connected(_)), "{found:?}");
    assert_eq!(
        found[1..4],
        [
            Event::Read(path("/outer/secret.txt")),
            Event::Written(path("/w/new")),
            Event::Written(path("/w/no such folder/link")),
        ]
    );
    assert_eq!(found[5..], [Event::Written(path("/w/a")), Event::Written(path("/nowhere/b"))]);
    let allowed = Allowed { read: vec![path("/w")], written: vec![path("/w")], drivers: false };
    assert_eq!(breaches(&found, &allowed).len(), 3);
}

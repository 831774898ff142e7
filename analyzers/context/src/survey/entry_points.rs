use super::{ProjectFiles, beside};
use crate::rank::file_kind::{FileRole, role};
use crate::report::{EntryPoint, Place};
use facts::RepoFacts;
use facts::model::{DefinitionKind, RepoPath};

/// More main functions than this are a collection of programs; the first by depth and path are named.
const MAX_MAINS: usize = 30;

/// Where execution or use begins: programs and libraries that manifests declare, main functions, and files that a
/// framework or interpreter starts by their name.
pub(crate) fn entry_points(files: &ProjectFiles<'_>, repo: &RepoFacts) -> Vec<EntryPoint> {
    let mut found = Vec::new();
    cargo(files, &mut found);
    npm(files, &mut found);
    python(files, &mut found);
    containers(files, &mut found);
    main_functions(repo, &mut found);
    started_by_name(repo, &mut found);
    let mut unique: Vec<EntryPoint> = Vec::new();
    for entry in found {
        // A manifest's binary and the main function in it are one entry point.
        if !unique.iter().any(|known| known.found_in.path == entry.found_in.path && known.name == entry.name)
        {
            unique.push(entry);
        }
    }
    // A workspace has many libraries and few programs.
    unique.sort_by_key(|entry| entry.kind == "library");
    unique
}

fn declared(kind: &'static str, name: impl Into<String>, path: &RepoPath) -> EntryPoint {
    EntryPoint { kind, name: name.into(), found_in: Place::file(path) }
}

fn cargo(files: &ProjectFiles<'_>, found: &mut Vec<EntryPoint>) {
    for entry in files.named("Cargo.toml") {
        let Some(manifest) = files.text(entry).and_then(|text| text.parse::<toml::Table>().ok()) else {
            continue;
        };
        let name = manifest.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str());
        let Some(name) = name else { continue };
        let exists = |path: &RepoPath| files.entries.iter().any(|entry| entry.path == *path);
        let library = manifest.get("lib").and_then(|lib| lib.get("path")).and_then(|path| path.as_str());
        let library = beside(&entry.path, library.unwrap_or("src/lib.rs"));
        if exists(&library) {
            found.push(declared("library", name, &library));
        }
        let binaries = manifest.get("bin").and_then(|bins| bins.as_array());
        for binary in binaries.into_iter().flatten() {
            let binary_name = binary.get("name").and_then(|n| n.as_str()).unwrap_or(name);
            let path = binary.get("path").and_then(|p| p.as_str());
            let path = path.map_or_else(|| entry.path.clone(), |path| beside(&entry.path, path));
            found.push(declared("binary", binary_name, &path));
        }
        let main = beside(&entry.path, "src/main.rs");
        if exists(&main) && !found.iter().any(|known| known.found_in.path == main) {
            found.push(declared("binary", name, &main));
        }
    }
}

fn npm(files: &ProjectFiles<'_>, found: &mut Vec<EntryPoint>) {
    for entry in files.named("package.json") {
        let Some(text) = files.text(entry) else { continue };
        let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else {
            continue;
        };
        let name = manifest["name"].as_str().unwrap_or("package");
        // Node.js takes index.js where the manifest names nothing.
        let declared_root = manifest["main"].as_str().or_else(|| manifest["module"].as_str());
        let index = beside(&entry.path, "index.js");
        if let Some(path) = declared_root {
            found.push(declared("library", name, &beside(&entry.path, path)));
        } else if manifest["exports"].is_null() && files.entries.iter().any(|entry| entry.path == index) {
            found.push(declared("library", name, &index));
        }
        match &manifest["bin"] {
            serde_json::Value::String(path) => {
                found.push(declared("binary", name, &beside(&entry.path, path)))
            }
            serde_json::Value::Object(binaries) => {
                for (binary, path) in binaries.iter().filter_map(|(name, path)| Some((name, path.as_str()?)))
                {
                    found.push(declared("binary", binary, &beside(&entry.path, path)));
                }
            }
            _ => {}
        }
    }
}

fn python(files: &ProjectFiles<'_>, found: &mut Vec<EntryPoint>) {
    for entry in files.named("pyproject.toml") {
        let Some(manifest) = files.text(entry).and_then(|text| text.parse::<toml::Table>().ok()) else {
            continue;
        };
        let project = manifest.get("project");
        let poetry = manifest.get("tool").and_then(|tool| tool.get("poetry"));
        for table in [project, poetry].into_iter().flatten() {
            for key in ["scripts", "gui-scripts"] {
                for (name, target) in
                    table.get(key).and_then(|scripts| scripts.as_table()).into_iter().flatten()
                {
                    let target = target.as_str().unwrap_or_default();
                    found.push(declared("binary", format!("{name} = {target}"), &entry.path));
                }
            }
        }
    }
    for entry in files.named("setup.cfg") {
        let Some(text) = files.text(entry) else { continue };
        let scripts =
            text.lines().enumerate().skip_while(|(_, line)| !line.trim().starts_with("console_scripts"));
        for (index, line) in scripts.skip(1).take_while(|(_, line)| line.starts_with([' ', '\t'])) {
            let place = Place::line(&entry.path, index as u32 + 1);
            found.push(EntryPoint { kind: "binary", name: line.trim().to_owned(), found_in: place });
        }
    }
}

fn containers(files: &ProjectFiles<'_>, found: &mut Vec<EntryPoint>) {
    for entry in files.matching(|path| path.file_name().starts_with(b"Dockerfile")) {
        let Some(text) = files.text(entry) else { continue };
        for (index, line) in text.lines().enumerate() {
            if line.starts_with("ENTRYPOINT") || line.starts_with("CMD") {
                let place = Place::line(&entry.path, index as u32 + 1);
                found.push(EntryPoint { kind: "container", name: line.trim().to_owned(), found_in: place });
            }
        }
    }
}

fn main_functions(repo: &RepoFacts, found: &mut Vec<EntryPoint>) {
    let mut mains = Vec::new();
    for file in repo.files.iter().filter(|file| role(file) == FileRole::Product) {
        let Some(main) = file.data.facts.language.main_function() else {
            continue;
        };
        for definition in file.data.symbols.iter().flat_map(|symbols| &symbols.definitions) {
            let callable = matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
            // Build scripts are run by the build tool.
            if callable && definition.name == main && file.path().file_name() != b"build.rs" {
                let place = Place::line(file.path(), definition.name_line);
                mains.push(EntryPoint {
                    kind: "main function",
                    name: definition.qualified_name.clone(),
                    found_in: place,
                });
            }
        }
    }
    mains.sort_by_key(|main| (super::depth(&main.found_in.path), main.found_in.clone()));
    mains.truncate(MAX_MAINS);
    mains.retain(|main| {
        !found.iter().any(|known| known.found_in.path == main.found_in.path && known.kind == "binary")
    });
    found.extend(mains);
}

/// Files that an interpreter or a framework starts by their name.
fn started_by_name(repo: &RepoFacts, found: &mut Vec<EntryPoint>) {
    const STARTED: &[(&str, &str)] = &[
        ("__main__.py", "python -m"),
        ("manage.py", "Django"),
        ("wsgi.py", "WSGI"),
        ("asgi.py", "ASGI"),
        ("config.ru", "Rack"),
    ];
    for file in repo.files.iter().filter(|file| role(file) == FileRole::Product) {
        let hit = STARTED.iter().find(|(name, _)| file.path().file_name() == name.as_bytes());
        if let Some((_, by)) = hit {
            found.push(declared("script", format!("started by {by}"), file.path()));
        }
    }
}

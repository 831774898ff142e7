use super::Outcome;
use crate::args::{LinkArgs, TOOLS};
use crate::failure::Failure;
use crate::output::{Destination, shown};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Creates a link for each tool. When called by that name, the program acts as the tool.
pub fn run(args: &LinkArgs) -> anyhow::Result<Outcome> {
    let program = std::env::current_exe()
        .and_then(fs::canonicalize)
        .map_err(|error| Failure::new("cannot tell where the program itself is").why(error))?;
    let own_folder = || program.parent().map_or_else(|| PathBuf::from("."), Path::to_owned);
    let folder = args.dir.clone().unwrap_or_else(own_folder);
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("cannot make the folder {}", folder.display())).why(error))?;
    let mut report = String::new();
    for tool in TOOLS {
        let link = folder.join(format!("{tool}{}", std::env::consts::EXE_SUFFIX));
        let done = make(&program, &link, args.force)?;
        let (link, program) = (link.display().to_string(), program.display().to_string());
        report.push_str(&format!("{} {done} {}\n", shown(&link), shown(&program)));
    }
    Destination::StandardOutput.write(&report)?;
    Ok(Outcome::Fine)
}

/// Points `link` to `program`, and reports what was done.
fn make(program: &Path, link: &Path, force: bool) -> anyhow::Result<&'static str> {
    match fs::symlink_metadata(link) {
        Ok(_) if fs::canonicalize(link).is_ok_and(|target| target == program) => {
            return Ok("points already to");
        }
        Ok(_) if !force => {
            return Err(Failure::new(format!("{} is there already and is not this program", link.display()))
                .help("name another folder with --dir, or replace it with --force")
                .into());
        }
        Ok(metadata) if metadata.is_dir() => {
            return Err(Failure::new(format!("{} is a folder", link.display())).into());
        }
        _ => {}
    }
    // Created under a temporary name first, so that an existing file is replaced in one step.
    let fresh = link.with_extension("batuta-new");
    symbolic_link(program, &fresh)
        .and_then(|()| fs::rename(&fresh, link))
        .map_err(|error| Failure::new(format!("cannot make the link {}", link.display())).why(error))?;
    Ok("now points to")
}

#[cfg(unix)]
fn symbolic_link(program: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

/// Creates a hard link where symbolic links need special rights.
#[cfg(not(unix))]
fn symbolic_link(program: &Path, link: &Path) -> io::Result<()> {
    fs::hard_link(program, link)
}

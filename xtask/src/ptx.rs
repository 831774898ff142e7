//! `cargo xtask ptx`: the PTX of the CUDA kernels, made from their sources without a toolkit or a card.

use crate::install::python_programs;
use crate::process::{run, target_dir};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folder of the sources, and of the PTX next to them.
const FOLDER: &str = "ml/trueno-gpu/src/cuda";

/// The compiler and the assembler. The compiler is the oldest of its major version: release 12.0 writes PTX 8.0, which
/// every driver of CUDA 12 reads.
const PACKAGES: &[&str] = &["nvidia-cuda-nvrtc-cu12==12.0.140", "nvidia-cuda-nvcc-cu12==12.9.86"];

/// The target of the PTX: this compute capability and all later cards.
const VIRTUAL: &str = "compute_80";

/// Cards for which the PTX is assembled as a check: A100, H100.
const CARDS: &[&str] = &["sm_80", "sm_90"];

/// `cargo xtask ptx`
#[derive(Debug, Args)]
pub struct PtxArgs {
    /// Change nothing: fail where the PTX in the repository is not what its sources give
    #[arg(long)]
    pub check: bool,
}

/// Compiles every source, and assembles the result for every card, which fails if registers spill.
pub fn run_ptx(root: &Path, args: &PtxArgs) -> Result<()> {
    let tools = target_dir(root)?.join("tools/ptx");
    let programs = python_programs(&tools, PACKAGES)?;
    let assembler = assembler(&tools)?;
    let script = tools.join("ptx.py");
    std::fs::write(&script, include_str!("ptx.py"))?;
    for source in sources(&root.join(FOLDER))? {
        let name = source.with_extension("ptx");
        let name = name.file_name().expect("a file has a name");
        let kept = root.join(FOLDER).join("ptx").join(name);
        let made = if args.check { tools.join(name) } else { kept.clone() };
        run(Command::new(programs.join("python")).arg(&script).arg(VIRTUAL).arg(&source).arg(&made))?;
        if std::fs::read(&made)? != std::fs::read(&kept)? {
            bail!("{} is not what its source gives; run `cargo xtask ptx`", kept.display());
        }
        for card in CARDS {
            let kernels = assemble(&assembler, card, &made)?;
            println!("{}: {kernels} kernels for {card}, no register spills", name.to_string_lossy());
        }
    }
    Ok(())
}

/// The CUDA sources, sorted by name.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        found.push(entry?.path());
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "cu"));
    found.sort();
    Ok(found)
}

/// `ptxas` in the virtual environment, whose path contains Python's version.
fn assembler(tools: &Path) -> Result<PathBuf> {
    for python in std::fs::read_dir(tools.join("lib"))? {
        let path = python?.path().join("site-packages/nvidia/cuda_nvcc/bin/ptxas");
        if path.is_file() {
            return Ok(path);
        }
    }
    bail!("{} did not bring ptxas", PACKAGES[1])
}

/// Assembles a file; returns the number of its kernels, none of which spills.
fn assemble(assembler: &Path, card: &str, ptx: &Path) -> Result<usize> {
    let mut command = Command::new(assembler);
    command.args(["-v", &format!("-arch={card}"), "-o", "/dev/null"]).arg(ptx);
    let output = command.output().context("ptxas does not start")?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("ptxas refuses {} for {card}:\n{told}", ptx.display());
    }
    kernels(&told).with_context(|| format!("{} for {card}", ptx.display()))
}

/// Counts the kernels that `ptxas -v` reports; an error if one spills.
fn kernels(told: &str) -> Result<usize> {
    let count = told.lines().filter(|line| line.contains("Compiling entry function")).count();
    let spills: Vec<&str> = told.lines().filter(|line| line.contains("bytes spill")).collect();
    if count == 0 || spills.len() != count {
        bail!("ptxas tells of {count} kernels and {} stack frames:\n{told}", spills.len());
    }
    match spills.iter().find(|line| !line.contains(" 0 bytes spill stores, 0 bytes spill loads")) {
        Some(spill) => bail!("registers spill: {}", spill.trim()),
        None => Ok(count),
    }
}

#[cfg(test)]
mod tests {
    use super::kernels;

    #[test]
    fn kernels_are_counted_and_spills_are_errors() {
        let told = "ptxas info    : Compiling entry function 'unary' for 'sm_80'\n\
                    ptxas info    : Function properties for unary\n    \
                    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n\
                    ptxas info    : Used 19 registers, used 0 barriers\n";
        assert_eq!(kernels(told).expect("nothing spills"), 1);
        assert!(kernels(&told.replace("0 bytes spill loads", "8 bytes spill loads")).is_err());
        assert!(kernels(&told.replace("0 bytes spill stores", "10 bytes spill stores")).is_err());
        assert!(kernels("").is_err());
    }
}

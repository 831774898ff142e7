use super::opening::{Keys, refused};
use super::seal::Seal;
use crate::args::{ConvertArgs, GlobalArgs};
use crate::commands::Outcome;
use crate::failure::Failure;
use crate::output::{self, Destination, Inputs};
use aprender::apr::{AprError, OpenOptions, Reader, Writer, safetensors, v1, v2};
use aprender::boosting::MOST_FOREIGN_BYTES;
use aprender::saved::SavedModel;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Limit on the bytes of a file of version 1, from the 32-bit lengths of its parts.
const MOST_VERSION_1: u64 = 2 << 30;

/// Writes an older or a foreign file as version 3.
pub fn run(args: &ConvertArgs, global: &GlobalArgs) -> anyhow::Result<Outcome> {
    let destination = Destination::File(args.output.clone());
    destination.check()?;
    let read = std::iter::once(args.file.as_path()).chain(args.open.files()).chain(args.seal.files());
    Inputs::new(read).apart_from([&destination])?;
    let keys = Keys::read(&args.open)?;
    let seal = Seal::read(&args.seal)?;
    let options = keys.options();
    let trouble = |error: AprError| refused(&args.file, &error);
    let ending = args.file.extension().and_then(|ending| ending.to_str());
    let root = match ending {
        Some("safetensors") => {
            let file = safetensors::File::open(&args.file, &options).map_err(trouble)?;
            seal.write(file.to_writer().map_err(trouble)?, &args.output)?
        }
        Some("txt" | "json" | "ubj" | "model") => foreign(args, &seal, global.quiet)?,
        _ => older(args, &options, &seal)?,
    };
    let text = format!("{}: version 3, content {root}\n", output::shown(&args.output.display().to_string()));
    Destination::StandardOutput.write(&text)?;
    Ok(Outcome::Fine)
}

/// A file of version 1 or 2.
fn older(args: &ConvertArgs, options: &OpenOptions, seal: &Seal) -> anyhow::Result<String> {
    let trouble = |error: AprError| refused(&args.file, &error);
    match Reader::inspect(&args.file, &OpenOptions::default()) {
        Err(AprError::Version { major: 1, .. }) => {
            let model = version_1(&args.file, options).map_err(trouble)?;
            seal.write(model.to_writer().map_err(trouble)?, &args.output)
        }
        Err(AprError::Version { major: 2, .. }) => {
            let model = v2::Model::open(&args.file, options).map_err(trouble)?;
            seal.write(model.to_writer().map_err(trouble)?, &args.output)
        }
        Err(error) => Err(trouble(error).into()),
        Ok(_) => {
            let what = format!("{} is of the newest version already", args.file.display());
            Err(Failure::new(what).help("`aprender sign` adds a signature to it").into())
        }
    }
}

/// A model of LightGBM or XGBoost.
fn foreign(args: &ConvertArgs, seal: &Seal, quiet: bool) -> anyhow::Result<String> {
    let what = || format!("cannot use {}", args.file.display());
    let bytes = foreign_bytes(&args.file)?;
    let model =
        SavedModel::from_foreign_bytes(&bytes, &args.target).map_err(|error| super::failed(what(), error))?;
    let mut writer = Writer::new();
    model.save_into(&mut writer).map_err(|error| super::failed(what(), error))?;
    let root = seal.write(writer, &args.output)?;
    model.card.limitations.iter().for_each(|limitation| output::warn(quiet, limitation));
    Ok(root)
}

/// Reads a file of LightGBM or XGBoost, which is read as a whole.
fn foreign_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let what = || format!("cannot use {}", path.display());
    let io = |error| super::failed(what(), error);
    let file = File::open(path).map_err(io)?;
    let mut length = file.metadata().map_err(io)?.len();
    let mut bytes = Vec::new();
    if length <= MOST_FOREIGN_BYTES {
        // It may have grown, or may not be a regular file.
        file.take(MOST_FOREIGN_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
        length = bytes.len() as u64;
    }
    if length > MOST_FOREIGN_BYTES {
        return Err(Failure::new(what())
            .why(format!("it has more than {} MiB, the most that is read", MOST_FOREIGN_BYTES >> 20))
            .help("save a model of fewer trees")
            .into());
    }
    Ok(bytes)
}

/// Reads a file of version 1, which is small enough to be read as a whole.
pub fn version_1(path: &Path, options: &OpenOptions) -> Result<v1::Model, AprError> {
    let io = |source| AprError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(io)?.take(MOST_VERSION_1 + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MOST_VERSION_1 {
        let asked = bytes.len() as u64;
        return Err(AprError::Limit { what: "a file of version 1".into(), asked, limit: MOST_VERSION_1 });
    }
    v1::read(&bytes, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_model_file_that_is_too_large_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("vast.json");
        let file = File::create(&path).expect("it can be made");
        file.set_len(MOST_FOREIGN_BYTES + 1).expect("a file of nothing but a hole");
        let said = foreign_bytes(&path).expect_err("it is too large").to_string();
        assert!(said.contains("vast.json"), "{said}");
        file.set_len(3).expect("it can be cut");
        assert_eq!(foreign_bytes(&path).expect("it is small"), [0; 3]);
    }
}

use super::opening::{Keys, refused};
use super::{convert, keys};
use crate::args::{ReportFormat, SignArgs, ValidateArgs, VerifyArgs};
use crate::commands::Outcome;
use crate::output::{self, Destination};
use aprender::apr::{AprError, OpenOptions, Reader, Verify, sign_file, v2};
use aprender::saved::{SavedError, SavedModel};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Report {
    file: String,
    sound: bool,
    /// What was checked, or what is wrong.
    found: Vec<String>,
}

/// Checks every digest, and that the parts fit each other.
pub fn validate(args: &ValidateArgs) -> anyhow::Result<Outcome> {
    let keys = Keys::read(&args.open)?;
    let (sound, found) = match checked(&args.model, &keys) {
        Ok(found) => (true, found),
        Err(SavedError::Apr(error @ (AprError::Io { .. } | AprError::KeyNeeded(_) | AprError::WrongKey))) => {
            return Err(refused(&args.model, &error).into());
        }
        Err(error) => (false, vec![error.to_string()]),
    };
    let file = args.model.display().to_string();
    let text = match args.format {
        ReportFormat::Json => output::json("batuta/aprender-validate/1", &Report { file, sound, found })?,
        ReportFormat::Human => {
            let verdict = if sound { "sound" } else { "NOT SOUND" };
            let found = found.iter().map(|line| format!("  {}\n", output::shown(line))).collect::<String>();
            format!("{}: {verdict}\n{found}", output::shown(&file))
        }
    };
    Destination::StandardOutput.write(&text)?;
    Ok(if sound { Outcome::Fine } else { Outcome::Findings })
}

fn checked(path: &Path, keys: &Keys) -> Result<Vec<String>, SavedError> {
    let options = keys.options();
    let opened = Reader::inspect(path, &OpenOptions { verify: Verify::AtOpen, ..options });
    let reader = match opened {
        Err(AprError::Version { major: 2, .. }) => {
            let model = v2::Model::open(path, &options)?;
            return Ok(vec![
                format!("version 2, {} tensors, CRC-32 right", model.tensors().len()),
                "version 2 has no digests: damage that is made on purpose cannot be found".to_owned(),
            ]);
        }
        Err(AprError::Version { major: 1, .. }) => {
            let model = convert::version_1(path, &options)?;
            return Ok(vec![
                format!("version 1, {}, CRC-32 right", model.type_name()),
                "version 1 has no digests: damage that is made on purpose cannot be found".to_owned(),
            ]);
        }
        other => other?,
    };
    let mut found = vec![format!("version 3, {} sections, every digest right", reader.sections().len())];
    for signature in reader.signatures().iter().filter_map(|signature| signature.trusted.as_ref()) {
        found.push(format!("signed by {signature}"));
    }
    if reader.cipher().is_some() && !keys.can_open() {
        found.push("encrypted: the content was not looked at".to_owned());
        return Ok(found);
    }
    // Inspecting must not count as a use of the model.
    match Reader::open(path, &OpenOptions { ledger: None, ..options }) {
        Ok(reader) => {
            for section in reader.sections() {
                reader.bytes(&section.name)?;
            }
            if reader.section("aprender/model").is_some() {
                let model = SavedModel::load(&reader)?;
                found.push(format!("a {} model of {} features", model.kind, model.recipe.features().len()));
            }
        }
        Err(AprError::License(error)) => found.push(format!("the content was not looked at: {error}")),
        Err(error) => return Err(error.into()),
    }
    Ok(found)
}

/// Signs a model file.
pub fn sign(args: &SignArgs) -> anyhow::Result<Outcome> {
    let key = keys::signing(&args.key)?;
    sign_file(&args.model, &key).map_err(|error| refused(&args.model, &error))?;
    let signer = aprender::apr::hex(&aprender::apr::signer_id(&key.public())[..8]);
    let text = format!("{}: signed by key {signer}\n", output::shown(&args.model.display().to_string()));
    Destination::StandardOutput.write(&text)?;
    Ok(Outcome::Fine)
}

/// Checks that somebody trusted signed the file as it is.
pub fn verify(args: &VerifyArgs) -> anyhow::Result<Outcome> {
    let trust = keys::trusted(&args.trust)?;
    let options = OpenOptions { trust: Some(&trust), verify: Verify::AtOpen, ..OpenOptions::default() };
    let file = args.model.display().to_string();
    let (outcome, verdict) = match Reader::inspect(&args.model, &options) {
        Ok(reader) => {
            let names = reader.signatures().iter().filter_map(|signature| signature.trusted.clone());
            (Outcome::Fine, format!("signed by {}", names.collect::<Vec<_>>().join(", ")))
        }
        Err(error @ (AprError::Io { .. } | AprError::Version { .. })) => {
            return Err(refused(&args.model, &error).into());
        }
        Err(error) => (Outcome::Findings, format!("NOT VERIFIED: {error}")),
    };
    Destination::StandardOutput.write(&format!("{}: {}\n", output::shown(&file), output::shown(&verdict)))?;
    Ok(outcome)
}

use super::super::{OutputArgs, ReportFormat};
use clap::{Args, ValueEnum, ValueHint};
use std::path::{Path, PathBuf};

/// How a model file is opened.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Opening the model")]
pub struct OpenArgs {
    /// File with the password of an encrypted model; its last line end is ignored
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Your secret key, for a model that was encrypted for you
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: Option<PathBuf>,
    /// Public keys that you trust; one of them must have signed the model
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub trust: Option<PathBuf>,
    /// Folder that counts the uses and seats of limited licences
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub ledger: Option<PathBuf>,
    /// Name of the user who takes a seat of a limited licence
    #[arg(long, value_name = "NAME")]
    pub seat: Option<String>,
}

impl OpenArgs {
    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.password_file, &self.key, &self.trust].into_iter().flatten().map(PathBuf::as_path)
    }
}

/// How a model file is signed, encrypted and licensed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Signing, encryption and licence")]
pub struct SealArgs {
    /// Sign with this secret key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sign: Vec<PathBuf>,
    /// Encrypt with the password in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub encrypt_password_file: Option<PathBuf>,
    /// Encrypt for the owner of this public key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub encrypt_for: Vec<PathBuf>,
    /// Licence (JSON: id, licensee, issued, expires, seats, uses, terms), enforced when the model is used
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub license: Option<PathBuf>,
}

impl SealArgs {
    /// The files that are read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let single = self.encrypt_password_file.iter().chain(&self.license);
        self.sign.iter().chain(&self.encrypt_for).chain(single).map(PathBuf::as_path)
    }
}

/// `batuta aprender inspect`
#[derive(Debug, Args)]
#[command(after_help = "\
Shows what is readable without a key: table of sections, digests, model card, licence, signers.

Examples:
  aprender inspect wine.apr
  aprender inspect wine.apr --trust trusted.pub --format json")]
pub struct InspectArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Public keys that you trust, to name the signers
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub trust: Option<PathBuf>,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// Where the report goes.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `batuta aprender validate`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: sound; 1: damaged or not a model; 2: could not be read.

Examples:
  aprender validate wine.apr
  aprender validate secret.apr --password-file password.txt")]
pub struct ValidateArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Format of the report
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    pub format: ReportFormat,
    /// How the model is opened.
    #[command(flatten)]
    pub open: OpenArgs,
}

/// `batuta aprender convert`
#[derive(Debug, Args)]
#[command(after_help = "\
Versions 1 and 2 of .apr, safetensors, the text of LightGBM (.txt) and the JSON of XGBoost (.json) are read; version 3 of
.apr is written. Models of LightGBM and XGBoost can be used like those that were fitted here.

Examples:
  aprender convert old.apr --output new.apr
  aprender convert lightgbm.txt --target price --output price.apr
  aprender convert weights.safetensors --output weights.apr --sign ada.key")]
pub struct ConvertArgs {
    /// File to convert
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// File to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// Name of the column that a model of LightGBM or XGBoost predicts, which their files do not contain
    #[arg(long, value_name = "COLUMN", default_value = "target")]
    pub target: String,
    /// How the file is opened.
    #[command(flatten)]
    pub open: OpenArgs,
    /// How the new file is signed, encrypted and licensed.
    #[command(flatten)]
    pub seal: SealArgs,
}

/// `batuta aprender sign`
#[derive(Debug, Args)]
#[command(after_help = "\
Everything in the file is verified before it is signed. Up to 4 keys can sign one file.

Examples:
  aprender sign wine.apr --key ada.key")]
pub struct SignArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Your secret key
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: PathBuf,
}

/// `batuta aprender verify`
#[derive(Debug, Args)]
#[command(after_help = "\
The keys are lines of 64 hexadecimal digits and a name, as `aprender keygen` writes them into NAME.pub.
Exit code 0: a trusted key signed exactly this file; 1: none did, or the file is damaged; 2: could not be read.

Examples:
  aprender verify wine.apr --trust ada.pub")]
pub struct VerifyArgs {
    /// Model file
    #[arg(value_name = "MODEL", value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Public keys that you trust
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub trust: PathBuf,
}

/// `batuta aprender keygen`
#[derive(Debug, Args)]
#[command(after_help = "\
Writes NAME.key, which is secret and readable only by you, and NAME.pub, which you give to others. Existing files are
never replaced.

Examples:
  aprender keygen ada
  aprender keygen ada-private --purpose encryption --dir keys")]
pub struct KeygenArgs {
    /// Name of the key
    #[arg(value_name = "NAME")]
    pub name: String,
    /// What the key is for
    #[arg(long, value_name = "PURPOSE", default_value = "signing")]
    pub purpose: KeyUse,
    /// Folder that the files are written to
    #[arg(long, value_name = "FOLDER", default_value = ".", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum KeyUse {
    /// To sign models (Ed25519)
    #[default]
    Signing,
    /// To receive encrypted models (X25519)
    Encryption,
}

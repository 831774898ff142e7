//! Go: the package is the folder; packages by their import; methods behind values.

use super::{Family, Parameters, Rules, Unit};
use facts::language::Language;

pub(super) static RULES: Rules = Rules {
    family: Family::Own(Language::Go),
    own: &[],
    parent: &[],
    bare_members: false,
    unit: Unit::Folder,
    anywhere: false,
    member_values: false,
    loose_members: false,
    capital_types: false,
    constructors: &[],
    parameters: Parameters::NameType,
    wrappers: &[],
    libraries: &[],
    common: &[
        "Add",
        "Bytes",
        "Close",
        "Done",
        "Err",
        "Error",
        "Get",
        "Len",
        "Less",
        "Lock",
        "Name",
        "Read",
        "Reset",
        "Run",
        "Set",
        "String",
        "Swap",
        "Unlock",
        "Unwrap",
        "Wait",
        "Write",
        "WriteString",
    ],
};

//! Bash: functions of the script and of what it sources; scripts may also be sourced together by a third.

use super::{Parameters, Rules, Unit};

pub(super) static RULES: Rules = Rules {
    own: &[],
    parent: &[],
    bare_members: false,
    unit: Unit::File,
    anywhere: true,
    capital_types: false,
    parameters: Parameters::None,
    common: &[],
    ..Rules::GENERIC
};

//! Determines a name's qualifier from the token order, without asking nodes for their siblings.

use super::Walk;
use crate::extract::kinds::{KindInfo, Text, flag};
use crate::extract::symbols::Qualifier;

/// The last tokens, as far as they may qualify a name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    /// The last name of the expression before.
    pub last: Qualifier,
    /// The same, once a sign like `.` has followed.
    pub qualifier: Qualifier,
}

impl Before {
    /// After an operand that is not a name.
    pub fn literal(&mut self) {
        *self = Before { last: Qualifier::Unnamed, qualifier: Qualifier::None };
    }

    /// After an operand with that spelling.
    pub fn name(&mut self, spelling: u32) {
        *self = Before { last: Qualifier::Name(spelling), qualifier: Qualifier::None };
    }

    fn qualifying_sign(&mut self, info: &KindInfo) {
        self.qualifier = match self.last {
            Qualifier::None if info.has(flag::ROOT_QUALIFIER) => Qualifier::None,
            Qualifier::None => Qualifier::Unnamed,
            last => last,
        };
    }
}

impl<'t> Walk<'t> {
    /// Records an operator, keyword or bracket with that text.
    pub(super) fn sign_before(&mut self, info: &KindInfo, text: &'t [u8]) {
        if info.has(flag::QUALIFIER) {
            self.before.qualifying_sign(info);
        } else if info.has(flag::OBJECT_KEYWORD) {
            let spelling = self.tokens.intern(text);
            self.before.name(spelling);
        } else if info.text == Text::Closer {
            self.before.literal();
        } else if info.has(flag::TRANSPARENT) {
            self.before.qualifier = Qualifier::None;
        } else {
            self.before = Before::default();
        }
    }

    /// Records an operand that is not the name of a definition: `this` and variables may qualify, literals do not.
    pub(super) fn operand_before(&mut self, info: &KindInfo, text: &'t [u8], spelling: u32) {
        if info.has(flag::QUALIFIER) {
            self.before.qualifying_sign(info);
        } else if text[0].is_ascii_alphabetic() || matches!(text[0], b'_' | b'$' | b'@') {
            self.before.name(spelling);
        } else {
            self.before.literal();
        }
    }
}

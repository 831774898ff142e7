//! What the patterns of `let`, `match` and parameters bind.

use super::bodies::{Level, Walker};
use super::known::Parts;
use super::library::item;
use super::names::Name;
use super::value::Type;
use facts::model::Op;

impl Walker<'_> {
    /// Reads a pattern, and binds the variables in it, which a value of that type is matched with.
    pub fn bind(&mut self, of: &Type) {
        if self.enter() {
            self.bind_parts(of);
            self.leave();
        }
    }

    fn bind_parts(&mut self, of: &Type) {
        match self.code.op() {
            Op::Bind => self.variables.push(of.clone()),
            Op::BindTupleStruct => self.bind_tuple_struct(of),
            Op::BindStruct => self.bind_struct(of),
            Op::BindTuple => {
                let parts = if let Type::Tuple(parts) = of { parts.as_slice() } else { &[] };
                self.bind_places(parts);
            }
            Op::BindSlice => {
                let of = item(&self.known.names, of);
                self.list(|walker| walker.bind(&of));
            }
            Op::BindEach => self.list(|walker| walker.bind(of)),
            Op::BindExpression => drop(self.expression()),
            Op::BindParameter => {
                self.list(|walker| drop(walker.expression()));
                let number = self.code.number();
                let of = self.type_of(number);
                self.bind(&of);
            }
            Op::BindOwn => {
                let number = self.code.number();
                let own = self.type_of(number);
                self.variables.push(own);
            }
            _ => {}
        }
    }

    /// Binds what stands in the places of a tuple; behind `..` nothing is known.
    fn bind_places(&mut self, places: &[Type]) {
        let mut behind_rest = false;
        let mut number = 0;
        while !self.is_list_over() {
            let of = places.get(number).filter(|_| !behind_rest).unwrap_or(&Type::Unknown);
            behind_rest |= self.code.peek() == Op::Rest;
            self.bind(of);
            number += 1;
        }
    }

    fn bind_tuple_struct(&mut self, of: &Type) {
        let (variant, path) = self.variant();
        let places = match self.text(variant) {
            "Some" | "Ok" => vec![of.argument(0)],
            "Err" => vec![of.argument(1)],
            _ => match self.contents(variant, path, of) {
                Some((contents, whole)) => {
                    let package = self.package;
                    contents.places.iter().map(|of| self.known.seen_from(&whole, of, package)).collect()
                }
                None => Vec::new(),
            },
        };
        self.bind_places(&places);
    }

    fn bind_struct(&mut self, of: &Type) {
        let (variant, path) = self.variant();
        let contents = self.contents(variant, path, of);
        while !self.is_list_over() {
            self.code.op();
            let number = self.code.number();
            let name = self.name(number);
            let of = contents.as_ref().and_then(|(contents, whole)| {
                let of = contents.fields.get(&name)?;
                Some(self.known.seen_from(whole, of, self.package))
            });
            self.bind(&of.unwrap_or(Type::Unknown));
        }
    }

    /// The name of a struct or variant, and its path.
    fn variant(&mut self) -> (Name, Option<Level>) {
        let number = self.code.number();
        let path = self.path(false);
        (self.name(number), path)
    }

    /// What the struct or variant of that name holds, and the type it belongs to.
    fn contents(&mut self, variant: Name, path: Option<Level>, of: &Type) -> Option<(Parts, Type)> {
        let own = path.and_then(|path| self.path_type(path.level.prefix));
        let whole = match (own, of) {
            (Some(Type::Named(own, _)), Type::Named(name, _)) if own == *name => of.clone(),
            (Some(own), _) => own,
            (None, Type::Named(..)) => of.clone(),
            (None, _) => Type::named(variant, []),
        };
        let found = |whole: &Type| {
            let Type::Named(name, _) = whole else { return None };
            let declared = self.known.declared(*name, self.package)?;
            let contents = declared.variants.get(&variant);
            let is_own = *name == variant || self.text(variant) == "Self";
            contents.or(Some(&declared.contents).filter(|_| is_own)).cloned()
        };
        if let Some(contents) = found(&whole) {
            return Some((contents, whole));
        }
        let alone = Type::named(variant, []);
        found(&alone).map(|contents| (contents, alone))
    }
}

//! Values of a return type that replace a function's body.
//!
//! The values for each type follow cargo-mutants; types that it does not know become `Default::default()`.

use super::super::rule::{Site, parts};
use super::names::pretty;
use tree_sitter::Node;

/// Limits for nested types and for the number of values: without them, the work would grow exponentially.
const DEEPEST: usize = 8;
const MOST: usize = 500;
/// Larger tuples are ignored: nobody writes them.
const WIDEST: usize = 50;
/// Longer types (in bytes) are ignored too: each value may contain much of its type.
pub(super) const LONGEST: usize = 2_000;

const UNKNOWN: &str = "Default::default()";

/// The values of a type in Rust syntax; `None` if nothing is returned (`!`) or can be constructed (`impl Trait`).
pub(super) fn values_of(site: &Site<'_, '_>, result: Node<'_>) -> Vec<String> {
    if result.byte_range().len() > LONGEST {
        return owned(&[UNKNOWN]);
    }
    let mut values = Values { site, depth: 0 }.of(result);
    values.truncate(MOST);
    values
}

struct Values<'v, 'a, 't> {
    site: &'v Site<'a, 't>,
    depth: usize,
}

fn owned(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

impl Values<'_, '_, '_> {
    fn of(&mut self, ty: Node<'_>) -> Vec<String> {
        if self.depth == DEEPEST {
            return owned(&[UNKNOWN]);
        }
        self.depth += 1;
        let values = match ty.kind() {
            "primitive_type" | "type_identifier" | "scoped_type_identifier" | "generic_type" => {
                self.of_path(ty)
            }
            "unit_type" => owned(&["()"]),
            "tuple_type" => self.of_tuple(ty),
            "array_type" => self.of_array(ty),
            "reference_type" => self.of_reference(ty),
            "abstract_type" => self.of_impl(ty),
            // The grammar reads `impl Trait + 'a` as a type with bounds.
            "bounded_type" if parts(ty).iter().any(|part| part.kind() == "abstract_type") => self.of_impl(ty),
            "never_type" => Vec::new(),
            _ => owned(&[UNKNOWN]),
        };
        self.depth -= 1;
        values
    }

    fn of_path(&mut self, ty: Node<'_>) -> Vec<String> {
        let text = self.site.text(ty);
        if let Some(values) = plain(text) {
            return owned(values);
        }
        let path = match ty.kind() {
            "generic_type" => ty.child_by_field_name("type").unwrap_or(ty),
            _ => ty,
        };
        let path = self.site.text(path);
        let name = path.rsplit("::").next().unwrap_or(path).trim();
        let arguments = ty.child_by_field_name("type_arguments").map(parts).unwrap_or_default();
        let types: Vec<Node<'_>> = arguments.iter().copied().filter(|argument| is_type(*argument)).collect();
        let first = arguments
            .iter()
            .find(|argument| argument.kind() != "lifetime")
            .copied()
            .filter(|argument| is_type(*argument));
        self.of_named(name, &arguments, &types, first)
    }

    fn of_named(
        &mut self,
        name: &str,
        arguments: &[Node<'_>],
        types: &[Node<'_>],
        first: Option<Node<'_>>,
    ) -> Vec<String> {
        match (name, first) {
            (
                "NonZeroIsize" | "NonZeroI8" | "NonZeroI16" | "NonZeroI32" | "NonZeroI64" | "NonZeroI128",
                _,
            ) => owned(&["1.try_into().unwrap()", "(-1).try_into().unwrap()"]),
            (
                "NonZeroUsize" | "NonZeroU8" | "NonZeroU16" | "NonZeroU32" | "NonZeroU64" | "NonZeroU128",
                _,
            ) => owned(&["1.try_into().unwrap()"]),
            ("NonZero", Some(inner)) if self.site.text(inner).starts_with('u') => {
                owned(&["1.try_into().unwrap()"])
            }
            ("NonZero", Some(_)) => owned(&["1.try_into().unwrap()", "(-1).try_into().unwrap()"]),
            ("Result", _) => self.of_result(first),
            ("HttpResponse", _) => owned(&["HttpResponse::Ok().finish()"]),
            ("Option", Some(inner)) => self.around(&["None"], inner, &["Some(@)"]),
            ("Vec", Some(inner)) => self.around(&["vec![]"], inner, &["vec![@]"]),
            ("Cow", Some(inner)) => {
                self.around(&[], inner, &["Cow::Borrowed(@)", "Cow::Owned(@.to_owned())"])
            }
            ("Box" | "Cell" | "RefCell" | "Arc" | "Rc" | "Mutex", Some(inner)) if arguments.len() == 1 => {
                self.around(&[], inner, &[&format!("{name}::new(@)")])
            }
            ("BinaryHeap" | "BTreeSet" | "HashSet" | "LinkedList" | "VecDeque", Some(inner))
                if arguments.len() == 1 =>
            {
                let empty = format!("{name}::new()");
                self.around(&[&empty], inner, &[&format!("{name}::from_iter([@])")])
            }
            ("BTreeMap" | "HashMap", Some(key)) if types.len() == 2 && arguments.len() == 2 => {
                self.of_map(name, key, types[1])
            }
            // A generic type with one argument: probably it can be made from a value of that argument.
            (_, _) if types.len() == 1 => {
                let empty = format!("{name}::new()");
                let shapes = ["from_iter([@])", "new(@)", "from(@)"].map(|call| format!("{name}::{call}"));
                let shapes: Vec<&str> = shapes.iter().map(String::as_str).collect();
                self.around(&[&empty], types[0], &shapes)
            }
            _ => owned(&[UNKNOWN]),
        }
    }

    /// The fixed values, then every value of `inner` inserted for `@` in each of the templates.
    fn around(&mut self, fixed: &[&str], inner: Node<'_>, shapes: &[&str]) -> Vec<String> {
        let mut values = owned(fixed);
        for value in self.of(inner) {
            values.extend(shapes.iter().map(|shape| shape.replace('@', &value)));
        }
        values.truncate(MOST);
        values
    }

    fn of_result(&mut self, ok: Option<Node<'_>>) -> Vec<String> {
        let mut values = match ok {
            Some(inner) => self.around(&[], inner, &["Ok(@)"]),
            None => vec![format!("Ok({UNKNOWN})")],
        };
        values.extend(self.site.options.error_values.iter().map(|error| format!("Err({error})")));
        values
    }

    fn of_map(&mut self, name: &str, key: Node<'_>, value: Node<'_>) -> Vec<String> {
        let mut values = vec![format!("{name}::new()")];
        let of_value = self.of(value);
        for key in self.of(key) {
            values.extend(of_value.iter().map(|value| format!("{name}::from_iter([({key}, {value})])")));
        }
        values.truncate(MOST);
        values
    }

    fn of_tuple(&mut self, ty: Node<'_>) -> Vec<String> {
        let members = parts(ty);
        let mut cursor = ty.walk();
        let only_brackets = members.len() == 1 && !ty.children(&mut cursor).any(|child| child.kind() == ",");
        if only_brackets || members.len() > WIDEST {
            return owned(&[UNKNOWN]);
        }
        let mut rows = vec![String::new()];
        for (at, member) in members.iter().enumerate() {
            let separator = if at == 0 { "" } else { ", " };
            let values = self.of(*member);
            rows = rows
                .iter()
                .flat_map(|row| values.iter().map(move |value| format!("{row}{separator}{value}")))
                .take(MOST)
                .collect();
        }
        rows.into_iter().map(|row| format!("({row})")).collect()
    }

    fn of_array(&mut self, ty: Node<'_>) -> Vec<String> {
        let Some(element) = ty.child_by_field_name("element") else { return Vec::new() };
        match ty.child_by_field_name("length") {
            Some(length) => {
                let length = pretty(self.site.text(length));
                self.of(element).into_iter().map(|value| format!("[{value}; {length}]")).collect()
            }
            None => self.around(&["Vec::leak(Vec::new())"], element, &["Vec::leak(vec![@])"]),
        }
    }

    fn of_reference(&mut self, ty: Node<'_>) -> Vec<String> {
        let Some(target) = ty.child_by_field_name("type") else { return owned(&[UNKNOWN]) };
        let mut cursor = ty.walk();
        let mutable = ty.children(&mut cursor).any(|child| child.kind() == "mutable_specifier");
        let slice = target.kind() == "array_type" && target.child_by_field_name("length").is_none();
        if slice || (!mutable && self.site.text(target) == "str") {
            return self.of(target);
        }
        self.around(&[], target, &["Box::leak(Box::new(@))"])
    }

    fn of_impl(&mut self, ty: Node<'_>) -> Vec<String> {
        let Some(item) = self.iterated(ty) else { return Vec::new() };
        self.around(&["::std::iter::empty()"], item, &["::std::iter::once(@)"])
    }

    /// `T` of a bound `Iterator<Item = T>`.
    fn iterated<'n>(&self, bound: Node<'n>) -> Option<Node<'n>> {
        let mut pending = vec![bound];
        while let Some(bound) = pending.pop() {
            match bound.kind() {
                "bounded_type" | "abstract_type" => pending.extend(parts(bound).into_iter().rev()),
                "generic_type" => {
                    if let Some(item) = self.item_of(bound) {
                        return Some(item);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn item_of<'n>(&self, bound: Node<'n>) -> Option<Node<'n>> {
        let path = self.site.text(bound.child_by_field_name("type")?);
        let arguments = bound.child_by_field_name("type_arguments")?;
        let first = parts(arguments).into_iter().next().filter(|first| first.kind() == "type_binding")?;
        let name = first.child_by_field_name("name")?;
        let fits = path.rsplit("::").next() == Some("Iterator") && self.site.text(name) == "Item";
        if fits { first.child_by_field_name("type") } else { None }
    }
}

/// Values of types that are a single word.
fn plain(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "bool" => &["true", "false"],
        "String" => &["String::new()", "\"xyzzy\".into()"],
        "str" => &["\"\"", "\"xyzzy\""],
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => &["0", "1"],
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => &["0", "1", "-1"],
        "f32" | "f64" => &["0.0", "1.0", "-1.0"],
        _ => return None,
    })
}

/// False for lifetimes, constants and bindings among the arguments of a generic type.
fn is_type(argument: Node<'_>) -> bool {
    argument.kind().ends_with("_type")
        || matches!(argument.kind(), "type_identifier" | "scoped_type_identifier" | "macro_invocation")
}

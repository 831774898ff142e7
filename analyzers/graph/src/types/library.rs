//! What the standard library's containers give, as far as it leads back to types of the tree.

use super::names::{COLLECTED, ENTRY, GUARDED, ITERATOR, Names, OPTION, REF_CELL, RESULT, STRING, VEC};
use super::value::{PLAIN, Type};

/// True where a method of a library's type gives something of a library: the type holds nothing, and the method is not made to
/// give what the caller asks for.
pub(super) fn keeps_outside(names: &Names<'_>, receiver: &Type, method: &str) -> bool {
    const AS_ASKED: &[&str] = &[
        "into",
        "try_into",
        "parse",
        "collect",
        "sum",
        "product",
        "deserialize",
        "get",
        "get_mut",
        "with",
        "map",
        "and_then",
        "downcast",
        "downcast_ref",
        "downcast_mut",
        "next",
        "as_ref",
        "as_mut",
        "borrow",
        "call",
        "extensions",
        "then",
        "then_some",
        "unwrap_or",
        "scope",
        "spawn",
        "install",
        "run",
        "finish_with",
    ];
    let holds_nothing = matches!(receiver, Type::Named(name, arguments) if arguments.is_empty() && !names.is_container(*name));
    (holds_nothing || matches!(receiver, Type::Plain(_))) && !AS_ASKED.contains(&method)
}

/// What one looks at when going through a value with `for`.
pub(super) fn item(names: &Names<'_>, of: &Type) -> Type {
    match of {
        Type::List(of) => (**of).clone(),
        Type::Named(name, arguments) => match (names.text(*name), arguments.as_slice()) {
            ("HashMap" | "BTreeMap", [key, value, ..]) => Type::Tuple(vec![key.clone(), value.clone()]),
            (
                "Vec" | "VecDeque" | "HashSet" | "BTreeSet" | "BinaryHeap" | "Option" | "Iterator" | "Result",
                [of, ..],
            ) => of.clone(),
            _ => Type::Unknown,
        },
        _ => Type::Unknown,
    }
}

fn option(of: Type) -> Type {
    Type::named(OPTION, [of])
}

fn iterator(of: Type) -> Type {
    Type::named(ITERATOR, [of])
}

/// What a method of the library gives. `given` is what its last closure gives, or the type of its first argument.
pub(super) fn result(names: &Names<'_>, receiver: &Type, method: &str, given: &Type) -> Type {
    if matches!(
        method,
        "clone" | "to_owned" | "by_ref" | "borrow" | "borrow_mut" | "as_ref" | "as_mut" | "to_vec"
    ) && !matches!(receiver, Type::Named(name, _) if *name == REF_CELL || *name == GUARDED)
    {
        return receiver.clone();
    }
    match receiver {
        Type::List(of) => list(of, method),
        Type::Plain(_) => text(method),
        Type::Named(name, arguments) => {
            let first = arguments.first().cloned().unwrap_or(Type::Unknown);
            match names.text(*name) {
                "Vec" | "VecDeque" | "HashSet" | "BTreeSet" | "BinaryHeap" => {
                    collection(receiver, &first, method)
                }
                "HashMap" | "BTreeMap" => map(receiver, method),
                "Entry" => entry(receiver, method),
                "Option" => of_option(receiver, &first, method, given),
                "Result" => of_result(receiver, &first, method, given),
                "Iterator" => of_iterator(names, receiver, &first, method, given),
                "Mutex" | "RwLock"
                    if matches!(method, "lock" | "read" | "write" | "into_inner" | "get_mut") =>
                {
                    Type::named(GUARDED, [first])
                }
                "<guarded>" if matches!(method, "unwrap" | "expect" | "unwrap_or_else") => first,
                "RefCell" if matches!(method, "borrow" | "borrow_mut" | "into_inner" | "get_mut") => first,
                "String" => text(method),
                _ => Type::Unknown,
            }
        }
        _ => Type::Unknown,
    }
}

fn list(of: &Type, method: &str) -> Type {
    match method {
        "iter" | "iter_mut" | "into_iter" => iterator(of.clone()),
        "first" | "last" | "first_mut" | "last_mut" => option(of.clone()),
        "windows" | "chunks" | "chunks_exact" => iterator(Type::List(Box::new(of.clone()))),
        "len" | "is_empty" | "contains" => PLAIN,
        _ => Type::Unknown,
    }
}

fn collection(receiver: &Type, of: &Type, method: &str) -> Type {
    match method {
        "pop" | "pop_front" | "pop_back" | "front" | "back" | "front_mut" | "back_mut" => option(of.clone()),
        "drain" => iterator(of.clone()),
        "swap_remove" => of.clone(),
        "remove" if receiver.is(VEC) => of.clone(),
        "as_slice" | "as_mut_slice" | "into_boxed_slice" => Type::List(Box::new(of.clone())),
        _ => list(of, method),
    }
}

fn map(receiver: &Type, method: &str) -> Type {
    let (key, value) = (receiver.argument(0), receiver.argument(1));
    match method {
        "get" | "get_mut" | "remove" | "insert" => option(value),
        "values" | "values_mut" | "into_values" => iterator(value),
        "keys" | "into_keys" => iterator(key),
        "iter" | "iter_mut" | "into_iter" | "drain" => iterator(Type::Tuple(vec![key, value])),
        "entry" => Type::named(ENTRY, [key, value]),
        "len" | "is_empty" | "contains_key" => PLAIN,
        _ => Type::Unknown,
    }
}

fn entry(receiver: &Type, method: &str) -> Type {
    match method {
        "or_default" | "or_insert" | "or_insert_with" | "or_insert_with_key" => receiver.argument(1),
        "and_modify" => receiver.clone(),
        _ => Type::Unknown,
    }
}

fn of_option(receiver: &Type, of: &Type, method: &str, given: &Type) -> Type {
    match method {
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "insert"
        | "get_or_insert_with" | "get_or_insert" => of.clone(),
        "as_deref" | "as_deref_mut" | "take" | "replace" | "cloned" | "copied" | "or" | "or_else"
        | "filter" | "xor" => receiver.clone(),
        "ok_or" | "ok_or_else" => Type::named(RESULT, [of.clone(), given.clone()]),
        "map" => option(given.clone()),
        "and_then" => given.clone(),
        "map_or" | "map_or_else" => given.clone(),
        "iter" | "iter_mut" | "into_iter" => iterator(of.clone()),
        "is_some" | "is_none" | "is_some_and" | "is_none_or" => PLAIN,
        _ => Type::Unknown,
    }
}

fn of_result(receiver: &Type, of: &Type, method: &str, given: &Type) -> Type {
    match method {
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" => of.clone(),
        "ok" => option(of.clone()),
        "err" => option(receiver.argument(1)),
        "unwrap_err" | "expect_err" => receiver.argument(1),
        "map" => Type::named(RESULT, [given.clone(), receiver.argument(1)]),
        "map_err" => Type::named(RESULT, [of.clone(), given.clone()]),
        "and_then" => given.clone(),
        "is_ok" | "is_err" | "is_ok_and" => PLAIN,
        _ => Type::Unknown,
    }
}

fn of_iterator(names: &Names<'_>, receiver: &Type, of: &Type, method: &str, given: &Type) -> Type {
    match method {
        "next" | "last" | "nth" | "find" | "peek" | "peek_mut" | "min_by" | "max_by" | "min_by_key"
        | "max_by_key" | "next_back" | "next_if" | "max" | "min" | "reduce" => option(of.clone()),
        "filter" | "skip" | "take" | "rev" | "peekable" | "chain" | "inspect" | "cloned" | "copied"
        | "take_while" | "skip_while" | "step_by" | "fuse" | "iter" | "into_iter" | "cycle" => {
            receiver.clone()
        }
        "enumerate" => iterator(Type::Tuple(vec![PLAIN, of.clone()])),
        "zip" => iterator(Type::Tuple(vec![of.clone(), item(names, given)])),
        "map" => iterator(given.clone()),
        "filter_map" | "flat_map" | "map_while" => iterator(item(names, given)),
        "flatten" => iterator(item(names, of)),
        "find_map" => given.clone(),
        "collect" => Type::named(COLLECTED, [of.clone()]),
        "count" | "any" | "all" => PLAIN,
        "position" => option(PLAIN),
        "fold" => given.clone(),
        _ => Type::Unknown,
    }
}

fn text(method: &str) -> Type {
    match method {
        "lines" | "split" | "chars" | "bytes" | "split_whitespace" | "splitn" | "rsplit" => iterator(PLAIN),
        "char_indices" => iterator(Type::Tuple(vec![PLAIN, PLAIN])),
        "split_once" | "rsplit_once" => option(Type::Tuple(vec![PLAIN, PLAIN])),
        "find" | "rfind" | "strip_prefix" | "strip_suffix" => option(PLAIN),
        "as_bytes" => Type::List(Box::new(PLAIN)),
        "len" | "trim" | "as_str" | "trim_start" | "trim_end" | "is_empty" | "starts_with" | "ends_with" => {
            PLAIN
        }
        "to_string" | "to_lowercase" | "to_uppercase" | "replace" | "repeat" => Type::named(STRING, []),
        _ => Type::Unknown,
    }
}

/// The types of the parameters of a closure that a method is given.
pub(super) fn closure_parameters(
    names: &Names<'_>,
    receiver: &Type,
    method: &str,
    first: &Type,
) -> Vec<Type> {
    let of = item(names, receiver);
    match method {
        "map_err" | "or_else" | "unwrap_or_else" if receiver.is(RESULT) => vec![receiver.argument(1)],
        "fold" => vec![first.clone(), of],
        "sort_by" | "max_by" | "min_by" | "reduce" | "sort_unstable_by" | "dedup_by" => vec![of.clone(), of],
        "map_or"
        | "map"
        | "and_then"
        | "is_some_and"
        | "is_ok_and"
        | "is_none_or"
        | "filter"
        | "for_each"
        | "any"
        | "all"
        | "find"
        | "flat_map"
        | "filter_map"
        | "take_while"
        | "skip_while"
        | "position"
        | "inspect"
        | "retain"
        | "sort_by_key"
        | "max_by_key"
        | "min_by_key"
        | "find_map"
        | "map_while"
        | "partition"
        | "sort_unstable_by_key"
        | "binary_search_by"
        | "binary_search_by_key"
        | "partition_point"
        | "dedup_by_key"
        | "sort_by_cached_key" => {
            vec![of]
        }
        _ => Vec::new(),
    }
}

//! What others find by a name that no code of the tree calls.

use super::outside::none_dead;
use super::{MANIFEST, dead};

#[test]
fn settings_are_read_from_modules_that_nobody_imports() {
    let settings = "THEME = 'blue'\ndef helper():\n    pass\n";
    assert_eq!(dead(&[("www/conf.py", settings)]), ["helper??"]);
    let main = "import conf\nprint(conf)\n";
    assert_eq!(dead(&[("www/conf.py", settings), ("www/main.py", main)]), ["THEME?", "helper?"]);
}

#[test]
fn names_of_loaded_modules_are_formats() {
    let hook = "int notify_hook_create(void) { return 1; }\nint plugin_start(void) { return 1; }\nint idle(void) { return 1; }\n";
    let loader = |call: &str| {
        format!(
            "int main(void) {{\n  char name[9];\n  f(name, \"%.*s_hook_create\", 3, \"abc\");\n  f(name, \"plugin_%s\", \"a\");\n  {call}(0, name);\n}}\n"
        )
    };
    assert_eq!(dead(&[("hook.c", hook), ("a.c", &loader("dlsym"))]), ["idle?"]);
    assert_eq!(
        dead(&[("hook.c", hook), ("a.c", &loader("print"))]),
        ["notify_hook_create?", "plugin_start?", "idle?"]
    );
}

#[test]
fn a_macro_of_others_writes_a_function() {
    let fuzzer = "#include <proto.h>\nDEFINE_PROTO_FUZZER(const Input &input) { helper(); }\nstatic void helper() {}\nstatic void idle() {}\n";
    let found = dead(&[("a.cpp", fuzzer)]);
    assert!(found.iter().all(|name| name.starts_with("idle")), "{found:?}");
}

#[test]
fn c_calls_java_by_strings() {
    let java = "class Bridge {\n  private static void onChanged() {}\n  private static void onIdle() {}\n}\n";
    let c =
        "void f(JNIEnv *env) { call(env, \"onChanged\", \"()V\"); }\nint main(void) { f(0); return 0; }\n";
    assert_eq!(dead(&[("Bridge.java", java), ("a.c", c)]), ["Bridge.onIdle"]);
}

#[test]
fn generators_of_go_read_types_below_their_marks() {
    let go = "package main\n\nfunc main() {}\n\n// The tree.\n// swagger:response treeResponse\n// More of it.\ntype treeResponse struct {\n\tA int\n}\n\n\
              // swagger:response\n\ntype idle struct{}\n";
    assert_eq!(dead(&[("main.go", go)]), ["idle"]);
}

#[test]
fn variants_come_in_without_their_type() {
    let main = "enum Unit { Hour, Day }\nenum Kind { A }\nenum Idle { B }\nfn main() {\n    use Unit::*;\n    use self::Kind::{A};\n    \
                let _ = (Hour, Day, A);\n}\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Idle"]);
}

#[test]
fn operators_of_the_languages_own_types_are_called() {
    let main = "use std::ops::Add;\nstruct Span;\nimpl Add<Span> for i64 {\n    type Output = i64;\n    fn add(self, s: Span) -> i64 { helper() }\n}\n\
                fn helper() -> i64 { 1 }\nfn main() { let _ = 1i64 + Span; }\n";
    none_dead(&[MANIFEST, ("src/main.rs", main)]);
}

#[test]
fn a_script_that_is_taken_in_as_text_is_somebody_elses() {
    let script = "class Builder:\n    def field(self):\n        pass\n";
    let main = |line: &str| format!("fn main() {{ {line} }}\n");
    let files = |main: &str| dead(&[MANIFEST, ("src/main.rs", main), ("src/builder.py", script)]);
    assert!(files(&main("let _ = include_str!(\"builder.py\");")).is_empty());
    assert!(!files(&main("")).is_empty());
}

#[test]
fn of_a_struct_that_an_attribute_rewrites_no_field_is_known() {
    let main = "trait ValCloned { fn val_cloned(&self); }\nimpl ValCloned for Settable { fn val_cloned(&self) {} }\nstruct Settable;\n\
                struct Stroke;\n#[elem]\nstruct Line { stroke: Stroke }\nfn main() {\n    let line = make();\n    \
                line.stroke.val_cloned();\n}\nfn make() -> Line { loop {} }\nfn more() -> Settable { Settable }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Settable", "more"]);
}

#[test]
fn attributes_stand_in_the_heads_of_functions_too() {
    let c = "static void __attribute__ ((constructor))reg_a()\n{\n  f(1);\n}\nstatic void __attribute__((noinline)) idle(void) {}\n\
             int main(void) { return 0; }\n";
    assert_eq!(dead(&[("a.c", c)]), ["idle"]);
}

#[test]
fn macros_put_numbers_behind_words() {
    let c = "#define CALL(name, number) name##number(1)\n#define NUMBER(...) 2\nvoid log2(int a) {}\nvoid idle(int a) {}\n\
             int main(void) { CALL(log, 2); return 0; }\n";
    assert_eq!(dead(&[("a.c", c)]), ["NUMBER", "idle?"]);
}

#[test]
fn a_box_of_a_trait_object_with_a_lifetime_is_one_of_the_trait() {
    let main = "trait Bar {\n    fn show(&mut self);\n    fn idle(&mut self) {}\n}\nstruct A;\nimpl Bar for A {\n    fn show(&mut self) {}\n}\n\
                struct Other;\nimpl Other { fn show(&mut self) {} }\n\
                struct Held<'a> { bar: Box<dyn Bar + 'a> }\nimpl<'a> Held<'a> {\n    fn go(&mut self) { self.bar.show(); }\n}\n\
                fn main() { Held { bar: Box::new(A) }.go(); Other; }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Bar::idle", "Other::show?"]);
}

#[test]
fn an_entry_of_a_map_gives_its_values() {
    let main = "use std::collections::HashMap;\nstruct Count;\nimpl Count {\n    fn forbid(&mut self) {}\n}\nstruct Id;\n\
                struct State<'a> { counts: HashMap<Id, Count>, a: &'a u8 }\nimpl<'a> State<'a> {\n    fn go(&mut self, id: Id, level: &str) {\n        \
                match level {\n            \"x\" => {\n                let count = self.counts.entry(id).or_default();\n                count.forbid();\n            \
                }\n            _ => {}\n        }\n    }\n}\nfn main() { State { counts: HashMap::new(), a: &1 }.go(Id, \"x\"); }\n";
    none_dead(&[MANIFEST, ("src/main.rs", main)]);
    let renamed = main.replace("use std::collections::HashMap;", "use rustc_hash::FxHashMap as HashMap;");
    none_dead(&[MANIFEST, ("src/main.rs", &renamed)]);
}

#[test]
fn an_alias_in_the_head_of_an_impl_block_is_used() {
    let main = "type Borrowed<'a> = Out<&'a u8>;\ntype Idle = Out<u8>;\nstruct Out<T>(T);\nstruct Build<T>(T);\n\
                impl<'a> Build<Borrowed<'a>> {\n    fn go(self) {}\n}\nfn main() { Build(Out(&1)).go(); }\n";
    assert_eq!(dead(&[MANIFEST, ("src/main.rs", main)]), ["Idle"]);
}

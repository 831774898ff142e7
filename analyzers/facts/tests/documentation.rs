//! How each language documents: what is above a definition or in it, and what looks like it and is none.

use facts::model::RepoPath;

/// The first sentence of the documentation of the first definition with that name.
fn doc(path: &str, text: &str, name: &str) -> Option<String> {
    let data =
        facts::extract::extract(&RepoPath::from(path), text.as_bytes(), u64::MAX).expect("a known language");
    let symbols = data.symbols.expect("symbols are always extracted");
    let definition = symbols.definitions.iter().find(|definition| definition.name == name);
    definition.unwrap_or_else(|| panic!("{path}: {name} is not among {:#?}", symbols.definitions)).doc.clone()
}

/// Path, text, name; the documentation reads "Adds one." in every text.
const DOCUMENTED: &[(&str, &str, &str)] = &[
    ("a.sh", "# Adds one.\nadd() {\n  echo 1\n}\n", "add"),
    ("a.c", "/** Adds one. */\nint add(int x) { return x + 1; }\n", "add"),
    ("a.c", "/* Adds one. */\nint add(int x) { return x + 1; }\n", "add"),
    ("a.cpp", "// Adds one.\nint add(int x) { return x + 1; }\n", "add"),
    ("a.m", "#import <Foundation/Foundation.h>\n// Adds one.\nint add(int x) { return x + 1; }\n", "add"),
    ("a.cs", "class A {\n  /// Adds one.\n  int Add(int x) { return x + 1; }\n}\n", "Add"),
    ("a.dart", "/// Adds one.\nint add(int x) {\n  return x + 1;\n}\n", "add"),
    ("a.ex", "defmodule A do\n  @doc \"Adds one.\"\n  def add(x) do\n    x + 1\n  end\nend\n", "add"),
    ("a.go", "package a\n\n// Adds one.\nfunc Add(x int) int {\n\treturn x + 1\n}\n", "Add"),
    ("a.hs", "module A where\n\n-- | Adds one.\nadd :: Int -> Int\nadd x = x + 1\n", "add"),
    ("A.java", "class A {\n  /** Adds one. */\n  int add(int x) { return x + 1; }\n}\n", "add"),
    ("a.js", "/** Adds one. */\nfunction add(x) {\n  return x + 1;\n}\n", "add"),
    ("a.jl", "\"Adds one.\"\nfunction add(x)\n    x + 1\nend\n", "add"),
    ("a.kt", "/** Adds one. */\nfun add(x: Int): Int {\n    return x + 1\n}\n", "add"),
    ("a.lua", "--- Adds one.\nfunction add(x)\n  return x + 1\nend\n", "add"),
    ("a.ml", "(** Adds one. *)\nlet add x = x + 1\n", "add"),
    ("a.php", "<?php\n/** Adds one. */\nfunction add($x) {\n    return $x + 1;\n}\n", "add"),
    ("a.py", "def add(x):\n    \"\"\"Adds one.\"\"\"\n    return x + 1\n", "add"),
    ("a.py", "def add(x):\n    r\"\"\"Adds one.\"\"\"\n    return x + 1\n", "add"),
    ("a.py", "def add(x):\n    # Why.\n    R'''Adds one.\n\n    More.'''\n", "add"),
    ("a.py", "class A:\n    def add(self): u\"Adds one.\"\n", "add"),
    ("a.py", "class Add:\n    (\"Adds \"\n     'one.')\n", "Add"),
    ("a.py", "def add(x):\n    \"\"\"\\\n    Adds one.\"\"\"\n", "add"),
    ("a.ex", "defmodule A do\n  @doc ~S\"\"\"\n  Adds one.\n  \"\"\"\n  def add(x), do: x + 1\nend\n", "add"),
    ("a.R", "#' Adds one.\nadd <- function(x) {\n  x + 1\n}\n", "add"),
    ("a.rb", "# Adds one.\ndef add(x)\n  x + 1\nend\n", "add"),
    ("a.rs", "/// Adds one.\nfn add(x: u8) -> u8 {\n    x + 1\n}\n", "add"),
    ("a.scala", "object A {\n  /** Adds one. */\n  def add(x: Int): Int = x + 1\n}\n", "add"),
    (
        "a.sol",
        "contract A {\n  /// Adds one.\n  function add(uint x) public pure returns (uint) { return x + 1; }\n}\n",
        "add",
    ),
    ("a.swift", "/// Adds one.\nfunc add(_ x: Int) -> Int {\n    return x + 1\n}\n", "add"),
    ("a.ts", "/** Adds one. */\nfunction add(x: number): number {\n  return x + 1;\n}\n", "add"),
    ("a.zig", "/// Adds one.\nfn add(x: u8) u8 {\n    return x + 1;\n}\n", "add"),
];

#[test]
fn every_language_reads_its_own_documentation() {
    for (path, text, name) in DOCUMENTED {
        assert_eq!(doc(path, text, name).as_deref(), Some("Adds one."), "{path}:\n{text}");
    }
}

/// Path, text, name of what is not documented, although something is above it.
const NOT_DOCUMENTED: &[(&str, &str, &str)] = &[
    // Plain comments, in languages where documentation has its own form.
    ("a.cs", "class A {\n  // Adds one.\n  int Add(int x) { return x + 1; }\n}\n", "Add"),
    ("a.dart", "// Adds one.\nint add(int x) {\n  return x + 1;\n}\n", "add"),
    ("a.hs", "module A where\n\n-- Adds one.\nadd :: Int -> Int\nadd x = x + 1\n", "add"),
    ("A.java", "class A {\n  // Adds one.\n  int add(int x) { return x + 1; }\n}\n", "add"),
    ("a.js", "// Adds one.\nfunction add(x) {\n  return x + 1;\n}\n", "add"),
    ("a.lua", "-- Adds one.\nfunction add(x)\n  return x + 1\nend\n", "add"),
    ("a.ml", "(* Adds one. *)\nlet add x = x + 1\n", "add"),
    ("a.R", "# Adds one.\nadd <- function(x) {\n  x + 1\n}\n", "add"),
    ("a.rs", "// Adds one.\nfn add(x: u8) -> u8 {\n    x + 1\n}\n", "add"),
    (
        "a.sol",
        "contract A {\n  // Adds one.\n  function add(uint x) public pure returns (uint) { return x + 1; }\n}\n",
        "add",
    ),
    ("a.swift", "// Adds one.\nfunc add(_ x: Int) -> Int {\n    return x + 1\n}\n", "add"),
    ("a.zig", "// Adds one.\nfn add(x: u8) u8 {\n    return x + 1;\n}\n", "add"),
    // Bytes, formatted strings, values, and strings that a function returns.
    ("a.py", "def add(x):\n    b\"\"\"Adds one.\"\"\"\n    return x + 1\n", "add"),
    ("a.py", "def add(x):\n    rb'''Adds one.'''\n", "add"),
    ("a.py", "def add(x):\n    f\"\"\"Adds one.\"\"\"\n", "add"),
    ("a.py", "def add(x):\n    \"Adds \" f\"one.\"\n", "add"),
    ("a.py", "def add(x):\n    \"Adds one.\", 1\n", "add"),
    ("a.py", "def add(x):\n    pass\n    \"Adds one.\"\n", "add"),
    ("a.ex", "defmodule A do\n  def add do\n    \"Adds one.\"\n  end\nend\n", "add"),
    // Rulers, and documentation of what is around.
    ("a.rs", "//////// Adds one.\nfn add(x: u8) -> u8 {\n    x + 1\n}\n", "add"),
    ("a.rs", "//! Adds one.\nfn add(x: u8) -> u8 {\n    x + 1\n}\n", "add"),
    ("a.cs", "class A {\n  //// Adds one.\n  int Add(int x) { return x + 1; }\n}\n", "Add"),
    ("a.dart", "//// Adds one.\nint add(int x) {\n  return x + 1;\n}\n", "add"),
    ("a.lua", "---- Adds one.\nfunction add(x)\n  return x + 1\nend\n", "add"),
    ("a.ml", "(*** Adds one. *)\nlet add x = x + 1\n", "add"),
    (
        "a.sol",
        "contract A {\n  //// Adds one.\n  function add(uint x) public pure returns (uint) { return x + 1; }\n}\n",
        "add",
    ),
    ("a.swift", "//// Adds one.\nfunc add(_ x: Int) -> Int {\n    return x + 1\n}\n", "add"),
    ("a.zig", "//! Adds one.\nfn add(x: u8) u8 {\n    return x + 1;\n}\n", "add"),
    // An empty line parts a comment from what follows.
    ("a.c", "/* Adds one. */\n\nint add(int x) { return x + 1; }\n", "add"),
    ("a.go", "package a\n\n// Adds one.\n\nfunc Add(x int) int {\n\treturn x + 1\n}\n", "Add"),
    ("a.rb", "# Adds one.\n\ndef add(x)\n  x + 1\nend\n", "add"),
    ("a.sh", "# Adds one.\n\nadd() {\n  echo 1\n}\n", "add"),
];

#[test]
fn what_is_no_documentation_is_not_read_as_such() {
    for (path, text, name) in NOT_DOCUMENTED {
        assert_eq!(doc(path, text, name), None, "{path}:\n{text}");
    }
}

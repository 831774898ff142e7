//! Languages without a grammar here: lines and comments are found by comment and string delimiters.

mod blocks;
mod make;
pub(super) mod markup;
mod restructured;
mod rules;
mod scan;

pub use rules::{
    C_LIKE, DASHES, DOCUMENT, HASH, LexicalRules, ML, PLAIN, STYLE_SHEET, STYLE_SHEET_WITH_LINE_COMMENTS,
};
pub use scan::{Line, Scanned, scan, scan_part};

use super::registry::{LanguageSpec, Syntax};

macro_rules! lexical_languages {
    ($($constant:ident: $name:literal, $id:literal, [$($extension:literal)*], [$($file:literal)*], $rules:expr;)*) => {
        $(
            #[doc = concat!("Lines and comments of ", $name, ".")]
            pub const $constant: LanguageSpec = LanguageSpec {
                name: $name,
                id: $id,
                extensions: &[$($extension),*],
                file_names: &[$($file),*],
                interpreters: &[],
                syntax: Syntax::Lexical(&$rules),
            };
        )*
    };
}

lexical_languages! {
    HTML: "HTML", "html", ["html" "htm" "xhtml"], [], DOCUMENT;
    XML: "XML", "xml", ["xml" "xsd" "xsl" "xslt" "svg" "plist" "csproj" "props" "targets" "xaml" "resx"], [], rules::XML;
    VUE: "Vue", "vue", ["vue"], [], DOCUMENT;
    SVELTE: "Svelte", "svelte", ["svelte"], [], DOCUMENT;
    ASTRO: "Astro", "astro", ["astro"], [], DOCUMENT;
    MARKDOWN: "Markdown", "markdown", ["md" "markdown" "mdx"], [], rules::MARKDOWN;
    RST: "reStructuredText", "restructuredtext", ["rst"], [], rules::RESTRUCTURED;
    TEXT: "Text", "text", ["txt" "pem" "key" "asc"], ["LICENSE" "COPYING" "AUTHORS" "NOTICE" "README"], PLAIN;
    CSS: "CSS", "css", ["css"], [], STYLE_SHEET;
    SCSS: "SCSS", "scss", ["scss" "less" "sass"], [], STYLE_SHEET_WITH_LINE_COMMENTS;
    JSON: "JSON", "json", ["json" "jsonc" "json5" "geojson" "webmanifest"], [".babelrc" ".eslintrc" ".prettierrc"], rules::JSON;
    YAML: "YAML", "yaml", ["yaml" "yml"], [".clang-format" ".clang-tidy"], rules::YAML;
    TOML: "TOML", "toml", ["toml"], ["Cargo.lock" "poetry.lock" "uv.lock" "Pipfile"], rules::TOML;
    INI: "INI", "ini", ["ini" "cfg" "conf" "editorconfig" "env"],
        [".env" ".editorconfig" ".gitconfig" ".gitmodules" ".npmrc"], rules::INI;
    PROPERTIES: "Java properties", "properties", ["properties"], [], rules::PROPERTIES;
    SQL: "SQL", "sql", ["sql"], [], rules::SQL;
    PROTOBUF: "Protocol Buffers", "protobuf", ["proto"], [], C_LIKE;
    GRAPHQL: "GraphQL", "graphql", ["graphql" "gql"], [], rules::GRAPHQL;
    HCL: "HCL", "hcl", ["hcl" "tf" "tfvars"], [], rules::HCL;
    NIX: "Nix", "nix", ["nix"], [], rules::NIX;
    MAKEFILE: "Makefile", "makefile", ["mk" "mak"], ["Makefile" "makefile" "GNUmakefile"], rules::MAKE;
    CMAKE: "CMake", "cmake", ["cmake"], ["CMakeLists.txt"], rules::CMAKE;
    GO_MOD: "Go module", "go-mod", [], ["go.mod" "go.work"], rules::GO_MOD;
    DOCKERFILE: "Dockerfile", "dockerfile", ["dockerfile"], ["Dockerfile" "Containerfile"], rules::DOCKER;
    BATCH: "Batch", "batch", ["bat" "cmd"], [], rules::BATCH;
    POWERSHELL: "PowerShell", "powershell", ["ps1" "psm1" "psd1"], [], rules::POWERSHELL;
}

#[cfg(test)]
mod tests;

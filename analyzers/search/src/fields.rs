//! The fields of the index's documents.

use tantivy::Score;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions,
};

/// The fields of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub file: Field,
    pub definition: Field,
    pub function: Field,
    pub kind: Field,
    pub stored: Field,
    pub name: Field,
    pub signature: Field,
    pub doc: Field,
    pub body: Field,
    pub lengths: [Field; 4],
}

const LENGTHS: [&str; 4] = ["name_length", "signature_length", "doc_length", "body_length"];

impl Fields {
    /// The schema of the index, and its fields.
    pub fn schema() -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let text = |option| {
            let indexing = TextFieldIndexing::default().set_tokenizer("words").set_index_option(option);
            TextOptions::default().set_indexing_options(indexing)
        };
        let positions = IndexRecordOption::WithFreqsAndPositions;
        let fields = Fields {
            file: schema.add_u64_field("file", FAST | INDEXED),
            definition: schema.add_u64_field("definition", FAST),
            function: schema.add_u64_field("function", FAST),
            kind: schema.add_u64_field("kind", FAST),
            stored: schema.add_bytes_field("stored", STORED),
            name: schema.add_text_field("name", text(positions)),
            signature: schema.add_text_field("signature", text(positions)),
            doc: schema.add_text_field("doc", text(positions)),
            body: schema.add_text_field("body", text(IndexRecordOption::WithFreqs)),
            lengths: LENGTHS.map(|name| schema.add_u64_field(name, FAST)),
        };
        (schema.build(), fields)
    }

    /// The weight of a word in each field: highest in a name, lowest in the names that a body uses.
    pub fn searched(&self) -> [(Field, Score); 4] {
        [(self.name, 3.0), (self.signature, 1.0), (self.doc, 1.5), (self.body, 0.5)]
    }

    /// The fields that store word positions.
    pub fn with_positions(&self) -> [(Field, Score); 3] {
        [(self.name, 3.0), (self.signature, 1.0), (self.doc, 1.5)]
    }

    /// The column with the number of words of a field.
    pub fn length_column(&self, field: Field) -> &'static str {
        let position = self.searched().iter().position(|(known, _)| *known == field);
        LENGTHS[position.unwrap_or_default()]
    }
}

//! Collection statistics over current documents only. The index's own statistics count deleted ones until they are
//! merged away, so scores would depend on how the index was built.

use crate::fields::Fields;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};

pub(crate) struct LivingStatistics<'s> {
    pub searcher: &'s Searcher,
    pub fields: &'s Fields,
}

impl Bm25StatisticsProvider for LivingStatistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let lengths = self.fields.length_column(field);
        let mut total = 0;
        for segment in self.searcher.segment_readers() {
            let column = segment.fast_fields().u64(lengths)?;
            total += segment.doc_ids_alive().filter_map(|doc| column.first(doc)).sum::<u64>();
        }
        Ok(total)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.searcher.num_docs())
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let mut living = 0;
        for segment in self.searcher.segment_readers() {
            let postings =
                segment.inverted_index(term.field())?.read_postings(term, IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else { continue };
            match segment.alive_bitset() {
                None => living += u64::from(postings.doc_freq()),
                Some(alive) => {
                    let mut doc = postings.doc();
                    while doc != TERMINATED {
                        living += u64::from(alive.is_alive(doc));
                        doc = postings.advance();
                    }
                }
            }
        }
        Ok(living)
    }
}

//! Time of extraction alone: `cargo run --profile … -p facts --example throughput -- DIR EXT`
#[allow(clippy::print_stdout)]
fn main() {
    let dir = std::env::args().nth(1).unwrap();
    let ext = std::env::args().nth(2).unwrap();
    let mut files = Vec::new();
    for e in ignore::Walk::new(dir).flatten() {
        if e.path().extension().is_some_and(|x| x == ext.as_str()) {
            files.push((facts::model::RepoPath::new(e.path().as_os_str().as_encoded_bytes().to_vec()), std::fs::read(e.path()).unwrap()));
        }
    }
    let bytes: usize = files.iter().map(|f| f.1.len()).sum();
    let t = std::time::Instant::now();
    let mut tok = 0usize; let mut fun = 0; let mut post = [0usize; 4]; let mut errs=0; let mut partial=0;
    let mut te = std::time::Duration::ZERO;
    let mut tp = std::time::Duration::ZERO; let mut nodes = 0;
    for (p, b) in &files {
        if let facts::language::Detection::Known(l) = facts::language::detect(p, Some(b)) && let Some(g) = l.grammar() {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(&(g.language)()).unwrap();
            let t0 = std::time::Instant::now();
            let tree = parser.parse(b, None).unwrap();
            nodes += tree.root_node().descendant_count();
            tp += t0.elapsed();
        }
        let t0 = std::time::Instant::now();
        let d = facts::extract::extract(p, b, u64::MAX);
        te += t0.elapsed();
        match d { Ok(d) => {
            tok += d.tokens().tokens.len(); fun += d.facts.functions.len();
            if matches!(d.facts.parse, facts::model::ParseStatus::Partial{..}) { partial += 1; if std::env::args().len()>3 {println!("{p} {:?}", d.facts.parse);} }
            post[0] += postcard::to_allocvec(&d.facts).unwrap().len();
            post[1] += postcard::to_allocvec(d.comments()).unwrap().len();
            post[2] += postcard::to_allocvec(d.symbols()).unwrap().len();
            post[3] += postcard::to_allocvec(d.tokens()).unwrap().len();
        } Err(e) => { errs += 1; println!("{p}: {e}"); } }
    }
    println!("{} files {:.1} MB extract {:?} parse {tp:?} nodes {nodes} total {:?} tokens {tok} functions {fun} partial {partial} errs {errs} sizes {post:?}", files.len(), bytes as f64/1e6, te, t.elapsed());
}

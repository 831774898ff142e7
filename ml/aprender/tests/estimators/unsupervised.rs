//! Clusters and components compared with scikit-learn's.

use super::data::load;
use aprender::cluster::KMeans;
use aprender::decomposition::Pca;
use aprender::preprocessing::StandardScaler;
use aprender::{Transform, Transformer};

#[test]
fn k_means_finds_as_good_clusters() {
    for (name, clusters) in [("iris", 3), ("wine", 3), ("digits", 10)] {
        let set = load(name);
        let scaled = StandardScaler.fit(&set.table).and_then(|s| s.transform(&set.table)).expect("finite");
        let table = if name == "digits" { &set.table } else { &scaled };
        let model = KMeans { clusters, ..Default::default() }.fit(table).expect("usable");
        let theirs = set.golden["inertia"].as_f64().expect("a sum");
        eprintln!("{name} ours {} scikit-learn {theirs}", model.inertia);
        assert!(model.inertia <= theirs * 1.001, "{name}: {} against {theirs}", model.inertia);
    }
}

#[test]
fn principal_components_explain_the_same_shares() {
    for name in ["iris", "wine", "breast_cancer"] {
        let set = load(name);
        let scaled = StandardScaler.fit(&set.table).and_then(|s| s.transform(&set.table)).expect("finite");
        let model = Pca { components: 3 }.fit(&scaled).expect("usable");
        for (i, share) in model.shares.iter().enumerate() {
            let theirs = set.golden["explained"][i].as_f64().expect("a share");
            assert!((share - theirs).abs() < 1e-9, "{name}: {share} against {theirs}");
        }
    }
}

//! A large model is opened and viewed without reading it.

use aprender::apr::{OpenOptions, Reader, Verify, Writer};

/// Number of bytes of a mapped file in this process's memory.
#[cfg(target_os = "linux")]
fn in_memory(path: &std::path::Path) -> u64 {
    let maps = std::fs::read_to_string("/proc/self/smaps").expect("Linux has it");
    let name = path.to_str().expect("a name in UTF-8");
    let after = maps.lines().skip_while(|line| !line.ends_with(name));
    let resident = after.skip(1).find_map(|line| line.strip_prefix("Rss:")).expect("the file is mapped");
    resident.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

#[test]
#[cfg(target_os = "linux")]
fn a_few_rows_of_a_large_tensor_cost_little_memory_and_are_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.apr");
    let values: Vec<f32> = (0..8 << 20).map(|i| i as f32).collect();
    let mut writer = Writer::new();
    writer.tensor("embedding", &[8192, 1024], &values).expect("valid").write(&path).expect("written");
    let model = Reader::open(&path, &OpenOptions::default()).expect("sound");
    let rows = model.tensor::<f32>("embedding").expect("there").rows(5000..5002).expect("sound");
    assert_eq!(rows, &values[5000 * 1024..5002 * 1024]);
    let more = in_memory(&path);
    // A system may map as much as 2 MiB around each touched place: the head, and the rows.
    assert!(more <= 4 << 20, "{more} bytes of 32 MiB are in memory");
    drop(model);
    // Damage in other rows is not noticed when reading these rows; reading the damaged rows detects it.
    let mut file = std::fs::read(&path).expect("there");
    let at = file.len() - 5;
    file[at] ^= 1;
    std::fs::write(&path, &file).expect("written");
    let model = Reader::open(&path, &OpenOptions::default()).expect("the head is sound");
    let embedding = model.tensor::<f32>("embedding").expect("there");
    assert!(embedding.rows(0..10).is_ok());
    assert!(embedding.rows(8190..8192).is_err());
    assert!(embedding.values().is_err());
    assert!(Reader::open(&path, &OpenOptions { verify: Verify::AtOpen, ..OpenOptions::default() }).is_err());
}

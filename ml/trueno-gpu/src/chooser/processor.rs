//! Facts about the processor.

use serde::{Deserialize, Serialize};
use trueno::Level;
use trueno::gemm::Caches;

/// The processor as trueno uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processor {
    /// Its name, from the system; its architecture if the system reports no name.
    pub name: String,
    /// The instruction set that kernels use.
    pub level: String,
    /// Threads that kernels run on.
    pub threads: usize,
    /// Bytes of first-level data cache of a core.
    pub l1: usize,
    /// Bytes of second-level cache of a core.
    pub l2: usize,
    /// Bytes of third-level cache, shared by cores.
    pub l3: usize,
}

/// The processor of this machine, with the number of threads of the caller's pool.
pub fn processor() -> Processor {
    let Caches { l1, l2, l3, .. } = Caches::of_this_machine();
    let threads = rayon::current_num_threads();
    let name = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| model_name(&text));
    let name = name.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    Processor { name, level: Level::detected().to_string(), threads, l1, l2, l3 }
}

/// The model in the text of Linux's `/proc/cpuinfo` (proc_cpuinfo(5)).
fn model_name(text: &str) -> Option<String> {
    let (_, name) =
        text.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == "model name")?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::model_name;

    #[test]
    fn the_model_is_read_from_cpuinfo() {
        let text = "processor\t: 0\nmodel\t\t: 2\nmodel name\t: AMD EPYC 9B45\nflags\t: fpu\n";
        assert_eq!(model_name(text).as_deref(), Some("AMD EPYC 9B45"));
        assert_eq!(model_name("Features\t: fp asimd\n"), None);
    }
}

//! Style sheet and scripts, inside the program.

use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Its name after `/assets/`.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All assets. Together they are smaller than 100 KB.
pub static ALL: [Asset; 5] = [
    Asset { name: "dashboard.css", media_type: CSS, bytes: include_bytes!("../../assets/dashboard.css") },
    Asset { name: "dashboard.js", media_type: SCRIPT, bytes: include_bytes!("../../assets/dashboard.js") },
    Asset {
        name: "htmx.min.js",
        media_type: SCRIPT,
        bytes: include_bytes!("../../assets/vendor/htmx.min.js"),
    },
    Asset {
        name: "uPlot.iife.min.js",
        media_type: SCRIPT,
        bytes: include_bytes!("../../assets/vendor/uPlot.iife.min.js"),
    },
    Asset {
        name: "uPlot.min.css",
        media_type: CSS,
        bytes: include_bytes!("../../assets/vendor/uPlot.min.css"),
    },
];

/// Finds an asset by name.
pub fn named(name: &str) -> Option<&'static Asset> {
    ALL.iter().find(|asset| asset.name == name)
}

impl Asset {
    /// The asset's address. It changes with the bytes, so clients may cache it forever.
    pub fn address(&self) -> &'static str {
        static ADDRESSES: LazyLock<Vec<String>> = LazyLock::new(|| {
            let of = |asset: &Asset| format!("/assets/{}?v={:016x}", asset.name, xxh3_64(asset.bytes));
            ALL.iter().map(of).collect()
        });
        let place = ALL.iter().position(|asset| asset.name == self.name);
        place.map_or("", |place| &ADDRESSES[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_together_stay_under_a_hundred_kilobytes() {
        let bytes: usize = ALL.iter().map(|asset| asset.bytes.len()).sum();
        assert!(bytes < 100_000, "{bytes} bytes");
    }

    #[test]
    fn none_names_another_host() {
        for asset in &ALL {
            let text = std::str::from_utf8(asset.bytes).expect("assets are text");
            let own = text.replace("http://www.w3.org/", "");
            let loads = own.contains("url(http") || own.contains("import(") || own.contains("@import");
            assert!(!loads, "{} loads something", asset.name);
        }
        assert!(
            named("dashboard.css").expect("it is there").address().starts_with("/assets/dashboard.css?v=")
        );
        assert!(named("../Cargo.toml").is_none());
    }
}

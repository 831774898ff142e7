//! The pictures of `docs/dashboard.md`.

use crate::devtools::Browser;
use crate::program;
use crate::service::Service;
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;

/// Takes the pictures again, of the first repository in `BATUTA_PICTURED` (separated by colons; by default this
/// repository):
///
/// ```sh
/// cargo test -p whole-program-tests --test browser -- --ignored
/// ```
#[test]
#[ignore = "writes docs/dashboard/*.png"]
fn take_the_pictures_of_the_documentation() {
    let pictured = std::env::var_os("BATUTA_PICTURED");
    let pictured = pictured.unwrap_or_else(|| program::workspace().as_os_str().to_owned());
    let repositories: Vec<PathBuf> = std::env::split_paths(&pictured).collect();
    let folder = program::workspace().join("docs/dashboard");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let service = Service::start(&repositories.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let slug = repositories[0].file_name().and_then(|name| name.to_str()).expect("a folder has a name");
    let browser = Browser::start();
    let page = browser.page();
    let file = std::env::var("BATUTA_PICTURED_FILE").unwrap_or_else(|_| "gates/src/run.rs".to_owned());
    let pictures = [
        ("portfolio", "light", "/".to_owned()),
        ("health", "light", format!("/r/{slug}")),
        ("health-dark", "dark", format!("/r/{slug}")),
        ("trends", "light", format!("/r/{slug}#trends")),
        ("map", "light", format!("/r/{slug}/map")),
        ("files", "light", format!("/r/{slug}/files?sort=hotspot")),
        ("file", "light", format!("/r/{slug}/file/{file}")),
        ("findings", "light", format!("/r/{slug}/findings")),
        ("clones", "light", format!("/r/{slug}/clones?class=0")),
        ("graph", "light", format!("/r/{slug}/graph")),
        ("people", "light", format!("/r/{slug}/people")),
        ("gate", "dark", format!("/r/{slug}/gate")),
    ];
    for (name, scheme, address) in pictures {
        page.prefers(scheme);
        page.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": 1180, "height": 780, "deviceScaleFactor": 1, "mobile": false }),
        );
        page.open("about:blank");
        page.open(&service.at(&address));
        page.evaluate("document.querySelector('tr.finding')?.scrollIntoView({ block: 'center' })");
        page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))",
        );
        std::fs::write(folder.join(format!("{name}.png.base64")), page.screenshot())
            .expect("the picture can be written");
        let decode = format!("base64 -d {name}.png.base64 > {name}.png && rm {name}.png.base64");
        let status = Command::new("sh").args(["-c", &decode]).current_dir(&folder).status().expect("sh runs");
        assert!(status.success(), "{name} cannot be decoded");
    }
}

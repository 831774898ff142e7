//! A real Chromium, driven over the Chrome DevTools Protocol, with the dozen methods that these tests need.

use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

/// Debian's Chromium in headless mode; `cargo xtask test` installs it.
pub const CHROMIUM: &str = "/usr/bin/chromium-headless-shell";
/// Time limit of every step of a page.
const LIMIT: Duration = Duration::from_secs(20);

/// A running browser. It is closed when dropped.
pub struct Browser {
    process: Child,
    connection: RefCell<Connection>,
    profile: TempDir,
}

struct Connection {
    socket: WebSocket<TcpStream>,
    next: u64,
    events: VecDeque<Value>,
}

impl Browser {
    /// Starts Chromium. It can resolve only this host: any other name is an error, which the tests would see.
    pub fn start() -> Browser {
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let mut command = Command::new(CHROMIUM);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--mute-audio"])
            .args(["--force-device-scale-factor=1", "--font-render-hinting=none", "--disable-dev-shm-usage"])
            .args(["--disable-background-networking", "--disable-component-update", "--no-first-run"])
            .arg("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
            .args(["--remote-debugging-port=0", "--window-size=1280,900"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank");
        // The program is a shell script around the browser: both are ended together, as one process group.
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
        let mut process = command.spawn().unwrap_or_else(|error| {
            panic!("{CHROMIUM} does not start ({error}); `cargo xtask test` installs it")
        });
        let stderr = process.stderr.take().expect("the stream is piped");
        let address = endpoint(BufReader::new(stderr));
        let host = address.trim_start_matches("ws://").split('/').next().expect("an address has a host");
        let stream = TcpStream::connect(host).expect("the browser listens");
        stream.set_read_timeout(Some(LIMIT)).expect("a limit can be set");
        let (socket, _) = tungstenite::client(&address, stream).expect("the browser speaks WebSocket");
        let connection = RefCell::new(Connection { socket, next: 1, events: VecDeque::new() });
        Browser { process, connection, profile }
    }

    /// Opens an empty page.
    pub fn page(&self) -> Page<'_> {
        let target = self.call(None, "Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call(None, "Target.attachToTarget", attach)["sessionId"].clone();
        let page =
            Page { browser: self, session: session.as_str().expect("a session has a name").to_owned() };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page
    }

    fn call(&self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        let mut connection = self.connection.borrow_mut();
        let id = connection.next;
        connection.next += 1;
        let mut request = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            request["sessionId"] = json!(session);
        }
        connection.socket.send(Message::text(request.to_string())).expect("the browser listens");
        loop {
            let message = connection.receive();
            if message["id"] == json!(id) {
                assert!(message.get("error").is_none(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            connection.events.push_back(message);
        }
    }
}

impl Connection {
    fn receive(&mut self) -> Value {
        loop {
            match self.socket.read().expect("the browser answers in time") {
                Message::Text(text) => return serde_json::from_str(&text).expect("the protocol is JSON"),
                Message::Close(_) => panic!("the browser closed the connection"),
                _ => {}
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.process.id())]).status();
        let _ = self.process.wait();
        // Late writes of the browser may prevent the removal of the folder; it is a temporary one.
        let _ = fs::remove_dir_all(self.profile.path());
    }
}

/// The address that the browser announces.
fn endpoint(lines: impl BufRead + Send + 'static) -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    // The stream must be read to its end; otherwise the browser would block when the pipe is full.
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                let _ = sender.send(address.to_owned());
            }
        }
    });
    receiver.recv_timeout(LIMIT).expect("the browser says where it listens")
}

/// A page of a browser.
pub struct Page<'b> {
    browser: &'b Browser,
    session: String,
}

impl Page<'_> {
    /// Calls a method of the protocol.
    pub fn call(&self, method: &str, parameters: Value) -> Value {
        self.browser.call(Some(&self.session), method, parameters)
    }

    /// Goes to an address and waits until the page and all its resources are loaded.
    pub fn open(&self, address: &str) {
        self.forget("Page.loadEventFired");
        let answer = self.call("Page.navigate", json!({ "url": address }));
        assert!(answer.get("errorText").is_none(), "{address}: {answer}");
        self.wait_for("Page.loadEventFired");
    }

    /// The result of a script in the page, by value.
    pub fn evaluate(&self, script: &str) -> Value {
        let parameters = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let answer = self.call("Runtime.evaluate", parameters);
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until a script in the page returns something other than false; returns that value.
    pub fn until(&self, script: &str) -> Value {
        let start = Instant::now();
        loop {
            let value = self.evaluate(script);
            if value != json!(false) && !value.is_null() {
                return value;
            }
            assert!(start.elapsed() < LIMIT, "it never became true: {script}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Clicks the middle of the first element that matches a selector, as a person with a mouse does.
    pub fn click(&self, selector: &str) {
        let place = self.middle(selector);
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": place.0, "y": place.1, "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Clicks, and waits for the resulting page.
    pub fn follow(&self, selector: &str) {
        self.forget("Page.loadEventFired");
        self.click(selector);
        self.wait_for("Page.loadEventFired");
    }

    /// The middle of an element, scrolled into view. It uses the document itself, so it also works with scripts off.
    fn middle(&self, selector: &str) -> (f64, f64) {
        let root = self.call("DOM.getDocument", json!({ "depth": 0 }))["root"]["nodeId"].clone();
        let node =
            self.call("DOM.querySelector", json!({ "nodeId": root, "selector": selector }))["nodeId"].clone();
        assert!(node != json!(0), "there is no {selector}");
        self.call("DOM.scrollIntoViewIfNeeded", json!({ "nodeId": node }));
        let quads = self.call("DOM.getContentQuads", json!({ "nodeId": node }))["quads"].clone();
        let quad: Vec<f64> =
            quads[0].as_array().expect("it is visible").iter().filter_map(Value::as_f64).collect();
        ((quad[0] + quad[4]) / 2.0, (quad[1] + quad[5]) / 2.0)
    }

    /// The current markup of an element in the browser.
    pub fn html(&self, selector: &str) -> String {
        let root = self.call("DOM.getDocument", json!({ "depth": 0 }))["root"]["nodeId"].clone();
        let node =
            self.call("DOM.querySelector", json!({ "nodeId": root, "selector": selector }))["nodeId"].clone();
        assert!(node != json!(0), "there is no {selector}");
        let html = self.call("DOM.getOuterHTML", json!({ "nodeId": node }))["outerHTML"].clone();
        html.as_str().expect("markup is text").to_owned()
    }

    /// The current address.
    pub fn address(&self) -> String {
        let history = self.call("Page.getNavigationHistory", json!({}));
        let current = history["currentIndex"].as_u64().expect("there is a current page") as usize;
        history["entries"][current]["url"].as_str().expect("a page has an address").to_owned()
    }

    /// Switches the scripts of pages off or on.
    pub fn scripts(&self, on: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !on }));
    }

    /// Shows pages with the preference for `light` or `dark`.
    pub fn prefers(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", features);
    }

    /// A screenshot of the visible part, as a PNG file in base64.
    pub fn screenshot(&self) -> String {
        let answer = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        answer["data"].as_str().expect("a picture has data").to_owned()
    }

    /// The events of these kinds since the last call, oldest first.
    pub fn events(&self, methods: &[&str]) -> Vec<Value> {
        let mut connection = self.browser.connection.borrow_mut();
        let mut taken = Vec::new();
        connection.events.retain(|event| {
            let wanted = event["sessionId"] == json!(self.session)
                && event["method"].as_str().is_some_and(|method| methods.contains(&method));
            if wanted {
                taken.push(event.clone());
            }
            !wanted
        });
        taken
    }

    fn forget(&self, method: &str) {
        self.events(&[method]);
    }

    fn wait_for(&self, method: &str) {
        let start = Instant::now();
        while self.events(&[method]).is_empty() {
            assert!(start.elapsed() < LIMIT, "{method} never came");
            let message = self.browser.connection.borrow_mut().receive();
            self.browser.connection.borrow_mut().events.push_back(message);
        }
    }
}

//! A headless Chromium that is driven as a person would: pages, clicks, keys, typing; and what it complains of.
//!
//! It speaks the DevTools protocol over two pipes (`--remote-debugging-pipe`: JSON messages that end with a zero byte), so that no
//! port is opened and no library generates the whole protocol for the dozen methods that are used.

use super::Child;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Names that Chromium goes by.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Longest wait for anything that a page is expected to do.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one page.
pub struct Chromium {
    to: File,
    from: Receiver<Value>,
    session: String,
    last: u64,
    /// What the page complained of: refused by the content security policy, exceptions, errors on the console.
    complaints: Vec<String>,
    _child: Child,
    _folder: tempfile::TempDir,
}

/// The name of the installed one. `None`, with a note, when there is none and this is not CI.
pub fn installed() -> Option<&'static str> {
    let there = |name: &&str| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let name = NAMES.into_iter().find(|name| there(name));
    if name.is_none() {
        assert!(std::env::var_os("CI").is_none(), "Chromium is not installed; scripts/test installs it");
        println!("left out: Chromium is not installed");
    }
    name
}

impl Chromium {
    /// Starts one with an empty page of that size. `None`: see [`installed`].
    pub fn start(width: u32, height: u32) -> Option<Self> {
        let name = installed()?;
        let folder = tempfile::tempdir().unwrap();
        let (to, from) = (folder.path().join("to"), folder.path().join("from"));
        assert!(Command::new("mkfifo").args([&to, &from]).status().unwrap().success(), "no pipes can be made");
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<\"$TO\" 4>\"$FROM\"", "sh", name]).env("TO", &to).env("FROM", &from);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"]);
        command.arg("--remote-debugging-pipe").arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
        let child = Child(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        // Each end waits for the other one, in this order.
        let to = File::options().write(true).open(&to).unwrap();
        let messages = BufReader::new(File::open(&from).unwrap());
        let (send, from) = channel();
        std::thread::spawn(move || {
            for message in messages.split(0).map_while(Result::ok) {
                if send.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    break;
                }
            }
        });
        let session = String::new();
        let mut browser = Self { to, from, session, last: 0, complaints: vec![], _child: child, _folder: folder };
        let page = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached = browser.call("Target.attachToTarget", json!({ "targetId": page["targetId"], "flatten": true }));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Audits", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.size(width, height);
        Some(browser)
    }

    /// Gives the page another size.
    pub fn size(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Calls a method of the protocol and gives its result.
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, &params).unwrap_or_else(|error| panic!("{method} {params}: {error}"))
    }

    fn ask(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).unwrap();
        let until = Instant::now() + PATIENCE;
        loop {
            match self.from.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(answer) if answer["id"] == self.last => {
                    return answer.get("error").map_or_else(|| Ok(answer["result"].clone()), |error| Err(error.clone()));
                }
                Ok(event) => self.hear(&event),
                Err(RecvTimeoutError::Timeout) => panic!("{method} {params}: no answer"),
                Err(RecvTimeoutError::Disconnected) => panic!("{method} {params}: the browser has ended"),
            }
        }
    }

    fn hear(&mut self, event: &Value) {
        let params = &event["params"];
        let complaint = match event["method"].as_str() {
            Some("Audits.issueAdded") if params["issue"]["code"] == "ContentSecurityPolicyIssue" => params["issue"]["details"].clone(),
            Some("Runtime.exceptionThrown") => params["exceptionDetails"].clone(),
            Some("Log.entryAdded") if params["entry"]["level"] == "error" => params["entry"].clone(),
            Some("Page.javascriptDialogOpening") => {
                self.complaints.push(format!("a dialog opened: {params}"));
                // Not waited for: this may run inside a call.
                self.last += 1;
                let close = json!({ "id": self.last, "sessionId": self.session, "method": "Page.handleJavaScriptDialog", "params": { "accept": false } });
                self.to.write_all(format!("{close}\0").as_bytes()).unwrap();
                return;
            }
            _ => return,
        };
        self.complaints.push(complaint.to_string());
    }

    /// What was complained of since the last time that this was asked.
    pub fn complaints(&mut self) -> Vec<String> {
        // What was said before this call's answer has been heard by then.
        self.eval("0");
        std::mem::take(&mut self.complaints)
    }

    /// Opens an address and waits until the page is whole.
    pub fn go(&mut self, address: &str) {
        self.eval("window.left = true");
        let gone = self.call("Page.navigate", json!({ "url": address }));
        assert!(gone.get("errorText").is_none(), "{address}: {gone}");
        self.wait("!window.left && document.readyState === 'complete'");
    }

    /// The value of a JavaScript expression on the page. While a page is being replaced: null.
    pub fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        match self.ask("Runtime.evaluate", &asked) {
            Ok(answer) => answer["result"]["value"].clone(),
            // -32000: the page went away under the question.
            Err(error) if error["code"] == -32000 => Value::Null,
            Err(error) => panic!("{expression}: {error}"),
        }
    }

    /// Waits until an expression is true.
    pub fn wait(&mut self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        while self.eval(expression) != true {
            assert!(Instant::now() < until, "never true: {expression}; the page at {} says: {}", self.at(), self.words());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The words on the page.
    pub fn words(&mut self) -> String {
        self.eval("document.body ? document.body.innerText : ''").as_str().unwrap_or("").to_owned()
    }

    /// The address of the page.
    pub fn at(&mut self) -> String {
        self.eval("location.href").as_str().unwrap_or("").to_owned()
    }

    /// Clicks on what a selector finds and waits for the page that follows.
    pub fn follow(&mut self, selector: &str) {
        self.eval("window.left = true");
        let found = self.eval(&format!("(() => {{ const e = document.querySelector({selector:?}); e && e.click(); return !!e }})()"));
        assert_eq!(found, true, "nothing at {selector} on {}", self.at());
        self.wait("!window.left && document.readyState === 'complete'");
    }

    /// Puts the cursor into a field and types.
    pub fn fill(&mut self, selector: &str, text: &str) {
        let found = self.eval(&format!("(() => {{ const e = document.querySelector({selector:?}); e && e.focus(); return !!e }})()"));
        assert_eq!(found, true, "nothing at {selector} on {}", self.at());
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses a key and lets it go: `a`, `Tab`, `Enter`, ` `, `ArrowDown`.
    pub fn press(&mut self, key: &str) {
        let (code, number, text) = match key {
            "Tab" => ("Tab".to_owned(), 9, ""),
            "Enter" => ("Enter".to_owned(), 13, "\r"),
            " " => ("Space".to_owned(), 32, " "),
            "ArrowDown" => ("ArrowDown".to_owned(), 40, ""),
            letter => {
                let upper = letter.to_ascii_uppercase();
                (format!("Key{upper}"), i64::from(upper.as_bytes()[0]), letter)
            }
        };
        let of = |kind: &str| json!({ "type": kind, "key": key, "code": code, "text": text, "windowsVirtualKeyCode": number });
        self.call("Input.dispatchKeyEvent", of("keyDown"));
        let up = json!({ "type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": number });
        self.call("Input.dispatchKeyEvent", up);
    }

    /// Goes from field to field by the keyboard until what a selector finds has the cursor.
    pub fn tab_to(&mut self, selector: &str) {
        for _ in 0..400 {
            if self.eval(&format!("!!document.activeElement && document.activeElement.matches({selector:?})")) == true {
                return;
            }
            self.press("Tab");
        }
        panic!("{selector} is not reached by the keyboard on {}: {}", self.at(), self.words());
    }

    /// Types Vietnamese as Telex and VNI do: letters are composed into words, and only the word is put in.
    pub fn compose(&mut self, text: &str) {
        for (i, word) in text.split(' ').enumerate() {
            if i > 0 {
                self.call("Input.insertText", json!({ "text": " " }));
            }
            let mut so_far = String::new();
            for letter in word.chars() {
                so_far.push(letter);
                let end = so_far.encode_utf16().count();
                self.call("Input.imeSetComposition", json!({ "text": so_far, "selectionStart": end, "selectionEnd": end }));
            }
            self.call("Input.insertText", json!({ "text": word }));
        }
    }

    /// Does something that leads to another page, and waits for that.
    pub fn leading(&mut self, act: impl FnOnce(&mut Self)) {
        self.eval("window.left = true");
        act(self);
        self.wait("!window.left && document.readyState === 'complete'");
    }

    /// The cookies that would be sent to the present address.
    pub fn cookies(&mut self) -> Vec<Value> {
        self.call("Network.getCookies", json!({}))["cookies"].as_array().unwrap().clone()
    }

    /// Keeps a picture of the whole page in a file.
    pub fn picture(&mut self, to: &Path) {
        use base64::Engine;
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png", "captureBeyondViewport": true }));
        std::fs::write(to, base64::prelude::BASE64_STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
    }
}

//! A receiver of webhooks: it accepts posts and answers as a test says.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::Duration;

/// Time limit for everything here.
const LIMIT: Duration = Duration::from_secs(60);

/// What was posted.
#[derive(Debug)]
pub struct Posted {
    /// The path with the query.
    pub path: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Posted {
    /// The value of a header; the first if there are several.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{name} is missing: {self:?}"))
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a document is JSON")
    }
}

/// A place that listens for posts.
pub struct Receiver {
    address: SocketAddr,
    posted: mpsc::Receiver<Posted>,
}

impl Receiver {
    /// Answers with these statuses, including header fields, in turn; then always with the last one.
    pub fn start(answers: &[&str]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it listens");
        let answers: Vec<String> = answers
            .iter()
            .map(|answer| format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
            .collect();
        let (sender, posted) = mpsc::channel();
        thread::spawn(move || {
            let last = answers.last().expect("there is an answer");
            for answer in answers.iter().chain(std::iter::repeat(last)) {
                let Ok((mut stream, _)) = listener.accept() else { return };
                // A sender that stops in the middle has posted nothing.
                let Some(post) = read(&stream) else { continue };
                let _ = stream.write_all(answer.as_bytes());
                if sender.send(post).is_err() {
                    return;
                }
            }
        });
        Receiver { address, posted }
    }

    /// A URL that leads here.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits for the next post.
    #[track_caller]
    pub fn next(&self) -> Posted {
        self.posted.recv_timeout(LIMIT).expect("something is posted")
    }

    /// True if the test has fetched all posts so far.
    pub fn is_empty(&self) -> bool {
        matches!(self.posted.try_recv(), Err(TryRecvError::Empty))
    }
}

fn read(stream: &TcpStream) -> Option<Posted> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines.first()?.strip_prefix("POST ")?.strip_suffix(" HTTP/1.1")?.to_owned();
    let headers = lines[1..].iter().filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let mut post = Posted { path, headers, body: Vec::new() };
    post.body = vec![0; post.header("content-length").parse().ok()?];
    reader.read_exact(&mut post.body).ok()?;
    Some(post)
}

//! A mail server: STARTTLS with a certificate of its own, sign-in, and the answers that it is told to give.

#![allow(dead_code, reason = "each test uses a part of it")]

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the client must sign in with: `\0user\0password` in base64.
const PLAIN: &str = "AGtpZW10aW4AbWF0LWtoYXU=";
/// Its user and password.
pub const ACCOUNT: (&str, &str) = ("kiemtin", "mat-khau");

/// What becomes of one mail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mailed {
    /// Taken.
    Taken,
    /// "Come back later" (451) at the recipient.
    Greylisted,
    /// "No such mailbox" (550) at the recipient.
    Rejected,
    /// "Come back later" (452) after the whole mail.
    Full,
    /// No answer while the mail is being sent.
    Hangs(Duration),
    /// Taken, but the connection breaks off before the client hears of it.
    TakenUnheard,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Recipients of the envelope.
    pub to: Vec<String>,
    /// As it came.
    pub raw: String,
    /// Over TLS and signed in.
    pub protected: bool,
}

impl Mail {
    /// A header, unfolded.
    pub fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = head.lines().find_map(|l| l.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        found.unwrap_or_default()
    }
}

type Decide = Arc<Mutex<Box<dyn FnMut() -> Mailed + Send>>>;

/// The server; it ends with the test.
pub struct Smtp {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its certificate, PEM.
    pub certificate: String,
    taken: Arc<Mutex<Vec<Mail>>>,
    tries: Arc<Mutex<usize>>,
    decide: Decide,
}

impl Smtp {
    /// Listens on a free port of the loopback address.
    pub fn start(decide: impl FnMut() -> Mailed + Send + 'static) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let tls = Arc::new(tls.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            certificate: made.cert.pem(),
            taken: Arc::default(),
            tries: Arc::default(),
            decide: Arc::new(Mutex::new(Box::new(decide))),
        };
        let (taken, tries, decide) = (server.taken.clone(), server.tries.clone(), server.decide.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let session = Session { taken: taken.clone(), tries: tries.clone(), decide: decide.clone() };
                let tls = tls.clone();
                // A client that is killed breaks off in the middle.
                std::thread::spawn(move || drop(session.run(stream, tls)));
            }
        });
        server
    }

    /// From now on it answers so.
    pub fn now(&self, decide: impl FnMut() -> Mailed + Send + 'static) {
        *self.decide.lock().unwrap() = Box::new(decide);
    }

    /// Everything that was taken, repeats included.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().unwrap().clone()
    }

    /// Mails that were begun.
    pub fn tries(&self) -> usize {
        *self.tries.lock().unwrap()
    }
}

struct Session {
    taken: Arc<Mutex<Vec<Mail>>>,
    tries: Arc<Mutex<usize>>,
    decide: Decide,
}

impl Session {
    fn run(&self, mut stream: TcpStream, tls: Arc<ServerConfig>) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.write_all(b"220 thu.example ESMTP\r\n")?;
        let mut plain = BufReader::new(stream);
        loop {
            let mut line = String::new();
            if plain.read_line(&mut line)? == 0 {
                return Ok(());
            }
            match line.trim_end().to_ascii_uppercase().as_str() {
                l if l.starts_with("EHLO") => plain.get_mut().write_all(b"250-thu.example\r\n250 STARTTLS\r\n")?,
                "STARTTLS" => break plain.get_mut().write_all(b"220 go\r\n")?,
                // Nothing is taken in plain text.
                _ => plain.get_mut().write_all(b"530 STARTTLS first\r\n")?,
            }
        }
        let connection = ServerConnection::new(tls).map_err(std::io::Error::other)?;
        self.protected(BufReader::new(StreamOwned::new(connection, plain.into_inner())))
    }

    fn protected<S: Read + Write>(&self, mut stream: BufReader<S>) -> std::io::Result<()> {
        let (mut to, mut signed_in, mut decided) = (vec![], false, Mailed::Taken);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            let word = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-thu.example\r\n250-8BITMIME\r\n250 AUTH PLAIN",
                "AUTH" => {
                    signed_in = line.ends_with(PLAIN);
                    if signed_in { "235 welcome" } else { "535 wrong password" }
                }
                "MAIL" if !signed_in => "530 sign in first",
                "MAIL" => {
                    decided = self.decide.lock().unwrap()();
                    *self.tries.lock().unwrap() += 1;
                    to.clear();
                    "250 ok"
                }
                "RCPT" => match decided {
                    Mailed::Greylisted => "451 4.7.1 greylisted, come back later",
                    Mailed::Rejected => "550 5.1.1 no such mailbox",
                    _ => {
                        to.push(line.trim_start_matches(|c| c != '<').trim_matches(['<', '>']).to_owned());
                        "250 ok"
                    }
                },
                "DATA" => {
                    stream.get_mut().write_all(b"354 go on\r\n")?;
                    stream.get_mut().flush()?;
                    if let Mailed::Hangs(long) = decided {
                        std::thread::sleep(long);
                        return Ok(());
                    }
                    let raw = data(&mut stream)?;
                    if matches!(decided, Mailed::Taken | Mailed::TakenUnheard) {
                        self.taken.lock().unwrap().push(Mail { to: to.clone(), raw, protected: signed_in });
                    }
                    match decided {
                        Mailed::TakenUnheard => return Ok(()),
                        Mailed::Full => "452 4.2.2 mailbox full",
                        _ => "250 2.0.0 queued",
                    }
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            stream.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
            stream.get_mut().flush()?;
            if word == "QUIT" {
                return Ok(());
            }
        }
    }
}

/// The lines up to the dot that stands alone, with doubled dots made single.
fn data<S: Read>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

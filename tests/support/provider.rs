//! An identity provider on loopback: OpenID Connect discovery, keys, a sign-in form, codes with PKCE, signed statements (ES256).
//!
//! It enforces what the standards ask of it: exact redirect address, S256 challenges, client secret, codes that work once. It shares no
//! code with the client, and can be told to lie in one statement.

use super::web::read_request;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as B64;
use hmac::{Hmac, KeyInit, Mac};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Our names at the provider.
pub const CLIENT: &str = "kiemtin-desk";
pub const SECRET: &str = "bi mat giua hai ben, & ky tu la?";

/// What is wrong with the next statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    None,
    Nonce,
    Audience,
    Issuer,
    Expired,
    /// `alg: none`.
    Unsigned,
    /// Signed by a key that is not among those shown.
    ForeignKey,
    /// Signed with the client's secret (HS256).
    SharedSecret,
    /// The signature of another statement.
    Changed,
}

/// What it was asked, and what it will say.
struct State {
    issuer: String,
    redirect: String,
    now_s: i64,
    key: EcdsaKeyPair,
    other_key: EcdsaKeyPair,
    lie: Lie,
    email: Option<(String, bool)>,
    codes: HashMap<String, HashMap<String, String>>,
    /// Requests for codes and for statements, and how many of these were granted.
    asked: (u32, u32, u32),
}

/// A running provider.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    state: Arc<Mutex<State>>,
}

impl Provider {
    /// Sends browsers back to `redirect` and to nowhere else; its clock stands at `now_s` seconds since 1970.
    pub fn start(redirect: &str, now_s: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = || {
            let random = SystemRandom::new();
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap()
        };
        let state = State {
            issuer: issuer.clone(),
            redirect: redirect.to_owned(),
            now_s,
            key: key(),
            other_key: key(),
            lie: Lie::None,
            email: None,
            codes: HashMap::new(),
            asked: (0, 0, 0),
        };
        let provider = Self { issuer, state: Arc::new(Mutex::new(state)) };
        let served = provider.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = served.clone();
                // Browsers connect ahead and say nothing: each connection has a thread. One that goes away is its own affair.
                std::thread::spawn(move || served.answer(stream));
            }
        });
        provider
    }

    /// Lies from now on.
    pub fn lie(&self, lie: Lie) {
        self.state.lock().unwrap().lie = lie;
    }

    /// Has another key from now on, under another name.
    pub fn change_key(&self) {
        let mut state = self.state.lock().unwrap();
        let state = &mut *state;
        std::mem::swap(&mut state.key, &mut state.other_key);
    }

    /// Says this e-mail address of everybody, and whether it was verified.
    pub fn email(&self, email: &str, verified: bool) {
        self.state.lock().unwrap().email = Some((email.to_owned(), verified));
    }

    /// Codes given, statements asked for, statements given.
    pub fn asked(&self) -> (u32, u32, u32) {
        self.state.lock().unwrap().asked
    }

    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request = read_request(&mut BufReader::new(&stream))?;
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let fields = |text: &str| url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<HashMap<String, String>>();
        let mut state = self.state.lock().unwrap();
        let (status, headers, body) = match (request.method.as_str(), path) {
            ("GET", "/.well-known/openid-configuration") => json_of(state.description()),
            ("GET", "/keys") => json_of(state.keys()),
            ("GET", "/authorize") => state.form(&fields(query)),
            ("POST", "/authorize") => state.code(fields(&request.body)),
            ("POST", "/token") => {
                let basic = request.headers.get("authorization").and_then(|v| v.strip_prefix("Basic ").map(str::to_owned));
                state.statement(&fields(&request.body), basic)
            }
            _ => ("404 Not Found", String::new(), "not here".to_owned()),
        };
        drop(state);
        let mut stream = stream;
        write!(stream, "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
    }
}

type Answer = (&'static str, String, String);

fn json_of(value: Value) -> Answer {
    ("200 OK", "Content-Type: application/json\r\n".into(), value.to_string())
}

fn refused(error: &str) -> Answer {
    ("400 Bad Request", "Content-Type: application/json\r\n".into(), json!({ "error": error }).to_string())
}

impl State {
    fn description(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"], "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn keys(&self) -> Value {
        // 0x04, x, y.
        let point = self.key.public_key().as_ref();
        let (x, y) = (B64.encode(&point[1..33]), B64.encode(&point[33..65]));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": name_of(&self.key), "x": x, "y": y }] })
    }

    /// The page where a person signs in; all that was asked travels in its form.
    fn form(&self, asked: &HashMap<String, String>) -> Answer {
        let is = |name: &str, value: &str| asked.get(name).map(String::as_str) == Some(value);
        let scope = asked.get("scope").is_some_and(|s| s.split(' ').any(|s| s == "openid"));
        let sound = is("client_id", CLIENT) && is("redirect_uri", &self.redirect) && is("response_type", "code");
        if !sound || !scope || !is("code_challenge_method", "S256") || asked.get("state").is_none_or(String::is_empty) {
            return refused("invalid_request");
        }
        let hidden: String = asked.iter().map(|(k, v)| format!("<input type=hidden name='{k}' value='{v}'>")).collect();
        let page = format!(
            "<!doctype html><meta charset=utf-8><title>Đăng nhập chung</title><form method=post action=/authorize>{hidden}\
             <input name=user id=user><button id=go>Đăng nhập</button></form>"
        );
        ("200 OK", "Content-Type: text/html; charset=utf-8\r\n".into(), page)
    }

    fn code(&mut self, asked: HashMap<String, String>) -> Answer {
        self.asked.0 += 1;
        let code = format!("ma-{}-{}", self.asked.0, B64.encode(Sha256::digest(asked["state"].as_bytes())));
        let mut back = url::Url::parse(&self.redirect).unwrap();
        let mut pairs = back.query_pairs_mut();
        if asked.get("user").is_none_or(String::is_empty) {
            pairs.append_pair("error", "access_denied");
        } else {
            pairs.append_pair("code", &code);
        }
        pairs.append_pair("state", &asked["state"]).append_pair("iss", &self.issuer);
        drop(pairs);
        self.codes.insert(code, asked);
        ("303 See Other", format!("Location: {back}\r\n"), String::new())
    }

    fn statement(&mut self, given: &HashMap<String, String>, basic: Option<String>) -> Answer {
        self.asked.1 += 1;
        // RFC 6749 §2.3.1: both parts are form-encoded before they are joined.
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let expected = base64::prelude::BASE64_STANDARD.encode(format!("{}:{}", encode(CLIENT), encode(SECRET)));
        if basic != Some(expected) {
            return refused("invalid_client");
        }
        // A code works once.
        let Some(asked) = given.get("code").and_then(|code| self.codes.remove(code)) else { return refused("invalid_grant") };
        let challenge = B64.encode(Sha256::digest(given.get("code_verifier").map_or("", String::as_str).as_bytes()));
        if asked["code_challenge"] != challenge || given.get("redirect_uri") != asked.get("redirect_uri") {
            return refused("invalid_grant");
        }
        self.asked.2 += 1;
        let id_token = self.signed(&asked);
        json_of(json!({ "access_token": "khong-dung", "token_type": "Bearer", "expires_in": 60, "id_token": id_token }))
    }

    fn signed(&self, asked: &HashMap<String, String>) -> String {
        let lie = |lie: Lie, truth: &str| if self.lie == lie { "khac".to_owned() } else { truth.to_owned() };
        let expires = if self.lie == Lie::Expired { self.now_s - 3_600 } else { self.now_s + 300 };
        let mut claims = json!({
            "iss": if self.lie == Lie::Issuer { "http://127.0.0.1:1" } else { &self.issuer },
            "aud": lie(Lie::Audience, CLIENT), "nonce": lie(Lie::Nonce, &asked["nonce"]),
            "sub": format!("chu-the-{}", asked["user"]), "iat": self.now_s, "exp": expires,
        });
        if let Some((email, verified)) = &self.email {
            claims["email"] = json!(email);
            claims["email_verified"] = json!(verified);
        }
        let (alg, key) = match self.lie {
            Lie::Unsigned => ("none", &self.key),
            Lie::SharedSecret => ("HS256", &self.key),
            Lie::ForeignKey => ("ES256", &self.other_key),
            _ => ("ES256", &self.key),
        };
        // A foreign key goes by the name of the known one.
        let head = json!({ "alg": alg, "kid": name_of(&self.key), "typ": "JWT" });
        let mut text = format!("{}.{}", B64.encode(head.to_string()), B64.encode(claims.to_string()));
        let signature = match alg {
            "none" => vec![],
            "HS256" => {
                let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
                mac.update(text.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            _ => key.sign(&SystemRandom::new(), text.as_bytes()).unwrap().as_ref().to_vec(),
        };
        if self.lie == Lie::Changed {
            claims["sub"] = json!("chu-the-quan-tri");
            text = format!("{}.{}", B64.encode(head.to_string()), B64.encode(claims.to_string()));
        }
        format!("{text}.{}", B64.encode(signature))
    }
}

fn name_of(key: &EcdsaKeyPair) -> String {
    B64.encode(&Sha256::digest(key.public_key().as_ref())[..6])
}

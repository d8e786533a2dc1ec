//! Does a name that changes where it leads, or leads to several places, open a way into a private network?

use super::request::{Cap, Requester, Want};
use crate::guard::{Answer, Guard};
use crate::settings::CrawlSettings;
use kiemtin_model::{Outcome, Refusal};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

/// Stands for a public address: the only one that is allowed.
const PUBLIC: &str = "127.0.20.1";
const PRIVATE: &str = "127.1.0.9";

/// Answers every connection and counts them.
async fn server(ip: &str, port: u16) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((ip, port)).await.unwrap();
    let (port, hits) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&hits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 2_048];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx").await;
        }
    });
    (port, hits)
}

/// Asks a name `times` times; the n-th look-up gives the n-th of `answers`, over and over.
async fn ask(answers: &[&[&str]], port: u16, times: usize) -> Vec<Result<(), Outcome>> {
    let answers: Vec<Vec<IpAddr>> = answers.iter().map(|set| set.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
    let asked = AtomicUsize::new(0);
    let lookup = move |_: String| -> Answer {
        let set = answers[asked.fetch_add(1, Ordering::SeqCst) % answers.len()].clone();
        Box::pin(async move { Ok(set.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()) })
    };
    let guard = Guard::with_lookup(&[format!("{PUBLIC}/32")], &[], Arc::new(lookup)).unwrap();
    let requester = Requester::new(&CrawlSettings { request_timeout_s: 2, ..CrawlSettings::default() }, guard).unwrap();
    let url = Url::parse(&format!("http://bao.example:{port}/")).unwrap();
    let want = Want { accept: "*/*", cap: Cap::Refuse(100), validators: None, form: None, accepts: |_| true, api: None };
    let mut outcomes = Vec::new();
    for _ in 0..times {
        outcomes.push(requester.send(&url, &want).await.map(|_| ()));
    }
    outcomes
}

#[tokio::test]
async fn names_with_a_private_address_are_refused() {
    let (port, public_hits) = server(PUBLIC, 0).await;
    let (_, private_hits) = server(PRIVATE, port).await;
    assert_eq!(ask(&[&[PUBLIC]], port, 1).await, [Ok(())], "the way is open where it may be");
    for set in [
        &[PRIVATE][..],
        &[PUBLIC, PRIVATE],
        &[PRIVATE, PUBLIC],
        &["::1"],
        &["::ffff:127.1.0.9"],
        &["0.0.0.0"],
        &["::"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["fd00::1"],
    ] {
        assert_eq!(ask(&[set], port, 1).await, [Err(Outcome::Refused(Refusal::PrivateAddress))], "{set:?}");
    }
    assert_eq!((public_hits.load(Ordering::SeqCst), private_hits.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test]
async fn a_name_that_changes_gains_nothing() {
    let (port, public_hits) = server(PUBLIC, 0).await;
    let (_, private_hits) = server(PRIVATE, port).await;
    let outcomes = ask(&[&[PUBLIC], &[PRIVATE]], port, 10).await;
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 5, "{outcomes:?}");
    assert_eq!((public_hits.load(Ordering::SeqCst), private_hits.load(Ordering::SeqCst)), (5, 0));
}

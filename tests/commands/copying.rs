//! Mass copying: when is it said of a claim, and when not?

use crate::support::{Installation, alerting_posts, line, ndjson};
use kiemtin_model::FlagKind;
use kiemtin_store::{AlertFilter, Store};
use serde_json::Value;

/// Words around every copy; those of each source differ a little.
fn around(i: usize) -> String {
    format!(
        "Sáng nay trời trong, chợ đầu làng họp sớm hơn mọi hôm, người đi bán rau, người đi mua cá cười nói rộn ràng suốt cả \
         con đường dọc bờ sông cho đến lúc nắng lên. Trang {i} đăng lại cho bà con đọc, thêm {} chữ của mình.",
        i * 3
    )
}

/// The alerting posts, each told by so many sources; the first `social` of them are channels, the others newspapers.
fn told_by(sources: usize, social: usize) -> String {
    let mut lines = vec![];
    for (j, post) in alerting_posts().iter().enumerate() {
        for i in 0..sources {
            let mut told = line(&format!("https://nguon{i}.example/{j}"), &format!("{post}\n{}", around(i)));
            told["source"] = Value::from(format!("nguon{i}"));
            told["kind"] = Value::from(if i < social { "social" } else { "news" });
            lines.push(told);
        }
    }
    ndjson(&lines)
}

/// Alerts, and how many of them tell of mass copying.
async fn alerts(sources: usize, social: usize) -> (usize, usize) {
    let here = Installation::shipped();
    here.ingest(&here.file("posts", told_by(sources, social)));
    let store = here.store().await;
    let alerts = store.alerts(&AlertFilter::default(), None, 1_000).await.unwrap().items;
    store.close().await;
    let copied = alerts.iter().filter(|a| a.kinds.contains(&FlagKind::CoordinatedCopy));
    assert!(copied.clone().all(|a| a.kinds.len() > 1), "on top of another flag");
    (alerts.len(), copied.count())
}

#[tokio::test]
async fn five_channels_with_one_text_are_mass_copying_and_reprints_are_not() {
    let (all, copied) = alerts(5, 5).await;
    assert!(copied >= 5, "{copied} of {all} alerts");
    for (sources, social) in [(4, 4), (12, 4)] {
        let (all, copied) = alerts(sources, social).await;
        assert!(all >= 5 && copied == 0, "{sources} sources, {social} of them channels: {copied} of {all} alerts");
    }
}

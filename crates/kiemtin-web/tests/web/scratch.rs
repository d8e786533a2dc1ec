//! scratch
use crate::world::*;
#[tokio::test]
#[ignore]
async fn serve() {
    let world = if std::env::var("EMPTY").is_ok() { World::empty().await } else { World::filled().await };
    world.status.crawl_idle(NOW, &kiemtin_model::Tally { read: 220, new: 212, failed: 3, ..Default::default() });
    if std::env::var("EMPTY").is_err() {
    world.status.failing_sources(vec![("Trang B".into(), "máy chủ trả lời HTTP 503, 4 lần liên tiếp".into()), ("Diễn đàn Tiêu dùng".into(), "robots.txt không cho phép".into())]); }
    let listener = tokio::net::TcpListener::bind("127.0.77.1:8899").await.unwrap();
    std::fs::write("/tmp/link", format!("http://127.0.77.1:8899/sign-in?code={}", world.secrets.sign_in_code)).unwrap();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1500), async { axum::serve(listener, world.router.clone()).await }).await;
}

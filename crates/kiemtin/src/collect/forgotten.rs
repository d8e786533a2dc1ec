//! Is what was forgotten left alone while its listing still names it?

use super::world::World;
use kiemtin_model::{ForgetReason, outcome_vi};
use kiemtin_store::Store;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_does_not_bring_back_what_was_forgotten() {
    let world = World::new().await;
    let (gone, stays) = ("/gia-than.html", "/gia-dien.html");
    world.page(gone, "Giá than", "Giá than trong nước tăng theo giá thế giới trong quý này.");
    world.page(stays, "Giá điện", "Giá điện bình quân giữ nguyên đến hết năm nay theo thông báo.");
    let list = |hours| [("1", gone, "Giá than", hours), ("2", stays, "Giá điện", 0)];
    world.feed("bao", &list(0));
    assert_eq!(world.pass(0).await.tally.new, 2);
    let id = world.document_of(gone).await.unwrap();
    let mut batch = world.store.begin().await.unwrap();
    assert!(batch.forget(&id, ForgetReason::Retention, (world.pipeline.clock)()).await.unwrap());
    batch.commit().await.unwrap();
    // Long enough for pages to be asked again, and the listing says that both changed.
    for hours in 1..3 {
        world.feed("bao", &[("1", gone, "Giá than, sửa", hours), ("2", stays, "Giá điện", hours)]);
        world.pass(60).await;
        assert_eq!(world.pages_asked(), [stays], "hour {hours}");
        assert_eq!(world.documents().await.len(), 1);
    }
    let url = format!("{}{gone}", world.origin);
    let guid = kiemtin_model::Guid::new("1").unwrap();
    let named = world.store.guids("bao", &[guid.whole]).await.unwrap();
    assert_eq!(named.iter().map(|g| g.title.as_str()).collect::<Vec<_>>(), [""], "nor its title");
    let lead = world.store.lead_states(std::slice::from_ref(&url)).await.unwrap().remove(&url).unwrap();
    assert_eq!(outcome_vi(&lead.outcome), "đã xóa: hết thời hạn lưu giữ");
}

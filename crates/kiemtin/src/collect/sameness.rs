//! Is a story that one source lists under two addresses one document?

use super::world::{Item, World};
use kiemtin_store::Store;

/// Eighty words that say something of their own.
fn text(about: &str) -> String {
    (0..10).map(|n| format!("Đoạn {n} nói về {about} tại nhà máy số {n} trong quý này. ")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_keeps_its_document_by_its_guid() {
    let check = async |first: Item<'_>, second: Item<'_>, one: bool| {
        let world = World::new().await;
        world.page(first.1, first.2, &text("giá than"));
        world.feed("bao", &[first]);
        assert_eq!(world.pass(0).await.tally.new, 1);
        world.page(second.1, second.2, &text(if one { "giá than" } else { "thương mại điện tử" }));
        world.feed("bao", &[second]);
        // Within the time in which a page is not asked again.
        let tally = world.pass(10).await.tally;
        let same =
            (tally.unchanged, tally.new, world.pages_asked().len(), world.document_of(first.1).await == world.document_of(second.1).await);
        if one {
            assert_eq!(same, (1, 0, 0, true), "{first:?} {second:?}");
            assert_eq!(world.documents().await, [format!("bao {} 1", second.1)], "the new address is shown");
        } else {
            assert_eq!((same.1, same.2), (1, 1), "{first:?} {second:?}");
        }
        let again = world.pass(10).await.tally;
        // The same listing is not even read again.
        assert_eq!((again.read, world.pages_asked().len()), (0, 0), "and nothing more the second time");
        assert_eq!(world.documents().await.len(), if one { 1 } else { 2 });
    };
    let old = "Giá than tăng";
    // Changed slug under one id: an address, a bare number, a tag.
    for guid in ["ORIGIN/?p=12", "12", "tag:bao.vn,2026:12"] {
        check((guid, "/gia-than.html", old, 0), (guid, "/gia-than-moi.html", old, 0), true).await;
    }
    // Another scheme and host in the id.
    check(("http://bao.vn/?p=12", "/a.html", old, 0), ("https://www.bao.vn/?p=12", "/b.html", old, 0), true).await;
    // A feed that gives every new article the id of the one before.
    check(("moi-nhat", "/a.html", old, 0), ("moi-nhat", "/b.html", "Thương mại điện tử quý một", 1), false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_page_at_a_new_address_is_a_version() {
    let world = World::new().await;
    world.page("/cu.html", "Giá than tăng", &text("giá than"));
    world.feed("bao", &[("12", "/cu.html", "Giá than tăng", 0)]);
    world.pass(0).await;
    // Quite another text: the feed's word counts.
    world.page("/moi.html", "Giá than giảm", &text("thương mại điện tử với các nước"));
    world.feed("bao", &[("12", "/moi.html", "Giá than giảm", 0)]);
    let tally = world.pass(60).await.tally;
    assert_eq!((tally.new_version, tally.new, tally.duplicate), (1, 0, 0));
    assert_eq!(world.documents().await, ["bao /moi.html 2"]);
    let id = world.stored().await.remove(0).assessed.document.id;
    let versions = world.store.versions(&id, u32::MAX, 10).await.unwrap();
    assert_eq!(versions.iter().map(|v| (v.version, v.title.as_str())).collect::<Vec<_>>(), [(1, "Giá than tăng")]);
    let tally = world.pass(60).await.tally;
    assert_eq!((tally.unchanged, tally.new_version, world.documents().await.len()), (1, 0, 1));
    // The old address, still listed elsewhere, shows what was overtaken: nothing turns back.
    world.feed("bao", &[("", "/cu.html", "Giá than tăng", 0)]);
    assert_eq!(world.pass(60).await.tally.unchanged, 1);
    assert_eq!(world.documents().await, ["bao /moi.html 2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_whose_ids_are_all_equal_loses_nothing() {
    let world = World::new().await;
    let items: Vec<(String, String)> = (0..6).map(|n| (format!("/{n}.html"), format!("Tin số {n} về giá than"))).collect();
    for (n, (path, title)) in items.iter().enumerate() {
        world.page(path, title, &text(&format!("mỏ than thứ {n}")));
    }
    let listed =
        |from: usize, guid: &'static str| items[from..from + 3].iter().map(|(p, t)| (guid, p.as_str(), t.as_str(), 0)).collect::<Vec<_>>();
    for (guid, new) in [("1", 3), ("ORIGIN/", 0)] {
        world.feed("bao", &listed(0, guid));
        assert_eq!(world.pass(1).await.tally.new, new, "{guid}");
    }
    world.feed("bao", &listed(3, "1"));
    assert_eq!(world.pass(1).await.tally.new, 3);
    assert_eq!(world.documents().await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_text_in_one_source_is_one_document() {
    let world = World::new().await;
    let title = "Giá than tăng";
    for path in ["/a.html", "/muc/a.html", "/dai.html"] {
        world.page(path, title, &text("giá than"));
    }
    // A notice in the place of two articles.
    let notice = &text("việc đăng nhập để đọc tiếp");
    world.page("/khoa-1.html", "Xuất khẩu gạo quý một", notice);
    world.page("/khoa-2.html", "Điện mặt trời mái nhà", notice);
    world.feed(
        "bao",
        &[
            ("", "/a.html", title, 0),
            ("", "/muc/a.html", title, 0),
            ("", "/khoa-1.html", "Xuất khẩu gạo quý một", 0),
            ("", "/khoa-2.html", "Điện mặt trời mái nhà", 0),
        ],
    );
    world.feed("dai", &[("", "/dai.html", title, 0)]);
    let tally = world.pass(0).await.tally;
    // Whichever source comes first, one of three is another source's copy, one an alias, one new; and one notice is a copy.
    assert_eq!((tally.new, tally.duplicate), (2, 3));
    let documents = world.documents().await;
    assert_eq!((documents.len(), documents.iter().filter(|d| d.starts_with("dai")).count()), (4, 1), "{documents:?}");
    let (a, alias) = (world.document_of("/a.html").await, world.document_of("/muc/a.html").await);
    assert!(a.is_some() && a == alias && a != world.document_of("/dai.html").await);
    assert_ne!(world.document_of("/khoa-1.html").await, world.document_of("/khoa-2.html").await);
    let counts = world.store.source_counts(0).await.unwrap();
    assert_eq!(counts.iter().find(|(s, what, _)| s == "bao" && what == "alias").map(|c| c.2), Some(1));
    let again = world.pass(60).await.tally;
    assert_eq!((again.unchanged, again.new + again.new_version + again.duplicate), (5, 0), "the second time nothing is new");

    // Edited at one address first, then at the other: one new version, and no wheel between the two.
    let edited = text("giá than").replace("số 3", "số 33");
    world.page("/muc/a.html", title, &edited);
    let tally = world.pass(60).await.tally;
    assert_eq!((tally.new_version, tally.new, tally.duplicate, tally.unchanged), (1, 0, 0, 4));
    assert_eq!(world.pass(60).await.tally.unchanged, 5);
    world.page("/a.html", title, &edited);
    assert_eq!(world.pass(60).await.tally.unchanged, 5);
    assert_eq!(world.documents().await.len(), 4);

    // Later another article stands at the second address: it is a document of its own.
    let other =
        "Chiều nay Bộ họp báo về sàn giao dịch hàng hoá qua mạng, nêu ba nhóm việc phải làm xong trước mùa mua sắm cuối năm. ".repeat(4);
    world.page("/muc/a.html", "Thương mại điện tử", &other);
    let tally = world.pass(60).await.tally;
    assert_eq!((tally.new, tally.new_version, tally.unchanged), (1, 0, 4));
    assert_ne!(world.document_of("/a.html").await, world.document_of("/muc/a.html").await);
    assert_eq!(world.pass(60).await.tally.unchanged, 5);
    assert_eq!(world.documents().await.len(), 5);
}

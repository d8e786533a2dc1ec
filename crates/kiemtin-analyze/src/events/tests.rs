//! Tests of clustering, with invented reports.

use super::*;
use kiemtin_text::scan;
use proptest::prelude::*;

const START: Time = Time(1_772_413_200_000);

const FIRE: [(&str, &str); 3] = [
    (
        "Cháy kho bông ở xã Vĩnh Hòa, ba người bị thương",
        "Khoảng 14h ngày 3/3, một đám cháy lớn bùng phát tại kho bông của Công ty Sợi Tân Phát ở xã Vĩnh Hòa. Ba công nhân bị \
        thương đã được đưa đi cấp cứu. Lực lượng chữa cháy điều 12 xe đến hiện trường.",
    ),
    (
        "Kho bông Công ty Sợi Tân Phát bốc cháy dữ dội",
        "Chiều 3/3, kho bông rộng 2.000 m2 của Công ty Sợi Tân Phát (xã Vĩnh Hòa) cháy dữ dội. Cột khói cao hàng chục mét. Ba \
        công nhân bị thương, đám cháy được khống chế sau ba giờ.",
    ),
    (
        "Vụ cháy kho bông Tân Phát: nguyên nhân ban đầu là chập điện",
        "Cơ quan điều tra cho biết vụ cháy kho bông của Công ty Sợi Tân Phát ở xã Vĩnh Hòa chiều 3/3 ban đầu được xác định do chập \
        điện. Ba công nhân bị thương đã qua cơn nguy kịch.",
    ),
];

const OTHERS: [(&str, &str); 4] = [
    (
        "Cháy chợ Bình An trong đêm, không có thương vong",
        "Đêm 3/3, chợ Bình An ở thị trấn Phú Lâm bốc cháy, hàng chục ki-ốt bị thiêu rụi. Không có thương vong về người. Nguyên \
        nhân đang được điều tra.",
    ),
    (
        "Giá xăng RON 95 giảm 320 đồng từ chiều nay",
        "Từ 15h ngày 3/3, mỗi lít xăng RON 95 giảm 320 đồng, còn 20.150 đồng. Dầu diesel giảm 210 đồng mỗi lít theo kỳ điều hành.",
    ),
    (
        "Khai mạc hội chợ hàng thủ công ở Hồ Tây",
        "Hội chợ hàng thủ công mỹ nghệ mở cửa sáng 3/3 bên Hồ Tây với 150 gian hàng của các làng nghề, kéo dài đến hết tuần.",
    ),
    (
        "Đội bóng Sông Mây thắng 2-0 trong trận mở màn",
        "Hai bàn thắng trong hiệp hai giúp đội bóng Sông Mây thắng đội khách 2-0 ở trận mở màn giải hạng nhất tối 3/3.",
    ),
];

fn terms((title, text): (&str, &str)) -> Terms {
    Terms::of([&scan(title), &scan(text)])
}

/// Places and adds a report; gives its event.
fn tell(index: &mut EventIndex, report: (&str, &str), hours: i64) -> EventNumber {
    let terms = terms(report);
    let (vector, at, number) = (index.vector(&terms), START.plus(hours * HOUR_MS), index.newest() + 1);
    let placed = index.place(at, &vector, &[]);
    let event = placed.event.unwrap_or(i64::from(number));
    index.add(number, event, at, vector, Some(terms.list.iter().map(|t| t.0).collect()));
    placed.merged.iter().for_each(|(gone, _)| index.merge(*gone, event));
    event
}

#[test]
fn reports_of_one_event_come_together() {
    let mut index = EventIndex::new(Tuning::default());
    let first = tell(&mut index, FIRE[0], 0);
    for other in OTHERS {
        assert_ne!(tell(&mut index, other, 1), first, "{}", other.0);
    }
    assert_eq!([tell(&mut index, FIRE[1], 2), tell(&mut index, FIRE[2], 20)], [first; 2]);
}

#[test]
fn accents_and_capitals_do_not_matter() {
    let mut index = EventIndex::new(Tuning::default());
    let first = tell(&mut index, FIRE[0], 0);
    let bare = |text: &str| kiemtin_text::key::folded(text);
    assert_eq!(tell(&mut index, (&bare(FIRE[1].0), &bare(FIRE[1].1)), 1), first);
}

#[test]
fn the_same_words_at_another_time_are_another_event() {
    for (hours, same) in [(0, true), (100, true), (169, false), (-200, false), (24 * 365, false)] {
        let mut index = EventIndex::new(Tuning::default());
        let first = tell(&mut index, FIRE[0], 0);
        assert_eq!(tell(&mut index, FIRE[0], hours) == first, same, "{hours} hours apart");
    }
}

#[test]
fn a_report_that_fits_two_events_merges_the_younger_into_the_older() {
    let mut index = EventIndex::new(Tuning { join: 2.0, ..Tuning::default() });
    assert_eq!((tell(&mut index, FIRE[0], 0), tell(&mut index, FIRE[1], 1)), (1, 2), "nothing joins below this line");
    index.tuning = Tuning { merge: 0.2, ..Tuning::default() };
    assert_eq!(tell(&mut index, FIRE[2], 2), 1);
    let events: Vec<EventNumber> = index.reports.iter().skip(1).map(|r| r.event).collect();
    assert_eq!(events, [1, 1, 1]);
}

#[test]
fn what_is_quoted_needs_less_likeness() {
    let mut index = EventIndex::new(Tuning::default());
    let first = tell(&mut index, FIRE[0], 0);
    let mentions = (
        "Nhìn lại an toàn cháy nổ ở làng nghề dệt",
        "Nhiều cơ sở dệt dùng điện quá tải trong mùa khô. Mới đây ba công nhân bị thương tại kho bông của Công ty Sợi Tân Phát. \
        Chuyên gia khuyên các hộ kiểm tra dây dẫn, lắp bình chữa cháy và tập huấn thoát nạn cho thợ mỗi quý một lần.",
    );
    let vector = index.vector(&terms(mentions));
    let tuning = index.tuning;
    index.tuning = Tuning { join: 0.9, ..tuning };
    assert_eq!(index.place(START, &vector, &[]).event, None);
    assert!(matches!(index.place(START, &vector, &[first]), PlacedReport { event: Some(e), join: Join::Quote(_), .. } if e == first));
}

#[test]
fn stored_vectors_come_back() {
    let index = EventIndex::new(Tuning::default());
    let vector = index.vector(&terms(FIRE[0]));
    assert_eq!(Vector::from_bytes(&vector.to_bytes()).as_ref(), Some(&vector));
    assert!((vector.likeness(&vector) - 1.0).abs() < 0.05);
    for bad in [&[][..], &[9], &[1, 2, 3]] {
        assert_eq!(Vector::from_bytes(bad), None, "{bad:?}");
    }
    assert_eq!(Vector::from_bytes(&[1]), Some(Vector::default()));
}

proptest! {
    #[test]
    fn an_index_built_anew_answers_as_one_that_grew(
        told in prop::collection::vec((prop::collection::vec(0u32..60, 1..12), 0i64..300), 1..60),
        asked in prop::collection::vec(0u32..60, 1..12),
    ) {
        let text = |words: &[u32]| words.iter().map(|w| format!("từ{w} lạ{w}")).collect::<Vec<_>>().join(" ");
        let mut grown = EventIndex::new(Tuning::default());
        let mut rows = vec![];
        for (words, hours) in &told {
            let terms = terms(("", &text(words)));
            let (vector, at, number) = (grown.vector(&terms), START.plus(hours * HOUR_MS), grown.newest() + 1);
            let placed = grown.place(at, &vector, &[]);
            let event = placed.event.unwrap_or(i64::from(number));
            let taught: Box<[Term]> = terms.list.iter().map(|t| t.0).collect();
            grown.add(number, event, at, vector.clone(), Some(taught.clone()));
            rows.push((number, event, at, vector, taught));
            for (gone, _) in placed.merged {
                grown.merge(gone, event);
                rows.iter_mut().filter(|r| r.1 == gone).for_each(|r| r.1 = event);
            }
        }
        let mut built = EventIndex::new(Tuning::default());
        for (number, event, at, vector, taught) in rows {
            let vector = Vector::from_bytes(&vector.to_bytes()).unwrap();
            built.add(number, event, at, vector, Some(taught));
        }
        let asked = terms(("", &text(&asked)));
        let (a, b) = (grown.vector(&asked), built.vector(&asked));
        prop_assert_eq!(&a, &b);
        prop_assert_eq!(grown.place(START, &a, &[]), built.place(START, &b, &[]));
    }
}

//! Searches for tests: any shape that the language has.

use proptest::prelude::*;

/// A search that can be read.
pub(super) fn search() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[abcáả]( [abcá]){0,2}".prop_map(|s| format!("\"{s}\"")),
        "[abcá]{1,3}",
        "[abáă]{2,3}\\*",
        "\"[abá] [abăá]{1,2}\\*\"",
        Just("~a".to_owned()),
        Just("~bá*".to_owned()),
        "=\"[abáB]( [abB]){0,2}\"",
        Just("kind:news,social".to_owned()),
        Just("stance:asks".to_owned()),
        Just("tỉnh:Huế".to_owned()),
        Just("level:\"Cảnh báo\"".to_owned()),
        prop::sample::select(vec!["date:2026-11-01..", "ngày:..1/11/2026", "date:P1D", "date:PT30H", "date:11/2026"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("2 of ({a}, {b}, {c})")),
            (inner.clone(), inner.clone(), 1..5u32).prop_map(|(a, b, n)| format!("({a}) NEAR/{n} ({b})")),
            (inner.clone(), inner.clone(), 1..5u32).prop_map(|(a, b, n)| format!("({a}) ONEAR/{n} ({b})")),
            inner.clone().prop_map(|a| format!("NOT ({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (inner, prop_oneof![Just("title"), Just("text"), Just("lead")]).prop_map(|(a, p)| format!("{p}:({a})")),
        ]
    })
}

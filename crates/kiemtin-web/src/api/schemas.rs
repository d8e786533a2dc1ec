//! Of which types are answers and bodies made? Their schemas are derived from them and put into the description as it is served, so that
//! it cannot say something else than the code does.

use super::{actions, audit, facts, receivers, review, rules, saved, sources, users, warnings};
use crate::problem::Problem;
use crate::receivers::NewReceiver;
use crate::texts::ToldItem;
use crate::{briefing, documents, feedback, intake, narratives, policies, stories};
use kiemtin_analyze::line::DocumentLine;
use kiemtin_analyze::verdict::Verdict;
use kiemtin_model::report::Report;
use kiemtin_model::{Draft, KeptDraft};
use kiemtin_store::coverage::Coverage;
use kiemtin_store::staff::{Token, User};
use kiemtin_store::{DeliveryLine, FoundPage, KeptReport, Page};
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

macro_rules! each {
    ($generator:ident: $($of:ty),+ $(,)?) => { $($generator.subschema_for::<$of>();)+ };
}

/// All schemas by name; a type within another one comes with it. Where both answers and bodies have a type, its schema is that of what is
/// taken: what may be left out there is always answered.
pub fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut taken = settings.clone().for_deserialize().into_generator();
    each!(taken:
        DocumentLine,
        Draft,
        NewReceiver,
        actions::Asked,
        review::Asked,
        saved::ToSave,
        users::ToAdd,
        users::ToChange,
        users::TokenToAdd,
    );
    // Nothing is left out of an answer by default.
    let without_defaults = RecursiveTransform(|schema: &mut Schema| _ = schema.remove("default"));
    let mut answered = settings.for_serialize().with_transform(without_defaults).into_generator();
    each!(answered:
        Coverage,
        DeliveryLine,
        FoundPage,
        Page<KeptReport>,
        Report,
        KeptDraft,
        Problem<'_>,
        Token,
        ToldItem,
        User,
        Verdict<'_>,
        audit::AuditLines,
        briefing::Briefing,
        briefing::AlertItem,
        crate::facts::FactLine,
        crate::rules::ClaimLine,
        crate::rules::HitItem,
        documents::DocumentFile,
        documents::VersionDifference,
        facts::TopicLine,
        feedback::Feedback,
        intake::PushAnswered,
        narratives::NarrativeDetail,
        narratives::NarrativeLine,
        policies::PolicyFile,
        policies::PolicyLine,
        receivers::AddedReceiver,
        receivers::ReceiverLine,
        review::Queue,
        rules::One,
        rules::Rules,
        saved::SavedLine,
        sources::SourceLine,
        stories::StoryFile,
        super::readiness::Readiness,
        users::Added,
        users::AddedToken,
        warnings::Told,
    );
    let mut all = answered.take_definitions(true);
    all.extend(taken.take_definitions(true));
    all
}

#[cfg(test)]
mod tests {
    use super::super::description::DESCRIPTION;
    use super::*;
    use crate::api::OPENAPI;
    use std::collections::BTreeSet;

    /// Names that the `$ref`s in a value lead to.
    fn named(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str() {
                        Some(to) if key == "$ref" => _ = found.insert(to.to_owned()),
                        _ => named(value, found),
                    }
                }
            }
            Value::Array(values) => values.iter().for_each(|value| named(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_name_leads_somewhere_and_every_schema_is_named() {
        let served: Value = serde_json::from_str(&DESCRIPTION).unwrap();
        let (mut seen, mut next) = (BTreeSet::new(), BTreeSet::new());
        named(&served["paths"], &mut next);
        while let Some(name) = next.pop_first() {
            let place = served.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} leads nowhere"));
            if seen.insert(name) {
                named(place, &mut next);
            }
        }
        let schemas = served["components"]["schemas"].as_object().unwrap();
        assert!(schemas.len() > 100, "{}", schemas.len());
        let unused: Vec<_> = schemas.keys().filter(|name| !seen.contains(&format!("#/components/schemas/{name}"))).collect();
        assert!(unused.is_empty(), "named nowhere: {unused:?}");
    }

    #[test]
    fn no_schema_is_written_twice() {
        let written: Value = serde_json::from_str(OPENAPI).unwrap();
        let by_hand = written["components"]["schemas"].as_object();
        let derived = schemas();
        let both: Vec<_> = by_hand.into_iter().flatten().map(|(name, _)| name).filter(|name| derived.contains_key(*name)).collect();
        assert!(both.is_empty(), "in the file and in the code: {both:?}");
        // A type whose name another one has already gets a number.
        let second: Vec<_> = derived.keys().filter(|name| name.ends_with(|c: char| c.is_ascii_digit())).collect();
        assert!(second.is_empty(), "two types have one name: {second:?}");
    }

    #[test]
    fn schemas_say_what_is_always_there_and_what_may_be_left_out() {
        let all = schemas();
        let required =
            |name: &str| -> Vec<&str> { all[name]["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect() };
        assert!(required("Alert").contains(&"assignee"), "answered as null: {:?}", required("Alert"));
        assert_eq!(all["Alert"]["properties"]["assignee"]["type"], serde_json::json!(["string", "null"]));
        assert_eq!(required("ReceiverFilter"), Vec::<&str>::new());
        assert_eq!(required("NewUser"), ["name", "role"]);
        assert_eq!(all["ReceiverSchedule"]["properties"]["hour"]["maximum"], 23);
        assert_eq!(all["NewUser"]["additionalProperties"], false);
    }

    /// Doc comments are read by people who do not have the code.
    #[test]
    fn descriptions_name_nothing_of_the_code() {
        let of_code = ["[`", "crate::", "Self::"];
        for (name, schema) in schemas() {
            let text = schema.to_string();
            assert!(!of_code.iter().any(|part| text.contains(part)), "{name}: {text}");
        }
    }
}

//! What do the types that write themselves look like as JSON? The others derive it.

use crate::period::Period;
use crate::time::{Day, Time};
use crate::week::Week;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

impl JsonSchema for Week {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Week".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$" })
    }
}

impl JsonSchema for Period {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Period".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}(-W[0-9]{2}|-[0-9]{2}|-Q[1-4])?$" })
    }
}

/// The schema of an enum that [`words!`](crate::words) writes: its words, each told as its doc comment tells it.
pub fn words_schema(about: &[&str], words: &[(&str, &[&str])]) -> Schema {
    let text = |lines: &[&str]| lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let told: String = words.iter().map(|(word, about)| format!("\n- `{word}`: {}", text(about))).collect();
    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    json_schema!({ "description": format!("{}\n{told}", text(about)), "type": "string", "enum": words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Finding;

    #[test]
    fn words_are_told_one_by_one() {
        let schema = SchemaGenerator::default().subschema_for::<Finding>();
        assert_eq!(schema.get("$ref").and_then(|r| r.as_str()), Some("#/$defs/Finding"));
        let schema = Finding::json_schema(&mut SchemaGenerator::default());
        let words: Vec<_> = schema.get("enum").and_then(|w| w.as_array()).into_iter().flatten().filter_map(|w| w.as_str()).collect();
        assert_eq!(words, ["fake", "false"]);
        let told = schema.get("description").and_then(|d| d.as_str()).unwrap_or_default();
        assert!(told.ends_with("\n\n- `fake`: Wholly made up.\n- `false`: Partly true, distorted or without basis."), "{told}");
    }
}

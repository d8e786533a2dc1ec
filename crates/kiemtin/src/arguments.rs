//! What is wrong with the command line itself, said in the language of who typed it?

use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error;
use std::fmt::Write;
use std::num::ParseIntError;
use std::process::ExitCode;

/// Tells what is wrong, or the help or version that was asked for.
pub fn tell(error: &clap::Error) -> ExitCode {
    match wrong(error) {
        Some(words) => eprintln!("lỗi: {words}"),
        // Whoever closed the pipe wants to read nothing more.
        None => drop(error.print()),
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The words for it; `None`: it is told as it is.
fn wrong(error: &clap::Error) -> Option<String> {
    let one = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        Some(ContextValue::Strings(words)) => words.first().map(String::as_str),
        _ => None,
    };
    let (argument, value) = (one(ContextKind::InvalidArg), one(ContextKind::InvalidValue));
    let mut words = match error.kind() {
        ErrorKind::UnknownArgument => format!("không có tùy chọn «{}»", argument?),
        ErrorKind::InvalidSubcommand => format!("không có lệnh «{}»", one(ContextKind::InvalidSubcommand)?),
        ErrorKind::InvalidValue if value == Some("") => format!("{} cần một giá trị", argument?),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{}: giá trị «{}» không dùng được{}", argument?, value?, error.source().map(why).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => format!("thiếu {}", all(error, ContextKind::InvalidArg)?),
        ErrorKind::ArgumentConflict => format!("{} không dùng cùng {}", argument?, all(error, ContextKind::PriorArg)?),
        ErrorKind::TooManyValues => format!("{}: thừa giá trị «{}»", argument?, value?),
        _ => return None,
    };
    if let Some(possible) = all(error, ContextKind::ValidValue) {
        // Writing to a string does not fail.
        let _ = write!(words, "; cần một trong: {possible}");
    }
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(near) = near.into_iter().find_map(|kind| all(error, kind)) {
        let _ = write!(words, "\ncó phải bạn muốn gõ: {near}");
    }
    // An exclusion at the beginning of a query looks like an option.
    if error.kind() == ErrorKind::UnknownArgument && !argument?.starts_with("--") {
        let _ = write!(words, "\ncâu tìm bắt đầu bằng dấu trừ thì đặt ở cuối, sau --, ví dụ: kiemtin search --json -- '-xăng giá dầu'");
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let _ = write!(words, "\ncách dùng: {}", usage.to_string().trim_start_matches("Usage: "));
    }
    Some(words + "\nthêm --help để xem hướng dẫn")
}

/// Why a value does not serve.
fn why(source: &(dyn Error + 'static)) -> String {
    if source.is::<ParseIntError>() { ", cần một số nguyên".into() } else { format!(": {source}") }
}

fn all(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) if !words.is_empty() => Some(words.join(", ")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;

    #[test]
    fn what_is_typed_wrong_is_said_in_vietnamese() {
        let check = |typed: &str, expected: &[&str]| {
            let error = Cli::try_parse_from(["kiemtin"].into_iter().chain(typed.split(' '))).unwrap_err();
            let words = wrong(&error).unwrap_or_default();
            assert!(expected.iter().all(|part| words.contains(part)), "{typed}: {words}");
        };
        check("search -xăng", &["không có tùy chọn «-x»", "sau --", "cách dùng: kiemtin search"]);
        check("search --jsno", &["không có tùy chọn «--jsno»", "có phải bạn muốn gõ: --json"]);
        check("serch", &["không có lệnh «serch»", "search"]);
        check("search --limit x", &["--limit <LIMIT>", "«x»", "số nguyên"]);
        check("search --limit", &["cần một giá trị"]);
        check("trends --by năm", &["«năm»"]);
        check("search --stance x y", &["«--stance»"]);
        check("backup", &["thiếu"]);
        let help = Cli::try_parse_from(["kiemtin", "--help"]).unwrap_err();
        assert_eq!(wrong(&help), None);
    }
}

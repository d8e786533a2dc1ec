//! How is a chart drawn in Word? As DrawingML (ECMA-376, part 1, chapter 21.2), by Word itself, so that it stays sharp at any size.
//! Its numbers stand in the part of the chart: no workbook hides in the document.

use super::xml::{HEAD, escaped};
use crate::formats::paper::{COLOURS, Chart, ChartKind, ONE_BY_ONE, Series};
use kiemtin_model::lang::Lang;
use std::fmt::Write;

/// Most series of a chart.
const SERIES: usize = 6;
/// Width of a drawing, in EMU (360,000 are a centimetre): nearly that of the text.
const WIDTH: u32 = 5_760_000;
/// Height of a drawing.
const HEIGHT: u32 = 2_700_000;
/// Height of a lying bar with its gap, and what title, axis and legend take.
const BAR: u32 = 230_000;
const AROUND: u32 = 1_150_000;
/// Tallest drawing of lying bars: most of a page.
const TALLEST: u32 = 7_200_000;
/// How lines are dashed, so that they are told apart in print without colours.
const DASHES: [&str; SERIES] = ["solid", "sysDash", "dash", "sysDot", "lgDash", "dashDot"];
/// Names of what a drawing and a chart are made of.
const MAIN: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const CHART: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";
const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";

/// What is drawn of a chart: its series that have numbers to show; none: there is nothing to draw.
fn series(chart: &Chart) -> Vec<&Series> {
    let known = |series: &&Series| series.values.iter().take(chart.labels.len()).flatten().any(|value| value.is_finite());
    chart.series.iter().filter(known).take(SERIES).collect()
}

/// Whether there is something to draw.
pub(super) fn is_drawn(chart: &Chart) -> bool {
    !series(chart).is_empty()
}

/// The place of the chart in a line of the text. Its number, from 1, names it in the document.
pub(super) fn drawing(chart: &Chart, number: usize, lang: Lang) -> String {
    let name = lang.of(["Biểu đồ", "Chart"]);
    let (title, height) = (escaped(&chart.title), height(chart));
    format!(
        "<w:drawing><wp:inline xmlns:wp=\"{DRAWING}\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{WIDTH}\" cy=\"{height}\"/>\
         <wp:docPr id=\"{number}\" name=\"{name} {number}\" descr=\"{title}\"/><wp:cNvGraphicFramePr/>\
         <a:graphic xmlns:a=\"{MAIN}\"><a:graphicData uri=\"{CHART}\"><c:chart xmlns:c=\"{CHART}\" r:id=\"rIdChart{number}\"/>\
         </a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
}

fn height(chart: &Chart) -> u32 {
    if chart.kind != ChartKind::Bars {
        return HEIGHT;
    }
    let bars = u32::try_from(chart.labels.len().saturating_mul(series(chart).len())).unwrap_or(u32::MAX);
    bars.saturating_mul(BAR).saturating_add(AROUND).clamp(HEIGHT, TALLEST)
}

/// The part of the chart.
pub(super) fn part(chart: &Chart, lang: Lang) -> String {
    let (series, tag) = (series(chart), lang.tag());
    let mut out = format!(
        "{HEAD}<c:chartSpace xmlns:c=\"{CHART}\" xmlns:a=\"{MAIN}\"><c:date1904 val=\"0\"/><c:lang val=\"{tag}\"/><c:roundedCorners val=\"0\"/>\
         <c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1200\" b=\"1\"/></a:pPr><a:r>\
         <a:rPr lang=\"{tag}\" sz=\"1200\" b=\"1\"/><a:t>{}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val=\"0\"/></c:title>\
         <c:autoTitleDeleted val=\"0\"/><c:plotArea><c:layout/>",
        escaped(&chart.title)
    );
    out.push_str(match chart.kind {
        ChartKind::Lines => "<c:lineChart><c:grouping val=\"standard\"/>",
        ChartKind::Columns => "<c:barChart><c:barDir val=\"col\"/><c:grouping val=\"clustered\"/>",
        ChartKind::Bars => "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"clustered\"/>",
    });
    out.push_str("<c:varyColors val=\"0\"/>");
    for (index, ((one, colour), dash)) in series.iter().zip(COLOURS).zip(DASHES).enumerate() {
        one_series(&mut out, chart, one, index, colour, dash);
    }
    out.push_str(match chart.kind {
        ChartKind::Lines => "<c:marker val=\"1\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:lineChart>",
        ChartKind::Columns | ChartKind::Bars => "<c:gapWidth val=\"60\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>",
    });
    let values = series.iter().flat_map(|series| series.values.iter().take(chart.labels.len())).flatten();
    axes(&mut out, chart.kind, values.fold(0.0, |most, value| f64::max(most, *value)));
    // Without a ground of its own and a frame it stands in the text as a table does.
    out.push_str("<c:spPr><a:noFill/></c:spPr></c:plotArea>");
    if series.len() > 1 {
        out.push_str("<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend>");
    }
    out.push_str(
        "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart><c:spPr><a:solidFill><a:srgbClr val=\"FFFFFF\"/></a:solidFill>\
         <a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"1000\"><a:solidFill><a:srgbClr val=\"000000\"/>\
         </a:solidFill><a:latin typeface=\"Times New Roman\"/><a:cs typeface=\"Times New Roman\"/></a:defRPr></a:pPr>\
         <a:endParaRPr lang=\"",
    );
    out.push_str(tag);
    out.push_str("\"/></a:p></c:txPr></c:chartSpace>");
    out
}

/// A series with its own labels and numbers. Writing to a string cannot fail.
fn one_series(out: &mut String, chart: &Chart, series: &Series, index: usize, colour: u32, dash: &str) {
    let _ = write!(out, "<c:ser><c:idx val=\"{index}\"/><c:order val=\"{index}\"/><c:tx><c:v>{}</c:v></c:tx>", escaped(&series.name));
    let fill = format!("<a:solidFill><a:srgbClr val=\"{colour:06X}\"/></a:solidFill>");
    if chart.kind == ChartKind::Lines {
        // A value between two gaps is a dot: it has no line.
        let _ = write!(
            out,
            "<c:spPr><a:ln w=\"25400\" cap=\"rnd\">{fill}<a:prstDash val=\"{dash}\"/><a:round/></a:ln></c:spPr><c:marker>\
             <c:symbol val=\"circle\"/><c:size val=\"4\"/><c:spPr>{fill}<a:ln>{fill}</a:ln></c:spPr></c:marker>"
        );
    } else {
        let _ = write!(out, "<c:spPr>{fill}</c:spPr><c:invertIfNegative val=\"0\"/>");
    }
    let count = chart.labels.len();
    let _ = write!(out, "<c:cat><c:strLit><c:ptCount val=\"{count}\"/>");
    for (at, label) in chart.labels.iter().enumerate() {
        let _ = write!(out, "<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", escaped(label));
    }
    let _ = write!(out, "</c:strLit></c:cat><c:val><c:numLit><c:formatCode>#,##0</c:formatCode><c:ptCount val=\"{count}\"/>");
    for (at, value) in series.values.iter().take(count).enumerate() {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let _ = write!(out, "<c:pt idx=\"{at}\"><c:v>{value}</c:v></c:pt>");
        }
    }
    out.push_str("</c:numLit></c:val>");
    out.push_str(if chart.kind == ChartKind::Lines { "<c:smooth val=\"0\"/></c:ser>" } else { "</c:ser>" });
}

/// The axis of the labels and that of the numbers, which go up to the highest.
fn axes(out: &mut String, kind: ChartKind, highest: f64) {
    // The first label of lying bars at the top, and the numbers still below.
    let (labels, numbers, turned, crosses) =
        if kind == ChartKind::Bars { ("l", "b", "maxMin", "max") } else { ("b", "l", "minMax", "autoZero") };
    let top = if highest < 1.0 { "<c:max val=\"1\"/>" } else { "" };
    let steps = if highest <= ONE_BY_ONE { "<c:majorUnit val=\"1\"/>" } else { "" };
    let line = |colour: &str| format!("<c:spPr><a:ln w=\"9525\"><a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill></a:ln></c:spPr>");
    let _ = write!(
        out,
        "<c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"{turned}\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"{labels}\"/>\
         <c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>\
         <c:tickLblPos val=\"low\"/>{}<c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/><c:auto val=\"0\"/><c:lblAlgn val=\"ctr\"/>\
         <c:lblOffset val=\"100\"/><c:noMultiLvlLbl val=\"1\"/></c:catAx>\
         <c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/>{top}<c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/>\
         <c:axPos val=\"{numbers}\"/><c:majorGridlines>{}</c:majorGridlines><c:numFmt formatCode=\"#,##0\" sourceLinked=\"0\"/>\
         <c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/>{}<c:crossAx val=\"1\"/>\
         <c:crosses val=\"{crosses}\"/><c:crossBetween val=\"between\"/>{steps}</c:valAx>",
        line("7F7F7F"),
        line("D9D9D9"),
        line("7F7F7F"),
    );
}

// Keyboard for reading lists and deciding on alerts. Off while something is being typed or composed (Telex and VNI typing send
// letters), and wherever the reader has switched it off.

import { t } from "./words.js";

const OFF = "kiemtin.keys-off";
const rows = [...document.querySelectorAll("[data-row]")];
const mayAct = document.querySelector("[data-acts]") !== null;
const help = document.getElementById("keys");
const opener = document.getElementById("keys-open");
const off = document.getElementById("keys-off");
let at = -1;

const stored = () => {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
};
const store = (value) => {
  // A browser that keeps nothing only forgets the wish.
  try { localStorage.setItem(OFF, value ? "1" : "0"); } catch { /* nothing to keep it in */ }
};

const typing = (event) =>
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest?.("input, textarea, select, [contenteditable]");

const choose = (to) => {
  if (rows.length === 0) return;
  rows[at]?.removeAttribute("data-chosen");
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].setAttribute("data-chosen", "");
  rows[at].querySelector("a")?.focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
};

// The row that has the focus goes before the one that was chosen by a key.
const chosen = () => {
  const focused = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
  if (focused >= 0 && focused !== at) choose(focused);
  return rows[at];
};

const toSearch = () => {
  const box = document.getElementById("q");
  if (box) { box.focus(); box.select(); } else { location.assign("/search"); }
};

const say = (words) => document.dispatchEvent(new CustomEvent("kiemtin:say", { detail: words }));

// Opens a form of the page and goes into its first field.
const enter = (id) => {
  const form = document.getElementById(id);
  const folded = form?.closest("details");
  if (folded) folded.open = true;
  form?.scrollIntoView({ block: "nearest" });
  const field = form?.querySelector("select, textarea, input:not([type=hidden]), button:not([name=action])");
  (field ?? form?.querySelector("button"))?.focus({ preventScroll: true });
};

const change = async (row, action, done) => {
  const { alert, number, revision } = row.dataset;
  try {
    const answer = await fetch(`/api/v1/alerts/${alert}/actions`, {
      method: "POST",
      headers: { "content-type": "application/json", "if-match": `"${revision}"` },
      body: JSON.stringify({ action }),
    });
    const now = await answer.json();
    if (!answer.ok) return say(`${number}: ${now.detail}`);
    document.dispatchEvent(new CustomEvent("kiemtin:changed", { detail: now }));
    say(`${number}: ${done}`);
  } catch {
    say(`${number}: ${t("chưa thực hiện được, hãy tải lại trang rồi thử lại.")}`);
  }
};

// On the desk for the chosen row; on the page of an alert for that alert, by the form that stands there.
const act = (action, done) => {
  const row = chosen();
  if (mayAct && row) return change(row, action, done);
  if (rows.length === 0) document.querySelector(`main button[name="action"][value="${action}"]`)?.click();
};

const decide = (id) => {
  const row = chosen();
  if (mayAct && row) return location.assign(`${row.querySelector("a").href}#${id}`);
  if (rows.length === 0) enter(id);
};

const keys = {
  j: () => choose(at + 1),
  k: () => choose(at - 1),
  o: () => chosen()?.querySelector("a")?.click(),
  a: () => act("acknowledge", t("đã tiếp nhận. Nhấn u trong một phút để hoàn tác.")),
  u: () => act("undo", t("đã hoàn tác.")),
  c: () => decide("confirm"),
  d: () => decide("dismiss"),
  "/": toSearch,
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (typing(event) || help.open || stored()) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

opener.hidden = false;
opener.addEventListener("click", () => help.showModal());
off.checked = stored();
off.addEventListener("change", () => store(off.checked));
if (location.hash.length > 1) enter(decodeURIComponent(location.hash.slice(1)));

// The other language of this very page, with what was asked for.
for (const link of document.querySelectorAll(".languages a")) {
  const asked = new URLSearchParams(location.search);
  asked.set("ui", link.hreflang);
  link.search = asked.toString();
}

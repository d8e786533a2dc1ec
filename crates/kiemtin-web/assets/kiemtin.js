// Keyboard for reading lists. Off while something is being typed or composed (Telex and VNI typing send letters),
// and wherever the reader has switched it off.

const OFF = "kiemtin.keys-off";
const rows = [...document.querySelectorAll("[data-row]")];
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

const toSearch = () => {
  const box = document.getElementById("q");
  if (box) { box.focus(); box.select(); } else { location.assign("/search"); }
};

const keys = {
  j: () => choose(at + 1),
  k: () => choose(at - 1),
  o: () => rows[at]?.querySelector("a")?.click(),
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

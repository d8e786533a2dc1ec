// The file of one alert: keys for what can be done with it, and the form that an address names is opened.

const typing = (event) =>
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
  event.target.closest?.("input, textarea, select, [contenteditable], dialog");

const switchedOff = () => {
  try { return localStorage.getItem("kiemtin.keys-off") === "1"; } catch { return false; }
};

// Opens a form and puts the cursor into its first field.
const show = (details) => {
  details.open = true;
  details.scrollIntoView({ block: "nearest" });
  details.querySelector("input:not([type=hidden]), textarea, select")?.focus();
};

const named = () => {
  const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
  if (target?.matches(".actions details")) show(target);
};

document.addEventListener("keydown", (event) => {
  if (typing(event) || switchedOff()) return;
  const wanted = document.querySelector(`.actions [data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  const details = wanted.closest("details");
  if (details) show(details); else wanted.click();
});

addEventListener("hashchange", named);
named();

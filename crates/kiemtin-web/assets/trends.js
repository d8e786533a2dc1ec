// Tells the figures of the period that the pointer is at. They stand in the table below all the same: without this, nothing is lost.

for (const figure of document.querySelectorAll("figure[data-periods]")) {
  const periods = Number(figure.dataset.periods);
  const drawing = figure.querySelector("svg");
  const line = figure.querySelector(".at");
  const told = figure.querySelector("output");
  const rows = new Map([...document.querySelectorAll("tr[data-period]")].map((row) => [Number(row.dataset.period), row]));
  if (!periods || !drawing || !line || !told) continue;

  const show = (event) => {
    const box = drawing.getBoundingClientRect();
    const place = Math.max(0, Math.min(periods - 1, Math.floor(((event.clientX - box.left) / box.width) * periods)));
    const row = rows.get(place);
    if (!row) return;
    const x = `${((place + 0.5) / periods) * 100}%`;
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    line.removeAttribute("visibility");
    const heads = [...row.closest("table").querySelectorAll("thead th")].map((head) => head.textContent);
    const cells = [...row.cells].map((cell) => cell.textContent.trim());
    told.textContent = cells.map((cell, n) => (n === 0 || !cell ? cell : `${heads[n]}: ${cell}`)).filter(Boolean).join(" · ");
  };
  const hide = () => {
    line.setAttribute("visibility", "hidden");
    told.textContent = "";
  };
  figure.addEventListener("pointermove", show);
  figure.addEventListener("pointerdown", show);
  figure.addEventListener("pointerleave", hide);
}

// Figures by Observable Plot. Bars are told apart by place, label and hatching, never by colour.
"use strict";
window.drawFigures = (figures) => {
  const BLUE = "#1f4e79";
  const FEW = 6; // plans; of more, bars would be too many to read, and cells are drawn

  const defs = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  defs.setAttribute("width", 0);
  defs.setAttribute("height", 0);
  defs.setAttribute("aria-hidden", "true");
  defs.style.position = "absolute";
  defs.innerHTML =
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    `<rect width="5" height="5" fill="#fff"/><rect width="1.6" height="5" fill="${BLUE}"/></pattern>`;
  document.body.append(defs);

  const wide = (text) => [...text].reduce((sum, one) => sum + (one.charCodeAt(0) > 127 ? 1 : 0.6), 0);
  const widest = (texts) => Math.max(...texts.map(wide), 1);
  const distinct = (rows, key) => [...new Set(rows.map((row) => row[key]))];

  // One small picture a subject, its bars a plan (or a table) each.
  function small(box, heading, rows, { row, label, marks, most, of = rows }) {
    const item = document.createElement("div");
    item.appendChild(document.createElement("h4")).textContent = heading;
    const names = distinct(rows, row);
    item.append(
      Plot.plot({
        width: 400,
        height: 8 + names.length * 20,
        marginTop: 2,
        marginBottom: 2,
        // One margin for all pictures of a figure, where their bars are to be compared.
        marginLeft: 14 + 12 * widest(distinct(of, row)),
        marginRight: 16 + 12 * widest(of.map(label)),
        style: { fontSize: "12px" },
        ariaLabel: heading,
        ariaDescription: rows.map((one) => `${one[row]} ${label(one)}`).join("；"),
        x: { axis: null, domain: [0, Math.max(most, 1e-9)] },
        y: { label: null, tickSize: 0, domain: names, padding: 0.2 },
        marks: [...marks, Plot.ruleX([0])],
      }),
    );
    box.append(item);
  }

  function targets(box, items) {
    const value = (bar) => bar.value ?? 0;
    for (const { subject, bars } of items) {
      small(box, subject, bars, {
        row: "plan",
        label: (bar) => bar.label,
        most: Math.max(...bars.map(value)),
        marks: [
          Plot.barX(bars, { x: value, y: "plan", fill: BLUE }),
          Plot.text(bars, { x: value, y: "plan", text: "label", textAnchor: "start", dx: 5 }),
        ],
      });
    }
  }

  // Stacked bars, full and hatched, on one scale: tables within a plan, plans within a body.
  function stacks(box, all, { block, row, full, hatched, label }) {
    const total = (one) => one[full] + one[hatched];
    const most = Math.max(...all.map(total));
    for (const name of distinct(all, block)) {
      const rows = all.filter((one) => one[block] === name);
      small(box, name, rows, {
        row,
        label,
        most,
        of: all,
        marks: [
          Plot.barX(rows, { x1: 0, x2: full, y: row, fill: BLUE, stroke: BLUE }),
          Plot.barX(rows, { x1: full, x2: total, y: row, fill: "url(#hatch)", stroke: BLUE }),
          Plot.text(rows, { x: total, y: row, text: label, textAnchor: "start", dx: 5 }),
        ],
      });
    }
  }

  // Many plans: a cell each, its number written in it.
  function cells(box, rows, { block, row, full, hatched, label, caption }) {
    box.classList.add("cells");
    box.closest("figure").classList.add("many");
    const across = distinct(rows, row);
    const down = distinct(rows, block);
    const total = (one) => one[full] + one[hatched];
    const most = Math.max(...rows.map(total), 1);
    box.append(
      Plot.plot({
        width: 40 + 12 * widest(down) + across.length * 44,
        height: 30 + 12 * widest(across) + down.length * 20,
        marginLeft: 20 + 12 * widest(down),
        marginTop: 14 + 12 * widest(across),
        style: { fontSize: "11px", maxWidth: "none" },
        ariaLabel: caption,
        x: { label: null, axis: "top", tickRotate: -90, tickSize: 0, domain: across },
        y: { label: null, tickSize: 0, domain: down },
        color: { type: "linear", domain: [0, most], range: ["#ffffff", "#9dbfe0"] },
        marks: [
          Plot.cell(rows, { x: row, y: block, fill: total, stroke: "#c8ccd2" }),
          Plot.text(rows, { x: row, y: block, text: label, fontSize: 10 }),
        ],
      }),
    );
  }

  for (const [at, figure] of figures.entries()) {
    const box = document.querySelector(`[data-figure="${at}"] .plot`);
    const many = distinct(figure.data.filter((one) => one.plan), "plan").length > FEW;
    const caption = figure.title;
    if (figure.kind === "targets") {
      targets(box, figure.data);
    } else if (figure.kind === "load") {
      const label = (one) => (one.lead + one.others ? `${one.lead} + ${one.others}` : "0");
      const roles = { block: "body", row: "plan", full: "lead", hatched: "others", label, caption };
      (many ? cells : stacks)(box, figure.data, roles);
    } else {
      const parts = { full: "linked", hatched: "alone", label: (one) => one.label, caption };
      if (many) cells(box, figure.data, { block: "table", row: "plan", ...parts });
      else stacks(box, figure.data, { block: "plan", row: "table", ...parts });
    }
  }
};

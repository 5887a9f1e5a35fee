// Rows are chosen by the facets and the search of their table; nothing else is done to them.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Signs stand before figures that differ; whoever searches for the figure does not type them.
  const bare = (text) => text.replace(/[▲▼≠＋－＝◐*]/g, "").toLowerCase();
  // A word of a search as tests on a text; a body is found by any form of its name.
  const matches = (asked) =>
    bare(asked).split(/\s+/).filter(Boolean).map((word) => {
      const forms = [word, ...bodies(word)];
      return Object.assign((text) => forms.some((form) => text.includes(form)), { forms });
    });
  function bodies(word) {
    if (!data.naming) return [];
    const { fold, levels, tails, names } = data.naming;
    const key = fold.reduce((text, [printed, folded]) => text.replaceAll(printed, folded), word);
    if (names[key]) return [names[key]];
    const ends = [...key].flatMap((one, at) => (levels.includes(one) ? [key.slice(at + 1)] : []));
    const rests = ends.flatMap((rest) => tails.filter((one) => rest.startsWith(one)).map((one) => rest.slice(one.length)));
    return rests.filter((rest) => names[rest]).map((rest) => names[rest]);
  }
  const found = window.Highlight && CSS.highlights ? new Highlight() : null;
  if (found) CSS.highlights.set("found", found);

  for (const section of document.querySelectorAll("section.sheet")) {
    const form = section.querySelector("form");
    if (!form) continue;
    const number = Number(section.dataset.sheet);
    const facets = data.facets[number];
    const table = section.querySelector("table");
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => bare([...row.cells].map((cell) => cell.textContent).join("\n")));
    const search = form.querySelector("input[type=search]");
    const controls = [...form.querySelectorAll("[data-facet]")];
    const columns = [...form.querySelectorAll("[data-column]")];
    const shown = form.querySelector(".shown");
    const nothing = section.querySelector(".nothing");
    const style = document.head.appendChild(document.createElement("style"));

    const choose = () => {
      const words = matches(search.value);
      const asked = controls
        .map((control) => {
          const value = control.type === "checkbox" ? (control.checked ? "0" : "") : control.value;
          return [facets[Number(control.dataset.facet)], value];
        })
        .filter(([, value]) => value !== "")
        .map(([facet, value]) => [facet, Number(value)]);
      let count = 0;
      rows.forEach((row, at) => {
        const keep =
          asked.every(([facet, value]) => facet[at].includes(value)) &&
          words.every((word) => word(texts[at]));
        row.hidden = !keep;
        count += keep;
      });
      shown.textContent = data.words.shown.replace("{shown}", count).replace("{all}", rows.length);
      nothing.hidden = count > 0;
      mark(rows, words.flatMap((word) => word.forms));
    };

    const hide = () => {
      style.textContent = columns
        .filter((box) => !box.checked)
        .map((box) => `#sheet-${number} :is(th,td):nth-child(${box.dataset.column}){display:none}`)
        .join("\n");
    };

    const react = (event) => (event.target.dataset.column ? hide() : choose());
    form.addEventListener("input", react);
    form.addEventListener("change", react);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => (choose(), hide())));
    form.addEventListener("keydown", (event) => {
      const open = event.target.closest("details[open]");
      if (event.key === "Escape" && open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
    });
    choose();
  }

  function mark(rows, words) {
    if (!found) return;
    const mine = new Set(rows);
    for (const range of found) {
      const row = range.startContainer.parentElement?.closest("tr");
      if (!row || mine.has(row)) found.delete(range);
    }
    for (const row of words.length ? rows : []) {
      if (row.hidden) continue;
      const nodes = document.createTreeWalker(row, NodeFilter.SHOW_TEXT, shownText);
      while (nodes.nextNode()) {
        const text = nodes.currentNode.data.toLowerCase();
        for (const word of words) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(nodes.currentNode, at);
            range.setEnd(nodes.currentNode, at + word.length);
            found.add(range);
          }
        }
      }
    }
  }

  function shownText(node) {
    const folded = node.parentElement.closest("details:not([open])");
    return folded ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
  }

  // "/" goes to the search of the table in sight.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
    const inputs = [...document.querySelectorAll("input[type=search]")];
    const next = inputs.find((input) => input.getBoundingClientRect().bottom > 0) ?? inputs.at(-1);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.columns[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  if (window.drawFigures) window.drawFigures(data.figures);
  const ready = () => (document.documentElement.dataset.ready = "true");
  if (window.drawPairs) window.drawPairs(data.words, matches).then(ready);
  else ready();
})();

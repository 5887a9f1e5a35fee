// The links of a comparison: drawn as they are asked for, judged by the reader, saved as a file.
"use strict";
window.drawPairs = async (words, matches) => {
  if (!window.DecompressionStream) return; // the page says what it needs
  const section = document.getElementById("pairs");
  section.querySelector(".needs").remove();
  const STEP = 40;
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const data = await new Response(stream).json();
  const keys = "left right group score partial doubtful differs decided said met".split(" ");
  const links = data.links.map((link) => Object.fromEntries(keys.map((key, at) => [key, link[at]])));
  const records = data.records.map(([plan, id, name, content, source]) => ({
    plan: data.plans[plan][0], region: data.plans[plan][1], id, name, content, source,
  }));
  const texts = data.words.map((text) => text.toLowerCase());
  for (const one of records) one.text = `${one.plan} ${one.id}\n${one.name}\n${one.content}`.toLowerCase();
  for (const link of links) {
    [link.from, link.to] = [records[link.left], records[link.right]];
    link.key = `${link.from.plan} ${link.from.id} ${link.to.plan} ${link.to.id}`;
  }

  // A browser may keep nothing for a file: then verdicts last as long as the page.
  const place = `safeplan:${data.key}`;
  let kept = { who: "", verdicts: {} };
  try {
    kept = JSON.parse(localStorage.getItem(place)) ?? kept;
  } catch {}
  const keep = () => {
    try {
      localStorage.setItem(place, JSON.stringify(kept));
    } catch {}
    tell("judged", { count: Object.keys(kept.verdicts).length });
  };

  const say = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const find = (selector) => section.querySelector(selector);
  const tell = (key, values) => (find(".judged").textContent = say(key, values));
  const form = find("form");
  const list = find("ol");
  const more = find("[name=more]");
  const who = find("[name=who]");
  let chosen = [];
  let group = -1;

  const which = {
    all: () => true,
    doubtful: (link) => link.doubtful,
    differs: (link) => link.differs,
    judged: (link) => link.key in kept.verdicts,
    unjudged: (link) => !(link.key in kept.verdicts) && !link.decided,
  };

  function choose() {
    const asked = which[form.elements.which.value];
    const search = matches(find("input[type=search]").value);
    const saying = texts.map((text) => search.map((word) => word(text)));
    const holding = records.map((one) => search.map((word) => word(one.text)));
    const met = (link, at) =>
      holding[link.left][at] || holding[link.right][at] || link.said.some((word) => saying[word][at]);
    chosen = links.filter(
      (link) =>
        asked(link) && (group < 0 || link.group === group) && search.every((_, at) => met(link, at)),
    );
    find(".shown").textContent = say("shown", { shown: chosen.length, all: links.length });
    find(".nothing").hidden = chosen.length > 0;
    list.replaceChildren();
    draw();
  }

  function draw() {
    const start = list.children.length;
    list.append(...chosen.slice(start, start + STEP).map(drawn));
    const left = chosen.length - list.children.length;
    more.hidden = left === 0;
    more.textContent = say("more", { count: Math.min(left, STEP) });
  }

  function drawn(link) {
    const item = find("template").content.firstElementChild.cloneNode(true);
    const within = (selector) => item.querySelector(selector);
    const marks = [link.partial && say("partial"), link.doubtful && `？${say("doubtful")}`];
    const score = say("score", { score: (link.score / 100).toFixed(2) });
    const line = data.groups[link.group] ?? "";
    within("h3").textContent = [line, `${link.from.plan} → ${link.to.plan}`, score, ...marks]
      .filter(Boolean)
      .join("　");
    const quoted = link.met.map((at) => data.words[at]);
    item.querySelectorAll("blockquote").forEach((box, side) => {
      const record = side ? link.to : link.from;
      const head = box.appendChild(document.createElement("b"));
      head.textContent = `${record.plan} ${record.id} ${record.name}`;
      box.append(` ${record.source}\n`, ...marked(record.content, quoted.filter((_, at) => at % 2 === side)));
    });
    within(".differs").textContent = link.said.map((at) => data.words[at]).join("\n") || words.alike;
    const spans = quoted.flatMap((text, at) => (at % 2 ? [] : [`${text} ～ ${quoted[at + 1]}`]));
    within(".met").textContent = spans.length ? `${words.met}：${spans.join("；")}` : "";
    const verdict = kept.verdicts[link.key];
    const given = verdict?.verdict ?? link.decided;
    const note = within("[name=note]");
    note.value = verdict?.note ?? "";
    for (const radio of item.querySelectorAll("[type=radio]")) {
      radio.name = link.key;
      radio.checked = radio.value === given;
    }
    item.addEventListener("change", () => {
      const { value } = within("[type=radio]:checked") ?? { value: "" };
      const when = new Date().toLocaleDateString("sv"); // 2026-11-22, where the reader is
      if (value) kept.verdicts[link.key] = { verdict: value, note: note.value, when };
      else delete kept.verdicts[link.key];
      keep();
    });
    return item;
  }

  // A text with the words that met marked.
  function marked(text, spans) {
    const hit = new Array(text.length).fill(false);
    for (const span of spans) {
      const at = span ? text.indexOf(span) : -1;
      if (at >= 0) hit.fill(true, at, at + span.length);
    }
    const pieces = [];
    for (let start = 0; start < text.length; ) {
      let end = start;
      while (end < text.length && hit[end] === hit[start]) end += 1;
      const piece = document.createElement(hit[start] ? "mark" : "span");
      piece.textContent = text.slice(start, end);
      pieces.push(piece);
      start = end;
    }
    return pieces;
  }

  // The file is what `safeplan decide` takes: a decision a line, its records named by their words.
  function save() {
    const by = new Map(links.map((link) => [link.key, link]));
    const side = ({ region, name, content }) => ({ region, name, content });
    const lines = Object.entries(kept.verdicts)
      .filter(([key]) => by.has(key))
      .map(([key, { verdict, note, when }]) => {
        const { from, to } = by.get(key);
        return JSON.stringify({ verdict, left: side(from), right: side(to), who: kept.who, when, note });
      });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines.map((line) => `${line}\n`), { type: "application/jsonl" }));
    const plans = data.plans.map(([plan]) => plan);
    const named = plans.length > 3 ? `${plans[0]}等${plans.length}` : plans.join("-");
    link.download = say("file", { plans: named });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    tell("saved", { file: link.download });
  }

  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => ((group = -1), choose())));
  more.addEventListener("click", draw);
  who.value = kept.who;
  who.addEventListener("input", () => ((kept.who = who.value.trim()), keep()));
  find("[name=save]").addEventListener("click", save);
  find("[name=forget]").addEventListener("click", () => {
    if (!confirm(words.forget_sure)) return;
    kept.verdicts = {};
    keep();
    choose();
  });

  // The number of a line in the table leads to its links.
  for (const cell of document.querySelectorAll("#sheet-1 tbody tr > td:first-child")) {
    const number = data.groups.indexOf(cell.textContent.trim());
    if (number < 0) continue;
    const link = document.createElement("a");
    link.href = "#pairs";
    link.textContent = cell.textContent;
    link.title = say("of_group", { group: link.textContent });
    link.addEventListener("click", () => {
      form.reset();
      setTimeout(() => ((group = number), choose()));
    });
    cell.replaceChildren(link);
  }
  keep();
  choose();
};

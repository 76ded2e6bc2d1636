"use strict";
// What the page adds for those who point and click; without it nothing is missing.

// A module under the pointer or with the focus shows its edges: what it needs, and what uses it.
const graph = document.getElementById("graph");
if (graph) {
  const nodes = new Map([...graph.querySelectorAll(".node")].map((node) => [node.dataset.node, node]));
  const edges = [...graph.querySelectorAll(".edges path")];
  const choose = (chosen) => {
    graph.classList.toggle("chosen", chosen !== null);
    for (const node of nodes.values()) node.classList.toggle("lit", node === chosen);
    for (const edge of edges) {
      const need = chosen !== null && edge.dataset.user === chosen.dataset.node;
      const use = chosen !== null && edge.dataset.used === chosen.dataset.node;
      edge.classList.toggle("need", need);
      edge.classList.toggle("use", use);
      edge.classList.toggle("lit", need || use);
      if (need) nodes.get(edge.dataset.used).classList.add("lit");
      if (use) nodes.get(edge.dataset.user).classList.add("lit");
    }
  };
  for (const node of nodes.values()) {
    node.addEventListener("pointerenter", () => choose(node));
    node.addEventListener("pointerleave", () => choose(null));
    node.addEventListener("focus", () => choose(node));
    node.addEventListener("blur", () => choose(null));
  }
}

// Heads of sortable tables become buttons; numbers sort by value, absent ones last.
const key = (row, column) => {
  const cell = row.cells[column];
  const data = cell.querySelector("data");
  return data ? Number(data.value) : cell.textContent;
};
const compare = (a, b) => {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === "number" ? -1 : 1;
};
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows].sort((a, b) => compare(key(a, column), key(b, column)));
      table.tBodies[0].append(...(up ? rows : rows.reverse()));
    });
  });
}

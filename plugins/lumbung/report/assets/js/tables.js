// Sorting, searching and filtering of tables that are already there.
(() => {
  "use strict";
  const collator = new Intl.Collator("id", { numeric: true });

  for (const data of document.querySelectorAll("[data-table]")) {
    const table = data.querySelector("table");
    if (table && table.tBodies[0].rows.length > 1) enhance(data, table, data.dataset.table);
  }

  function enhance(data, table, name) {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    const tools = data.querySelector(".tools");
    const search = data.querySelector("[data-search]");
    const filters = [...data.querySelectorAll("[data-filter]")];
    const count = data.querySelector("[data-count]");
    const columnOf = (key) => heads.findIndex((head) => head.dataset.key === key);
    const given = heads.find((head) => head.hasAttribute("aria-sort"));

    for (const head of heads) {
      if (head.classList.contains("k-spark")) continue;
      const words = head.querySelector(".h");
      const button = document.createElement("button");
      button.type = "button";
      button.append(...words.childNodes);
      words.append(button);
      button.addEventListener("click", () => {
        const first = head.classList.contains("n") ? "desc" : "asc";
        const now = lumbung.get(`${name}.s`).split(":");
        const next = now[0] === head.dataset.key && now[1] === first ? (first === "asc" ? "desc" : "asc") : first;
        lumbung.set(`${name}.s`, `${head.dataset.key}:${next}`);
        show();
      });
    }
    if (tools) tools.hidden = false;
    search?.addEventListener("input", () => { lumbung.set(`${name}.q`, search.value.trim()); filter(); });
    for (const choice of filters) {
      choice.addEventListener("change", () => { lumbung.set(`${name}.f.${choice.dataset.filter}`, choice.value); filter(); });
    }

    function show() {
      const [key, order] = lumbung.get(`${name}.s`).split(":");
      const column = columnOf(key);
      for (const head of heads) head.removeAttribute("aria-sort");
      if (column < 0) {
        given?.setAttribute("aria-sort", "descending");
        table.tBodies[0].append(...rows);
      } else {
        heads[column].setAttribute("aria-sort", order === "asc" ? "ascending" : "descending");
        const sign = order === "asc" ? 1 : -1;
        const numeric = heads[column].classList.contains("n");
        const keyed = rows.map((row, place) => [value(row.cells[column], numeric), place, row]);
        keyed.sort((a, b) => compare(a[0], b[0], sign) || a[1] - b[1]);
        table.tBodies[0].append(...keyed.map((entry) => entry[2]));
      }
      if (search) search.value = lumbung.get(`${name}.q`);
      for (const choice of filters) choice.value = lumbung.get(`${name}.f.${choice.dataset.filter}`);
      filter();
    }

    function filter() {
      const wanted = (search?.value ?? "").toLocaleLowerCase("id").split(/\s+/).filter(Boolean);
      const kept = filters.filter((choice) => choice.value).map((choice) => [columnOf(choice.dataset.filter), choice.value]);
      let shown = 0;
      for (const row of rows) {
        const text = wanted.length ? row.textContent.toLocaleLowerCase("id") : "";
        const fits = wanted.every((word) => text.includes(word)) &&
          kept.every(([column, wish]) => row.cells[column].textContent.trim() === wish);
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      }
      if (count) count.textContent = shown === rows.length ? "" : `${shown} dari ${rows.length} baris`;
    }

    lumbung.onChange(show);
    show();
  }

  // A row without a figure comes last, whichever way the others go.
  function value(cell, numeric) {
    const exact = cell.dataset.v;
    if (numeric) return exact === undefined ? null : Number(exact);
    return exact ?? (cell.querySelector(".none") ? null : cell.textContent.trim());
  }

  function compare(a, b, sign) {
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (typeof a === "number" ? a - b : collator.compare(a, b));
  }
})();

// The map: values on hover and focus, one chosen regency, and on its own page the choice of commodity and measure.
(() => {
  "use strict";
  for (const map of document.querySelectorAll("svg[data-map]")) {
    const tip = map.parentElement.querySelector(".tip");
    if (!tip) continue;
    const regions = [...map.querySelectorAll("a[data-r]")];
    for (const region of regions) {
      region.addEventListener("mouseenter", () => tell(map, tip, region));
      region.addEventListener("focus", () => tell(map, tip, region));
      region.addEventListener("mouseleave", () => hush(tip));
      region.addEventListener("blur", () => hush(tip));
    }
    map.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(tip); });
  }

  function tell(map, tip, region) {
    const [name, ...words] = region.getAttribute("aria-label").split(": ");
    const strong = document.createElement("strong");
    strong.textContent = name;
    tip.replaceChildren(strong, words.join(": "));
    const box = map.getBoundingClientRect();
    const view = map.viewBox.baseVal;
    const x = (region.dataset.x / view.width) * box.width;
    const y = ((region.dataset.y - view.y) / view.height) * box.height;
    tip.hidden = false;
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.min(Math.max(x, half), box.width - half)}px`;
    tip.style.top = `${y}px`;
    tip.classList.toggle("under", y < tip.offsetHeight + 12);
    choose(region.dataset.r);
  }

  function hush(tip) {
    tip.hidden = true;
    choose(lumbung.get("r"));
  }

  function choose(code) {
    for (const one of document.querySelectorAll("a.r.chosen, tr.chosen")) one.classList.remove("chosen");
    if (!/^\d{4}$/.test(code)) return;
    for (const one of document.querySelectorAll(`a.r[data-r="${code}"], tr[data-r="${code}"]`)) one.classList.add("chosen");
  }

  // A click on a row of the table beside a map chooses its regency; its name leads to the page.
  for (const row of document.querySelectorAll(".pair tr[data-r]")) {
    row.addEventListener("click", (event) => {
      if (event.target.closest("a")) return;
      lumbung.set("r", lumbung.get("r") === row.dataset.r ? "" : row.dataset.r);
      choose(lumbung.get("r"));
    });
    row.addEventListener("mouseenter", () => choose(row.dataset.r));
    row.addEventListener("mouseleave", () => choose(lumbung.get("r")));
  }
  lumbung.onChange(() => choose(lumbung.get("r")));
  choose(lumbung.get("r"));

  const source = document.getElementById("data-peta");
  if (!source) return;
  const { choices, regencies, measures } = JSON.parse(source.textContent);
  const chooser = document.querySelector("[data-chooser]");
  const commodity = chooser.querySelector("[data-choice]");
  const measure = chooser.querySelector("[data-layer]");
  chooser.hidden = false;
  chooser.addEventListener("submit", (event) => event.preventDefault());

  function draw() {
    const key = choices[lumbung.get("k")] ? lumbung.get("k") : commodity.options[0].value;
    const layers = choices[key].layers;
    const name = layers[lumbung.get("m")] ? lumbung.get("m") : Object.keys(layers)[0];
    commodity.value = key;
    measure.replaceChildren(...Object.keys(layers).map((one) => new Option(measures[one], one, false, one === name)));
    const layer = layers[name];
    for (const title of document.querySelectorAll("[data-map-title]")) title.textContent = layer.title;
    document.querySelector("svg[data-map]").setAttribute("aria-label", layer.title);
    const words = new Map(layer.legend);
    regencies.forEach((code, place) => {
      const region = document.querySelector(`a.r[data-r="${code}"]`);
      const label = region.getAttribute("aria-label").split(": ")[0];
      region.setAttribute("class", `r ${layer.shades[place]}`);
      region.setAttribute("aria-label", `${label}: ${layer.words[place]}`);
      const cells = document.querySelector(`[data-map-table] tr[data-r="${code}"]`).cells;
      cells[1].textContent = layer.words[place];
      cells[2].textContent = words.get(layer.shades[place]);
    });
    const swatch = (shade) => `<svg width="28" height="16" aria-hidden="true" class="swatch"><rect width="28" height="16" class="r ${shade}"/></svg>`;
    document.querySelector(".legend").replaceChildren(...layer.legend.map(([shade, text]) => {
      const item = document.createElement("li");
      item.innerHTML = swatch(shade);
      item.append(text);
      return item;
    }));
    choose(lumbung.get("r"));
  }

  commodity.addEventListener("change", () => { lumbung.set("k", commodity.value); draw(); });
  measure.addEventListener("change", () => { lumbung.set("m", measure.value); draw(); });
  lumbung.onChange(draw);
  draw();
})();

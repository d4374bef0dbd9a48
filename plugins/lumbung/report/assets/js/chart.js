// The price chart: days as they are, gaps as gaps, seasons as pale bands, ceilings as labelled lines.
(() => {
  "use strict";
  const DAY = 86400;
  const HEIGHT = 360;
  const numbers = new Intl.NumberFormat("id-ID");
  const dates = new Intl.DateTimeFormat("id-ID", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const months = new Intl.DateTimeFormat("id-ID", { month: "short", year: "2-digit", timeZone: "UTC" });
  const shades = { ramadan: "#e3efe9", idul_fitri: "#cfe4da", natal_tahun_baru: "#e8e6f2" };

  for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);

  function draw(figure) {
    const content = JSON.parse(figure.querySelector("script").textContent);
    const plot = figure.querySelector(".plot");
    const reading = figure.querySelector(".reading");
    const name = `grafik.${figure.dataset.chart}`;
    const days = content.prices.map((_, place) => (content.first + place) * DAY);
    const first = days[0];
    const last = days[days.length - 1];
    const lines = content.ceilings.map((ceiling) =>
      days.map((day) => (day >= ceiling.from * DAY && day <= ceiling.to * DAY ? ceiling.price : null)));

    const options = {
      width: plot.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "UTC"),
      padding: [28, 96, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false } },
      scales: { x: { time: true }, y: { range: (_, low, high) => bounds(low, high) } },
      axes: [
        {
          stroke: "#566270", grid: { show: false }, ticks: { stroke: "#d9dee3" }, font: "14px system-ui, sans-serif", space: 80,
          values: (_, ticks) => ticks.map((tick) => months.format(tick * 1e3)),
        },
        {
          stroke: "#566270", grid: { stroke: "#d9dee3", width: 1 }, ticks: { show: false }, font: "14px system-ui, sans-serif", size: 64,
          values: (_, ticks) => ticks.map((tick) => numbers.format(tick)),
        },
      ],
      series: [
        {},
        { stroke: "#0b5c8a", width: 2, spanGaps: false, points: { show: false } },
        ...lines.map(() => ({ stroke: "#b33636", width: 1.5, dash: [6, 4], spanGaps: false, points: { show: false } })),
      ],
      hooks: { drawClear: [seasons], draw: [labels], setCursor: [read] },
    };
    const chart = new uPlot(options, [days, content.prices, ...lines], plot);
    figure.chart = chart;

    function bounds(low, high) {
      if (low === null) return [0, 1];
      const room = (high - low || high * 0.1 || 1) * 0.08;
      return [Math.max(0, low - room), high + room];
    }

    function seasons(u) {
      const { ctx, bbox } = u;
      ctx.save();
      ctx.font = `${13 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "alphabetic";
      const named = [];
      for (const [words, year, from, to] of content.seasons) {
        const left = Math.max(u.valToPos(from * DAY, "x", true), bbox.left);
        const right = Math.min(u.valToPos((to + 1) * DAY, "x", true), bbox.left + bbox.width);
        if (right <= left) continue;
        ctx.fillStyle = words.startsWith("Ramadan") ? shades.ramadan : words.startsWith("Idul") ? shades.idul_fitri : shades.natal_tahun_baru;
        ctx.fillRect(left, bbox.top, Math.max(right - left, 2 * devicePixelRatio), bbox.height);
        const short = words.startsWith("Natal") ? "Nataru" : words.startsWith("Idul") ? "Lebaran" : words;
        named.push({ text: `${short} ${year}`, middle: (left + right) / 2, isFirst: short === "Ramadan" });
      }
      // Where not all names have room, Ramadan's come first.
      named.sort((a, b) => b.isFirst - a.isFirst);
      const taken = [];
      ctx.fillStyle = "#566270";
      for (const { text, middle } of named) {
        const half = ctx.measureText(text).width / 2 + 5 * devicePixelRatio;
        if (taken.some(([from, to]) => middle + half > from && middle - half < to)) continue;
        taken.push([middle - half, middle + half]);
        ctx.fillText(text, middle, bbox.top - 8 * devicePixelRatio);
      }
      ctx.restore();
    }

    function labels(u) {
      const { ctx, bbox } = u;
      const edge = bbox.left + bbox.width + 6 * devicePixelRatio;
      const line = 16 * devicePixelRatio;
      ctx.save();
      ctx.font = `600 ${14 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      const wanted = content.ceilings
        .filter((ceiling) => ceiling.to * DAY >= u.scales.x.min && ceiling.from * DAY <= u.scales.x.max)
        .map((ceiling) => ({ y: u.valToPos(ceiling.price, "y", true), lines: ceiling.words.split(" Rp"), colour: "#b33636" }));
      const final = content.prices.findLastIndex((price, place) => price !== null && days[place] <= u.scales.x.max);
      if (final >= 0) wanted.push({ y: u.valToPos(content.prices[final], "y", true), lines: [`Rp ${numbers.format(content.prices[final])}`], colour: "#0b5c8a" });
      wanted.sort((a, b) => a.y - b.y);
      let top = bbox.top - line;
      for (const label of wanted) {
        const words = label.lines.map((text, n) => (n ? `Rp${text}` : text));
        let y = Math.max(label.y - ((words.length - 1) * line) / 2, top + line);
        ctx.fillStyle = label.colour;
        for (const text of words) {
          ctx.fillText(text, edge, y + 5 * devicePixelRatio);
          y += line;
        }
        top = y - line * 0.6;
      }
      ctx.restore();
    }

    function read(u) {
      const place = u.cursor.idx;
      if (place === null || place === undefined) { reading.textContent = ""; return; }
      const price = content.prices[place];
      const season = content.seasons.findLast(([, , from, to]) => days[place] >= from * DAY && days[place] <= to * DAY);
      reading.textContent = `${dates.format(days[place] * 1e3)}: ${price === null ? "tidak ada harga" : `Rp ${numbers.format(price)}/${content.unit}`}${season ? ` (${season[0]})` : ""}`;
    }

    let at = days.length - 1;
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -days.length, End: days.length }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      at = Math.min(Math.max(at + step, 0), days.length - 1);
      chart.setCursor({ left: chart.valToPos(days[at], "x"), top: 0 });
      chart.cursor.idx = at;
      read(chart);
    });

    const ranges = figure.querySelector(".ranges");
    const buttons = [...ranges.querySelectorAll("button")];
    const span = (last - first) / DAY / 365.25;
    const useful = buttons.filter((button, place) => place === 0 || span > Number(buttons[place - 1].dataset.years));
    for (const button of buttons) {
      button.hidden = !useful.includes(button);
      if (span < Number(button.dataset.years)) button.textContent = "Semua";
      button.addEventListener("click", () => { lumbung.set(name, button.dataset.years); zoom(); });
    }
    ranges.hidden = useful.length < 2;

    function zoom() {
      const years = lumbung.get(name) || useful[useful.length - 1].dataset.years;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.years === years));
      const from = Math.max(first, last - Number(years) * 365.25 * DAY);
      chart.setScale("x", { min: from, max: last });
    }
    lumbung.onChange(zoom);
    zoom();

    const fit = (width, height) => chart.setSize({ width, height });
    addEventListener("resize", () => fit(plot.clientWidth, HEIGHT));
    addEventListener("beforeprint", () => fit(940, 260));
    addEventListener("afterprint", () => fit(plot.clientWidth, HEIGHT));
  }
})();

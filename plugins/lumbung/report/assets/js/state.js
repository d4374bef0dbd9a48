// What the reader has chosen, kept in the address: "#k=beras_medium&harga.s=change_7d_pct:desc".
// A hash without "=" is an ordinary anchor and leaves the choices alone.
(() => {
  "use strict";
  const listeners = [];
  let choices = read() ?? new URLSearchParams();

  function read() {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return null;
    return new URLSearchParams(hash);
  }

  window.lumbung = {
    get: (key) => choices.get(key) ?? "",
    set(key, value) {
      if (value) choices.set(key, value);
      else choices.delete(key);
      const hash = choices.toString();
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
      carry();
    },
    onChange: (listener) => listeners.push(listener),
  };

  // The chosen regency and commodity go along to pages that can show them.
  function carry() {
    for (const link of document.querySelectorAll(".top nav a")) {
      const kept = new URLSearchParams();
      for (const key of ["r", "k"]) if (choices.get(key)) kept.set(key, choices.get(key));
      const hash = kept.toString();
      link.href = link.getAttribute("href").split("#")[0] + (hash ? `#${hash}` : "");
    }
  }

  addEventListener("hashchange", () => {
    const found = read();
    if (!found) return;
    choices = found;
    carry();
    for (const listener of listeners) listener();
  });
  addEventListener("DOMContentLoaded", () => {
    carry();
    openTarget();
  });
  addEventListener("hashchange", openTarget);

  // An anchor inside a closed part opens it.
  function openTarget() {
    const name = decodeURIComponent(location.hash.slice(1));
    const target = name && !name.includes("=") ? document.getElementById(name) : null;
    const closed = target?.closest("details:not([open])");
    if (closed) {
      closed.open = true;
      target.scrollIntoView();
    }
  }
})();

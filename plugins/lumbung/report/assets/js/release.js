// Printing, and the release: a page that stayed the same over several releases says by which release it was last confirmed.
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  const note = document.querySelector("[data-release-note]");
  const release = window.lumbungRelease;
  if (note && release && String(release.release) !== document.body.dataset.release) note.textContent = `. ${release.words}`;
})();

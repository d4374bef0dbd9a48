// A page that stayed the same over several releases says by which release it was last confirmed.
(() => {
  "use strict";
  const note = document.querySelector("[data-release-note]");
  const release = window.lumbungRelease;
  if (note && release && String(release.release) !== document.body.dataset.release) note.textContent = `. ${release.words}`;
})();

// The menu's counts stay fresh while somebody looks: asked once a minute, never for a page in the background. Asking keeps
// nobody signed in, and an ended session is told by what one does next, not by a dialog over what one types.
"use strict";
(() => {
  const EVERY = 60_000;
  let last = Date.now();
  let ended = false;
  const asker = () => document.getElementById("jumlah");
  const ask = () => {
    if (!asker() || ended || document.hidden) return;
    last = Date.now();
    htmx.trigger(asker(), "segarkan");
  };
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", () => Date.now() - last >= EVERY && ask());
  // The inbox says since when it is shown, so that what came since can be told.
  document.addEventListener("htmx:configRequest", (event) => {
    const since = document.querySelector("#meja #sejak");
    if (event.detail.elt.id === "jumlah" && since) event.detail.parameters.sejak = since.value;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt?.id !== "jumlah" || event.detail.xhr.status < 400) return;
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    ended = event.detail.xhr.status === 401 || event.detail.xhr.status === 403;
  });

  // The inbox's tab says how much waits.
  let title;
  const paint = () => {
    if (!document.getElementById("meja")) return;
    title ??= document.title;
    const waiting = Number.parseInt(document.querySelector("[data-count='inbox.index']")?.textContent, 10) || 0;
    document.title = waiting ? `(${waiting}) ${title}` : title;
  };
  document.addEventListener("DOMContentLoaded", paint);
  document.addEventListener("htmx:oobAfterSwap", paint);
})();

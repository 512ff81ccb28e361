// Buttons that put a text on the clipboard. Without script they stay hidden and the text is selected by hand.
"use strict";
(() => {
  const arm = (root) => root.querySelectorAll?.("[data-copies][hidden]").forEach((button) => {
    button.hidden = !navigator.clipboard;
  });
  document.addEventListener("DOMContentLoaded", () => arm(document));
  document.addEventListener("htmx:load", (event) => arm(event.detail.elt));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const words = button.querySelector("span");
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    const before = words.textContent;
    words.textContent = button.dataset.copied;
    setTimeout(() => (words.textContent = before), 2000);
  });
})();

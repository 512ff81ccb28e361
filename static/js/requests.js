// FM 001 and decisions: a box ticks itself when its room is written in, and a decision is asked about once more.
// Without this file the box is ticked by hand, and a tick stands in for the question.
"use strict";
(() => {
  document.addEventListener("input", (event) => {
    const box = document.querySelector(`[data-ticked-by="${CSS.escape(event.target.id)}"]`);
    if (!box) return;
    const filled = event.target.value.trim() !== "";
    if (box.checked !== filled) {
      box.checked = filled;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-asks]");
    if (!button || button.disabled) return;
    event.preventDefault();
    if (button.form.reportValidity()) document.getElementById(button.dataset.asks).showModal();
  });

  // A link to something inside a folded part unfolds it.
  const unfold = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
    target?.closest?.("details")?.setAttribute("open", "");
  };
  addEventListener("hashchange", unfold);
  document.addEventListener("DOMContentLoaded", unfold);
})();

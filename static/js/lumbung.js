// What HTML and htmx cannot do by themselves. Every page works without this file.
"use strict";
(() => {
  const token = () => document.getElementById("csrf-token")?.content ?? "";
  const on = (type, handle) => document.addEventListener(type, handle);

  // The page's own form token wins over one in a form: a new sign-in over the page may have changed it.
  on("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token();
    if (event.detail.parameters.has?.("csrf_token") ?? "csrf_token" in event.detail.parameters) {
      event.detail.parameters.set("csrf_token", token());
    }
  });

  // A refusal that names its place (HX-Retarget) is shown there; any other failure gets the page's own notice.
  on("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
    // A page that polls is refused again and again: the sign-in that is being filled in stays.
    if (xhr.status === 401 && document.getElementById("sign-in-dialog")) event.detail.shouldSwap = false;
  });
  const lost = (event) => {
    // What a page asks by itself is asked again a minute later.
    if (event.detail.requestConfig?.elt?.id === "jumlah") return;
    const notices = document.getElementById("notices");
    notices?.append(document.getElementById("tanpa-jawaban").content.cloneNode(true));
    prepare(notices);
  };
  on("htmx:sendError", lost);
  on("htmx:timeout", lost);
  on("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Retarget")) lost(event);
  });

  // What arrives: modal dialogs open, notices can be put away, a field knows of its error, forms get the new token.
  function prepare(root) {
    if (!root?.querySelectorAll) return;
    root.querySelectorAll("[data-dismiss]").forEach((button) => (button.hidden = false));
    const told = new Set();
    [...document.querySelectorAll("#notices > [data-notice]")].reverse().forEach((notice) => {
      if (told.has(notice.textContent)) notice.remove();
      told.add(notice.textContent);
    });
    all(root, "dialog[data-modal]:not([open])").forEach((dialog) => dialog.isConnected && dialog.showModal());
    all(root, "[data-error-for]").forEach(mark);
  }
  const all = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  function mark(error) {
    const field = document.getElementById(error.dataset.errorFor);
    if (!field) return;
    const wrong = error.textContent.trim() !== "";
    field.classList.toggle("is-invalid", wrong && field.matches("input, select, textarea"));
    wrong ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
  }
  on("htmx:load", (event) => prepare(event.detail.elt));
  on("htmx:oobAfterSwap", (event) => {
    prepare(event.detail.target);
    document.querySelectorAll("input[name=csrf_token]").forEach((input) => (input.value = token()));
  });

  document.addEventListener("close", (event) => event.target.id === "sign-in-dialog" && event.target.remove(), true);

  on("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const closer = event.target.closest("[data-closes]");
    const dismiss = event.target.closest("[data-dismiss]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.opens)?.showModal();
    } else if (closer) {
      event.preventDefault();
      closer.closest("dialog")?.close();
      if (location.hash) history.replaceState(null, "", location.pathname + location.search);
    } else if (dismiss) {
      dismiss.closest("[data-notice]")?.remove();
    }
    document.querySelectorAll("details.lb-drawer[open]").forEach((drawer) => {
      if (!drawer.contains(event.target)) drawer.open = false;
    });
  });

  // A form is sent once; coming back by the browser's button makes it usable again.
  on("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.querySelectorAll("[data-once]").forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[data-once]").forEach((button) => button.removeAttribute("aria-disabled"));
    });
  });

  on("DOMContentLoaded", () => {
    prepare(document);
    document.querySelector("[data-problem-summary]")?.focus();
  });
})();

// The inbox by keyboard and with a request beside the list. Without this file its lines lead to the requests' pages.
"use strict";
(() => {
  const WIDE = matchMedia("(min-width: 62.5rem)");
  const OFF = "lumbung-pintasan";
  const $ = (selector, root = document) => root.querySelector(selector);
  const links = () => [...document.querySelectorAll("#kotak .lb-inbox-link")];
  const side = () => $("#pratinjau");
  const keysOff = () => localStorage.getItem(OFF) === "off";

  const mark = (chosen) => links().forEach((link) => (chosen(link) ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));

  // A request opens beside the list where there is room; elsewhere the link goes where it leads.
  function open(link) {
    if (!WIDE.matches) return location.assign(link.href);
    mark((other) => other === link);
    htmx.ajax("GET", link.dataset.preview, { target: "#pratinjau", swap: "innerHTML", source: link });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-preview]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !WIDE.matches) return;
    event.preventDefault();
    open(link);
  });

  // After something arrived (and htmx knows its forms), focus goes on from where the eye goes: the request beside the
  // list, the next line, or
  // what is wrong.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!["meja", "pratinjau"].includes(event.detail.target.id)) return;
    const root = event.detail.target.id === "pratinjau" ? side() : $("#meja");
    const shown = $("[data-preview-of]", root)?.dataset.previewOf;
    if (shown) mark((link) => link.dataset.preview.split("?")[0].endsWith(`/${shown}`));
    side().hidden = false;
    side().scrollTop = 0;
    ($("[data-focus]", root) ?? $("[data-focus]"))?.focus({ preventScroll: !WIDE.matches });
  });

  const inSide = () => side()?.contains(document.activeElement);
  const current = () => document.activeElement.closest?.("#kotak li") ?? $("#kotak li:has([aria-current])");
  function step(by) {
    const all = links();
    const at = all.indexOf($(".lb-inbox-link", current() ?? document.createElement("p")));
    all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
  }
  function back() {
    (($("#kotak [aria-current]") ?? links()[0]))?.focus();
  }
  // The usual move: of the request beside the list when one is in it, else of the line; what cannot be done in one
  // press is opened first.
  function usual() {
    const shown = $("[data-preview-of]", side());
    if (shown && (inSide() || !document.activeElement.closest?.("#kotak li"))) {
      return $(".lb-preview-deeds form.lb-move [type=submit]", side())?.click();
    }
    const line = current() ?? $("#kotak li");
    const button = line && $("[data-usual]", line);
    if (button) button.click();
    else if (line) open($(".lb-inbox-link", line));
  }
  const deed = (name) => $(`[data-deed="${name}"], .lb-move:has([name=action][value="${name}"]) [type=submit]`, side())?.click();
  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    a: usual,
    t: () => deed("refuse"),
    r: () => deed("return"),
    p: () => deed("postpone"),
    x: () => $("[name=pick]", current() ?? document.createElement("p"))?.click(),
    u: () => $("[data-undo]")?.click(),
    "/": () => $("#cari")?.focus(),
    "?": () => $("#pintasan").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
    const at = event.target;
    if (at.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && at.matches(".lb-inbox-link")) step(arrow);
    else if (event.key === "Escape" && inSide()) back();
    else if (KEYS[event.key] && !keysOff()) KEYS[event.key]();
    else return;
    event.preventDefault();
  });

  // The sheet's switch: single letters may stand in the way of speech input.
  function showSwitch() {
    const button = $("[data-keys-switch]");
    if (!button) return;
    button.setAttribute("aria-pressed", String(keysOff()));
    $("span", button).textContent = keysOff() ? "Nyalakan pintasan huruf" : "Matikan pintasan huruf";
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys-switch]")) return;
    localStorage.setItem(OFF, keysOff() ? "on" : "off");
    showSwitch();
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));
    showSwitch();
  });
})();

// Dark or light: as the system says, unless somebody chose.

import { keep, kept } from "./storage.js";

const NAME = "crm-pulse-theme";
const CHOICES = ["system", "dark", "light"];
const SIGNS = { system: "◐", dark: "●", light: "○" };
const WORDS = { system: "as the system", dark: "dark", light: "light" };

export function applyTheme(button) {
  const chosen = kept(NAME);
  set(CHOICES.includes(chosen) ? chosen : "system", button);
}

export function nextTheme(button) {
  const at = CHOICES.indexOf(document.documentElement.dataset.theme ?? "system");
  const chosen = CHOICES[(at + 1) % CHOICES.length];
  keep(NAME, chosen);
  set(chosen, button);
}

function set(chosen, button) {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  button.textContent = SIGNS[chosen];
  button.setAttribute("aria-label", `Colours: ${WORDS[chosen]}`);
}

// The bearer token: handed over in the address (#token=…), kept for this tab or this device.

import { setText } from "./dom.js";
import { keep, kept } from "./storage.js";

const NAME = "crm-pulse-token";

/** Take a token from the address, so that it stands there no longer. */
export function takeFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return;
  keep(NAME, given);
  history.replaceState(null, "", location.pathname + location.search);
}

export function current() {
  return kept(NAME);
}

const WANTED = "This server wants a token that may read.";

/** Ask for a token, saying why the one that is held is none; resolves when one was given. */
export function ask(refused) {
  const sheet = document.getElementById("token-sheet");
  const form = document.getElementById("token-form");
  const field = document.getElementById("token");
  field.value = "";
  setText(document.getElementById("token-said"), current() === null ? WANTED : refused);
  if (!sheet.open) sheet.showModal();
  return new Promise((resolve) => {
    const given = (event) => {
      event.preventDefault();
      keep(NAME, field.value.trim(), document.getElementById("token-keep").checked);
      form.removeEventListener("submit", given);
      sheet.removeEventListener("close", again);
      sheet.close();
      resolve();
    };
    // Without one there is nothing else to do: closed by Escape it would leave a page that waits for ever.
    const again = () => sheet.showModal();
    form.addEventListener("submit", given);
    sheet.addEventListener("close", again);
  });
}

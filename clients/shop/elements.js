// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Making elements. */
"use strict";

const element = (id) => document.getElementById(id);

/** An element with attributes and content; what is null or false is left out, `on…` is listened to. */
function make(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(
    ...content.flat().filter((one) => one !== undefined && one !== null && one !== false),
  );
  return made;
}

/** Calls back when nothing has been asked for a while. */
function debounce(callback, ms) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(callback, ms);
  };
}

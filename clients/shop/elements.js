// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* HTML elements. */
"use strict";

const element = (id) => document.getElementById(id);

/** Creates an element. Null and false values are omitted; `on…` attributes are event listeners. */
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

/** Delays `callback` until there were no calls for `ms`. */
function debounce(callback, ms) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(callback, ms);
  };
}

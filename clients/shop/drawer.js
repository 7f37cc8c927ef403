// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* The drawer: a log of the page's API requests with their answers and times. */
"use strict";

const CALLS_KEPT = 60;

/** Fills the page's #drawer and #drawer-button; returns the `onCall` of `openApi`. */
function openDrawer() {
  const [drawer, button] = [element("drawer"), element("drawer-button")];
  const count = make("span", { class: "count" }, "0");
  const list = make("ol", { reversed: true });
  const said = make("p", { role: "status", class: "said" });
  let calls = 0;
  button.append("Requests ", count);
  drawer.append(
    make(
      "header",
      {},
      make("h2", { id: "drawer-heading", tabindex: -1 }, "Requests"),
      make(
        "button",
        { type: "button", class: "quiet", onclick: () => list.replaceChildren() },
        "Empty",
      ),
      make("button", { type: "button", class: "quiet", onclick: () => toggle(false) }, "Close"),
    ),
    said,
    list,
  );
  button.addEventListener("click", () => toggle(drawer.hidden));
  addEventListener("keydown", ({ key }) => key === "Escape" && !drawer.hidden && toggle(false));

  function toggle(open) {
    drawer.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) element("drawer-heading").focus();
    else button.focus();
  }

  async function copy(call) {
    try {
      await navigator.clipboard.writeText(curlOf(call));
      said.textContent = "Copied; the key of this page is in it.";
    } catch {
      said.textContent = "This browser lets nothing be copied from here.";
    }
  }

  return (call) => {
    const { method, address, body, status, answer, ms } = call;
    const { pathname, search } = new URL(address);
    const line = make(
      "details",
      {},
      make(
        "summary",
        {},
        make("code", {}, `${method} ${pathname}${decodeURIComponent(search)}`),
        make(
          "span",
          { class: status >= 200 && status < 300 ? "good" : "bad" },
          status || "no answer",
        ),
        make("span", { class: "ms" }, `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`),
      ),
      make("button", { type: "button", class: "quiet", onclick: () => copy(call) }, "Copy as curl"),
      body && block("Request", body),
      answer && block("Answer", answer),
    );
    list.prepend(make("li", {}, line));
    while (list.childElementCount > CALLS_KEPT) list.lastChild.remove();
    count.textContent = ++calls;
  };
}

function block(name, value) {
  const text = make("pre", { tabindex: 0, "aria-label": name }, ...coloured(value));
  return make("figure", {}, make("figcaption", {}, name), text);
}

/** Returns highlighted JSON, with lists of values on one line. */
function coloured(value) {
  const json = JSON.stringify(value, null, 2)
    .replace(/\[\s+([^[\]{}]+?)\s+\]/g, (_, values) => `[${values.replace(/\s*\n\s*/g, " ")}]`);
  const tokens = json.split(/("(?:[^"\\]|\\.)*"|-?\b\d[\d.e+-]*)/);
  return tokens.map((token, i) => {
    if (i % 2 === 0) return token;
    const kind = token[0] !== '"' ? "number" : tokens[i + 1].startsWith(":") ? "key" : "text";
    return make("span", { class: kind }, token);
  });
}

/** Returns the call as a shell command, with the Origin header that the browser sends. */
function curlOf({ method, address, headers, body }) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `curl -s -X ${method} ${quoted(address)}`,
    ...Object.entries({ ...headers, origin }).map(([name, value]) =>
      `-H ${quoted(`${name}: ${value}`)}`
    ),
    ...(body ? [`-d ${quoted(JSON.stringify(body))}`] : []),
  ].join(" ");
}

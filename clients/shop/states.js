// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* States of a shop that is not open. */
"use strict";

const AGAIN_MS = 3_000;

/** Placeholder shelves while loading. */
function opening() {
  const ghosts = many(8, () => make("li", { class: "card ghost" }));
  return make("div", { class: "shelf rail", "aria-hidden": true }, make("ol", {}, ghosts));
}

/** Setup instructions for a page without a key. */
function noKey({ draw, words }) {
  const { shop, page } = words;
  return closed(
    { draw, words },
    `${shop} needs a key`,
    prose("p", "The shelves come from AiREC, which answers to a key. There are two ways to one:"),
    make(
      "ol",
      {},
      prose(
        "li",
        "Run `deno task dev --demo`. It makes sample data, trains on it, and gives this page a key.",
      ),
      prose(
        "li",
        "Or take your own: register an app for pages under Apps in the dashboard, and write its " +
          `key, the number of your project and the address of the service at the top of \`${page}\`.`,
      ),
    ),
    prose(
      "p",
      "Visitors can read a key that stands in a page, so take a publishable one. It opens the " +
        "shelves of one project, to the pages whose origins you list, and nobody’s history.",
    ),
  );
}

/** Returns the first answer; until then shows the error and retries. */
async function untilOpen(ask, { view, draw, words }) {
  const again = make("button", { type: "button" }, "Try again");
  for (let said = "";;) {
    try {
      return await ask();
    } catch (error) {
      view.removeAttribute("aria-busy");
      if (said !== error.message) view.replaceChildren(explained(error, { draw, words, again }));
      said = error.message;
      const waits = [0, 503].includes(error.status) || error.code === "not_ready";
      await new Promise((resolve) => {
        again.addEventListener("click", resolve, { once: true });
        if (waits) setTimeout(resolve, AGAIN_MS);
      });
    }
  }
}

function explained({ status, code, project_status, message }, { draw, words, again }) {
  const [heading, advice] = code === "not_ready" && project_status === "ERROR"
    ? ["The training failed", "The project’s page in the dashboard says what to do."]
    : code === "not_ready"
    ? [
      "We open in a moment",
      `${words.shop} opens by itself as soon as the first training is done.`,
    ]
    : status === 0
    ? ["Nobody answers", "Is AiREC running? `deno task dev --demo` starts it. We keep asking."]
    : status === 401
    ? [
      "This key opens nothing",
      `It stands at the top of \`${words.page}\`: mistyped, revoked or expired.`,
    ]
    : status === 403
    ? ["This key is for other pages", "The dashboard lists which, under Apps; add this one there."]
    : status === 404
    ? ["There is no such project", `Its number stands at the top of \`${words.page}\`.`]
    : ["The shop cannot open", "Try again in a while."];
  return closed({ draw, words }, heading, prose("p", message), prose("p", advice), again);
}

/** Notice for an item that is not in the catalogue. */
function lost({ lost }) {
  return [notice(lost, make("p", {}, make("a", { href: "#/" }, "Back to the shelves")))];
}

/** A closed shop: a notice, with covers for decoration. */
function closed({ draw, words }, heading, ...content) {
  const covers = words.window.map((title) => make("div", { class: "cover" }, draw(title)));
  const display = make("div", { class: "window", "aria-hidden": true }, ...covers);
  return make("div", { class: "closed" }, notice(heading, ...content), display);
}

function notice(heading, ...content) {
  return make("section", { class: "notice" }, make("h1", { tabindex: -1 }, heading), ...content);
}

/** Returns an element of a text whose parts between backticks are code. */
function prose(name, text) {
  const parts = text.split("`");
  return make(name, {}, ...parts.map((part, i) => i % 2 ? make("code", {}, part) : part));
}

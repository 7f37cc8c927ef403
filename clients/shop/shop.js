// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* The shop. Its pages are addressed by the URL's fragment, so that it works from disk. */
"use strict";

const MOODS = 8;

/**
 * Opens the shop.
 * @param key of the app; without one the page explains how to get it.
 * @param project under whose number the visitor's taste is stored.
 * @param members `user_token` of each member who can be signed in here, by id.
 * @param api as returned by `openApi`; on a device without events.
 * @param price of an item, the value of a purchase.
 * @param draw returns the cover of a title.
 * @param words the shop's own texts.
 */
async function openShop({ key, project, members = {}, api, price, draw, words }) {
  const view = element("view");
  if (!key) return view.replaceChildren(noKey({ draw, words }));
  view.replaceChildren(opening());
  view.setAttribute("aria-busy", "true");
  const taste = openTaste(`airec-${words.shop}-${project}`, { members, price, api });
  const shelves = shelvesOf({ taste, draw, words });
  const moods = moodsOf(await untilOpen(() => api.columns(), { view, draw, words }));
  const pages = pagesOf({ api, taste, members, shelves, draw, words, moods, again: show });
  const search = element("search");
  let opened = false;
  let turn = 0;

  element("moods")?.append(
    ...moods.terms.slice(0, MOODS).map((term) =>
      make("li", {}, make("a", { href: linkTo("mood", term) }, term))
    ),
  );
  addEventListener("hashchange", show);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the fragment is the page's name
    view.focus();
  });
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  search.q.addEventListener("input", debounce(find, 250));
  taste.onChange(showVisitor);
  showVisitor();
  await show();

  /** Shows the page of the current URL. */
  async function show() {
    const { name, value } = pageAsked();
    const page = Object.hasOwn(pages, name) ? pages[name] : pages.home;
    const searching = document.activeElement === search.q;
    if (name !== "search") search.q.value = "";
    else if (!searching) search.q.value = value;
    shelves.clear();
    const mine = ++turn;
    const content = await page(value);
    if (mine !== turn) return; // another page was requested meanwhile
    view.removeAttribute("aria-busy");
    view.dataset.page = name;
    view.replaceChildren(...content.filter(Boolean));
    const heading = view.querySelector("h1");
    document.title = `${heading.textContent} · ${words.shop}`;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === location.hash) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (opened && !searching) {
      scrollTo(0, 0);
      heading.focus({ preventScroll: true });
    }
    opened = true;
  }

  function find() {
    const q = search.q.value.trim();
    const wanted = q ? linkTo("search", q) : "#/";
    if (wanted === location.hash) return;
    // Typing a query adds one history entry.
    if (location.hash.startsWith("#/search/")) {
      history.replaceState(null, "", wanted);
      show();
    } else location.hash = wanted;
  }

  /** Shows the number of likes, or the member. */
  function showVisitor() {
    const { liked, member } = taste;
    document.body.toggleAttribute("data-member", member !== "");
    element("you").textContent = member ? `Member ${member}` : `${words.yours} (${liked.length})`;
    element("crate")?.replaceChildren(
      ...liked.slice(-12).reverse().map((item) => make("li", {}, shelves.miniature(item))),
    );
  }
}

/** Returns page and value of the fragment, as set by `linkTo`; the home page if it is malformed. */
function pageAsked() {
  const [, name = "home", value = ""] = location.hash.split("/");
  try {
    return { name: name || "home", value: decodeURIComponent(value) };
  } catch {
    return { name: "home", value: "" };
  }
}

/** Moods are the terms of the first list column, else text column, most frequent first. */
function moodsOf(columns) {
  const some = (kind) => columns.find((column) => column.kind === kind);
  const { name, terms = [] } = some("list") ?? some("text") ?? {};
  return { name, terms: terms.map(({ term }) => term) };
}

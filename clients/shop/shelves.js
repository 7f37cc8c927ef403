// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Shelves: lists of cards that load when they become visible, and again when the visitor's taste
   has changed. */
"use strict";

const HEART =
  "M12 20.5C5.5 15.6 2.5 12.3 2.5 8.4 2.5 5.5 4.7 3.5 7.3 3.5c1.9 0 3.6 1.1 4.7 2.9 1.1-1.8 2.8-2.9 4.7-2.9 2.6 0 4.8 2 4.8 4.9 0 3.9-3 7.2-9.5 12.1Z";

/** @param draw returns the cover of an item's title. */
function shelvesOf({ taste, draw, words }) {
  /** The last recommendation of each item, with its reason and parts. */
  const why = new Map();
  let shown = [];
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      shown.find(({ section }) => section === target)?.fill();
    }
  }, { rootMargin: "300px" });

  taste.onChange(() => {
    showMarks();
    for (const shelf of shown) if (shelf.personal && shelf.filled) shelf.fill();
  });

  function likeButton(item, text) {
    const icon = shape("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, path(HEART));
    return markButton("liked", item, { class: "like" }, icon, text);
  }

  /** A button that marks an item as liked, bought or hidden, and takes that back. */
  function markButton(mark, item, attributes, ...content) {
    const label = `${words[mark]} ${item.item_title}`;
    const button = make(
      "button",
      { type: "button", "aria-label": label, ...attributes },
      ...(content.length > 0 ? content : [words[mark]]),
    );
    button.dataset.mark = mark;
    button.dataset.id = item.item_id;
    button.setAttribute("aria-pressed", String(taste.has(mark, item.item_id)));
    button.addEventListener("click", () => {
      taste.toggle(mark, item);
      const is = taste.has(mark, item.item_id);
      say(`${item.item_title}: ${is ? mark : `${mark} no more`}. The lists follow.`);
    });
    return button;
  }

  function showMarks() {
    for (const button of document.querySelectorAll("button[data-mark]")) {
      const { mark, id } = button.dataset;
      button.setAttribute("aria-pressed", String(taste.has(mark, id)));
    }
  }

  /** Returns an item as a card; `best` is the highest score of the list. */
  function card(item, best) {
    const reason = reasonOf(item);
    const made = make(
      "li",
      { class: "card" },
      make(
        "a",
        { href: linkTo("item", item.item_id) },
        make("span", { class: "cover" }, draw(item.item_title)),
        make("span", { class: "title" }, item.item_title),
        reason && make("span", { class: "reason" }, reason),
      ),
      likeButton(item),
    );
    made.dataset.airecItem = item.item_id;
    if (item.score !== undefined && best > 0) made.style.setProperty("--share", item.score / best);
    return made;
  }

  /** Returns an item's cover with its title for screen readers. */
  function miniature({ item_id, item_title }) {
    const title = make("span", { class: "unseen" }, item_title);
    return make("a", { href: linkTo("item", item_id), title: item_title }, draw(item_title), title);
  }

  /** Returns the API's reason, addressed to the visitor. */
  function reasonOf({ reason, fallback }) {
    if (!reason || fallback) return "";
    const said = reason.includes("this user's history")
      ? reason.replace("this user's history", "your history")
      : reason.replace("because of", "because you liked");
    return said[0].toUpperCase() + said.slice(1);
  }

  /**
   * A list that loads itself.
   * @param load returns `{items, cursor?, lead?, recommendation_id?}` for a cursor.
   * @param placement name of the place among the project's results.
   * @param personal whether it depends on the taste.
   * @param first handles the first item, with the list's attributes, instead of a card.
   */
  function shelf(
    { heading, level = 2, href, kind, load, personal = false, empty, placement, first },
  ) {
    const title = make(
      `h${level}`,
      { tabindex: -1 },
      href ? make("a", { href }, heading) : heading,
    );
    const lead = make("p", { class: "lead" });
    const list = make("ol", { "aria-label": heading });
    const more = make("button", { type: "button", class: "more", hidden: true }, "Show more");
    const section = make("section", { class: `shelf ${kind}` }, title, lead, list, more);
    const one = { section, personal, filled: false, fill };
    let turn = 0;
    list.append(
      ...many(
        kind === "grid" ? 18 : 8,
        () => make("li", { class: "card ghost", "aria-hidden": true }),
      ),
    );
    more.addEventListener("click", () => fill(more.dataset.cursor));
    shown.push(one);
    seen.observe(section);
    return section;

    async function fill(cursor) {
      const mine = ++turn;
      one.filled = true;
      section.setAttribute("aria-busy", "true");
      section.classList.remove("failed");
      try {
        const { items, cursor: next = null, lead: said = "", recommendation_id } = await load(
          cursor,
        );
        if (mine !== turn) return; // the taste has changed meanwhile
        show(items, { cursor, next, said, recommendation_id });
      } catch (error) {
        if (mine !== turn) return;
        if (!cursor) list.replaceChildren();
        section.classList.add("failed");
        const again = make("button", { type: "button", onclick: () => fill(cursor) }, "Try again");
        lead.replaceChildren(error.message, " ", again);
      }
      section.removeAttribute("aria-busy");
    }

    function show(items, { cursor, next, said, recommendation_id }) {
      for (const item of items) if (item.parts) why.set(item.item_id, item);
      const best = Math.max(0, ...items.map(({ score = 0 }) => score));
      // By these airec.js reports which items were shown and clicked.
      const marks = recommendation_id
        ? { airec: recommendation_id, airecPlacement: placement }
        : undefined;
      Object.assign(list.dataset, marks, marks && first && { airecFirst: 1 });
      const cards = (first && items.length > 0 ? (first(items[0], marks), items.slice(1)) : items)
        .map((item) => card(item, best));
      const held = !cursor && list.contains(document.activeElement);
      if (cursor) list.append(...cards);
      else list.replaceChildren(...cards);
      lead.textContent = items.length === 0 && !cursor ? empty ?? "" : said;
      section.classList.toggle("empty", items.length === 0 && !cursor);
      if (cursor) cards[0]?.querySelector("a").focus();
      else if (held) title.focus();
      more.hidden = !next;
      more.dataset.cursor = next ?? "";
    }
  }

  return {
    shelf,
    likeButton,
    markButton,
    miniature,
    reasonOf,
    /** Returns the last recommendation of an item, if any. */
    whyOf: (item_id) => why.get(item_id),
    /** Forgets the shelves of the previous page. */
    clear() {
      seen.disconnect();
      shown = [];
    },
  };
}

/** Returns the URL of a page: a fragment, so that it works from disk. */
function linkTo(page, value = "") {
  return `#/${page}/${encodeURIComponent(value)}`;
}

/** Announces a text to screen readers. */
function say(text) {
  element("status").textContent = text;
}

// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Pages of the shop. */
"use strict";

/** Returns the pages by name; each is a function that returns its content. */
function pagesOf({ api, taste, members, shelves, draw, words, moods, again }) {
  const { shelf, likeButton } = shelves;

  /**
   * Requests recommendations for the visitor, and for an item if there is one.
   * @param asked.placement name of the place among the project's results.
   */
  async function recommend(asked) {
    const { history, exclude = [] } = taste.asked();
    const request = { ...asked, history, exclude: [...exclude, ...asked.exclude ?? []] };
    try {
      const { recommendations, ...answer } = await api.recommend(request);
      const { fallback, fallback_reason, recommendation_id } = answer;
      // A visitor of whom nothing is known gets popular items.
      const lead = taste.member ? fallback_reason : fallback === "popular" ? words.unknown : "";
      return { items: recommendations, lead, recommendation_id };
    } catch (error) {
      if (error.status !== 422 || history || taste.member || asked.item_id) throw error;
      // A project without interactions has no popular items: show the catalogue.
      const { items } = asked.filter ? { items: [] } : await api.items({ limit: asked.n });
      return { items, lead: words.unknown };
    }
  }

  const catalogue = () =>
    shelf({ heading: words.all, kind: "grid", load: (cursor) => api.items({ cursor }) });
  const moodShelf = (term, { n, exclude = () => [], ...options }) =>
    shelf({
      heading: term,
      personal: true,
      placement: "home",
      empty: "Nothing of this yet.",
      async load() {
        const filter = { [moods.name]: term };
        const asked = { placement: "home", filter, exclude: await exclude(), n };
        return { ...await recommend(asked), lead: "" };
      },
      ...options,
    });

  return {
    home() {
      const spotlight = make("section", { class: "spotlight", "aria-label": words.first });
      const first = (item, marks) => {
        const held = spotlight.contains(document.activeElement);
        Object.assign(spotlight.dataset, marks);
        spotlight.replaceChildren(...stage({ item, level: "h2", kicker: words.first }));
        if (held) spotlight.querySelector("h2").focus();
      };
      let forYou;
      const placement = "home";
      const load = () => forYou = recommend({ placement, n: 11 });
      // Items of the first shelf are not repeated in the mood shelves.
      const exclude = async () => {
        const { items } = await (forYou ?? load()).catch(() => ({ items: [] }));
        return items.map(({ item_id }) => item_id);
      };
      return [
        make("h1", { tabindex: -1 }, words.welcome),
        spotlight,
        shelf({ heading: words.forYou, kind: "next", personal: true, placement, first, load }),
        ...moods.terms.slice(0, MOODS).map((term) =>
          moodShelf(term, { kind: "rail", href: linkTo("mood", term), n: 12, exclude })
        ),
        catalogue(),
      ];
    },

    mood: (term) => [moodShelf(term, { kind: "grid", level: 1, n: 60 })],

    search: (q) => [
      shelf({
        heading: `“${q}”`,
        level: 1,
        kind: "grid",
        empty: words.nothing,
        load: (cursor) => api.items({ q, cursor }),
      }),
    ],

    async item(item_id) {
      const item = await api.item(item_id).catch((error) => error);
      if (!item) return lost(words);
      if (item instanceof Error) {
        return [
          make("h1", { tabindex: -1 }, words.away),
          make("p", { class: "lead" }, item.message),
          make("button", { type: "button", onclick: again }, "Try again"),
        ];
      }
      taste.view(item_id);
      const known = shelves.whyOf(item_id);
      return [
        make(
          "article",
          { class: "spotlight detail" },
          ...stage({ item: { ...known, ...item }, level: "h1" }),
        ),
        shelf({
          heading: `Goes with ${item.item_title}`,
          kind: "next",
          personal: true,
          placement: "item",
          load: () => recommend({ placement: "item", item_id, n: 12 }),
        }),
      ];
    },

    you() {
      const ids = Object.keys(members);
      const field = make("select", { name: "member" }, ids.map((id) => make("option", {}, id)));
      const form = make(
        "form",
        {},
        make("label", {}, words.memberId, " ", field),
        make("button", { type: "submit" }, "Go as this member"),
        taste.member &&
          make(
            "button",
            { type: "button", onclick: () => go("") },
            "Be myself again",
          ),
      );
      if (taste.member) field.value = taste.member;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        go(field.value);
      });
      const go = (member) => {
        taste.become(member);
        location.hash = "#/";
      };
      return [
        shelf({
          heading: words.yours,
          level: 1,
          kind: "grid",
          personal: true,
          empty: words.noneYet,
          load: () => Promise.resolve({ items: taste.liked.toReversed(), lead: words.kept }),
        }),
        api.consent && make(
          "p",
          {},
          make(
            "label",
            {},
            make("input", {
              type: "checkbox",
              checked: taste.remembered,
              onchange: ({ target }) => taste.remember(target.checked),
            }),
            " Remember me in this browser",
          ),
        ),
        make(
          "p",
          {},
          make("button", {
            type: "button",
            class: "clear",
            onclick: () => (taste.clear(), say("Your taste is cleared.")),
          }, "Clear my taste"),
        ),
        ids.length > 0 && make(
          "section",
          { class: "member" },
          make("h2", {}, "For a known member"),
          make("p", {}, words.member),
          form,
        ),
      ];
    },
  };

  /** One large item: cover, tags, and why it is recommended. */
  function stage({ item, level, kicker }) {
    const { item_title: title, columns = {}, parts = [] } = item;
    const tags = [columns[moods.name] ?? []].flat();
    const liked = parts.filter(({ from, score }) => from === "history" && score > 0).slice(0, 4);
    const reason = shelves.reasonOf(item);
    const [, name, note] = /^(.*?)(?: \(([^()]*)\))?$/.exec(title);
    return [
      make("div", { class: "backdrop", "aria-hidden": true }, draw(title)),
      make("div", { class: "cover" }, draw(title)),
      make(
        "div",
        { class: "words", "data-airec-item": item.item_id },
        kicker && make("p", { class: "kicker" }, kicker),
        make(level, { tabindex: -1 }, name),
        note && make("p", { class: "note" }, note),
        tags.length > 0 &&
          make(
            "ul",
            { class: "tags", "aria-label": "Moods" },
            tags.map((term) => make("li", {}, make("a", { href: linkTo("mood", term) }, term))),
          ),
        reason && make("p", { class: "reason" }, reason),
        liked.length > 0 && make(
          "ul",
          { class: "because", "aria-label": "What speaks for it" },
          liked.map((part) => make("li", {}, shelves.miniature(part))),
        ),
        make(
          "p",
          { class: "actions" },
          likeButton(item, words.liked),
          api.track && shelves.markButton("bought", item),
          api.track && shelves.markButton("hidden", item),
          level === "h2" &&
            make("a", { class: "button", href: linkTo("item", item.item_id) }, words.more),
        ),
      ),
    ];
  }
}

// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* The visitor's taste: items they viewed, liked, bought or hid here, which are also sent as events;
   and the member who is signed in, with a token signed by the shop's server. Stored in this browser until
   cleared. */
"use strict";

/** What a visitor can mark an item as, with the type of its event. */
const MARKS = { viewed: "view", liked: "like", bought: "purchase", hidden: "hide" };

/** Number of viewed items that are remembered: the latest. */
const MOST_VIEWED = 50;

/**
 * @param name storage key.
 * @param members `user_token` of each member, by id.
 * @param price value of a purchase.
 * @param api as returned by `openApi`; without `track` nothing is sent.
 */
function openTaste(name, { members = {}, price, api }) {
  const nothing = { viewed: [], liked: [], bought: [], hidden: [] };
  const state = { ...nothing, member: "", remembered: false, ...read() };
  const listeners = [];
  signIn();

  function keep(made) {
    Object.assign(state, made);
    try {
      localStorage.setItem(name, JSON.stringify(state));
    } catch {
      // Without storage the taste lasts as long as the page.
    }
  }

  function change(made) {
    keep(made);
    signIn();
    for (const listener of listeners) listener();
  }

  function read() {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  function memberOf() {
    return Object.hasOwn(members, state.member) ? state.member : "";
  }

  function signIn() {
    const member = memberOf();
    api.identify?.(member || undefined, members[member]);
  }

  const idsOf = (mark) => state[mark].map(({ item_id }) => item_id);

  // Follows changes in other tabs.
  addEventListener("storage", ({ key }) => {
    if (key === name || key === null) change({ ...nothing, member: "", ...read() });
  });

  return {
    /** Liked items, oldest first: `{item_id, item_title}`. */
    get liked() {
      return state.liked;
    },
    /** Id of the member, or "". */
    get member() {
      return memberOf();
    },
    /** Whether this browser remembers the visitor's random id. */
    get remembered() {
      return state.remembered;
    },
    has: (mark, item_id) => idsOf(mark).includes(item_id),
    /** Marks an item, or takes back all that was done with it. */
    toggle(mark, { item_id, item_title }) {
      if (this.has(mark, item_id)) {
        api.track?.("retract", item_id);
        const kept = Object.keys(nothing).map((mark) => [
          mark,
          state[mark].filter((item) => item.item_id !== item_id),
        ]);
        return change(Object.fromEntries(kept));
      }
      api.track?.(MARKS[mark], item_id, mark === "bought" ? { value: price } : {});
      change({ [mark]: [...state[mark], { item_id, item_title, at: Date.now() }] });
    },
    /** Notes that an item's page was opened; shown lists stay. */
    view(item_id) {
      api.track?.("view", item_id);
      keep({ viewed: [...state.viewed, { item_id, at: Date.now() }].slice(-MOST_VIEWED) });
    },
    /** Signs a member in, who takes the marks along, or with "" out. */
    become: (member) => change({ ...(state.member !== "" && nothing), member }),
    remember(remembered) {
      api.consent?.(remembered);
      change({ remembered });
    },
    clear() {
      api.consent?.(false);
      change({ ...nothing, remembered: false });
    },
    /**
     * Returns all that the visitor did as members of a request, so that its answer can name likes as
     * reasons. Without likes and for members the service uses the events that it has stored.
     */
    asked() {
      if (memberOf() || state.liked.length === 0) return {};
      const history = Object.entries(MARKS).flatMap(([mark, event_type]) =>
        state[mark].map(({ item_id, at }) => ({ item_id, event_type, timestamp: (at ?? 0) / 1000 }))
      );
      return { history, exclude: [...idsOf("bought"), ...idsOf("hidden")] };
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

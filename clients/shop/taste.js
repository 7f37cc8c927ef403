// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* Who the visitor is to the shop: what they like, kept by this browser alone until they clear it, or
   a member whom the training knows. */
"use strict";

/** @param name under which the browser keeps it. */
function openTaste(name) {
  const state = { liked: [], member: "", ...read() };
  const listeners = [];

  function change(made) {
    Object.assign(state, made);
    try {
      localStorage.setItem(name, JSON.stringify(state));
    } catch {
      // A browser that keeps nothing: then it lasts as long as the page.
    }
    for (const listener of listeners) listener();
  }

  function read() {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  // What another tab chose is chosen here, too.
  addEventListener("storage", ({ key }) => {
    if (key === name || key === null) change({ liked: [], member: "", ...read() });
  });

  return {
    /** What the visitor likes, the oldest first: `{item_id, item_title}`. */
    get liked() {
      return state.liked;
    },
    /** A member's id, or "". */
    get member() {
      return state.member;
    },
    likes: (item_id) => state.liked.some((item) => item.item_id === item_id),
    toggle({ item_id, item_title }) {
      const others = state.liked.filter((item) => item.item_id !== item_id);
      const had = others.length < state.liked.length;
      change({ liked: had ? others : [...others, { item_id, item_title }] });
    },
    clear: () => change({ liked: [] }),
    become: (member) => change({ member }),
    /** The same in the API's words; undefined of somebody new. */
    asked() {
      if (state.member) return { user_id: state.member };
      if (state.liked.length > 0) return { history: state.liked.map(({ item_id }) => item_id) };
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

// deno-lint-ignore-file no-unused-vars -- classic scripts share their names
/* The visitor's taste: likes, stored only in this browser until cleared, or a member who is part
   of the training data, with a token signed by the shop's server. */
"use strict";

/**
 * @param name storage key.
 * @param members `user_token` of each member, by id.
 */
function openTaste(name, { members = {} } = {}) {
  const stranger = { anonymous_id: randomId() };
  const state = { liked: [], member: "", ...read() };
  const listeners = [];

  function change(made) {
    Object.assign(state, made);
    try {
      localStorage.setItem(name, JSON.stringify(state));
    } catch {
      // Without storage the taste lasts as long as the page.
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

  // Follows changes in other tabs.
  addEventListener("storage", ({ key }) => {
    if (key === name || key === null) change({ liked: [], member: "", ...read() });
  });

  return {
    /** Liked items, oldest first: `{item_id, item_title}`. */
    get liked() {
      return state.liked;
    },
    /** Id of the member, or "". */
    get member() {
      return Object.hasOwn(members, state.member) ? state.member : "";
    },
    /** Random id of a new visitor, for as long as the page is open. */
    stranger,
    likes: (item_id) => state.liked.some((item) => item.item_id === item_id),
    toggle({ item_id, item_title }) {
      const others = state.liked.filter((item) => item.item_id !== item_id);
      const had = others.length < state.liked.length;
      change({ liked: had ? others : [...others, { item_id, item_title }] });
    },
    clear: () => change({ liked: [] }),
    become: (member) => change({ member }),
    /** Returns the taste as members of a request; undefined for a new visitor. */
    asked() {
      const user_id = this.member;
      if (user_id) return { user_id, user_token: members[user_id] };
      if (state.liked.length > 0) return { history: state.liked.map(({ item_id }) => item_id) };
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** Returns a random UUID (version 4): pages over plain HTTP have no `crypto.randomUUID`. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

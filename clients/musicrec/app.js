/* MusicRec: a page anybody can host, or open from disk, that asks AiREC who to hear next. */
"use strict";

// Yours: where AiREC's webhooks service is, the key of your app, and the project to ask.
// (In the demo, demo-config.js beside this file says it.)
const API_URL = globalThis.DEMO_CONFIG?.API_URL ?? "http://localhost:3001";
const API_KEY = globalThis.DEMO_CONFIG?.API_KEY ?? "";
const PROJECT_ID = globalThis.DEMO_CONFIG?.PROJECT_ID ?? 0;

/* ── The API: two calls ─────────────────────────────────────────────────────────────────────── */

/** A page of the catalogue: items, and the cursor of the next page or null. */
async function listItems(q, cursor) {
  const query = new URLSearchParams({ project_id: PROJECT_ID, limit: 40 });
  if (q) query.set("q", q);
  if (cursor) query.set("cursor", cursor);
  const { answer, response } = await call("GET", `/api/items?${query}`);
  const next = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "");
  return {
    items: answer.items,
    cursor: next && new URL(next[1], API_URL).searchParams.get("cursor"),
  };
}

/** What goes with an item and a user. */
async function recommend(itemTitle, userId) {
  const body = { project_id: PROJECT_ID, item_title: itemTitle, user_id: userId, n: 10 };
  const { answer } = await call("POST", "/api/recommend", body);
  return answer.recommendations;
}

/** One call with the key; shown in the drawer. Throws the service's own sentence. */
async function call(method, path, body) {
  const started = performance.now();
  let response;
  let answer = { detail: `There is no answer from ${API_URL}. Is AiREC running?` };
  try {
    response = await fetch(API_URL + path, {
      method,
      headers: { "x-api-key": API_KEY, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    answer = await response.json();
  } catch {
    // No network, or no JSON: `answer` says so.
  }
  const ms = Math.round(performance.now() - started);
  showRequest({ method, path, body, status: response?.status ?? "no answer", answer, ms });
  if (!response?.ok) throw new Error(answer.detail ?? `The answer was ${response.status}.`);
  return { answer, response };
}

/* ── The page ───────────────────────────────────────────────────────────────────────────────── */

const element = (id) => document.getElementById(id);
const form = element("search");
let chosen = null;
const catalogue = { cursor: null, turn: 0 };
let asked = 0;

form.addEventListener("submit", (event) => event.preventDefault());
form.q.addEventListener("input", debounce(() => showCatalogue(), 250));
form.user.addEventListener("input", debounce(() => chosen && choose(chosen), 400));
element("more").addEventListener("click", () => showCatalogue(catalogue.cursor));
if (API_KEY) showCatalogue();
else {
  complain(
    "This page has no API key yet. Run “deno task dev --demo”, or write your key and project at the top of app.js.",
  );
}

/** The first page of what the search finds, or the page at a cursor below what is shown. */
async function showCatalogue(cursor) {
  const turn = ++catalogue.turn;
  try {
    const page = await listItems(form.q.value.trim(), cursor);
    if (turn !== catalogue.turn) return; // a newer search has been typed
    const cards = page.items.map(({ item_title }) => card(item_title));
    if (cursor) element("catalogue").append(...cards);
    else element("catalogue").replaceChildren(...cards);
    if (cursor) cards[0]?.querySelector("button").focus();
    catalogue.cursor = page.cursor;
    element("more").hidden = !page.cursor;
    if (!cursor && cards.length === 0) complain("No artist has such a name.");
    else if (!chosen) say("The artists that go with it, and with you, appear here.");
    markChosen();
  } catch (error) {
    complain(error.message);
  }
}

/** Asks for what goes with a title, and shows it. */
async function choose(title) {
  chosen = title;
  markChosen();
  const turn = ++asked;
  const user = form.user.value.trim();
  element("next-heading").textContent = `Because you play ${title}`;
  element("next-heading").scrollIntoView({ block: "nearest" });
  say("Asking …");
  try {
    const list = await recommend(title, user);
    if (turn !== asked) return;
    const best = Math.max(...list.map(({ score }) => score), 0);
    element("recommendations").replaceChildren(...list.map((item) => recommendation(item, best)));
    say(user ? `${list.length} artists for user ${user}.` : `${list.length} artists.`);
  } catch (error) {
    if (turn !== asked) return;
    element("recommendations").replaceChildren();
    complain(error.message);
  }
}

function card(title) {
  const button = make("button", { type: "button", "aria-pressed": "false" });
  button.dataset.title = title;
  button.append(drawCover(title), make("span", {}, title));
  button.addEventListener("click", () => choose(title));
  const item = make("li");
  item.append(button);
  return item;
}

function recommendation({ item_title, score, fallback }, best) {
  const item = card(item_title);
  const words = fallback ? "popular with everybody" : `score ${score.toPrecision(3)}`;
  const bar = make("meter", {
    min: 0,
    max: 1,
    value: best ? score / best : 0,
    "aria-label": words,
  });
  item.firstChild.append(make("small", {}, words), bar);
  return item;
}

function markChosen() {
  for (const button of document.querySelectorAll("button[data-title]")) {
    button.setAttribute("aria-pressed", String(button.dataset.title === chosen));
  }
}

/** A line of the drawer; the key itself is not shown. */
function showRequest({ method, path, body, status, answer, ms }) {
  const line = make("details");
  const summary = make("summary");
  summary.append(
    make("code", {}, `${method} ${decodeURIComponent(path)}`),
    make("span", { class: status === 200 ? "good" : "bad" }, status),
    make("span", {}, `${ms} ms`),
  );
  line.append(summary);
  if (body) line.append(make("pre", { tabindex: 0 }, JSON.stringify(body, null, 2)));
  line.append(make("pre", { tabindex: 0 }, JSON.stringify(answer, null, 2)));
  const item = make("li");
  item.append(line);
  element("requests").prepend(item);
  while (element("requests").childElementCount > 50) element("requests").lastChild.remove();
  element("count").textContent = Number(element("count").textContent) + 1;
}

function say(text) {
  element("status").textContent = text;
  element("status").classList.remove("bad");
}

function complain(text) {
  say(text);
  element("status").classList.add("bad");
}

function make(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function debounce(callback, ms) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(callback, ms);
  };
}

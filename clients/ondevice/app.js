/* MovieRec on the visitor's device: the model comes once, by key; then the page forbids itself every
   request. What a visitor chooses goes to no server. Host this folder beside movierec/, whose look
   it has, with the airec-model.js that “deno task build:model” makes. */
"use strict";

// Yours: where AiREC's webhooks service is, the key of your app, and the project to ask.
// (In the demo, demo-config.js beside this file says it.)
const API_URL = globalThis.DEMO_CONFIG?.API_URL ?? "http://localhost:3001";
const API_KEY = globalThis.DEMO_CONFIG?.API_KEY ?? "";
const PROJECT_ID = globalThis.DEMO_CONFIG?.PROJECT_ID ?? 0;

const SHOWN = 40;
const KEPT_AS = `airec-liked-${PROJECT_ID}`;

/* ── The model: two requests, then none ─────────────────────────────────────────────────────── */

/** Fetches the public part of the model, which has nobody's history in it, and cuts the network. */
async function openOnce() {
  if (!globalThis.airec) {
    throw new Error("airec-model.js is missing. Run “deno task build:model”.");
  }
  if (!API_KEY) {
    throw new Error(
      "This page has no API key yet. Run “deno task dev --demo”, or write your key and project at the top of app.js.",
    );
  }
  const url = `${API_URL}/api/model/${PROJECT_ID}/`;
  try {
    const model = await airec.openModel({ url, key: API_KEY });
    cutNetwork();
    return model;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error(`There is no answer from ${API_URL}. Is AiREC running?`);
  }
}

/** From here on the browser refuses this page whatever it might ask of any server. */
function cutNetwork() {
  const policy = make("meta", {
    "http-equiv": "Content-Security-Policy",
    content: "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'none'",
  });
  document.head.append(policy);
}

/* ── The page ───────────────────────────────────────────────────────────────────────────────── */

const element = (id) => document.getElementById(id);
const form = element("search");
/** What the visitor likes, in the order of choosing: id and title. */
let liked = kept();
let model;
start();

async function start() {
  form.addEventListener("submit", (event) => event.preventDefault());
  try {
    model = await openOnce();
  } catch (error) {
    showNetwork("failed", error.message);
    return;
  }
  const films = model.manifest.items.toLocaleString("en");
  showNetwork("cut", `${films} films are here; the network is cut`);
  form.q.addEventListener("input", () => showCatalogue());
  element("more").addEventListener("click", () => {
    showCatalogue(element("catalogue").childElementCount);
  });
  element("forget").addEventListener("click", () => like([]));
  liked = liked.filter(({ item_id, item_title }) =>
    model.items({ q: item_title, limit: 100 }).some((film) => film.item_id === item_id)
  );
  showCatalogue();
  like(liked);
}

/** The first films that the search finds, or those from a place on below what is shown. */
function showCatalogue(offset = 0) {
  const found = model.items({ q: form.q.value.trim(), offset, limit: SHOWN + 1 });
  const cards = found.slice(0, SHOWN).map(card);
  if (offset > 0) element("catalogue").append(...cards);
  else element("catalogue").replaceChildren(...cards);
  if (offset > 0) cards[0]?.querySelector("button").focus();
  element("more").hidden = found.length <= SHOWN;
  markLiked();
}

/** Takes a choice of films as the visitor's, and shows what goes with it. */
function like(films) {
  liked = films;
  keep(films);
  element("shelf").hidden = films.length === 0;
  element("liked").replaceChildren(...films.map(card));
  markLiked();
  showRecommendations();
}

function showRecommendations() {
  const heading = element("next-heading");
  if (liked.length === 0) {
    heading.textContent = "Choose films you like";
    say("Your choice stays on this device; so does the list that it makes.");
    element("recommendations").replaceChildren();
    return;
  }
  const started = performance.now();
  const history = liked.map(({ item_id }) => item_id);
  const { recommendations } = model.recommend({ history, n: 10, explain: true });
  const ms = performance.now() - started;
  heading.textContent = "For you";
  const best = Math.max(...recommendations.map(({ score }) => score), 0);
  element("recommendations").replaceChildren(
    ...recommendations.map((film) => recommendation(film, best)),
  );
  say(`${recommendations.length} films, reckoned here in ${Math.max(0.1, ms).toFixed(1)} ms.`);
}

/** A film to choose, or to choose no more. */
function card(film) {
  const { item_id, item_title } = film;
  const button = make("button", { type: "button", "aria-pressed": "false" });
  button.dataset.id = item_id;
  button.append(drawCover(item_title), make("span", {}, item_title));
  button.addEventListener("click", () => {
    const others = liked.filter((one) => one.item_id !== item_id);
    like(others.length < liked.length ? others : [...liked, { item_id, item_title }]);
  });
  const item = make("li");
  item.append(button);
  return item;
}

function recommendation(film, best) {
  const { score, fallback, reason } = film;
  const item = card(film);
  const words = fallback ? "popular with everybody" : reason ?? `score ${score.toPrecision(3)}`;
  const bar = make("meter", {
    min: 0,
    max: 1,
    value: best ? Math.max(0, score / best) : 0,
    "aria-label": `score ${score.toPrecision(3)}`,
  });
  item.firstChild.append(make("small", {}, words), bar);
  return item;
}

function markLiked() {
  const ids = new Set(liked.map(({ item_id }) => item_id));
  for (const button of document.querySelectorAll("button[data-id]")) {
    button.setAttribute("aria-pressed", String(ids.has(button.dataset.id)));
  }
}

/** The choice of the last visit, kept by this browser alone. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS)) ?? [];
  } catch {
    return [];
  }
}

function keep(films) {
  try {
    if (films.length > 0) localStorage.setItem(KEPT_AS, JSON.stringify(films));
    else localStorage.removeItem(KEPT_AS);
  } catch {
    // A browser that keeps nothing: then the choice lasts as long as the page.
  }
}

function showNetwork(state, text) {
  element("network").dataset.state = state;
  element("network").textContent = text;
}

function say(text) {
  element("status").textContent = text;
}

function make(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

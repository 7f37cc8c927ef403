/* MovieRec on the visitor's device: downloads the model once, by key, then blocks all requests
   of the page, so that no server learns the visitor's taste. Host this folder next to shop/ and
   movierec/, with the airec-model.js that “deno task build:model” builds. */
"use strict";

// Your settings: the URL of AiREC's webhooks service, a publishable key of your app whose `model`
// is true, and the project. (The demo sets them in demo-config.js in this folder.)
const API_URL = globalThis.DEMO_CONFIG?.API_URL ?? "http://localhost:3001";
const API_KEY = globalThis.DEMO_CONFIG?.API_KEY ?? "";
const PROJECT_ID = globalThis.DEMO_CONFIG?.PROJECT_ID ?? 0;

/** The shop's `api`, answered by the public part of the model, which contains no user histories. */
function openDevice() {
  let model;
  return {
    async columns() {
      model ??= await openOnce();
      return model.columns();
    },
    // deno-lint-ignore require-await -- as of a service
    async items({ q = "", cursor = "0", limit = 36 }) {
      const offset = Number(cursor);
      const found = model.items({ q, offset, limit: limit + 1 });
      const next = found.length > limit ? String(offset + limit) : undefined;
      return { items: found.slice(0, limit), cursor: next };
    },
    // deno-lint-ignore require-await
    async item(id) {
      return model.item(id);
    },
    // deno-lint-ignore require-await
    async recommend(asked) {
      const started = performance.now();
      const answer = model.recommend({ anonymous_id: "visitor", ...asked, explain: true });
      const ms = Math.max(0.1, performance.now() - started).toFixed(1);
      showNetwork(
        "cut",
        `The network is cut: ${answer.recommendations.length} films in ${ms} ms, here`,
      );
      return answer;
    },
  };
}

/** Fetches the model by two requests and cuts the network. */
async function openOnce() {
  showNetwork("loading", "Fetching the model …");
  try {
    if (!globalThis.airec) {
      throw new Error("airec-model.js is missing: run `deno task build:model`.");
    }
    const model = await airec.openModel({
      url: `${API_URL}/api/model/${PROJECT_ID}/`,
      key: API_KEY,
    });
    cutNetwork();
    showNetwork("cut", `${model.manifest.items} films are here; the network is cut`);
    return model;
  } catch (error) {
    showNetwork("failed", "No model");
    if (!(error instanceof TypeError)) throw error;
    throw new ApiError(0, { detail: `There is no answer from ${API_URL}.` });
  }
}

/** From here on the browser blocks all requests of this page. */
function cutNetwork() {
  const policy = make("meta", {
    "http-equiv": "Content-Security-Policy",
    content: "default-src 'none'; style-src 'self' 'unsafe-inline'; form-action 'none'",
  });
  document.head.append(policy);
}

function showNetwork(state, text) {
  element("network").dataset.state = state;
  element("network").textContent = text;
}

document.querySelector(".brand").append(
  wordmark("MOVIEREC", { height: 30, stretch: .62, weight: .2, tracking: .1 }),
);

openShop({
  key: API_KEY,
  project: PROJECT_ID,
  api: openDevice(),
  draw: drawPoster,
  words: {
    shop: "MovieRec on your device",
    page: "clients/ondevice/app.js",
    window: [
      "The Curious Lighthouse (1958)",
      "Return to Europa (1984)",
      "A Letter in Kyoto (1971)",
      "The Lonesome Sheriff (1962)",
      "Double Alibi (2012)",
      "Summer Holiday (1999)",
      "The Painted Canyon (2004)",
    ],
    welcome: "Nobody knows what you watch",
    first: "Tonight’s first choice",
    forYou: "Next for you",
    unknown: "You like nothing yet, so these are everybody’s favourites. Like a film or two.",
    all: "All films",
    nothing: "No film has such a title.",
    lost: "There is no such film",
    away: "This film cannot be had just now",
    more: "More about it",
    liked: "Like",
    yours: "My films",
    kept: "What you like stays in this browser, and so do the lists that it makes.",
    noneYet: "You like no film yet. The heart on a poster says that you do.",
  },
});

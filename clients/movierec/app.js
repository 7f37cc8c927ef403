/* MovieRec: a static film shop with recommendations by AiREC, hosted anywhere or opened from
   disk. */
"use strict";

// Your settings: the URL of AiREC's webhooks service, a publishable key of your app, the project.
// (The demo sets them in demo-config.js in this folder.)
const API_URL = globalThis.DEMO_CONFIG?.API_URL ?? "http://localhost:3001";
const API_KEY = globalThis.DEMO_CONFIG?.API_KEY ?? "";
const PROJECT_ID = globalThis.DEMO_CONFIG?.PROJECT_ID ?? 0;
// Signed-in members: your server inserts only the visitor's own id, with the user_token it signed.
// (The demo has a few to choose from.)
const MEMBERS = globalThis.DEMO_CONFIG?.MEMBERS ?? {};

document.querySelector(".brand").append(
  wordmark("MOVIEREC", { height: 30, stretch: .62, weight: .2, tracking: .1 }),
);

openShop({
  key: API_KEY,
  project: PROJECT_ID,
  members: MEMBERS,
  api: openApi({ url: API_URL, key: API_KEY, project: PROJECT_ID, onCall: openDrawer() }),
  price: 3.99,
  draw: drawPoster,
  words: {
    shop: "MovieRec",
    page: "clients/movierec/app.js",
    window: [
      "The Curious Lighthouse (1958)",
      "Return to Europa (1984)",
      "A Letter in Kyoto (1971)",
      "The Lonesome Sheriff (1962)",
      "Double Alibi (2012)",
      "Summer Holiday (1999)",
      "The Painted Canyon (2004)",
    ],
    welcome: "What to watch next",
    first: "Tonight’s first choice",
    forYou: "Next for you",
    unknown: "We know nothing of you yet, so these are everybody’s favourites. Like a film or two.",
    all: "All films",
    nothing: "No film has such a title.",
    lost: "There is no such film",
    away: "This film cannot be fetched just now",
    more: "More about it",
    liked: "Like",
    bought: "Watch for 3.99",
    hidden: "Not for me",
    yours: "My films",
    kept:
      "What you like is kept in this browser. AiREC knows you by a random number, which is a new one " +
      "on each visit unless this browser may remember it.",
    noneYet: "You like no film yet. The heart on a poster says that you do.",
    memberId: "Member’s number",
    member:
      "Who has rated films here before is known to the model, and may be told so once they are " +
      "signed in: the shop’s server signs for them. In the demo it has signed for these.",
  },
});

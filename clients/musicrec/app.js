/* MusicRec: a static music shop with recommendations by AiREC, hosted anywhere or opened from
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
  wordmark("MUSIC/REC", { height: 24, stretch: 1.2, weight: .14, tracking: .16 }),
);

openShop({
  key: API_KEY,
  project: PROJECT_ID,
  members: MEMBERS,
  api: openApi({ url: API_URL, key: API_KEY, project: PROJECT_ID, onCall: openDrawer() }),
  price: 11.99,
  draw: drawSleeve,
  words: {
    shop: "MusicRec",
    page: "clients/musicrec/app.js",
    window: [
      "Winter Serpent",
      "Paper Lanterns",
      "Young Jericho",
      "Sugar Fever",
      "The Delacroix Five",
      "Binary Garden",
      "Willa Fenn",
    ],
    welcome: "Play this next",
    first: "First in line",
    forYou: "Then these",
    unknown:
      "We have not heard you yet, so this is what everybody plays. Put a record or two in your crate.",
    all: "The whole shop",
    nothing: "No artist has such a name.",
    lost: "There is no such artist",
    away: "This artist cannot be fetched just now",
    more: "Who goes with them",
    liked: "Like",
    bought: "Buy for 11.99",
    hidden: "Not for me",
    yours: "My crate",
    kept:
      "Your crate is kept in this browser. AiREC knows you by a random number, which is a new one on " +
      "each visit unless this browser may remember it.",
    noneYet: "Your crate is empty. The heart on a sleeve puts it here.",
    memberId: "Member’s name",
    member:
      "Whoever has listened here before is known to the model, and may be told so once they are " +
      "signed in: the shop’s server signs for them. In the demo it has signed for these.",
  },
});

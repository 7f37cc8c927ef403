/* MusicRec: a page anybody can host, or open from disk, that asks AiREC who to hear next. */
"use strict";

// Yours: where AiREC's webhooks service is, a publishable key of your app, and the project to ask.
// (In the demo, demo-config.js beside this file says it.)
const API_URL = globalThis.DEMO_CONFIG?.API_URL ?? "http://localhost:3001";
const API_KEY = globalThis.DEMO_CONFIG?.API_KEY ?? "";
const PROJECT_ID = globalThis.DEMO_CONFIG?.PROJECT_ID ?? 0;
// Who is signed in: your server puts here their id with the user_token that it signed, and nobody
// else's. (In the demo there are a few to choose from.)
const MEMBERS = globalThis.DEMO_CONFIG?.MEMBERS ?? {};

document.querySelector(".brand").append(
  wordmark("MUSIC/REC", { height: 24, stretch: 1.2, weight: .14, tracking: .16 }),
);

openShop({
  key: API_KEY,
  project: PROJECT_ID,
  members: MEMBERS,
  api: openApi({ url: API_URL, key: API_KEY, project: PROJECT_ID, onCall: openDrawer() }),
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
    like: "Like",
    yours: "My crate",
    kept:
      "Your crate stays in this browser. It goes along with each request, and no account is needed.",
    noneYet: "Your crate is empty. The heart on a sleeve puts it here.",
    memberId: "Member’s name",
    member:
      "Whoever has listened here before is known to the model, and may be told so once they are " +
      "signed in: the shop’s server signs for them. In the demo it has signed for these.",
  },
});

/** Texts of an app's pages. */
import type { EventName } from "../apps_api.ts";
import { ago, count, counted, dateTime } from "../words.ts";

export const text = {
  title: "App",
  missing: "There is no such app",
  reading: "Reading the app…",
  all: "All apps",
  parts: { overview: "Overview", webhooks: "Webhooks", deliveries: "Deliveries" },
  registered: (made: string, lastUsed: string | null) =>
    `Registered ${dateTime(made)}, last used ${lastUsed ? ago(lastUsed) : "never"}.`,
  delete: {
    noun: "app",
    consequence: "Its keys stop working at once, and its count and its deliveries go for good.",
  },
  usage: {
    title: "Usage",
    span: "Span of days",
    days: (days: number) => `${days} days`,
    none: (days: number) => `No recommendation in the last ${days} days.`,
    inWords: (total: number, days: number, most: { day: string; count: number }) =>
      `${counted(total, "recommendation")} in the last ${days} days, ` +
      `the most on ${most.day}: ${count(most.count)}.`,
    axis: "Day, by UTC",
    head: ["Day", "Recommendations"],
  },
  keys: {
    title: "API keys",
    none: "No key opens anything: the app gets no recommendations.",
    lastUsed: (at: string | null) => at ? `Last used ${ago(at)}` : "Never used",
    opensAll: "Opens all your projects",
    opens: (projects: number[]) =>
      `Opens ${projects.length === 1 ? "project" : "projects"} ${projects.join(", ")} alone`,
    pages: (origins: string[]) => `For pages of ${origins.join(", ")}`,
    givesModel: "Gives the model",
    rate: (calls: number) => `${counted(calls, "call")} a minute`,
    ends: (at: string) => `Ends ${dateTime(at)}`,
    rotate: {
      button: "Rotate",
      title: (name: string) => `Rotate ${name}?`,
      act: "Make the new key",
      says: "A new key with the same rules takes its place, and is shown once.",
      old: (lastFour: string) => `The old key, …${lastFour},`,
    },
    edit: {
      button: "Edit",
      title: (name: string) => `Rules of ${name}`,
      act: "Save the rules",
      says: "They count from the next call on; the key stays the same.",
    },
    revoke: {
      verb: "Revoke",
      noun: "key",
      consequence: "The next call by it is refused. Whoever uses it needs another key.",
    },
    ended: (keys: number) => `${counted(keys, "key")} that ended`,
    endedAt: (revoked: string | null, expired: string | null) =>
      revoked ? `revoked ${dateTime(revoked)}` : `expired ${dateTime(expired!)}`,
    made: (name: string) => `The new key of ${name}`,
    another: "Make another key",
    make: "Make key",
    name: "Name",
    nameHint: "Where it will be used, such as “Website”.",
    kind: {
      title: "Where it stands",
      names: { publishable: "In web pages", secret: "On a server" },
      short: { publishable: "publishable", secret: "secret" },
      says: {
        publishable: "A key in a page is public: anybody can read it there. So this one is " +
          "publishable: it opens what anybody may see of the projects that you choose, to the pages " +
          "that you list, and nobody’s history.",
        secret:
          "It opens all that keys open, everybody’s history too, so it is secret: keep it out " +
          "of pages and apps.",
      },
      noProject: "A key for pages needs a project: make one first.",
      origins: "Pages that may use it",
      originsExample: "https://shop.example",
      originsHint: "Scheme and host of each, one a line. A file opened from disk is “null”.",
      projectsOfPage: "Projects it opens",
      projects: "Only these projects",
      projectsHint: "None chosen: all, later ones too.",
      projectsFault: "The projects",
      model: "Give the model’s files too, to recommend on the device",
    },
    expiry: "Ends",
    asItIs: (at: string) => `as it is, ${dateTime(at)}`,
    expiries: {
      "0": "never",
      "7": "after 7 days",
      "30": "after 30 days",
      "90": "after 90 days",
      "365": "after a year",
    },
    rateLimit: "Calls a minute, at most",
    rateHint: "Empty: no limit.",
    rateFault: "Calls a minute",
  },
  identity: {
    title: "Signed-in visitors",
    says: "A page’s key is public, so a page may ask for a visitor’s own history only with a " +
      "user_token, which your server signs with this secret for whoever is signed in there.",
    since: (made: string | null, previous: string | null) =>
      made === null ? "There is no identity secret yet." : `Made ${dateTime(made)}.` +
        (previous ? ` The one before counts too until ${dateTime(previous)}.` : ""),
    make: "Make identity secret",
    made: "The identity secret",
    copy: "Copy it now: it is not shown again.",
    label: "Identity secret",
    hint: "For your server alone. Whoever has it can ask for anybody’s recommendations.",
    rotate: {
      button: "Rotate identity secret",
      title: "Rotate the identity secret?",
      act: "Make the new secret",
      says: "The new secret is shown once. As long as the old one goes on, tokens of both count.",
      old: "The old secret",
    },
    sign: "Sign a visitor in",
    program: (language: string) => `${language} that makes a user_token`,
    send: "Give it to the page of that visitor, which sends user_id and user_token beside " +
      "project_id. It is good for an hour here, and for a day at most; answered 403, the page gets a " +
      "new one. A visitor without an account needs none: send what they had as history.",
  },
  overlap: {
    "0": "ends at once",
    "3600": "goes on for an hour",
    "86400": "goes on for a day",
    "604800": "goes on for a week",
  },
  events: {
    "recommend.completed": "a recommendation was answered",
    "model.ready": "a training was finished",
    "model.rejected": "a new model was not good enough to serve",
    "training.failed": "a training failed",
    "endpoint.disabled": "another endpoint was switched off",
  } satisfies Record<EventName, string>,
  endpoints: {
    title: "Endpoints",
    says:
      "Each event is POSTed, signed, to every endpoint that wants it, and again for three days " +
      "where it fails. Events may come twice and in any order: webhook-id is the same in each " +
      "repeat.",
    copySecret: "Copy the secret now: it is not shown again.",
    secretOf: (url: string) => `Secret of ${url}`,
    on: "On",
    off: "Off",
    failing: "Failing",
    switchedOff: (reason: string | null, at: string) =>
      `${reason ?? ""} Switched off ${dateTime(at)}: nothing is sent to it until you switch it on.`
        .trim(),
    wants: (events: string[] | null) =>
      events ? `Wants ${events.join(", ")}.` : "Wants all events.",
    failingSince: (at: string) =>
      ` It has failed since ${dateTime(at)}: after five days of that it is switched off.`,
    oldSecret: (until: string) => ` The secret before signs too until ${dateTime(until)}.`,
    test: "Send a test",
    testSent: "A test is on its way: see Deliveries.",
    replay: {
      button: "Replay failures",
      title: "Send again what failed?",
      act: "Send again",
      label: "Everything that failed",
      spans: {
        "1": "in the last day",
        "3": "in the last 3 days",
        "7": "in the last 7 days",
      },
      nothing: "Nothing failed in that time.",
      onTheWay: (deliveries: number) => `${deliveries} on the way: see Deliveries.`,
    },
    rotate: {
      button: "Rotate secret",
      title: "Rotate the secret?",
      act: "Make the new secret",
      says: "The new secret is shown once. As long as the old one goes on, both sign.",
      old: "The old secret",
    },
    edit: { button: "Edit", title: "Change the endpoint", act: "Save the endpoint" },
    switchOn: "Switch on",
    switchOff: "Switch off",
    delete: {
      noun: "endpoint",
      consequence: "Nothing is sent there any more, and what waits for it has failed.",
    },
    first: "Add an endpoint",
    another: "Add another endpoint",
    url: "URL",
    urlExample: "https://",
    events: "Only these events",
    eventsHint: "None chosen: all of them.",
    add: "Add endpoint",
  },
  verify: {
    title: "Verify a signature",
    says:
      "Whoever knows your URL can POST to it: believe only what is signed with the endpoint's " +
      "secret. Libraries for the Standard Webhooks do this; so does the following.",
    label: (language: string) => `${language} to verify a signature`,
  },
  deliveries: {
    title: "Deliveries",
    refresh: "Refresh",
    reading: "Reading deliveries…",
    status: "Status",
    event: "Event",
    endpoint: "Endpoint",
    any: "any",
    words: { PENDING: "Waiting", DELIVERED: "Delivered", FAILED: "Failed" },
    noneLike: "No delivery is like this.",
    nothingSent: "Nothing was sent yet. The first recommendation by this app's key will be.",
    noEndpoint: "This app has no endpoint, so nothing is sent.",
    pages: "Pages of deliveries",
    newest: "Newest",
    older: "Older",
    kept: "Deliveries are kept 30 days, what they said 7.",
    attempts: (attempts: number) => counted(attempts, "attempt"),
    next: (at: string) => `next ${ago(at)}`,
    sent: "Sent",
    notKept: "What was sent is no longer kept.",
    answered: (status: number) => `Answered ${status}`,
    noAnswer: "No answer",
    after: (ms: number, at: string) => ` after ${ms} ms, ${dateTime(at)}`,
    request: "Request",
    answer: "Answer",
    bodyNotKept: "(no longer kept)",
    nothing: "(nothing)",
    sendNow: "Send now",
    sendAgain: "Send again",
    send: (action: string, event: string, at: string) => `${action}: ${event}, ${dateTime(at)}`,
  },
};

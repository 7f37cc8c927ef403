/** Texts of an app's pages. */
import type { EventType } from "../api/apps_api.ts";
import { ago, count, counted, dateTime } from "../ui/words.ts";

export const text = {
  title: "App",
  missing: "App not found",
  reading: "Loading the app…",
  all: "All apps",
  parts: { overview: "Overview", webhooks: "Webhooks", deliveries: "Deliveries" },
  registered: (made: string, lastUsed: string | null) =>
    `Registered ${dateTime(made)}, last used ${lastUsed ? ago(lastUsed) : "never"}.`,
  delete: {
    noun: "app",
    consequence:
      "Its keys stop working immediately; its usage and deliveries are deleted permanently.",
  },
  usage: {
    title: "Usage",
    span: "Period",
    days: (days: number) => `${days} days`,
    none: (days: number) => `No recommendations in the last ${days} days.`,
    inWords: (total: number, days: number, most: { day: string; count: number }) =>
      `${counted(total, "recommendation")} in the last ${days} days, ` +
      `at most ${count(most.count)} a day (${most.day}).`,
    axis: "Day (UTC)",
    head: ["Day", "Recommendations"],
  },
  keys: {
    title: "API keys",
    none: "This app has no active key, so it cannot request recommendations.",
    lastUsed: (at: string | null) => at ? `Last used ${ago(at)}` : "Never used",
    opensAll: "All projects",
    opens: (projects: number[]) =>
      `Only ${projects.length === 1 ? "project" : "projects"} ${projects.join(", ")}`,
    pages: (origins: string[]) => `Allowed origins: ${origins.join(", ")}`,
    givesModel: "Model download allowed",
    rate: (calls: number) => `${counted(calls, "request")} per minute`,
    ends: (at: string) => `Expires ${dateTime(at)}`,
    rotate: {
      button: "Rotate",
      title: (name: string) => `Rotate ${name}?`,
      act: "Create new key",
      explanation: "A new key with the same settings replaces it. The new key is shown only once.",
      old: (lastFour: string) => `The old key, …${lastFour},`,
    },
    edit: {
      button: "Edit",
      title: (name: string) => `Settings of ${name}`,
      act: "Save changes",
      explanation: "Changes apply from the next request. The key itself does not change.",
    },
    revoke: {
      verb: "Revoke",
      noun: "key",
      consequence: "Requests with it are refused immediately. Its clients need another key.",
    },
    ended: (keys: number) => counted(keys, "inactive key"),
    endedAt: (revoked: string | null, expired: string | null) =>
      revoked ? `revoked ${dateTime(revoked)}` : `expired ${dateTime(expired!)}`,
    made: (name: string) => `New key of ${name}`,
    another: "Create another key",
    make: "Create key",
    name: "Name",
    nameHint: "Where it is used, such as “Website”.",
    kind: {
      title: "Type",
      names: { publishable: "Publishable (web pages)", secret: "Secret (server)" },
      short: { publishable: "publishable", secret: "secret" },
      explanation: {
        publishable:
          "Anyone can read a key in a web page. A publishable key is limited to the origins and " +
          "projects you choose, and never returns a user’s history.",
        secret:
          "A secret key has full access, including user histories. Use it only on your server, " +
          "never in a page or app.",
      },
      noProject: "A publishable key needs a project: create one first.",
      origins: "Allowed origins",
      originsExample: "https://shop.example",
      originsHint:
        "Scheme and host, one per line. The origin of a file opened from disk is “null”.",
      projectsOfPage: "Allowed projects",
      projects: "Only these projects",
      projectsHint: "None chosen: all projects, including later ones.",
      projectsFault: "The projects",
      model: "Allow downloading the model for on-device recommendations",
    },
    expiry: "Expires",
    asItIs: (at: string) => `unchanged, ${dateTime(at)}`,
    expiries: {
      "0": "never",
      "7": "after 7 days",
      "30": "after 30 days",
      "90": "after 90 days",
      "365": "after a year",
    },
    rateLimit: "Rate limit, in requests per minute",
    rateHint: "Empty: no limit. Long lists, diversity, explanations, filters and long histories " +
      "may count as several requests.",
    rateFault: "The rate limit",
  },
  identity: {
    title: "Signed-in visitors",
    explanation:
      "A publishable key returns a signed-in visitor’s own recommendations only with a user_token, " +
      "which your server signs with this secret.",
    since: (made: string | null, previous: string | null) =>
      made === null ? "There is no identity secret yet." : `Created ${dateTime(made)}.` +
        (previous ? ` The previous secret is valid until ${dateTime(previous)}.` : ""),
    make: "Create identity secret",
    made: "New identity secret",
    copy: "Copy it now: it is not shown again.",
    label: "Identity secret",
    hint: "For your server only: it allows requests for any user.",
    rotate: {
      button: "Rotate identity secret",
      title: "Rotate the identity secret?",
      act: "Create new secret",
      explanation:
        "The new secret is shown only once. Tokens signed with the old secret are valid until " +
        "it expires.",
      old: "The old secret",
    },
    sign: "Create a user_token",
    program: (language: string) => `${language} that creates a user_token`,
    send:
      "Pass the token to the visitor’s page, which sends user_id and user_token with project_id. " +
      "This one is valid for an hour; the maximum is a day. After a 403, create a new one. For " +
      "visitors without an account, send their history instead.",
  },
  overlap: {
    "0": "expires immediately",
    "3600": "stays valid for an hour",
    "86400": "stays valid for a day",
    "604800": "stays valid for a week",
  },
  events: {
    "recommend.completed": "a request for recommendations succeeded",
    "model.ready": "a training finished",
    "model.rejected": "a new version did not pass the quality gate",
    "results.daily": "a day with recommendations or events has ended",
    "training.failed": "a training failed",
    "endpoint.disabled": "another endpoint was disabled",
  } satisfies Record<EventType, string>,
  endpoints: {
    title: "Endpoints",
    explanation:
      "Each event is sent as a signed POST request to every subscribed endpoint. Failed deliveries " +
      "are retried for three days. Events may arrive more than once and in any order; retries have " +
      "the same webhook-id.",
    copySecret: "Copy the secret now: it is not shown again.",
    secretOf: (url: string) => `Secret of ${url}`,
    on: "Enabled",
    off: "Disabled",
    failing: "Failing",
    switchedOff: (reason: string | null, at: string) =>
      `${reason ?? ""} Disabled ${dateTime(at)}: no events are sent to it until you enable it.`
        .trim(),
    wants: (events: string[] | null) => events ? `Events: ${events.join(", ")}.` : "All events.",
    failingSince: (at: string) =>
      ` It has been failing since ${dateTime(at)} and is disabled after five days of failures.`,
    oldSecret: (until: string) => ` The previous secret also signs until ${dateTime(until)}.`,
    test: "Send test event",
    testSent: "The test event is queued: see Deliveries.",
    replay: {
      button: "Resend failures",
      title: "Resend failed deliveries?",
      act: "Resend",
      label: "Deliveries that failed",
      spans: {
        "1": "in the last day",
        "3": "in the last 3 days",
        "7": "in the last 7 days",
      },
      nothing: "No delivery failed in that period.",
      onTheWay: (deliveries: number) =>
        `${counted(deliveries, "delivery", "deliveries")} queued: see Deliveries.`,
    },
    rotate: {
      button: "Rotate secret",
      title: "Rotate the secret?",
      act: "Create new secret",
      explanation:
        "The new secret is shown only once. Both secrets sign until the old one expires.",
      old: "The old secret",
    },
    edit: { button: "Edit", title: "Edit the endpoint", act: "Save endpoint" },
    switchOn: "Enable",
    switchOff: "Disable",
    delete: {
      noun: "endpoint",
      consequence: "No further events are sent to it, and its pending deliveries fail.",
    },
    first: "Add an endpoint",
    another: "Add another endpoint",
    url: "URL",
    urlExample: "https://",
    events: "Only these events",
    eventsHint: "None chosen: all events.",
    add: "Add endpoint",
  },
  verify: {
    title: "Verify a signature",
    explanation:
      "Anyone who knows the URL can send requests to it: accept only requests signed with the " +
      "endpoint's secret. Libraries for Standard Webhooks do this, and so does this code.",
    label: (language: string) => `${language} to verify a signature`,
  },
  deliveries: {
    title: "Deliveries",
    refresh: "Refresh",
    reading: "Loading deliveries…",
    status: "Status",
    event: "Event",
    endpoint: "Endpoint",
    any: "any",
    words: { PENDING: "Pending", DELIVERED: "Delivered", FAILED: "Failed" },
    noneLike: "No matching deliveries.",
    nothingSent: "No deliveries yet. The first recommendation with this app's key creates one.",
    noEndpoint: "This app has no endpoint, so no events are sent.",
    pages: "Pages of deliveries",
    newest: "Newest",
    older: "Older",
    kept: "Deliveries are kept for 30 days, their payloads for 7.",
    attempts: (attempts: number) => counted(attempts, "attempt"),
    next: (at: string) => `next ${ago(at)}`,
    sent: "Payload",
    notKept: "The payload is no longer stored.",
    answered: (status: number) => `Status ${status}`,
    noAnswer: "No response",
    after: (ms: number, at: string) => ` after ${ms} ms, ${dateTime(at)}`,
    request: "Request",
    answer: "Response",
    bodyNotKept: "(no longer stored)",
    nothing: "(empty)",
    sendNow: "Send now",
    sendAgain: "Resend",
    send: (action: string, event: string, at: string) => `${action}: ${event}, ${dateTime(at)}`,
  },
};

/** Routes by key for what visitors do: live events, and merges when a visitor signs in. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import type { byKey } from "../../http/identity/roles.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import { NoQuery } from "../../http/service/unknown_fields.ts";
import { checkProject, type Keyed } from "../calls/keyed.ts";
import { passOn } from "../calls/pass_on.ts";
import { publicPerson } from "../calls/public_request.ts";
import type { WebhooksDeps } from "../deps.ts";
import { answer, body, bodyOrText, ProjectId } from "./contract.ts";

/** Maximum number of rows of a call from a server, and from a page. */
const MOST_ROWS = 5_000;
const MOST_PAGE_ROWS = 500;
/** Maximum body of a page, in bytes: `navigator.sendBeacon` sends no more either. */
const PAGE_BYTES = 64 * 1024;

const description = "Up to 5,000 events and 1 MiB from a server; from a page, whose key is " +
  "publishable, up to 500 events and 64 KiB. A malformed event is rejected with its index and " +
  "the reason, and the others are stored. Costs one unit for 20 events, counted apart from " +
  "recommendations.";

/** An event for the API description: the recommender validates each by itself. */
const EVENT = {
  type: "object" as const,
  required: ["type"],
  additionalProperties: false,
  properties: {
    id: {
      type: "string" as const,
      description: "Chosen by the sender, best a UUIDv7: a repeat within 7 days is a duplicate.",
    },
    type: {
      type: "string" as const,
      description: "impression, click, view, cart, purchase, like, rating, dislike, hide or " +
        "retract, a name of Segment or GA4 for the same, or up to 100 others, and 20 more from " +
        "pages.",
    },
    item_id: { type: ["string", "number"] as ["string", "number"] },
    products: {
      type: "array" as const,
      items: { type: "object" as const, additionalProperties: true },
      description:
        "Instead of item_id: the products of an order, as Segment names them; items as in GA4.",
    },
    at: {
      type: ["string", "number"] as ["string", "number"],
      description:
        "ISO 8601, or seconds or milliseconds since 1970; by default the time of the call.",
    },
    value: {
      type: "number" as const,
      description: "Revenue, or the rating of an event of type rating.",
    },
    recommendation_id: {
      type: "string" as const,
      description: "Of the list that the event followed.",
    },
    position: { type: "integer" as const, description: "Of the item in the list, from 0." },
    placement: { type: "string" as const, description: "Place where the list was shown." },
  },
};

const PersonId = z.union([z.string(), z.number()], "must be a string or a number").nullish()
  .openapi({ type: ["string", "number", "null"] });

const MergedId = z.union(
  [z.string().min(1), z.number()],
  "must be a string or a number, and not empty",
);

const UserToken = z.string().nullish().openapi({
  description: "Proves a user_id for a publishable key: exp.HMAC-SHA-256(identity secret, JSON " +
    "[project_id, user_id, exp]), at most 24 hours ahead.",
});

const interactions = createRoute({
  method: "post",
  operationId: "sendEvents",
  path: "/api/interactions",
  summary: "Receives live events by key: they count in the next recommendations.",
  description: description +
    " A page can send it without a preflight as text/plain, as navigator.sendBeacon does: the " +
    "same JSON, with the key as its member key.",
  request: {
    query: NoQuery,
    ...bodyOrText(
      z.strictObject({
        project_id: ProjectId,
        user_id: PersonId,
        user_token: UserToken,
        anonymous_id: PersonId.describe(
          "A visitor who is not signed in; from a page a random UUID (version 4). With a user_id, " +
            "its events so far become the user's.",
        ),
        sent_at: z.union([z.string(), z.number()]).nullish().describe(
          "Time of the call by the sender's clock: each at is moved by the difference.",
        ),
        events: z.array(z.unknown()).min(1).max(MOST_ROWS).openapi({ items: EVENT }),
      }).openapi("InteractionsRequest"),
    ),
  },
  responses: {
    202: answer(
      "Stored, apart from the rejected events",
      z.object({
        accepted: z.int(),
        duplicates: z.int().openapi({ description: "Number of events whose id was known." }),
        rejected: z.array(z.object({ index: z.int(), code: z.string(), detail: z.string() })),
        warnings: z.array(z.string()).optional(),
      }).openapi("InteractionsReceived"),
    ),
    ...problems(),
    ...problemResponses("too_large"),
  },
});

const merge = createRoute({
  method: "post",
  operationId: "mergeVisitor",
  path: "/api/users/merge",
  summary: "Merges an anonymous visitor into a user by key: the events so far are the user's.",
  description: "Call it when a visitor signs in. The anonymous_id alone then stands for what " +
    "comes under it later. A repeat is harmless. With a publishable key, into needs its " +
    "user_token.",
  request: {
    query: NoQuery,
    ...body(
      z.strictObject({
        project_id: ProjectId,
        from: MergedId.openapi({
          type: ["string", "number"],
          description: "The anonymous_id.",
        }),
        into: MergedId.openapi({
          type: ["string", "number"],
          description: "The user_id.",
        }),
        user_token: UserToken,
      }).openapi("MergeRequest"),
    ),
  },
  responses: {
    200: answer("Merged", z.object({ from: z.string(), into: z.string() })),
    ...problems(),
  },
});

function problems() {
  return {
    ...problemResponses("malformed_request", "unauthenticated", "forbidden", "not_found"),
    ...problemResponses("unsupported_media_type", "invalid_input", "too_many_requests"),
    ...problemResponses("bad_gateway", "unavailable"),
  };
}

/** Routes of live events. */
export function liveRoutes(
  { recommender, secretKey, byEvents }: Pick<WebhooksDeps, "recommender" | "secretKey"> & {
    byEvents: ReturnType<typeof byKey<ReturnType<Keyed>>>;
  },
) {
  return createRoutes({ tag: "By key" })
    .openapi({ ...interactions, ...byEvents }, async (c) => {
      const { project_id: projectId, user_token, ...sent } = c.req.valid("json");
      const { bearer } = c.var;
      checkProject(bearer, projectId);
      const isPage = bearer.kind === "publishable";
      if (isPage) checkSize(await c.req.text(), sent.events.length);
      const person = isPage
        ? await publicPerson({ ...sent, user_token }, {
          ...{ projectId, bearer, secretKey },
          now: Date.now(),
        })
        : {};
      const asked = { ...sent, ...person, source: isPage ? "page" : "server" };
      return passOn(c, await recommender.events(projectId, asked, c.var));
    })
    .openapi({ ...merge, ...byEvents }, async (c) => {
      const { project_id: projectId, from, into, user_token } = c.req.valid("json");
      const { bearer } = c.var;
      checkProject(bearer, projectId);
      if (bearer.kind === "publishable") {
        await publicPerson({ anonymous_id: from, user_id: into, user_token }, {
          ...{ projectId, bearer, secretKey, now: Date.now() },
          names: { anonymous_id: "from", user_id: "into" },
        });
      }
      return passOn(c, await recommender.mergeVisitor(projectId, { from, into }, c.var));
    });
}

/** @throws {Problem} if a page's call is over its limits. */
function checkSize(text: string, rows: number): void {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > PAGE_BYTES) {
    throw new Problem(
      "too_large",
      `A page's call may have at most ${PAGE_BYTES} bytes, and this one has ${bytes}: send fewer ` +
        "events at a time.",
    );
  }
  if (rows > MOST_PAGE_ROWS) {
    throw invalidInput([{
      pointer: "/events",
      detail: `must have at most ${MOST_PAGE_ROWS} entries from a page`,
    }]);
  }
}

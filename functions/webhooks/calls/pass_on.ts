import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { RecommenderAnswer } from "./recommender.ts";

/**
 * Returns the recommender's response unchanged, problems included. Typed `never`, since parsing the
 * text only for a type would be wasteful; the route's schema describes it.
 */
export function passOn(
  c: Context,
  { status, contentType, body, link, retryAfter, units }: RecommenderAnswer,
) {
  if (units !== null) c.set("units", units);
  return c.body(body, status as ContentfulStatusCode, {
    "content-type": contentType,
    ...(link && { link }),
    ...(retryAfter && { "retry-after": retryAfter }),
  }) as never;
}

/** Returns the recommender's link to the next page of items as a link to this service. */
export function itemsLink(link: string, projectId: number): string | null {
  const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link)?.[1];
  if (next === undefined) return null;
  const { searchParams } = new URL(next, "http://recommender");
  searchParams.set("project_id", String(projectId));
  return `</api/items?${searchParams}>; rel="next"`;
}

import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type RecommenderAnswer, UNITS_HEADER } from "./recommender.ts";

/**
 * The recommender's answer as it came, problems too. `never`, because the text is not parsed again
 * only to have a type: the route's schema says what it is.
 */
export function passOn(
  c: Context,
  { status, contentType, body, link, retryAfter, units }: RecommenderAnswer,
) {
  return c.body(body, status as ContentfulStatusCode, {
    "content-type": contentType,
    ...(link && { link }),
    ...(retryAfter && { "retry-after": retryAfter }),
    ...(units && { [UNITS_HEADER]: units }),
  }) as never;
}

/** The recommender's link to the next page of a project's items, as a link to our own route. */
export function itemsLink(link: string, projectId: number): string | null {
  const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link)?.[1];
  if (next === undefined) return null;
  const { searchParams } = new URL(next, "http://recommender");
  searchParams.set("project_id", String(projectId));
  return `</api/items?${searchParams}>; rel="next"`;
}

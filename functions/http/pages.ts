/** Pagination: `limit` and `cursor` in the query, the next page in a `Link` header (RFC 8288). */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";

/** Query of every list. A cursor comes from the `Link` header of the previous page. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50)
    .openapi({ description: "Maximum number of results, 1 to 200." }),
  cursor: z.string().max(200).optional()
    .openapi({
      description: "Start of the page: the cursor from the previous page's Link header.",
    }),
});

/**
 * Returns the first `limit` rows and sets the `Link` header if there are more. The caller queries
 * one row more than `limit`.
 * @param cursorOf returns the cursor of a row; the next page starts after it.
 */
export function pageOf<Row>(
  c: Context,
  rows: Row[],
  { limit, cursorOf }: { limit: number; cursorOf: (row: Row) => string },
): Row[] {
  if (rows.length <= limit) return rows;
  const page = rows.slice(0, limit);
  const next = new URL(c.req.url);
  next.searchParams.set("cursor", cursorOf(page[limit - 1]));
  c.header("link", `<${next.pathname}${next.search}>; rel="next"`);
  return page;
}

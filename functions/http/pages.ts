/** Lists in pages: `limit` and `cursor` in, the next page in a `Link` header (RFC 8288) out. */
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";

/** The query of every list. A cursor is what the `Link` header of the page before gave. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50)
    .openapi({ description: "How many at most, 1 to 200." }),
  cursor: z.string().max(200).optional()
    .openapi({ description: "Where to go on: from the Link header of the page before." }),
});

/**
 * Cuts a list that was asked for with one row more than `limit`, and names the next page where
 * there is one.
 * @param cursorOf the cursor behind a row: the page after it starts there.
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

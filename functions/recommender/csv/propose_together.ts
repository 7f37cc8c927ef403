import type { Match } from "./match.ts";
import type { FileKind } from "./mapping.ts";
import { type ProposedMapping, proposeMapping } from "./propose.ts";

/** A file's columns and first rows. */
export interface Sampled {
  columns: readonly string[];
  sampleRows: readonly string[][];
}

/** A column of which fewer values are known is no proof. */
const LEAST_SHARE = 0.5;

/**
 * Proposes the mappings of two files that belong together: the interactions name their items by the
 * column whose values stand in the items file. Small numbers stand in many columns, so what a name
 * says is for something else is left to it, and of several the one wins that reaches most items.
 */
export function proposeTogether(
  content: Sampled,
  interactions: Sampled,
  matches: readonly Match[],
): Record<FileKind, ProposedMapping> {
  const own = {
    CONTENT: proposeMapping("CONTENT", content.columns, content.sampleRows),
    INTERACTION: proposeMapping("INTERACTION", interactions.columns, interactions.sampleRows),
  };
  const named = own.INTERACTION.reasons.filter(({ by }) => by === "name");
  const isItem = (key: string) => key === "item_id" || key === "item_title";
  const itemColumns = named.filter(({ key }) => isItem(key)).map(({ column }) => column);
  const otherColumns = named.filter(({ key }) => !isItem(key)).map(({ column }) => column);
  const [best] = matches
    .filter(({ column, share }) => share >= LEAST_SHARE && !otherColumns.includes(column))
    .toSorted((a, b) =>
      Number(itemColumns.includes(b.column)) - Number(itemColumns.includes(a.column)) ||
      tenths(b.share) - tenths(a.share) || b.distinct - a.distinct
    );
  if (!best) return own;

  const { column } = best;
  const { item_id, item_title } = own.CONTENT.mapping;
  const alike = matches.filter((match) =>
    match.column === column && tenths(match.share) >= tenths(best.share)
  );
  // Where several columns of the items hold the values, what is proposed for them stays.
  const { among, share } = alike.find((match) => match.among === item_id) ??
    alike.find((match) => match.among === item_title) ?? best;
  const isTitle = among === item_title && among !== item_id;
  const known = {
    key: isTitle ? "item_title" : "item_id",
    column,
    reason: `${percent(share)} of its values are ${isTitle ? "titles" : "ids"} of your items file`,
    by: "match" as const,
  };
  const item = {
    key: "item_id",
    column: among,
    reason: `${percent(share)} of your interactions name their items by it`,
    by: "match" as const,
  };
  return {
    CONTENT: isTitle
      ? own.CONTENT
      : proposeMapping("CONTENT", content.columns, content.sampleRows, { known: [item] }),
    INTERACTION: proposeMapping("INTERACTION", interactions.columns, interactions.sampleRows, {
      known: [known],
      // An id that the items file does not have would decide over the title.
      without: [isTitle ? "item_id" : "item_title"],
    }),
  };
}

function tenths(share: number): number {
  return Math.round(10 * share);
}

/** .987 → "98.7%". */
function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))}%`;
}

import type { Match } from "../rows/match.ts";
import type { FileKind } from "../mapping.ts";
import { readColumnName } from "../dialect/column_name.ts";
import { readColumnValues } from "../columns/column_values.ts";
import { type ProposedMapping, proposeMapping } from "./propose_mapping.ts";
import { INTERACTION_SCORES } from "./role_scores.ts";

/** A file's columns and sample rows. */
export interface Sampled {
  columns: readonly string[];
  sampleRows: readonly string[][];
}

/** Minimum fraction of matching values that is significant. */
const LEAST_SHARE = 0.5;
/** Integers up to this are common as ids, so a match in the other file is weak evidence. */
const SMALL_NUMBER = 100_000;

/**
 * Proposes the mappings of two files that belong together: the item column of the interactions is
 * the one whose values occur in the items file, unless its name denotes something else. Small
 * integers occur in many columns, so for them the name counts first, then the number of items
 * reached.
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
  const [best] = matches.filter(({ share }) => share >= LEAST_SHARE)
    .map((match) => ({ ...match, score: evidenceOf(match, interactions) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.distinct - a.distinct);
  if (!best) return own;

  const { column } = best;
  const { item_id, item_title } = own.CONTENT.mapping;
  const alike = matches.filter((match) =>
    match.column === column && tenths(match.share) >= tenths(best.share)
  );
  // If several columns of the items file contain the values, keep the one already proposed.
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
      // Otherwise an id that the items file lacks would take precedence over the title.
      without: [isTitle ? "item_id" : "item_title"],
    }),
  };
}

/**
 * Returns the score of a column as the item: by its name, and by the number of items it reaches,
 * which counts half if the values are small integers.
 */
function evidenceOf(
  { column, share, distinct }: Match,
  { columns, sampleRows }: Sampled,
): number {
  const cells = sampleRows.map((row) => row[columns.indexOf(column)] ?? "");
  const [nameEvidence, seen] = [readColumnName(column), readColumnValues(cells)];
  const name = { name: column, nameEvidence, seen, cells };
  const named = INTERACTION_SCORES.item_id(name).total;
  const titled = INTERACTION_SCORES.item_title(name).total;
  const isSmall = seen.isWhole && seen.most < SMALL_NUMBER;
  const reach = tenths(share) / 10 * (4 + 2 * Math.log10(1 + distinct));
  return Math.max(named, titled, -6) + (isSmall ? reach / 2 : reach);
}

function tenths(share: number): number {
  return Math.round(10 * share);
}

/** Formats a percentage: .987 → "98.7%". */
function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))}%`;
}

/**
 * Scores how well a column fits a role, by its name and values. Scores are additive: about 6 for a
 * clear name, 3 for nearly unambiguous values, −4 or less for contradicting evidence.
 */
import { type ColumnName, isNameless, isWriter, readOpinionName } from "../dialect/column_name.ts";
import type { ColumnValues } from "../columns/column_values.ts";
import { isRejectingName } from "../columns/turned_ratings.ts";

/** A role that one column of a file can have; features are chosen separately. */
export type Role = "user_id" | "item_id" | "item_title" | "timestamp" | "rating" | "event_type";

/** A column and its evidence. */
export interface Column {
  name: string;
  nameEvidence: ColumnName;
  seen: ColumnValues;
  /** The original cells, to compare columns row by row. */
  cells: string[];
}

/** Score of a role: by name, by values, and the sum. */
export interface Score {
  name: number;
  values: number;
  total: number;
}

const IMPOSSIBLE = -100;
/** Minimum fraction of numbers in a column whose name says that it has ratings. */
const SOME_NUMBERS = 0.3;

/** Scores of a column in an interaction file. */
export const INTERACTION_SCORES: Record<Role, (column: Column) => Score> = {
  user_id: (column) => sumOf(userName(column), idValues(column, userValues)),
  item_id: (column) => sumOf(itemName(column), idValues(column, itemValues)),
  item_title: (column) => sumOf(titleName(column), titleValues(column)),
  timestamp: (column) => sumOf(timeName(column), timeValues(column)),
  rating: (column) => sumOf(ratingName(column), ratingValues(column)),
  event_type: (column) => sumOf(eventName(column), eventValues(column)),
};

/** Scores of a column in a content file. */
export const CONTENT_SCORES: Record<"item_id" | "item_title", (column: Column) => Score> = {
  item_id: (column) => sumOf(catalogueIdName(column), catalogueIdValues(column)),
  item_title: (column) => sumOf(catalogueTitleName(column), catalogueTitleValues(column)),
};

function sumOf(name: number, values: number): Score {
  return { name, values, total: name + values };
}

/** Returns the score of a column's values as ids; low if all of its cells are blank. */
function idValues(column: Column, scoreOf: (column: Column) => number): number {
  if (column.seen.values.length > 0) return scoreOf(column);
  return column.cells.length > 0 ? -5 : 0;
}

function userName({ nameEvidence }: Column): number {
  const { entity, quality, certainty } = nameEvidence;
  if (quality === "time" || quality === "rating" || quality === "event") return -4;
  if (quality === "attribute" || quality === "count" || quality === "description") return -4;
  if (entity === "user") return certainty * (quality === "title" ? 4 : 6);
  if (isWriter(nameEvidence)) return 2;
  if (entity === "other") return -6;
  return entity === "item" ? -8 : 0;
}

function userValues({ seen }: Column): number {
  if (seen.isEvents || seen.isAddress) return -5;
  let score = seen.isConstant ? -5 : 0;
  if (seen.isNumeric && !seen.isWhole) score -= 4;
  if (isTemporal(seen)) score -= 4;
  if (seen.isFlag) score -= 3;
  if (seen.wordsPerCell > 3) score -= 4;
  if (seen.values.length >= 20 && seen.isUnique) score -= 1;
  return score;
}

function itemName({ nameEvidence: { entity, quality, certainty, words } }: Column): number {
  if (quality === "time" || quality === "rating" || quality === "event") return -4;
  if (quality === "attribute" || quality === "count" || quality === "answer") return -4;
  if (quality === "title" || quality === "description") return entity === "item" ? 1 : -2;
  if (entity === "item") return certainty * (quality === "identifier" ? 6 : 5.5);
  if (entity === "other") return -6;
  if (entity === "user") return -4;
  // A bare id identifies the row itself.
  return quality === "identifier" && words.length === 1 ? -2 : 0;
}

function itemValues(column: Column): number {
  const { seen } = column;
  if (seen.isEvents) return -5;
  let score = seen.isConstant ? -5 : 0;
  if (seen.isNumeric && !seen.isWhole) score -= 4;
  if (isTemporal(seen)) score -= 4;
  if (seen.isFlag) score -= 3;
  if (seen.values.length >= 20 && seen.distinct <= 3) score -= 2;
  if (seen.wordsPerCell > 6) score -= 3;
  return score + 0.4 * variety(column);
}

/** Whether a column has times, or dates of any calendar. */
function isTemporal({ isTime, isReadableTime, isNumeric }: Column["seen"]): boolean {
  return isTime || isReadableTime && !isNumeric;
}

/** Fraction of distinct values: it prefers tracks over their artists as the items. */
function variety({ seen }: Column): number {
  return seen.distinct / Math.max(1, seen.values.length);
}

function titleName({ nameEvidence: { entity, quality, certainty, words } }: Column): number {
  if (quality === "title") {
    if (entity === "item") return 5 * certainty;
    return entity === undefined && words.length === 1 ? 4 : -4;
  }
  if (quality === "description") {
    return entity === "item" ? 3 : entity === undefined && words.length === 1 ? 1.5 : -3;
  }
  return -3;
}

/** Titles are varied texts. */
function titleValues(column: Column): number {
  const { seen } = column;
  if (seen.values.length === 0) return 0;
  if (seen.isNumeric || seen.isReadableTime || seen.isAddress || seen.isEvents) return IMPOSSIBLE;
  let score = seen.isConstant ? -5 : 0;
  if (seen.wordsPerCell > 12) score -= 3;
  return score + 0.4 * variety(column);
}

/** In a catalogue nearly all titles are distinct. */
function catalogueTitleValues(column: Column): number {
  const values = titleValues(column);
  return variety(column) > 0.9 ? values + 2.2 : values;
}

function timeName({ nameEvidence: { quality, certainty, words, entity } }: Column): number {
  if (quality === "time") {
    if (certainty < 1) return -2;
    if (words.some((word) => /^(timestamp|ts|datetime|unix)$/.test(word))) return 4.2;
    return words.includes("time") ? 4 : 3.5;
  }
  return quality === "identifier" || entity !== undefined ? -6 : 0;
}

function timeValues({ seen, nameEvidence }: Column): number {
  if (seen.values.length === 0) return 0;
  // Ids may be as large.
  if (seen.isDays) return nameEvidence.quality === "time" ? 4 : IMPOSSIBLE;
  if (seen.isTime) return 4;
  return seen.isReadableTime && !seen.isNumeric ? 0.5 : IMPOSSIBLE;
}

function ratingName({ nameEvidence, seen }: Column): number {
  const { quality, entity, certainty } = nameEvidence;
  const { isAggregate, isOfAspect, isOwn, isLowBest } = readOpinionName(nameEvidence);
  if (isAggregate || isLowBest) return -5;
  if (isOwn && (quality === "rating" || quality === "answer")) return 5.5;
  // A rating of the shipping says less than one of the item.
  if (quality === "rating") return isOfAspect || entity === "other" ? 3 : 5;
  if (seen.isFlag && isRejectingName(nameEvidence)) return 3;
  // Whether it was watched, not when.
  if (quality === "time" && seen.isFlag && seen.distinct > 1) return 3;
  if (quality === "count") return 4;
  // Where an opinion and an amount exist, the opinion says more.
  if (quality === "answer") return seen.isFlag ? 4.5 : 3.5;
  if (quality !== undefined || entity !== undefined && certainty > 0.4) return -5;
  return 0;
}

function ratingValues({ seen, nameEvidence }: Column): number {
  if (seen.values.length === 0) return 0;
  if (!seen.isNumeric || seen.isTime) {
    const isAnswer = nameEvidence.quality === "answer" || nameEvidence.quality === "rating" ||
      nameEvidence.quality === "time" || isRejectingName(nameEvidence);
    // Cells that are no ratings are shown by the check, and rejected.
    if (!seen.isTime && nameEvidence.quality === "rating" && seen.numericShare >= SOME_NUMBERS) {
      return 0;
    }
    if (isAnswer && (seen.isFlag || seen.ratingWords)) return 0;
    if (nameEvidence.quality !== undefined || nameEvidence.entity !== undefined) return IMPOSSIBLE;
    const isStars = seen.ratingWords === "stars" || seen.ratingWords === "hollow stars";
    if (seen.isOpinion || isStars) return 3;
    // Yes and no under another name may be about anything.
    return seen.isFlag && seen.distinct > 1 && isNameless(nameEvidence.name) ? 2.5 : IMPOSSIBLE;
  }
  if (seen.isConstant) return -8;
  const isScale = seen.least >= -10 && seen.most <= 10 && seen.distinct <= 21;
  // A column with another name, or with 0 and 1 only, may be anything.
  if (nameEvidence.quality === undefined && (!isNameless(nameEvidence.name) || seen.isFlag)) {
    return 0;
  }
  return isScale ? 2.5 : 0;
}

function eventName({ nameEvidence, seen }: Column): number {
  const { quality, words, entity, name } = nameEvidence;
  if (quality === "event") return 5;
  const { isState } = readOpinionName(nameEvidence);
  if (isState && seen.hasRejections) return 2.5;
  if ((quality === "answer" || quality === "rating") && seen.hasRejections) return 0;
  if (words.length === 1 && /^(type|kind|activity)$/.test(words[0])) return 2.5;
  return entity === undefined && quality === undefined && !/\d/.test(name) ? 0 : -3;
}

function eventValues({ seen, nameEvidence }: Column): number {
  if (seen.values.length === 0) return 0;
  if (seen.isEvents) return nameEvidence.name.match(/\d/) ? 6 : 4;
  if (seen.isTime || seen.wordsPerCell > 4 || seen.isAddress) return IMPOSSIBLE;
  const { quality } = nameEvidence;
  const mayReact = quality === "answer" || quality === "rating" ||
    readOpinionName(nameEvidence).isState;
  if (seen.isReactions || seen.hasRejections && mayReact) return 4;
  const few = seen.distinct <= 20 && (seen.distinct < seen.values.length || seen.distinct < 3);
  if (seen.isNumeric) {
    return few && seen.isWhole && nameEvidence.quality === "event" ? -1 : IMPOSSIBLE;
  }
  return few ? 0 : -4;
}

function catalogueIdName(
  { nameEvidence: { entity, quality, certainty, words } }: Column,
): number {
  if (entity === "item") {
    if (quality === "identifier") return 6 * certainty;
    if (quality === undefined) return 5 * certainty;
    return -3;
  }
  if (entity === "other" || entity === "user") return -5;
  if (quality === "identifier") return words.length === 1 ? 5 : 1;
  return quality === undefined ? 0 : -4;
}

function catalogueIdValues({ seen }: Column): number {
  if (seen.values.length === 0) return 0;
  if (seen.isConstant || seen.isAddress) return -6;
  let score = seen.isUnique ? (seen.isCode ? 2.5 : 0.5) : -2;
  // A catalogue may have one row per genre of an item, but hardly many rows per item.
  if (seen.distinct < 0.5 * seen.values.length) score -= seen.isCode ? 0.5 : 3;
  if (seen.distinct < 0.1 * seen.values.length) score -= 3;
  if (seen.isNumeric && !seen.isWhole) score -= 4;
  if (seen.isTime) score -= 4;
  if (seen.isFlag && seen.values.length > 2) score -= 4;
  return score;
}

function catalogueTitleName(
  { nameEvidence: { entity, quality, words, noun } }: Column,
): number {
  if (quality === "title") {
    if (entity === "item") return 6;
    if (entity !== undefined) return -4;
    return words.length === 1 ? 5.5 : 4.5;
  }
  if (quality === "description") return words.length === 1 ? 2.5 : 1;
  if (entity === "item" && quality === undefined && noun === words.join("")) return 0.5;
  return entity === undefined && quality === undefined ? 0 : -4;
}

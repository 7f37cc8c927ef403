/** Sentences for a file's owner on opinions: how they are read, and where they are not mapped. */
import { readColumnName, readOpinionName } from "../dialect/column_name.ts";
import type { InteractionMapping, Mapping } from "../mapping.ts";
import type { FoundCodes } from "../values/missing_codes.ts";
import { type ColumnValues, readColumnValues } from "./column_values.ts";
import { ratingKind } from "./rating_kind.ts";
import { isGrades, isRejectingName, type Turned } from "./turned_ratings.ts";

const CHOOSE = 'If that is wrong, set best_rating to "high" in the mapping.';

/** Returns notes on ratings of which less is, or may be, better. */
export function notesOfTurned(
  column: string,
  { turned, missing, mapping }: { turned: Turned | null; missing: FoundCodes; mapping: Mapping },
): string[] {
  switch (turned?.by) {
    case "rejection":
      return [
        `A yes in the column "${column}" is read as a rejection of the item, and a no as liking it. ` +
        CHOOSE,
      ];
    case "rank":
      return [
        `The column "${column}" looks like a rank, of which the lowest number is the best: ratings are ` +
        `turned, ${missing.least} is read as ${missing.most}. ${CHOOSE}`,
      ];
    case "grades":
      return [
        `The column "${column}" looks like school grades from 1, the best, to 6: 1 is read as 6. ` +
        CHOOSE,
      ];
  }
  if (mapping.best_rating !== undefined) return [];
  const name = readColumnName(column);
  if (isGrades(name, missing)) {
    return [
      `The column "${column}" has numbers from ${missing.least} to ${missing.most}, and more is read ` +
      'as better. If they are grades of which 1 is the best, set best_rating to "low" in the ' +
      'mapping; else to "high".',
    ];
  }
  if (NO_OPINION.test(name.words.join(" "))) {
    return [
      `The column "${column}" is mapped as rating, and more of it is read as liking an item more. ` +
      "A price or a distance says nothing of that: map another column, or none. If less is better, " +
      'set best_rating to "low".',
    ];
  }
  return [];
}

/** Words for measures that are no opinions. */
const NO_OPINION =
  /(^| )(price|prices|cost|preis|prix|precio|preço|preco|prezzo|prijs|cena|pris|fiyat|цена|价格|価格|가격|distance|dist|entfernung|distancia|distância|distanza|afstand|расстояние|距离|age|alter|year|jahr)( |$)/u;

/** Answers of a survey: labelled points of a scale, and how far one agrees. */
const SURVEYED =
  /^\d{1,2}\s*[-–:=)]\s*\p{L}[\p{L} ]*$|\b(?:dis)?agree\b|\b(?:dis)?satisfied\b|\b(?:un)?likely\b|^neutral$|^neither\b/iu;

/** Smileys and hearts. */
const PICTURE = /^(?:(?![\d#*])\p{Extended_Pictographic}\ufe0f?)+$/u;

/**
 * Returns a note on a column that is not mapped though it looks like an opinion: then a "no" counts
 * as liked.
 */
export function notesOfUnmapped(
  columns: readonly string[],
  rows: readonly string[][],
  mapping: InteractionMapping,
): string[] {
  const { rating, event_type } = mapping;
  const kind = rating === undefined ? undefined : ratingKind([rating]);
  if (event_type !== undefined || rating !== undefined && kind !== "amount") return [];
  const mapped = Object.values(mapping);
  const found = columns.filter((column, place) =>
    !mapped.includes(column) &&
    isOpinion(column, readColumnValues(rows.map((row) => row[place] ?? "")), kind)
  );
  if (found.length === 0) return [];
  const listed = found.slice(0, 3).map((column) => `"${column}"`).join(" and ");
  return [
    `${found.length === 1 ? `The column ${listed} looks` : `The columns ${listed} look`} like ` +
    "opinions of the items and no such column is mapped, so every row counts as liked, whatever it " +
    "says. Map it as rating if it has numbers, stars or yes and no, else as event_type.",
  ];
}

/** Whether a column has opinions of the row's user, by its name and its values. */
function isOpinion(
  column: string,
  seen: ColumnValues,
  kind: ReturnType<typeof ratingKind>,
): boolean {
  const name = readColumnName(column);
  // A minus is read as a blank.
  if (/^(?:rating|answer)$/.test(name.quality ?? "") && seen.values.every((v) => v === "+")) {
    return seen.values.length > 0;
  }
  if (seen.values.length === 0 || seen.distinct < 2 || seen.isTime || seen.isAddress) return false;
  const { isAggregate, isState } = readOpinionName(name);
  if (isAggregate || name.quality === "identifier") return false;
  if (seen.isOpinion || seen.ratingWords === "stars" || seen.isReactions) return true;
  if (seen.values.every((value) => SURVEYED.test(value) || PICTURE.test(value))) return true;
  if (isRejectingName(name)) return seen.isFlag;
  if (name.quality === "time") return seen.isFlag;
  if (name.quality === "answer") return seen.isFlag || seen.isNumeric || seen.distinct <= 10;
  if (isState) return seen.hasRejections;
  if (name.quality === "event") return !seen.isNumeric && seen.distinct <= 30;
  return name.quality === "rating" && kind === undefined && seen.wordsPerCell <= 4;
}

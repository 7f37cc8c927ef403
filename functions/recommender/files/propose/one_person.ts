/** Exports of what a single person watched, heard or rated: they have no column of users. */
import { readColumnName, readOpinionName } from "../dialect/column_name.ts";

/** Columns of exports of Spotify, Letterboxd, Trakt, IMDb, Goodreads and Netflix. */
const EXPORTS =
  /letterboxd|trakt|^ms_?played$|^endtime$|^master_metadata|^(your|my) rating$|^date rated$|^exclusive shelf$|^(last_)?watched_at$|^rewatch$|^watched date$|^scrobble/i;
/** Columns of the viewing history that Netflix offers. */
const VIEWING = [["title", "date"], ["titel", "datum"], ["titre", "date"], ["título", "fecha"]];

/** The note on such an export. */
export const ONE_PERSON =
  "The file looks like the export of one person, since no column says whose the rows are: a " +
  "recommender learns from the interactions of many. Join the exports of all your users, with a " +
  "column of their ids.";

/** Whether the columns are those of one person's export. */
export function isOnePerson(columns: readonly string[]): boolean {
  const names = columns.map(readColumnName);
  const isOther = names.some(({ entity, noun }) =>
    entity === "user" || noun !== undefined && BASKETS.test(noun)
  );
  if (isOther) return false;
  const lower = columns.map((column) => column.trim().toLowerCase());
  if (VIEWING.some((own) => own.length === lower.length && own.every((n, i) => n === lower[i]))) {
    return true;
  }
  const hasExport = columns.some((column) => EXPORTS.test(column.trim()));
  const hasOwn = names.some((name) => name.quality === "rating" && readOpinionName(name).isOwn);
  const hasItem = names.some(({ entity, quality }) => entity === "item" || quality === "title");
  return hasItem && (hasExport || hasOwn);
}

/** Orders and the like, which stand in for users. */
const BASKETS = /order|invoice|basket|cart|transaction|ticket|receipt|session|household/;

import { readColumnName } from "../dialect/column_name.ts";
import type { NamedKind } from "../values/missing_codes.ts";

/** A rating column's values by its name: amounts of something, or a scale such as stars. */
export type RatingKind = NonNullable<NamedKind>;

/** Amounts that elsewhere are attributes of an item or times: `duration`, `hours_played`. */
const AMOUNTS: ReadonlySet<string> = new Set(
  `amount amounts duration durations seconds minutes hours secs mins hrs purchases visits streams
  playtime watchtime listeningtime listentime viewtime dwelltime
  dauer sekunden minuten stunden quantidade qtd qtde hoeveelheid durée duree duración duracion durata
  duração duracao heures horas minutos segundos ore uren`.split(/\s+/),
);

/**
 * Returns the kind that the names of the rating columns of all files agree on; undefined if there
 * is none, or they say nothing or different kinds.
 */
export function ratingKind(columns: readonly string[]): RatingKind | undefined {
  const [kind, ...others] = new Set(columns.map(kindOf));
  return others.length === 0 ? kind : undefined;
}

function kindOf(column: string): RatingKind | undefined {
  const { quality, words } = readColumnName(column);
  if (quality === "rating") return "scale";
  if (quality === "count") return "amount";
  return [...words, words.join("")].some((word) => AMOUNTS.has(word)) ? "amount" : undefined;
}

/**
 * What this browser forecast of files that it uploaded, kept so that the trainer's receipt can be
 * shown beside it, over reloads too.
 */
import type { Forecast } from "../functions/recommender/csv/forecast.ts";

/** A forecast without the single rows: those the receipt has. */
export type KeptForecast = Omit<Forecast, "rejections"> & KeptWith;

interface KeptWith {
  /** Whether the items file was there, where the project has one. */
  knowsItems: boolean;
}

/** A file of a project; no two of one name and size are told apart. */
export interface ForecastOf {
  project: number;
  file_name: string;
  bytes: number;
}

const PLACE = "airec.forecasts";
const MOST = 60;

export function keepForecast(of: ForecastOf, forecast: Forecast, keptWith: KeptWith): void {
  const { rejections: _, ...counts } = forecast;
  const kept: KeptForecast = { ...counts, ...keptWith };
  const others = all().filter(([key]) => key !== keyOf(of));
  const entries = [...others, [keyOf(of), kept]].slice(-MOST);
  try {
    localStorage.setItem(PLACE, JSON.stringify(entries));
  } catch {
    // No room: the receipt stands alone then.
  }
}

/** Null where the file came from elsewhere, or was not checked. */
export function forecastOf(of: ForecastOf): KeptForecast | null {
  return all().find(([key]) => key === keyOf(of))?.[1] ?? null;
}

function all(): [string, KeptForecast][] {
  try {
    const entries = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}

function keyOf({ project, file_name, bytes }: ForecastOf): string {
  return `${project} ${bytes} ${file_name}`;
}

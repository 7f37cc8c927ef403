/** Forecasts of uploaded files, kept in localStorage to be compared with the trainer's receipts. */
import type { Forecast } from "../../functions/recommender/files/rows/forecast.ts";

/** A forecast without the rejected rows, which the receipt has. */
export type KeptForecast = Omit<Forecast, "rejections"> & KeptWith;

interface KeptWith {
  /** Whether the items file was known, where the project has one. */
  knowsItems: boolean;
}

/** Identifies a file of a project; files with the same name and size share an entry. */
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
    // Storage is full: the receipt is shown without a forecast.
  }
}

/** Returns the forecast of a file, or null if this browser has none. */
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

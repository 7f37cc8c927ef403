/** Formats numbers, times and enum values for display. */
import type { ModelType, ProjectStatus } from "../api/api.ts";

const NUMBER = new Intl.NumberFormat("en");
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** 1234 → "1,234". */
export const count = (value: number): string => NUMBER.format(value);

/** 1234, "row" → "1,234 rows"; irregular plurals are passed. */
export const counted = (value: number, noun: string, plural = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : plural}`;

/** .284 → "28.4%". */
export const percent = (share: number): string => PERCENT.format(share);

const SCORE = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** Metrics such as NDCG: .28412 → "0.284". */
export const score = (value: number): string => SCORE.format(value);

/** Formats bytes in powers of 1000. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = value < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

/** Formats an ISO time in the local time zone. */
export const dateTime = (iso: string): string => DATE.format(new Date(iso));

const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });

/** 2026-11-22 → "Nov 22". */
export const dayOfYear = (day: string): string => DAY.format(new Date(`${day}T00:00:00Z`));

/** Formats an ISO time as "5 minutes ago". */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return AGO.format(Math.round(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? "just now" : AGO.format(Math.round(seconds), "second");
}

/** Formats milliseconds as "8 s" or "2 min 5 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}

/** Display names of the model types. */
export const TYPE_WORDS: Record<ModelType, string> = {
  CONTENT: "Content",
  COLLABORATIVE: "Collaborative",
  HYBRID: "Hybrid",
};

/** Status of a project whose only training was cancelled. */
export const CANCELLED = "Cancelled";

export const STATUS_WORDS: Record<ProjectStatus, string> = {
  PENDING: "Waiting",
  PROCESSING: "Training",
  READY: "Ready",
  ERROR: "Failed",
};

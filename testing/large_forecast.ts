/**
 * Test program: forecasts 80 MB of generated interactions in a process of its own, so that other
 * tests do not affect its memory, and prints its counts and by how many bytes it grew.
 */
import { COMMON } from "../functions/recommender/files/dialect.ts";
import { forecastInteractions } from "../functions/recommender/files/rows/forecast.ts";

const ROWS = 4_000_000;
/** Rows after which the memory has stabilised. */
const SETTLING = 1_500_000;

let rows = 0;
let settled = 0;
const encoder = new TextEncoder();
const text = new ReadableStream<Uint8Array>({
  pull(controller) {
    if (rows === ROWS) return controller.close();
    if (rows === SETTLING) settled = Deno.memoryUsage().rss;
    const lines = Array.from({ length: 10_000 }, () => {
      rows++;
      return `u${rows % 150_001},i${rows % 70_001},${rows % 5},160${rows % 7_000_000}\n`;
    });
    controller.enqueue(encoder.encode((rows === 10_000 ? "u,i,r,t\n" : "") + lines.join("")));
  },
});
const forecast = await forecastInteractions({
  bytes: { size: Infinity, open: () => Promise.resolve(text), slice: () => Promise.reject() },
  kind: "INTERACTION",
  dialect: COMMON,
  mapping: { user_id: "u", item_id: "i", rating: "r", timestamp: "t" },
});
console.log(JSON.stringify({ forecast, grown: Deno.memoryUsage().rss - settled }));

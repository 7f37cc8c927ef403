/**
 * CPU time of reading interactions, by the trainer and by the page's forecast, from generated files
 * whose cells are written in several ways. Prints one JSON line for each way.
 *
 *     deno run -A bench/read.ts [millions of rows, 5 by default]
 */
import { COMMON } from "../functions/recommender/files/dialect.ts";
import { bytesOf } from "../functions/recommender/files/file_bytes.ts";
import { forecastInteractions } from "../functions/recommender/files/rows/forecast.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { readDataset } from "../worker-trainer/dataset/read.ts";
import { cpuSeconds } from "./process_usage.ts";

const DAY = 86_400;

/** How a cell is written: the rating in halves of a star, the time in seconds since 1970. */
const WAYS: Record<string, { rating: (half: number) => string; time: (second: number) => string }> =
  {
    "points and seconds": { rating: (half) => (half / 2).toFixed(1), time: String },
    "points and ISO 8601": { rating: (half) => (half / 2).toFixed(1), time: iso },
    "commas and day first": {
      rating: (half) => `"${(half / 2).toFixed(1).replace(".", ",")}"`,
      time: (second) => iso(second).replace(/^(\d+)-(\d+)-(\d+)/, "$3/$2/$1"),
    },
    "units and month names": {
      rating: (half) => `${half / 2} stars`,
      time: (second) =>
        `${new Date(1000 * second).getUTCDate()}-Jan-2019 ${iso(second).slice(11, 19)}`,
    },
  };

function iso(second: number): string {
  return new Date(1000 * second).toISOString().slice(0, 19).replace("T", " ");
}

const rows = Number(Deno.args[0] ?? 5) * 1e6;
for (const [name, way] of Object.entries(WAYS)) {
  const blob = rowsOf(way);
  const mapping = { user_id: "user", item_id: "item", rating: "rating", timestamp: "time" };
  const file = { kind: "INTERACTION" as const, dialect: COMMON, mapping };
  const bytes = bytesOf(blob);
  const start = cpuSeconds([Deno.pid]);
  const { receipts: [receipt] } = await readDataset([{
    ...file,
    name,
    open: () => Promise.resolve(bytes),
  }]);
  const read = cpuSeconds([Deno.pid]);
  await forecastInteractions({ ...file, bytes });
  console.log(JSON.stringify({
    written_with: name,
    rows: receipt.rows,
    rejected: receipt.rejected,
    read_cpu_seconds: Number((read - start).toFixed(1)),
    forecast_cpu_seconds: Number((cpuSeconds([Deno.pid]) - read).toFixed(1)),
  }));
}

/** Rows of 100,000 users and 20,000 items, the frequent ones of each drawn more often. */
function rowsOf({ rating, time }: typeof WAYS[string]): Blob {
  const draw = seededRandom(1);
  const pieces: Blob[] = [new Blob(["user,item,rating,time\n"])];
  for (let made = 0; made < rows;) {
    const lines: string[] = [];
    for (; lines.length < 100_000 && made < rows; made++) {
      const user = Math.floor(100_000 * draw() ** 2);
      const item = Math.floor(20_000 * draw() ** 2);
      const second = 1_546_300_800 + Math.floor(draw() * 30 * DAY);
      lines.push(`u${user},i${item},${rating(1 + Math.floor(draw() * 10))},${time(second)}\n`);
    }
    pieces.push(new Blob([lines.join("")]));
  }
  return new Blob(pieces);
}

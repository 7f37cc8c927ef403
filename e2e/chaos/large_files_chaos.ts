/**
 * Files that once exhausted the machine, against the real system: each is refused with its line or
 * size and leaves no data behind, while the service's memory stays bounded and other requests are
 * answered.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { healthLatency } from "../../testing/faults/health_latency.ts";
import { signedUp, startSystem } from "../../testing/system.ts";

const HEAD = "user_id,item_id,title\n";
const SCHEMA = '{"user_id": "user_id", "item_id": "item_id", "item_title": "title"}';
const MB = 1e6;

/** Yields the header and the repeated text, in chunks of about 1 MB, up to `bytes`. */
function* repeated(text: string, bytes: number): Generator<Uint8Array<ArrayBuffer>> {
  const piece = new TextEncoder().encode(text.repeat(Math.ceil(MB / text.length)));
  yield new TextEncoder().encode(HEAD);
  for (let at = 0; at < bytes; at += piece.length) yield piece;
}

const gzip = (chunks: Iterable<Uint8Array<ArrayBuffer>>) =>
  ReadableStream.from(chunks).pipeThrough(new CompressionStream("gzip"));

const FILES: Record<string, [() => ReadableStream<Uint8Array>, status: number, says: RegExp]> = {
  "4.5 MB of gzip that become 154 million rows": [
    () => gzip(repeated("1234567,12345678,A title of 32\n", 4900 * MB)),
    413,
    /has at least 2,14\d,\d{3},\d{3} bytes.*may have at most 2,147,483,648/,
  ],
  "a cell of 20 MB": [
    () => gzip([new TextEncoder().encode(`${HEAD}1,2,"${"x".repeat(20 * MB)}"\n`)]),
    422,
    /Line 2 has more than \d,\d{3},\d{3} characters; a line has at most 1,048,576/,
  ],
  "titles of .9 MB": [
    () => gzip(repeated(`1,2,${"t".repeat(0.9 * MB)}\n`, 90 * MB)),
    422,
    /Line 2 has a cell of 900,000 characters; a cell has at most 262,144/,
  ],
  "a line of 600 MB": [
    () => ReadableStream.from(repeated("x", 600 * MB)),
    422,
    /Line 2 has more than \d,\d{3},\d{3} characters; a line has at most 1,048,576/,
  ],
};

Deno.test("files that once exhausted the machine are rejected without affecting others", async (t) => {
  await using system = await startSystem();
  const headers = await signedUp(system);
  const folder = await Deno.makeTempDir({ prefix: "airec-large-" });
  try {
    for (const [what, [make, status, says]] of Object.entries(FILES)) {
      await t.step(what, async () => {
        const path = `${folder}/file`;
        await Deno.writeFile(path, make());
        const form = new FormData();
        form.set("project_name", "Large");
        form.set("interaction_schema_json", SCHEMA);
        form.set("interaction_file", new File([await Deno.readFile(path)], "rows.csv"));
        const health = healthLatency(system.at.recommender);
        const started = performance.now();
        const response = await fetch(`${system.at.recommender}/create-project/`, {
          ...{ method: "POST", headers, body: form },
        });
        const body = await response.json();
        const seconds = (performance.now() - started) / 1000;
        const waits = await health();
        assertEquals(response.status, status, JSON.stringify(body));
        assertMatch(body.errors?.[0].detail ?? body.detail, says);
        const { sql } = system;
        assertEquals([...await sql`select id from recommender.uploads`], []);
        assertEquals([...await sql`select id from recommender.uploaded_files`], []);
        assertEquals(await filesUnder(`${system.blobsFolder}/uploads`), []);
        const peak = peakOf(system.pidOf("recommender")!);
        console.log(JSON.stringify({
          what,
          seconds: Number(seconds.toFixed(1)),
          service_peak_megabytes: Math.round(peak / MB),
          health_p50_ms: Math.round(waits[waits.length >> 1]),
          health_p99_ms: Math.round(waits[Math.floor(waits.length * 0.99)]),
          health_most_ms: Math.round(waits.at(-1)!),
        }));
        assert(peak < 600 * MB, `the service came to ${peak} bytes`);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Returns the peak resident memory of a process in bytes: Linux's `VmHWM`; 0 on other systems. */
function peakOf(pid: number): number {
  if (Deno.build.os !== "linux") return 0;
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

/** Returns all files in a folder, including partial files. */
async function filesUnder(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) found.push(...await filesUnder(`${folder}/${name}`));
    else found.push(name);
  }
  return found;
}

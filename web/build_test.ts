import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";

/** Largest gzipped JavaScript of the first page load, in bytes. */
const FIRST_LOAD = 60_000;

Deno.test("the built page is light, and fit for a strict content security policy", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-web-" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "npm:vite@8.3.4", "build", import.meta.dirname!, "--outDir", folder],
      env: { AUTH_URL: "https://auth.example.test", NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const read = (path: string) => Deno.readTextFile(join(folder, path));

    const html = await read("index.html");
    for (const [script, attributes, content] of html.matchAll(/<script([^>]*)>([^<]*)/g)) {
      assertEquals([content.trim(), /\ssrc="\//.test(attributes)], ["", true], script);
    }
    assertEquals(html.match(/<style|\sstyle=|\son\w+=|(src|href)="(https?:|\/\/|data:)/g), null);

    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, path]) =>
      path
    );
    assert(first.length > 0);
    const weights = await Promise.all(first.map(async (path) => (await gzipped(await read(path)))));
    const weight = weights.reduce((sum, bytes) => sum + bytes, 0);
    assert(weight <= FIRST_LOAD, `${weight} bytes are over ${FIRST_LOAD}: ${first.join(", ")}`);

    assertEquals(JSON.parse(await read("config.json")).auth, "https://auth.example.test");
    for (const sample of ["films", "music"]) {
      assertStringIncludes(await read(`samples/${sample}/items.csv`), "_id,");
      assertStringIncludes(await read(`samples/${sample}/interactions.csv`), "_id,");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function gzipped(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

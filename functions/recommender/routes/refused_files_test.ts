/** Invalid files are refused on every upload path, and nothing of them is kept. */
import { assertEquals, assertMatch } from "@std/assert";
import { FORMS } from "../../../testing/project.ts";
import { type Answer, type Client, testRecommender } from "../../../testing/recommender.ts";
import { PART_BYTES } from "../blobs/parts.ts";
import { zoo } from "../../../testing/zoo/zoo.ts";
import { sheetRows, workbook } from "../../../testing/zoo/workbook.ts";
import { QUOTAS, type Quotas } from "../projects/quotas.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const text = (text: string): Bytes => new TextEncoder().encode(text);

async function gzip(...parts: (string | Bytes)[]): Promise<Bytes> {
  const packing = new Blob(parts).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(packing).bytes();
}

const MIB = 2 ** 20;
const LIMIT = 24 * MIB;
const HEAD = "userId,movieId,rating,timestamp\n";
const ROWS = "1,2,3,4\n".repeat(MIB / 8);
const XLSX_HEAD = sheetRows([HEAD.trim().split(",")]);
const SCHEMA = '{"user_id": "userId", "item_id": "movieId"}';

interface Refused {
  file: Bytes;
  status: 413 | 422;
  says: RegExp;
  quotas?: Partial<Quotas>;
}

const chance = crypto.getRandomValues(new Uint8Array(3 * MIB / 64).map((_, i) => i));
const noise = Array.from(chance, (byte) => `${byte},${byte * 7},1,1\n`).join("");

const REFUSED: Record<string, Refused> = {
  "a bomb": {
    file: await gzip(HEAD, ...Array(40).fill(ROWS)),
    status: 413,
    says:
      /has at least 2[456],\d{3},\d{3} bytes.* a file, compressed or not, may have at most 25,165,824/,
  },
  "a bomb in the last bytes": {
    file: await gzip(HEAD, noise, ...Array(30).fill(ROWS)),
    status: 413,
    says: /has at least .* may have at most 25,165,824/,
  },
  "a packed file over what its account may have": {
    file: await gzip(HEAD, ROWS, ROWS, ROWS),
    status: 413,
    says:
      /has at least 2,\d{3},\d{3} bytes.* may have 2,000,000 bytes decompressed, and yours have/,
    quotas: { unpackedBytes: 2e6 },
  },
  "more rows than an account may have": {
    file: text(HEAD + ROWS),
    status: 413,
    says: /has at least \d+,\d{3} lines.* may have 50,000 rows in files, and yours have/,
    quotas: { rows: 50_000 },
  },
  "a header without rows": {
    file: text(HEAD),
    status: 422,
    says: /has no rows below its header line; it needs at least one/,
  },
  "a packed file with something behind it": {
    file: new Uint8Array([...await gzip(HEAD, "1,2,3,4\n"), ...text("5,6,7,8\n")]),
    status: 422,
    says: /has other data after its end/,
  },
  "a file that was packed twice": {
    file: await gzip(await gzip(HEAD, "1,2,3,4\n")),
    status: 422,
    says: /packed by gzip twice/,
  },
  "a packed file that breaks off": {
    file: (await gzip(HEAD, noise)).slice(0, -9),
    status: 422,
    says: /cannot be unpacked to its end/,
  },
  "a cell of 2 MB": {
    file: text(`${HEAD}1,2,3,4\n1,"${"x".repeat(2e6)}",3,4\n`),
    status: 422,
    says: /Line 3 has (more than )?[12],\d{3},\d{3} characters.*; a line has at most 1,048,576/,
  },
  "a cell of many lines": {
    file: text(`${HEAD}1,2,3,"${"a line\n".repeat(40_000)}"\n`),
    status: 422,
    says: /Line 2 has a cell of 280,000 characters; a cell has at most 262,144/,
  },
  "a line without an end": {
    file: await gzip(HEAD, "1,2,3,4\n\n", "x".repeat(20 * MIB)),
    status: 422,
    says: /Line 4 has more than [12],\d{3},\d{3} characters/,
  },
  "a long id": {
    file: text(`${HEAD}1,2,3,4\n${"u".repeat(1_001)},2,3,4\n`),
    status: 422,
    says: /Line 3 has a user id of 1,001 characters; a user id has at most 1,000/,
  },
  "a long header": {
    file: text(`userId,movieId,${"x".repeat(70_000)}\n1,2,3\n`),
    status: 422,
    says: /Line 1 has a header of 70,015 characters; a header has at most 65,536/,
  },
  "a workbook over what its account may have": {
    file: await workbook({ rows: XLSX_HEAD + sheetRows([["1", "2", "3", "4"]]).repeat(20_000) }),
    status: 413,
    says: /has at least 2,\d{3},\d{3} bytes.* may have 2,000,000 bytes decompressed/,
    quotas: { unpackedBytes: 2e6 },
  },
  "a workbook that declares entities": {
    file: await workbook({
      before: '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
      rows: XLSX_HEAD + sheetRows([["&b;", "2", "3", "4"]]),
    }),
    status: 422,
    says: /declares entities/,
  },
  "a workbook of elements within elements": {
    file: await workbook({ rows: `${XLSX_HEAD}${"<x>".repeat(5_000)}${"</x>".repeat(5_000)}` }),
    status: 422,
    says: /nests more than 64 elements/,
  },
  "a workbook of very many texts": {
    file: await workbook({
      rows: XLSX_HEAD,
      shared: `<si><t>${"x".repeat(200_000)}</t></si>`.repeat(90),
    }),
    status: 422,
    says: /texts have more than 16777216 characters: save it as CSV/,
  },
  "a workbook with a column far to the right": {
    file: await workbook({
      rows: `${XLSX_HEAD}<row r="2"><c r="XFD2" t="n"><v>1</v></c></row>`,
    }),
    status: 422,
    says: /Line 2 has 16,384 columns; a file has at most 1,000/,
  },
  "an archive that is no workbook": {
    file: new Uint8Array([...(await workbook({ rows: "" })).slice(0, 200)]),
    status: 422,
    says: /archive/,
  },
  "a Parquet file that breaks off": {
    file: (await zoo["Parquet of ratings"].bytes()).slice(0, -100),
    status: 422,
    says: /The Parquet file cannot be read/,
  },
  "a Parquet file with a page of 2 GB": {
    file: await withLongPage(),
    status: 422,
    says: /a page of \d+; a page has at most 67108864 bytes/,
  },
  "one JSON object around the rows": {
    file: text('{"rows": [{"userId": 1, "movieId": 2}, {"userId": 3, "movieId": 4}]}'),
    status: 422,
    says: /one JSON object/,
  },
  "many columns": {
    file: text(`userId,movieId${",x".repeat(1_000)}\n1,2${",3".repeat(1_000)}\n`),
    status: 422,
    says: /Line 1 has 1,002 columns; a file has at most 1,000/,
  },
};

/**
 * Returns a Parquet file whose first page header declares 2 GB unpacked. In the header the length
 * is the second field, a varint after the byte 0x15 (Thrift compact protocol).
 */
async function withLongPage(): Promise<Bytes> {
  const bytes = await zoo["Parquet of ratings"].bytes();
  // Magic number, then the first page's header: 0x15, its type, 0x15, its length.
  assertEquals([...bytes.subarray(0, 4), bytes[4], bytes[6]], [0x50, 0x41, 0x52, 0x31, 0x15, 0x15]);
  const end = bytes.findIndex((byte, at) => at > 6 && byte < 0x80) + 1;
  const length = [0xfe, 0xff, 0xff, 0xff, 0x0f];
  const grown = length.length - (end - 7);
  // The header becomes longer; the bytes that follow are truncated by as much.
  return new Uint8Array([
    ...bytes.subarray(0, 7),
    ...length,
    ...bytes.subarray(end, end + 40),
    ...bytes.subarray(end + 40 + grown),
  ]);
}

/** The upload paths; each returns the last response. */
const WAYS: Record<string, (client: Client, file: Bytes, id: number) => Promise<Answer>> = {
  "in the form of a project": (client, file) =>
    client.upload({
      project_name: "Films",
      interaction_file: new File([file], "ratings.csv"),
      interaction_schema_json: SCHEMA,
    }),
  "in parts": async (client, file) =>
    await client.upload({
      project_name: "Films",
      interaction_upload_id: await inParts(client, file),
      interaction_schema_json: SCHEMA,
    }),
  "in parts to a project": async (client, file, id) => {
    const form = new FormData();
    form.append("interaction_upload_id", await inParts(client, file));
    return await answerOf(client, `/project/${id}/interactions`, form);
  },
  "as text/csv to a project": (client, file, id) =>
    answerOf(client, `/project/${id}/interactions`, new Blob([file], { type: "text/csv" })),
};

async function answerOf(client: Client, path: string, body: BodyInit): Promise<Answer> {
  const { status, headers, ...response } = await client.request(path, { method: "POST", body })
    .then(async (response) => ({
      status: response.status,
      headers: response.headers,
      body: await response.json(),
    }));
  return { status, headers, ...response };
}

async function inParts(client: Client, file: Bytes): Promise<string> {
  const { body } = await client.post("/uploads", { file_name: "ratings.csv", bytes: file.length });
  for (let n = 1; (n - 1) * PART_BYTES < file.length; n++) {
    const part = file.subarray((n - 1) * PART_BYTES, n * PART_BYTES);
    await (await client.request(`/uploads/${body.id}/${n}`, { method: "PUT", body: part })).body
      ?.cancel();
  }
  return body.id;
}

/** The files, grouped by the quotas of their accounts. */
const together = Object.groupBy(
  Object.entries(REFUSED),
  ([, { quotas }]) => JSON.stringify(quotas),
);

for (const refused of Object.values(together)) {
  const [[first, { quotas }], ...others] = refused!;
  const what = others.length > 0 ? `${first}, and ${others.length} other faults of files` : first;
  Deno.test(`${what}: refused whichever way it comes, with nothing kept`, async (t) => {
    await using service = await testRecommender({
      uploadLimitBytes: LIMIT,
      quotas: { ...QUOTAS, ...quotas },
    });
    const ann = await service.signUp("ann");
    const { body: { id } } = await ann.upload(FORMS.COLLABORATIVE);
    const before = await service.blobs.list("uploads/");
    for (const [what, { file, status, says }] of refused!) {
      for (const [way, send] of Object.entries(WAYS)) {
        await t.step(`${what} ${way}`, async () => {
          const { body, ...answer } = await send(ann, file, id);
          assertEquals(answer.status, status, JSON.stringify(body));
          assertMatch(body.errors ? body.errors[0].detail : body.detail, says);
          assertEquals(await service.blobs.list("uploads/"), before);
          const { sql } = service;
          assertEquals([...await sql`select id from recommender.uploads`], []);
          assertEquals((await sql`select id from recommender.uploaded_files`).length, 1);
          assertEquals((await sql`select id from recommender.recommender_projects`).length, 1);
        });
      }
    }
  });
}

Deno.test("a file at every limit is accepted, and its rows and unpacked bytes are counted", async () => {
  await using service = await testRecommender({ uploadLimitBytes: LIMIT });
  const ann = await service.signUp("ann");
  const long = "i".repeat(1_000);
  const cell = "x".repeat(2 ** 18);
  const rows = `${HEAD}${long},${long},3,4\n1,2,"${cell}",4\n\n1,"2\n2",3,4\n`;
  for (const [way, send] of Object.entries(WAYS)) {
    const { body: { id } } = await ann.upload(FORMS.COLLABORATIVE);
    for (const file of [text(rows), await gzip(rows), text(HEAD + "1,2,3,4\r\n5,6,7,8")]) {
      const { status, body } = await send(ann, file, id);
      assertEquals(status, 201, `${way}: ${JSON.stringify(body)}`);
    }
  }
  const counted = await service.sql<{ rows: number; unpacked: number | null }[]>`
    select rows::integer, unpacked_bytes::integer as unpacked from recommender.uploaded_files
    where bytes <> ${FORMS.COLLABORATIVE.interaction_file.size} order by id`;
  const three = [{ rows: 3, unpacked: null }, { rows: 3, unpacked: rows.length }, {
    rows: 2,
    unpacked: null,
  }];
  assertEquals([...counted], Object.keys(WAYS).flatMap(() => three));
});

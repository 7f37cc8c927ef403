/** Files of other formats and shapes through the API: created, shown, appended, corrected. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { FORMS } from "../../../testing/project.ts";
import { testRecommender } from "../../../testing/recommender.ts";
import { zoo } from "../../../testing/zoo/zoo.ts";
import { encoded } from "../../../testing/zoo/encoded.ts";

const FORMATS = [
  "JSON lines",
  "a JSON array over many lines",
  "a workbook of ratings",
  "Parquet of ratings",
  "two colons",
  "a melted table with blanks",
  "comments",
];

Deno.test("a project is created from files of each format, with row counts and dialect", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  for (const name of FORMATS) {
    const { bytes, mapping, dialect, rows } = zoo[name];
    const { status, body } = await ann.upload({
      project_name: name,
      interaction_file: new File([await bytes()], "events"),
      interaction_schema_json: JSON.stringify(mapping),
    });
    assertEquals(status, 201, `${name}: ${JSON.stringify(body)}`);
    const { body: { files: [file] } } = await ann.get(`/project/${body.id}/status`);
    for (const [key, value] of Object.entries(dialect)) {
      assertEquals(file.dialect[key], value, name);
    }
    const [counted] = await service.sql<{ rows: number }[]>`
      select rows::integer from recommender.uploaded_files where id = ${file.id}`;
    // Rows of short, plain lines are estimated by the number of lines, comments included.
    assert(counted.rows >= rows && counted.rows <= rows + 4, `${name}: ${counted.rows}`);
    const { body: mappings } = await ann.get(`/project/${body.id}/mappings`);
    for (const column of Object.values(mapping)) {
      assert(mappings.interactions.columns.includes(column), `${name}: ${column}`);
    }
  }
});

Deno.test("blank cells of stock by store are unknown values, and omit no item", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const rows = Array.from(
    { length: 60 },
    (_, item) =>
      ["Berlin", "Paris", "Rome"].map((store) =>
        `p${item},Film ${item},${store},${item % 4 === 0 ? 5 : ""}\n`
      ).join(""),
  );
  const { status, body } = await ann.upload({
    project_name: "Stock",
    content_file: new File([`product,title,store,stock\n${rows.join("")}`], "items.csv"),
    content_schema_json: '{"item_id": "product", "item_title": "title", "feature_col": "store"}',
  });
  assertEquals(status, 201, JSON.stringify(body));
  const [counted] = await service.sql`
    select rows::integer, dialect ? 'filled' as filtered from recommender.uploaded_files`;
  assertEquals({ ...counted }, { rows: 180, filtered: false });
});

Deno.test("Parquet is uploaded in parts, and added to a project of CSV files", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { body: { id } } = await ann.upload(FORMS.COLLABORATIVE);
  const { bytes, mapping } = zoo["Parquet of ratings"];
  const file = await bytes();
  const { body: upload } = await ann.post("/uploads", { file_name: "r", bytes: file.length });
  await (await ann.request(`/uploads/${upload.id}/1`, { method: "PUT", body: file })).body
    ?.cancel();
  const form = new FormData();
  form.append("interaction_upload_id", upload.id);
  form.append("interaction_schema_json", JSON.stringify(mapping));
  const added = await ann.request(`/project/${id}/interactions`, { method: "POST", body: form });
  assertEquals(added.status, 201, await added.text());
  const [counted] = await service.sql`
    select rows::integer, unpacked_bytes > 0 as unpacked from recommender.uploaded_files
    where project_id = ${id} and dialect ->> 'format' = 'parquet'`;
  assertEquals({ ...counted }, { rows: 50, unpacked: true });
});

Deno.test("a file with one column is reported if its mapping fails, and a chosen dialect is kept", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const form = {
    project_name: "One",
    interaction_file: new File(["user!item!rating\nann!x!5\nbob!y!4\ncy!x!3\n"], "a.csv"),
    interaction_schema_json: '{"user_id": "user", "item_id": "item", "rating": "rating"}',
  };
  const refused = await ann.upload(form);
  assertEquals(refused.status, 422);
  assertStringIncludes(
    JSON.stringify(refused.body.errors),
    "Only one column was found; is the separator a comma?",
  );
  const { status, body } = await ann.upload({
    ...form,
    interaction_dialect_json: '{"delimiter": "!"}',
  });
  assertEquals(status, 201, JSON.stringify(body));
});

Deno.test("non-UTF-8 letters after the head are rejected, and accepted with their encoding", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const plain = (from: number) =>
    Array.from({ length: 20_000 }, (_, i) => `${from + i},Film ${from + i}\n`).join("");
  const letters = encoded("x,Amélie\ny,Noël\n", "windows-1252");
  const form = {
    project_name: "Late",
    content_file: new File(["id,title\n", plain(0), letters, plain(20_000)], "items.csv"),
    content_schema_json: '{"item_id": "id", "item_title": "title"}',
  };
  const refused = await ann.upload(form);
  assertEquals(refused.status, 422);
  const [{ pointer, detail }] = refused.body.errors;
  assertEquals(pointer, "/content_dialect_json");
  assertMatch(detail, /^2 characters could not be read as utf-8 .* line 20002; .*Send {"encoding"/);
  const taken = await ann.upload({ ...form, content_dialect_json: '{"encoding":"windows-1252"}' });
  assertEquals(taken.status, 201, JSON.stringify(taken.body));
});

Deno.test("a dialect with an unknown column and ratings without ids have different errors", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const ratings = (names: string[], before: (user: number) => string) =>
    [
      names,
      ...Array.from({ length: 30 }, (_, user) => [
        ...before(user) ? [before(user)] : [],
        ...Array.from({ length: 8 }, (_, item) => 1 + (user * item + user) % 5),
      ]),
    ].map((row) => row.join(",") + "\n").join("");
  const films = Array.from({ length: 8 }, (_, item) => `Film ${item}`);
  const errorsOf = async (text: string, dialect: object) => {
    const { status, body } = await ann.upload({
      project_name: "Films",
      interaction_file: new File([text], "films.csv"),
      interaction_dialect_json: JSON.stringify(dialect),
      interaction_schema_json: '{"user_id": "Film 0", "item_id": "Film 1"}',
    });
    return [status, ...(body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer)];
  };
  const keyed = ratings(["user", ...films], (user) => `u${user}`);
  const unpivot = { key: "user", name: "item", value: "rating" };
  const at = "/interaction_dialect_json";
  assertEquals(await errorsOf(keyed, { unpivot: { ...unpivot, key: "usr" } }), [
    422,
    `${at}/unpivot/key`,
  ]);
  assertEquals(await errorsOf(keyed, { unpivot: { ...unpivot, without: ["age"] } }), [
    422,
    `${at}/unpivot/without/0`,
  ]);
  assertEquals(await errorsOf(keyed, { filled: "stars" }), [422, `${at}/filled`]);
  const keyless = ratings(films, () => "");
  assertEquals(await errorsOf(keyless, {}), [422, at]);
  assertEquals(await errorsOf(keyless, { unpivot: null }), [201]);
});

Deno.test("null leaves out what is detected in a file", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const melted = Array.from({ length: 120 }, (_, n) => {
    const user = Math.floor(n / 6);
    return `u${user},f${n % 6},${(user + n) % 3 ? "" : 1 + n % 5}\n`;
  });
  const rows = "u1,f1,2\n".repeat(9);
  const texts: [text: string, detected: object, none: object][] = [
    [`person,film,stars\n${melted.join("")}`, { filled: "stars" }, { filled: null }],
    [`# May\nperson,film,stars\n${rows}`, { comment: "#" }, { comment: null, skip: 1 }],
    [
      `person,film,stars\n${rows}u1,"a \\"real\\" film",2\n`,
      { escape: "\\" },
      { escape: null },
    ],
    [
      `person,film,note\n${"u1,f1,\nu1,f2,seen\n".repeat(9)}u2,f2,,\n`,
      { exact: true },
      { exact: null },
    ],
  ];
  const upload = (text: string, given: object) =>
    ann.upload({
      project_name: "Rows",
      interaction_file: new File([text], "rows.csv"),
      interaction_schema_json: '{"user_id": "person", "item_id": "film"}',
      interaction_dialect_json: JSON.stringify(given),
    });
  for (const [text, detected, none] of texts) {
    const dialectOf = async (given: object) => {
      const { status, body } = await upload(text, given);
      assertEquals(status, 201, JSON.stringify(body));
      return (await ann.get(`/project/${body.id}/status`)).body.files[0].dialect;
    };
    assertObjectMatch(await dialectOf({}), detected);
    const [key] = Object.keys(detected);
    assertEquals((await dialectOf(none))[key], undefined);
  }
  const names = Array.from({ length: 9 }, (_, n) => `${n + 1}\tu${n}\tf1\tseen\n`);
  const named = `person\tfilm\tnote\n${names.join("")}`;
  assertEquals((await upload(named, {})).status, 201);
  const { status, body: { detail } } = await upload(named, { indexed: null });
  assertEquals(status, 422);
  assertStringIncludes(detail, "the row has 4 columns, the file 3");
});

Deno.test("a wide table is rejected with the dialect to send, and accepted with it", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const rows = Array.from({ length: 12 }, (_, user) => [
    `u${user}`,
    ...Array.from({ length: 8 }, (_, item) => Number((user + item) % 3 === 0)),
  ]);
  const names = ["user", ...Array.from({ length: 8 }, (_, item) => `i${item}`)];
  const form = {
    project_name: "Wide",
    interaction_file: new File([[names, ...rows].map((row) => row.join(",") + "\n").join("")], "w"),
    interaction_schema_json: '{"user_id": "user", "item_id": "i1", "rating": "i2"}',
  };
  const refused = await ann.upload(form);
  assertEquals(refused.status, 422);
  const [{ pointer, detail }] = refused.body.errors;
  assertEquals(pointer, "/interaction_dialect_json");
  assertMatch(detail, /a table with a row for each "user" and 8 columns, one for each item/);
  const offered = /Send (\{.*?\}\}) here/.exec(detail)![1];
  const taken = await ann.upload({
    ...form,
    interaction_dialect_json: offered,
    interaction_schema_json: '{"user_id": "user", "item_id": "item", "rating": "rating"}',
  });
  assertEquals(taken.status, 201, JSON.stringify(taken.body));
  const [{ rows: counted }] = await service.sql`
    select rows::integer from recommender.uploaded_files`;
  assertEquals(counted, rows.flat().filter((cell) => cell === 1).length);
  const asItIs = await ann.upload({ ...form, interaction_dialect_json: '{"unpivot": null}' });
  assertEquals(asItIs.status, 201);
});

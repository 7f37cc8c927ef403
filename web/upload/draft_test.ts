import { assertEquals, assertStringIncludes } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { describeCsv, describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import { proposeMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import {
  choose,
  draftOf,
  faultsOf,
  kindOf,
  mappedFileOf,
  mappingOf,
  notesOf,
  reasonFor,
  reread,
} from "./draft.ts";
import type { Head } from "./reader.ts";

const ITEMS = "film_id,title,genres\n1,Heat,Crime|Thriller\n2,Alien,Horror\n3,Clue,Comedy\n";
const RATINGS = "user_id;film_id;rating\nu1;1;4,5\nu2;2;3,0\nu1;3;2,5\n";

async function headOf(text: string): Promise<Head> {
  const description = await describeCsv(new TextEncoder().encode(text));
  const { columns, sampleRows } = description;
  return {
    ...description,
    proposed: {
      CONTENT: proposeMapping("CONTENT", columns, sampleRows),
      INTERACTION: proposeMapping("INTERACTION", columns, sampleRows),
    },
  };
}

const file = (text: string) => new File([text], "a.csv");

Deno.test("a draft starts from the proposed mapping, with its reasons", async () => {
  const draft = draftOf("CONTENT", file(ITEMS), await headOf(ITEMS));
  assertEquals(mappingOf(draft), {
    item_id: "film_id",
    item_title: "title",
    feature_col: ["genres"],
  });
  assertStringIncludes(reasonFor(draft, "item_id")!, "film_id");
  assertEquals(faultsOf(draft), {});
});

Deno.test("a changed column keeps only the reader's reason, and errors are shown at their key", async () => {
  const draft = draftOf("INTERACTION", file(RATINGS), await headOf(RATINGS));
  assertEquals(mappingOf(draft), { user_id: "user_id", item_id: "film_id", rating: "rating" });

  const same = choose(draft, "item_id", ["user_id"]);
  assertEquals(reasonFor(same, "item_id"), undefined);
  assertEquals(Object.keys(faultsOf(same)), ["user_id"]);

  const none = choose(choose(draft, "user_id", []), "item_id", []);
  assertEquals(Object.keys(faultsOf(none)).sort(), ["item_id", "user_id"]);
  assertEquals(mappingOf(none), { rating: "rating" });
});

Deno.test("a file read with other settings keeps the choices for columns that still exist", async () => {
  const first = draftOf("INTERACTION", file(RATINGS), await headOf(RATINGS));
  const draft = choose(choose(first, "rating", []), "decimal_sign", [","]);
  const same = reread(draft, await headOf(RATINGS));
  assertEquals(mappingOf(same), { user_id: "user_id", item_id: "film_id", decimal_sign: "," });
  const renamed = await headOf(RATINGS.replace("film_id", "item_id"));
  const other = reread(choose(draft, "item_id", ["film_id"]), renamed);
  assertEquals(mappingOf(other), { user_id: "user_id", item_id: "item_id", decimal_sign: "," });
});

Deno.test("settings detected by the page are sent with the upload", async () => {
  const { kind, dialect } = mappedFileOf(
    draftOf("INTERACTION", file(RATINGS), await headOf(RATINGS)),
  );
  assertEquals(kind, "INTERACTION");
  assertEquals(dialect.delimiter, ";");
});

Deno.test("a column of users makes a file of interactions", async () => {
  assertEquals(kindOf(await headOf(ITEMS)), "CONTENT");
  assertEquals(kindOf(await headOf(RATINGS)), "INTERACTION");
});

Deno.test("blanks of a table of items and stores omit no item; those of a melted table do", async () => {
  const table = "product,store,stock\n" +
    Array.from(
      { length: 60 },
      (_, product) =>
        ["Berlin", "Paris", "Rome"].map((store) => `${product},${store},${product % 4 ? "" : 5}\n`)
          .join(""),
    )
      .join("");
  const description = await describeFile(bytesOf(file(table)));
  const proposed = (await headOf(table)).proposed;
  const [items, interactions] = (["CONTENT", "INTERACTION"] as const).map((kind) =>
    draftOf(kind, file(table), { ...description, proposed })
  );
  assertEquals([mappedFileOf(items).dialect.filled, notesOf(items)], [undefined, []]);
  assertEquals(mappedFileOf(interactions).dialect.filled, "stock");
  assertStringIncludes(notesOf(interactions).join(), "stock");
});

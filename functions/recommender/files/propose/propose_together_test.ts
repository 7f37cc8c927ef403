import { assertEquals, assertStringIncludes } from "@std/assert";
import { describeCsv } from "../dialect/describe.ts";
import { bytesOf } from "../file_bytes.ts";
import { matchColumns } from "../rows/match.ts";
import { proposeTogether } from "./propose_together.ts";

async function proposed(items: string, events: string) {
  const read = async (text: string) => {
    const bytes = new TextEncoder().encode(text);
    const found = await describeCsv(bytes);
    return { ...found, bytes: bytesOf(new Blob([bytes])) };
  };
  const [content, interactions] = [await read(items), await read(events)];
  const matches = await matchColumns(content, interactions);
  return proposeTogether(content, interactions, matches);
}

function reasonOf(of: Awaited<ReturnType<typeof proposed>>["CONTENT"], key: string): string {
  return of.reasons.find((reason) => reason.key === key)!.reason;
}

/** Returns numbered lines. */
const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i) + "\n").join("");

Deno.test("without evidence from names, values that occur in the items file decide", async () => {
  const items = "a,b,c\n" + lines(40, (i) => `x${i},Film ${i},drama`);
  // One event in forty has an item that the shop no longer has.
  const events = "p,q,r\n" + lines(40, (i) => `5,u${i % 7},x${i === 0 ? "gone" : i}`);
  const { CONTENT, INTERACTION } = await proposed(items, events);
  assertEquals([INTERACTION.mapping.item_id, INTERACTION.mapping.user_id], ["r", "q"]);
  assertEquals(reasonOf(INTERACTION, "item_id"), "97.5% of its values are ids of your items file");
  assertEquals(CONTENT.mapping.item_id, "a");
  assertStringIncludes(reasonOf(CONTENT, "item_id"), "97.5% of your interactions");
});

Deno.test("interactions may name their items by title, or by another id than the first", async () => {
  const items = "sku,ean,title\n" + lines(30, (i) => `${i},97800${i},Film no ${i}`);
  const byTitle = "user,film,stars\n" + lines(30, (i) => `${i % 5},Film no ${i},4`);
  const titled = (await proposed(items, byTitle)).INTERACTION;
  assertEquals([titled.mapping.item_title, titled.mapping.item_id], ["film", undefined]);
  assertEquals(reasonOf(titled, "item_title"), "100% of its values are titles of your items file");

  const byEan = "user,product,stars\n" + lines(30, (i) => `${i % 5},97800${i},4`);
  const { CONTENT, INTERACTION } = await proposed(items, byEan);
  assertEquals([CONTENT.mapping.item_id, INTERACTION.mapping.item_id], ["ean", "product"]);
});

Deno.test("small numbers occur in many columns: names take precedence, then the most matching items", async () => {
  const items = "id,title\n" + lines(900, (i) => `${i + 1},Film ${i}`);
  const named = "userId,movieId,rating\n" +
    lines(900, (i) => `${1 + i % 50},${1 + (i * 7) % 900},${1 + i % 5}`);
  const { mapping } = (await proposed(items, named)).INTERACTION;
  assertEquals(mapping, { user_id: "userId", item_id: "movieId", rating: "rating" });

  const bare = lines(900, (i) => `${1 + i % 50}\t${1 + (i * 7) % 900}\t${1 + i % 5}\t88125094${i}`);
  const of = (await proposed(items, bare)).INTERACTION.mapping;
  assertEquals([of.user_id, of.item_id, of.rating], ["column1", "column2", "column3"]);
});

Deno.test("files without common values get the same proposals as alone", async () => {
  const items = "id,title\n" + lines(20, (i) => `a${i},Film ${i}`);
  const events = "user_id,item_id\n" + lines(20, (i) => `u${i},b${i}`);
  const { INTERACTION } = await proposed(items, events);
  assertEquals(INTERACTION.mapping, { user_id: "user_id", item_id: "item_id" });
  assertStringIncludes(reasonOf(INTERACTION, "item_id"), "its name");
});

Deno.test("ids in another spelling are matched if few occur unchanged", async () => {
  const spellings: [items: (n: number) => string, events: (n: number) => string][] = [
    [(n) => `${1000 + n}`, (n) => `00${1000 + n}`],
    [(n) => `00${1000 + n}`, (n) => `${1000 + n}`],
    [(n) => `${1000 + n}`, (n) => `${1000 + n}.0`],
    [(n) => `${1000 + n}`, (n) => `'${1000 + n}'`],
  ];
  for (const [item, event] of spellings) {
    const items = "a,b,c\n" + lines(40, (i) => `${item(i)},Film ${i},drama`);
    const events = "p,q,r\n" + lines(40, (i) => `5,u${i % 7},${event(i)}`);
    const { CONTENT, INTERACTION } = await proposed(items, events);
    assertEquals([INTERACTION.mapping.item_id, INTERACTION.mapping.user_id], ["r", "q"], event(1));
    assertEquals([CONTENT.mapping.item_id, reasonOf(INTERACTION, "item_id")], [
      "a",
      "100% of its values are ids of your items file",
    ]);
  }
  // Ratings of one decimal are no ids, where the items are found as they are written.
  const items = "id,title\n" + lines(900, (i) => `${i + 1},Film ${i}`);
  const bare = lines(
    900,
    (i) => `${1 + i % 50}\t${1 + (i * 7) % 900}\t${1 + i % 5}.0\t88125094${i}`,
  );
  const of = (await proposed(items, bare)).INTERACTION.mapping;
  assertEquals([of.user_id, of.item_id, of.rating], ["column1", "column2", "column3"]);
});

import { assertEquals, assertRejects } from "@std/assert";
import { Contact, isDatabaseAway } from "./contact.ts";

const closed = Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
const refused = Object.assign(new Error("null value"), { code: "23502", name: "PostgresError" });

Deno.test("after a connection gap expired leases do not count as abandoned", async () => {
  using contact = new Contact();
  assertEquals(contact.isSteady, true);
  assertEquals(await contact.over(Promise.resolve(7)), 7);
  await assertRejects(() => contact.over(Promise.reject(refused)));
  assertEquals(contact.isSteady, true);
  await assertRejects(() => contact.over(Promise.reject(closed)));
  assertEquals(contact.isSteady, false);
});

Deno.test("an unavailable database is distinguished from one that refuses", () => {
  const of = (code: string) => Object.assign(new Error(), { code, name: "PostgresError" });
  for (const code of ["08006", "57P01", "53300", "40001", "58030", "55P03", "25P03"]) {
    assertEquals(isDatabaseAway(of(code)), true, code);
  }
  for (const error of [refused, of("42P01"), new TypeError("no code"), null]) {
    assertEquals(isDatabaseAway(error), false);
  }
  assertEquals(isDatabaseAway(Object.assign(new Error(), { code: "ECONNREFUSED" })), true);
});

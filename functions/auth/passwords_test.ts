import { assert, assertEquals, assertRejects } from "@std/assert";
import { Problem } from "../http/problem.ts";
import { bcryptHere, costOf } from "./bcrypt.ts";
import { createPasswords, isCommon } from "./passwords.ts";

const pepper = "a pepper of more than thirty-two bytes";
const passwords = createPasswords({ pepper, cost: 4 });

Deno.test("a password is found again, another is not", async () => {
  const stored = await passwords.hash("correct horse");
  assert(stored.startsWith("$2b$04$"));
  assertEquals(await passwords.verify("correct horse", stored), true);
  assertEquals(await passwords.verify("correct horsf", stored), false);
  assertEquals(await passwords.verify("correct horse", null), false);
});

Deno.test("what is stored is bcrypt over base64 of HMAC-SHA-384 under the pepper", async () => {
  const { createHmac } = await import("node:crypto");
  const mac = createHmac("sha384", pepper).update("correct horse").digest("base64");
  assertEquals(await bcryptHere.compare(mac, await passwords.hash("correct horse")), true);
});

Deno.test("characters behind the 72nd byte and behind a zero count", async () => {
  const long = "é".repeat(200);
  const stored = await passwords.hash(`${long}a`);
  assertEquals(await passwords.verify(`${long}a`, stored), true);
  assertEquals(await passwords.verify(`${long}b`, stored), false);
  assertEquals(await passwords.verify("pass\0two", await passwords.hash("pass\0one")), false);
});

Deno.test("one password spelled by two keyboards is one", async () => {
  const stored = await passwords.hash("cafe\u0301 noir");
  assertEquals(await passwords.verify("caf\u00e9 noir", stored), true);
});

Deno.test("without the pepper a stored hash is worth nothing", async () => {
  const stored = await passwords.hash("correct horse");
  const other = createPasswords({ pepper: `${pepper}!`, cost: 4 });
  assertEquals(await other.verify("correct horse", stored), false);
});

Deno.test("a hash of a lower cost is outdated", async () => {
  const stored = await passwords.hash("correct horse");
  assertEquals(passwords.isOutdated(stored), false);
  assertEquals(createPasswords({ pepper, cost: 5 }).isOutdated(stored), true);
});

Deno.test("verifying costs one bcrypt of the full cost, stored or not", async () => {
  const costs: number[] = [];
  const counted = createPasswords({
    pepper,
    cost: 4,
    bcrypt: {
      ...bcryptHere,
      compare: (text, hash) => (costs.push(costOf(hash)), bcryptHere.compare(text, hash)),
    },
  });
  const stored = await counted.hash("correct horse");
  await counted.verify("correct horse", stored);
  await counted.verify("wrong horse", stored);
  await counted.verify("any horse", null);
  assertEquals(costs, [4, 4, 4]);
});

Deno.test("hashes run one after another, and requests beyond the queue's limit are refused", async () => {
  const few = createPasswords({ pepper, cost: 4, concurrency: 1, waiting: 2 });
  const asked = [1, 2, 3, 4].map((n) => few.hash(`password ${n}`));
  const error = await assertRejects(() => asked[3], Problem);
  assertEquals(error.code, "unavailable");
  assertEquals((await Promise.all(asked.slice(0, 3))).length, 3);
  assert(await few.hash("afterwards"));
});

Deno.test("the commonest passwords are known, in any case", () => {
  assertEquals(isCommon("password1"), true);
  assertEquals(isCommon("PassWord1"), true);
  assertEquals(isCommon("a far less common sentence"), false);
});

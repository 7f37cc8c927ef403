import { assert, assertEquals } from "@std/assert";
import {
  idKeys,
  MOST_ITEMS,
  positionIn,
  readRecommendationId,
  recommendationId,
  type SignedList,
  type ToSign,
  VALID_MS,
} from "./recommendation_id.ts";
import { seededRandom } from "../../../testing/seeded_random.ts";

const NOW = Date.UTC(2026, 6, 1, 12);
const keys = idKeys(["a secret of more than thirty-two bytes"]);
const LIST: ToSign = {
  ...{ project: 7, version: 3, variant: 0, placement: "home", at: NOW, seed: 0xfedcba98 },
  visitor: { user: "42" },
  items: ["sku-1", "sku-2", "3", "x".repeat(1000), "é"],
};

function read(id: string, changed: Partial<Parameters<typeof readRecommendationId>[2]> = {}) {
  const rules = { project: 7, visitors: [{ user: "42" }], now: NOW, ...changed };
  return readRecommendationId(keys, id, rules);
}

Deno.test("an id has the list with the position and the team of each item", () => {
  const teams = [false, true, true, false, true];
  const id = recommendationId(keys, { ...LIST, teams });
  const list = read(id) as SignedList;
  const { hashes: _, list: number, ...rest } = list;
  assertEquals(rest, {
    ...{ project: 7, version: 3, variant: 0, placement: "home", at: NOW, seed: 0xfedcba98 },
    teams,
  });
  assert(/^\d{1,19}$/.test(number) && BigInt(number) < 1n << 63n);
  assertEquals(LIST.items.map((item) => positionIn(list, item)), [0, 1, 2, 3, 4]);
  assertEquals(positionIn(list, "sku-3"), null);
  assert(/^[A-Za-z0-9_-]{74}$/.test(id), id);
});

Deno.test("every changed bit, and every truncation or extension, is a forged id", () => {
  const id = recommendationId(keys, LIST);
  const bytes = Uint8Array.fromBase64(id, { alphabet: "base64url" });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3] ^= 1 << (bit & 7);
    const text = changed.toBase64({ alphabet: "base64url", omitPadding: true });
    assertEquals(read(text), "forged");
  }
  for (let length = 0; length < id.length; length++) {
    assertEquals(read(id.slice(0, length)), "forged");
  }
  const more = [`${id}A`, `${id}=`, ` ${id}`, `${id}\n`, id.repeat(9), "null", "\u0000", "é"];
  for (const text of more) assertEquals(read(text), "forged");
  const others = idKeys(["another secret of more than thirty-two bytes"]);
  assertEquals(read(recommendationId(others, LIST)), "forged");
});

Deno.test("an id is valid for its project and its visitor, for eight days", () => {
  const id = recommendationId(keys, LIST);
  assertEquals(read(id, { project: 8 }), "other_project");
  assertEquals(read(id, { visitors: [{ user: "43" }] }), "other_visitor");
  assertEquals(read(id, { visitors: [{ anonymous: "42" }] }), "other_visitor");
  assertEquals(read(id, { visitors: [] }), "other_visitor");
  assert(typeof read(id, { visitors: [{ anonymous: "a" }, { user: "42" }] }) === "object");
  assert(typeof read(id, { now: NOW + VALID_MS }) === "object");
  assertEquals(read(id, { now: NOW + VALID_MS + 1000 }), "expired");
  const nobodys = recommendationId(keys, { ...LIST, visitor: null });
  assert(typeof read(nobodys, { visitors: [{ anonymous: "a" }] }) === "object");
});

Deno.test("ids signed by the previous secret are valid while it is set", () => {
  const id = recommendationId(keys, LIST);
  const rules = { project: 7, visitors: [{ user: "42" }], now: NOW };
  const next = "a new secret of more than thirty-two bytes";
  const rotated = idKeys([next, "a secret of more than thirty-two bytes"]);
  assert(typeof readRecommendationId(rotated, id, rules) === "object");
  assert(recommendationId(rotated, LIST) !== id);
  assertEquals(readRecommendationId(idKeys([next]), id, rules), "forged");
});

Deno.test("lists of any content are read as they were signed", () => {
  const random = seededRandom(11);
  const below = (most: number) => Math.floor(random() * most);
  for (let round = 0; round < 300; round++) {
    const count = below(80);
    const list: ToSign = {
      project: below(2 ** 32),
      version: below(2 ** 32),
      variant: below(256),
      placement: "abc-_9".repeat(11).slice(0, below(65)),
      at: NOW - below(600_000) * 1000,
      seed: below(2 ** 32),
      visitor: [null, { user: String(below(1e6)) }, { anonymous: crypto.randomUUID() }][below(3)],
      items: Array.from({ length: count }, () => String.fromCharCode(...[below(65536), below(99)])),
      teams: Array.from({ length: count }, () => random() < .5),
    };
    const id = recommendationId(keys, list);
    const visitors = list.visitor ? [list.visitor] : [];
    const found = read(id, { project: list.project, visitors }) as SignedList;
    const { visitor: _, items, teams, ...rest } = list;
    const { list: _number, hashes: _hashes, teams: foundTeams, ...foundRest } = found;
    assertEquals(foundRest, rest);
    assertEquals(foundTeams, teams!.slice(0, MOST_ITEMS));
    items.forEach((item, i) => {
      if (i < MOST_ITEMS) assertEquals(positionIn(found, item, i), i);
    });
  }
});

Deno.test("few items that are absent from a list are taken for its items", () => {
  const items = Array.from({ length: 10 }, (_, i) => `sku-${i}`);
  let taken = 0;
  for (let seed = 0; seed < 200; seed++) {
    const list = read(recommendationId(keys, { ...LIST, items, seed })) as SignedList;
    for (let i = 100; i < 200; i++) if (positionIn(list, `sku-${i}`) !== null) taken++;
  }
  // 20,000 × 10 / 4,096 = 49 are expected; the seeds are fixed.
  assert(taken > 20 && taken < 90, String(taken));
});

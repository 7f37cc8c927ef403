import { assertEquals } from "@std/assert";
import { askedOf, isAsked, queryOf, questionOf } from "./question.ts";

Deno.test("a request survives the round trip through its link", () => {
  const query = "user_id=7&n=20&diversity=0.5&is.a%26b=x&is.a%26b=y%2Cz&min.year=1990";
  const asked = askedOf(query);
  assertEquals(queryOf(asked), query);
  assertEquals(questionOf(asked), {
    user_id: "7",
    n: 20,
    filter: { "a&b": ["x", "y,z"], year: { gte: 1990 } },
    diversity: .5,
    explain: true,
  });
});

Deno.test("a visitor's history replaces a user, also while it is empty", () => {
  const asked = askedOf("user_id=7&item_id=3&had=1&had=04");
  assertEquals(questionOf(asked), { history: ["1", "04"], n: 10, explain: true });
  assertEquals(isAsked(asked), true);
  const none = askedOf(queryOf({ had: [], filter: {} }));
  assertEquals([none.had, isAsked(none)], [[], false]);
  assertEquals(isAsked(askedOf("n=5")), false);
});

Deno.test("dates stay as typed, and an id takes precedence over a title", () => {
  const asked = askedOf("item_title=Heat&item_id=2&min.seen=1999-05&max.seen=2001");
  assertEquals(questionOf(asked), {
    item_id: "2",
    n: 10,
    filter: { seen: { gte: "1999-05", lte: 2001 } },
    explain: true,
  });
});

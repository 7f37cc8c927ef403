import { assertEquals } from "@std/assert";
import { ratingKind } from "./rating_kind.ts";

Deno.test("a rating column's name determines whether its values are amounts or a scale", () => {
  const amounts = [
    ...["quantity", "Qty", "play_count", "plays", "listens", "amount", "units", "times", "hours"],
    ...["minutes", "duration", "hours_played", "watch_time", "Menge", "Anzahl", "cantidad"],
    ...["quantité", "количество", "order_quantity"],
  ];
  for (const name of amounts) assertEquals(ratingKind([name]), "amount", name);
  for (const name of ["rating", "score", "stars", "Bewertung", "user_rating", "оценка"]) {
    assertEquals(ratingKind([name]), "scale", name);
  }
  for (const name of ["value", "like", "c3", "said"]) assertEquals(ratingKind([name]), undefined);
  assertEquals(ratingKind(["qty", "plays"]), "amount");
  assertEquals(ratingKind(["qty", "stars"]), undefined);
  assertEquals(ratingKind([]), undefined);
});

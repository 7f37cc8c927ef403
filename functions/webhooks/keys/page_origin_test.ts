import { assertEquals } from "@std/assert";
import { isInTheClear, originOf } from "./page_origin.ts";

Deno.test("an origin is spelled as browsers spell it", () => {
  for (
    const [text, origin] of [
      ["https://shop.example", "https://shop.example"],
      ["https://Shop.Example/", "https://shop.example"],
      ["https://shop.example:443", "https://shop.example"],
      ["http://localhost:5173", "http://localhost:5173"],
      ["https://bücher.example", "https://xn--bcher-kva.example"],
      ["http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080"],
      ["capacitor://localhost", "capacitor://localhost"],
      ["null", "null"],
    ]
  ) assertEquals([text, originOf(text)], [text, origin]);
});

Deno.test("an invalid origin is rejected", () => {
  for (
    const text of [
      "",
      "*",
      "shop.example",
      "https://*.shop.example",
      "https://shop.example/page",
      "https://shop.example?x",
      "https://shop.example/#x",
      "https://me@shop.example",
      "https://shop.example, https://other.example",
      "file:///home/me/shop.html",
      "blob:https://shop.example/1",
      "data:text/html,x",
      "javascript:alert(1)",
      "NULL",
    ]
  ) assertEquals([text, originOf(text)], [text, null]);
});

Deno.test("only plain HTTP over a network counts as unencrypted", () => {
  for (
    const [origin, clear] of [
      ["http://shop.example", true],
      ["https://shop.example", false],
      ["http://localhost:5173", false],
      ["http://127.0.0.1", false],
      ["http://shop.localhost", false],
      ["capacitor://localhost", false],
      ["null", false],
    ] as const
  ) assertEquals([origin, isInTheClear(origin)], [origin, clear]);
});

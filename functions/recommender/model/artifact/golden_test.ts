import { assertEquals } from "@std/assert";
import { checkGolden, type GoldenAnswer, goldenAnswer } from "./golden.ts";
import type { Model } from "../model.ts";
import { stringTable } from "../string_table.ts";

const model: Model = {
  manifest: {
    format: "airec-model",
    format_version: 1,
    model_type: "CONTENT",
    algorithm: "tfidf",
    parameters: {},
    gamma: 0.5,
    dataset_fingerprint: "",
    items: 3,
    users: 0,
    interactions: 0,
    sha256: {},
  },
  items: {
    ids: stringTable(["1", "2", "3"]),
    titles: stringTable(["Heat", "Casino", "Ronin"]),
    popularity: new Uint32Array(3),
    popularOrder: Uint32Array.of(0, 1, 2),
  },
  weights: {
    offsets: Uint32Array.of(0, 1, 1, 1),
    columns: Uint32Array.of(2),
    values: Float32Array.of(0.1),
  },
};

const request = { item_title: "Heat", n: 2, include_seen: false };

const check = (answer: GoldenAnswer["answer"]) =>
  checkGolden(model, { format_version: 1, answers: [{ request, answer }] });

Deno.test("a golden answer survives JSON and is reproduced to the last bit", () => {
  const golden = goldenAnswer(model, request);
  assertEquals(golden.answer, [
    { item_id: "3", item_title: "Ronin", score: Math.fround(0.1) },
    { item_id: "2", item_title: "Casino", score: 0 },
  ]);
  assertEquals(check(JSON.parse(JSON.stringify(golden.answer))), []);
});

Deno.test("a difference in score, order, title or length is reported with its position", () => {
  const [first, second] = goldenAnswer(model, request).answer;
  const placeOf = (answer: GoldenAnswer["answer"]) =>
    check(answer)[0].match(/at position (\d)/)?.[1];
  assertEquals(placeOf([{ ...first, score: 0.1 }, second]), "1");
  assertEquals(placeOf([second, first]), "1");
  assertEquals(placeOf([first, { ...second, item_title: "casino" }]), "2");
  assertEquals(placeOf([first]), "2");
  assertEquals(placeOf([first, second, second]), "3");
});

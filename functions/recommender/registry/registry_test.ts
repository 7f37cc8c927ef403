import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkTraining,
  fileBytes,
  NumberTakenError,
  RegistryConflictError,
  RegistryMissingError,
  RegistryUnavailableError,
  type Training,
} from "./registry.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function training(model: string, trainingId: string, more: Partial<Training> = {}): Training {
  return {
    model,
    trainingId,
    description: "Films of a small shop",
    parameters: { algorithm: "ease", lambda: 500, positive: true },
    metrics: { ndcg_10: 0.4321, recall_20: 0.5 },
    tags: { gate: "accepted" },
    files: {
      "MLmodel": bytes("flavors: {}\n"),
      "data/manifest.json": bytes(`{"training": "${trainingId}"}`),
      "data/model.safetensors": crypto.getRandomValues(new Uint8Array(50_000)),
    },
    startedAt: new Date(),
    ...more,
  };
}

Deno.test("errors of a registry name what is missing, taken or another's", () => {
  const foreign = new RegistryConflictError("project-1-recommender", "home");
  assertEquals(
    [foreign.name, foreign.message],
    [
      "RegistryConflictError",
      "This installation uses only its own models, but the registry's project-1-recommender " +
      "belongs to the installation home.",
    ],
  );
  assertEquals(foreign.forOwner.includes("home"), false, "nothing of another installation");
  assertEquals(
    foreign.forOwner,
    "The model registry contains a model of this name that belongs to another owner, so the " +
      "project's model cannot be stored or served there: contact the operator of this installation.",
  );
  assert(
    new RegistryConflictError("m", undefined).message
      .endsWith("belongs to another application than AiREC."),
  );
  const taken = new NumberTakenError("m", "7");
  assertEquals([taken.name, taken.message], [
    "NumberTakenError",
    "A version's number must be greater than all others of its model, and m already has 7 or a " +
    "greater one.",
  ]);
  const missing = new RegistryMissingError("m", "7", "data/a");
  assertEquals([missing.name, missing.message], [
    "RegistryMissingError",
    "The registry has no file data/a in version 7 of m.",
  ]);
  assertEquals(new RegistryMissingError("m", "7").message, "The registry has no version 7 of m.");
  assertEquals(new RegistryUnavailableError("away").name, "RegistryUnavailableError");
});

Deno.test("a training is checked by its id, metrics and files, its candidates' metrics, too", () => {
  const check = (more: Partial<Training>) => checkTraining(training("m", "t-1", more));
  check({ trainingId: "a".repeat(100), metrics: { "a/b:c.d e-f_9": 0 } });
  const cases: [string, Partial<Training>][] = [
    ["A training's id consists of letters, digits and -; a_b does not.", { trainingId: "a_b" }],
    [`-; ${"a".repeat(101)} does not.`, { trainingId: "a".repeat(101) }],
    ["-;  does not.", { trainingId: "" }],
    [
      "A metric's name consists of letters, digits and _ - . / :, n@10 does not.",
      { metrics: { "n@10": 1 } },
    ],
    ["The metric loss is NaN, not finite.", { metrics: { loss: NaN } }],
    [
      "The metric loss is Infinity, not finite.",
      { candidates: [{ name: "c", parameters: {}, metrics: { loss: Infinity } }] },
    ],
    ["A training to publish must have files.", { files: {} }],
  ];
  for (const [sentence, more] of cases) assertThrows(() => check(more), TypeError, sentence);
});

Deno.test("a file to publish may be loaded when it is needed", async () => {
  assertEquals(await fileBytes(bytes("a")), bytes("a"));
  assertEquals(await fileBytes(() => Promise.resolve(bytes("b"))), bytes("b"));
});

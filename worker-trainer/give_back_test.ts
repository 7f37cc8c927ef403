import { assert } from "@std/assert";
import { COLLECTING } from "./give_back.ts";

/** Says how many megabytes come back: of what threads share, and of what the C library keeps in its heap. */
const PROGRAM = `
  const { giveBack } = await import(${JSON.stringify(import.meta.resolve("./give_back.ts"))});
  const full = (buffer) => new Uint8Array(buffer).fill(1);
  const held = () => [
    full(new SharedArrayBuffer(3e8)),
    ...Array.from({ length: 3000 }, () => full(new ArrayBuffer(1e5))),
  ].at(-1);
  globalThis.last = held();
  const before = Deno.memoryUsage().rss;
  await new Promise((resolve) => setTimeout(resolve));
  giveBack();
  console.log((before - Deno.memoryUsage().rss) / 1e6);
`;

Deno.test("memory that nobody uses any more is given back at once", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", COLLECTING, PROGRAM],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  // Other systems' C libraries keep what they like.
  const least = Deno.build.os === "linux" ? 500 : 200;
  assert(Number(new TextDecoder().decode(stdout)) > least, new TextDecoder().decode(stdout));
});

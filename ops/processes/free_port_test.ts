import { assert, assertEquals } from "@std/assert";
import { freePort, isFree } from "./free_port.ts";

Deno.test("free ports are distinct, and below the ephemeral range", () => {
  const ports = Array.from({ length: 200 }, freePort);
  assertEquals(new Set(ports).size, 200);
  assert(ports.every((port) => port >= 15_000 && port < 32_000));
});

Deno.test("a port with a listener is not free", () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: freePort() });
  assertEquals(isFree(listener.addr.port), false);
});

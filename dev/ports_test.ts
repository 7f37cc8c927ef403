import { assertEquals, assertThrows } from "@std/assert";
import { freePort } from "../ops/processes/free_port.ts";
import { chosenPorts, claimPorts } from "./ports.ts";

Deno.test("ports come from the environment, else from the defaults", () => {
  assertEquals(chosenPorts({ WEB_PORT: "6000", AUTH_PORT: "" }), {
    auth: 8080,
    webhooks: 3001,
    recommender: 8000,
    web: 6000,
  });
  assertThrows(() => chosenPorts({ WEB_PORT: "web" }), Error, "WEB_PORT must be a port from 1 to");
});

Deno.test("a port in use is named with the fix, and so is a duplicate port", () => {
  const free = freePort();
  claimPorts({ AUTH_PORT: free });
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  assertThrows(
    () => claimPorts({ AUTH_PORT: free, WEB_PORT: port }),
    Error,
    `Port ${port} is in use by another program. Stop it, or choose another port: WEB_PORT=`,
  );
  assertThrows(
    () => claimPorts({ AUTH_PORT: free, WEB_PORT: free }),
    Error,
    `WEB_PORT and AUTH_PORT have the same port, ${free}.`,
  );
});

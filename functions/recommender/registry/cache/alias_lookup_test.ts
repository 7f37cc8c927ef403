import { assertEquals, assertRejects } from "@std/assert";
import { movingRegistry } from "../../../../testing/models/moving_registry.ts";
import { RegistryConflictError, RegistryUnavailableError } from "../registry.ts";
import { aliasLookup } from "./alias_lookup.ts";

/** Look-ups that hold for 1,000 ms, with their registry and clock. */
function lookups() {
  const moving = movingRegistry();
  const clock = { time: 0 };
  const aliases = aliasLookup(moving.registry, { ms: 1_000, now: () => clock.time });
  return { ...moving, clock, champion: (name: string) => aliases.of(name, "champion"), aliases };
}

Deno.test("concurrent callers share a look-up, which is cached for a while", async () => {
  const { champions, state, clock, champion } = lookups();
  champions.set("a", "1");
  const found = await Promise.all([champion("a"), champion("a"), champion("a")]);
  assertEquals(found, Array(3).fill({ version: "1", stale: false }));
  assertEquals(state.lookups, 1);
  champions.set("a", "2");
  clock.time = 999;
  assertEquals((await champion("a")).version, "1");
  clock.time = 1_000;
  assertEquals((await champion("a")).version, "2");
  assertEquals(state.lookups, 2);
});

Deno.test("a missing alias is not cached", async () => {
  const { champions, champion, state } = lookups();
  assertEquals(await champion("a"), { version: null, stale: false });
  champions.set("a", "1");
  assertEquals(await champion("a"), { version: "1", stale: false });
  assertEquals(state.lookups, 2);
});

Deno.test("while the registry is unavailable the last known version is returned as stale", async () => {
  const { champions, champion, state, clock } = lookups();
  champions.set("a", "1");
  await champion("a");
  state.away = true;
  assertEquals(await champion("a"), { version: "1", stale: false }, "it still holds");
  clock.time = 5_000;
  assertEquals(await champion("a"), { version: "1", stale: true });
  await assertRejects(() => champion("b"), RegistryUnavailableError);
  state.away = false;
  assertEquals(await champion("a"), { version: "1", stale: false });
});

Deno.test("other errors are thrown, without falling back to the last known version", async () => {
  const { champions, champion, registry, clock } = lookups();
  champions.set("a", "1");
  await champion("a");
  registry.alias = () => Promise.reject(new RegistryConflictError("a", "another"));
  clock.time = 5_000;
  await assertRejects(() => champion("a"), RegistryConflictError);
});

Deno.test("after an alias moved it is looked up again, ignoring a look-up started before", async () => {
  const { champions, champion, aliases, registry, state, clock } = lookups();
  champions.set("a", "1");
  const gate = Promise.withResolvers<void>();
  const look = registry.alias;
  registry.alias = async (...asked) => {
    const version = await look(...asked);
    await gate.promise;
    return version;
  };
  const before = champion("a");
  registry.alias = look;
  await Promise.resolve();
  champions.set("a", "2");
  aliases.expire("a");
  const after = await champion("a");
  gate.resolve();
  await before;
  assertEquals(after.version, "2");
  assertEquals((await champion("a")).version, "2", "the late look-up is not remembered");

  state.away = true;
  clock.time = 1_000;
  aliases.expire("a");
  assertEquals(await champion("a"), { version: "2", stale: true }, "what was known stays known");
  aliases.forget("a");
  await assertRejects(() => champion("a"), RegistryUnavailableError);
});

Deno.test("the aliases of a model are cached separately", async () => {
  const { champion, aliases, registry } = lookups();
  registry.alias = (_, alias) => Promise.resolve(alias === "champion" ? "1" : "2");
  assertEquals((await champion("a")).version, "1");
  assertEquals((await aliases.of("a", "challenger")).version, "2");
  assertEquals((await champion("a")).version, "1");
});

import { assertEquals } from "@std/assert";
import { boundedSettings, SETTING_LIMITS } from "./settings.ts";

Deno.test("settings stored before the operator lowered the limits are bounded by the limits", () => {
  const limits = { ...SETTING_LIMITS, budgetSeconds: 300, memoryBytes: 1e9 };
  const set = { version: 1, budget_seconds: 86_400, memory_limit: 2 ** 45 } as const;
  assertEquals(boundedSettings(set, limits), { ...set, budget_seconds: 300, memory_limit: 1e9 });
  assertEquals(boundedSettings({ version: 1 }, limits), { version: 1, budget_seconds: 300 });
  assertEquals(boundedSettings({ version: 1 }, SETTING_LIMITS).budget_seconds, 600);
});

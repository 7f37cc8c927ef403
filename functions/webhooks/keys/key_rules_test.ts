import { assertEquals, assertThrows } from "@std/assert";
import { Problem } from "../../http/problem.ts";
import {
  changedRules,
  type KeyRules,
  newRules,
  type RequestedRules,
  warningsOf,
} from "./key_rules.ts";

const none = { project: null };
const page = { kind: "publishable", origins: ["https://shop.example"], projects: [7] } as const;
const said = (rules: RequestedRules | typeof page) => rules as RequestedRules;

/** Returns the problem's code and pointers. */
function refusal(work: () => unknown): unknown[] {
  const { code, extras }: Problem = assertThrows(work, Problem);
  return [code, ...(extras.errors ?? []).map(({ pointer }) => pointer)];
}

Deno.test("a key is secret and restricted to the only project by default", () => {
  assertEquals(newRules({ name: "Server" }, { project: 7 }), {
    ...{ name: "Server", kind: "secret", origins: null, projects: [7], model: true },
    ...{ rateLimit: null, expiresAt: null },
  });
  assertEquals(newRules({}, none).projects, null);
  assertEquals(newRules({ projects: null }, { project: 7 }).projects, null);
  assertEquals(newRules({ projects: [8] }, { project: 7 }).projects, [8]);
});

Deno.test("a publishable key names its pages and its projects", () => {
  const { kind, origins, projects, model } = newRules(said(page), none);
  assertEquals([kind, origins, projects, model], [
    ...["publishable", ["https://shop.example"], [7], false],
  ]);
  const { projects: _, ...anywhere } = page;
  assertEquals(newRules(said(anywhere as typeof page), { project: 9 }).projects, [9]);
  assertEquals(refusal(() => newRules({ kind: "publishable" }, none)), [
    ...["invalid_input", "/origins", "/projects"],
  ]);
  const all = { ...said(page), projects: null };
  assertEquals(refusal(() => newRules(all, { project: 9 })), ["invalid_input", "/projects"]);
});

Deno.test("rules for pages are rejected for a secret key, which would not enforce them", () => {
  assertEquals(refusal(() => newRules({ origins: ["https://a.example"] }, none)), [
    ...["invalid_input", "/origins"],
  ]);
  assertEquals(refusal(() => newRules({ model: false }, none)), ["invalid_input", "/model"]);
});

Deno.test("a secret key may become publishable, and never the other way", () => {
  const secret = newRules({ name: "Old" }, none);
  const { origins } = said(page);
  const change = (present: KeyRules, rules: RequestedRules, project: number | null = null) =>
    changedRules(present, rules, { project });
  assertEquals(change(secret, { kind: "publishable", origins, projects: [7] }), {
    ...secret,
    ...{ kind: "publishable", origins, projects: [7], model: false },
  });
  assertEquals(change(secret, { kind: "publishable", origins }, 7).projects, [7]);
  assertEquals(refusal(() => change(secret, { kind: "publishable", origins })), [
    ...["invalid_input", "/projects"],
  ]);
  const publishable = newRules(said(page), none);
  assertEquals(refusal(() => change(publishable, { kind: "secret" })), ["conflict"]);
  assertEquals(refusal(() => change(publishable, { projects: null }, 7)), [
    ...["invalid_input", "/projects"],
  ]);
  assertEquals(refusal(() => change(publishable, { origins: null })), [
    ...["invalid_input", "/origins"],
  ]);
  assertEquals(change(publishable, { name: "New", model: true }), {
    ...publishable,
    ...{ name: "New", model: true },
  });
  // Omitted members stay unchanged, also if there is only one project.
  assertEquals(change(secret, { name: "New" }, 7).projects, null);
});

Deno.test("a key has warnings for its owner", () => {
  const key = { ...newRules({ projects: [7] }, none), page_origin: null };
  assertEquals(warningsOf(key), []);
  assertEquals(warningsOf({ ...key, projects: null }).length, 1);
  assertEquals(warningsOf({ ...key, page_origin: "https://a.example" }).length, 1);
  const open = { ...key, ...said(page), kind: "publishable" as const };
  const origins = ["https://a.example", "null", "http://b.example", "http://localhost:1"];
  const warnings = warningsOf({ ...open, origins });
  assertEquals(warnings.length, 2);
  assertEquals(warnings[1].includes("http://b.example."), true, warnings[1]);
  assertEquals(warningsOf({ ...open, origins: ["https://a.example"] }), []);
});

import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import type { IdentityEnv, Role } from "./identity.ts";
import { problemOf, problemResponse } from "../problem.ts";
import { actorOf } from "./request_context.ts";
import { needs } from "./roles.ts";

const OWNER = "0b9c3a52-8f0e-4c43-9d5e-0a4f1d6a7b11";
const MEMBER = "account:5a0e7c1e-6f7b-4a51-9a53-3f0f2f0b9a10";

/** An app whose caller is a member of the owner's account, and has `role` there. */
function appFor(role: Role) {
  const app = new Hono<IdentityEnv>();
  app.use(async (c, next) => {
    c.set("ownerId", OWNER);
    c.set("actorId", MEMBER as "account:");
    c.set("role", role);
    await next();
  });
  for (const needed of ["service", "viewer", "editor", "owner"] as const) {
    app.post(`/${needed}`, needs(needed), async (c) => {
      // The actor is found after any number of turns, and only for its owner.
      await new Promise((resolve) => setTimeout(resolve, 0));
      return c.json([actorOf(OWNER) ?? null, actorOf(crypto.randomUUID()) ?? null]);
    });
  }
  app.onError((error, c) => problemResponse(c, problemOf(error)));
  return app;
}

Deno.test("a route accepts its role and those above, and is 403 for others", async () => {
  const allowed: Record<Role, string[]> = {
    service: ["service"],
    viewer: ["service", "viewer"],
    editor: ["service", "viewer", "editor"],
    owner: ["service", "viewer", "editor", "owner"],
  };
  for (const [role, routes] of Object.entries(allowed)) {
    const app = appFor(role as Role);
    for (const route of ["service", "viewer", "editor", "owner"]) {
      const answer = await app.request(`/${route}`, { method: "POST" });
      assertEquals(answer.status, routes.includes(route) ? 200 : 403, `${role} at ${route}`);
      if (answer.status !== 403) continue;
      const { code, detail } = await answer.json();
      assertEquals(code, "forbidden");
      assertEquals(detail, `This needs the role ${route} in the account; yours is ${role}.`);
    }
  }
});

Deno.test("writes find their actor, distinct from the owner; reads have none", async () => {
  const app = appFor("owner");
  const actors = async (route: string) => (await app.request(route, { method: "POST" })).json();
  assertEquals(await actors("/editor"), [MEMBER, null]);
  assertEquals(await actors("/owner"), [MEMBER, null]);
  assertEquals(await actors("/viewer"), [null, null]);
});

/**
 * The app of one of the demo's pages: its publishable key, and its members signed in as a shop's server
 * would sign them in.
 */
import { createHmac } from "node:crypto";
import { join } from "@std/path";
import { answer, json } from "./demo_calls.ts";

export interface DemoAppOptions {
  /** Where the webhooks service is. */
  webhooks: string;
  /** The demo account's login. */
  headers: Record<string, string>;
  /** Where the app's secrets are kept: they are shown once. */
  home: string;
  name: string;
  project: number;
  /** The pages that may use the key. */
  origins: string[];
}

/** What a page needs, and what its server would keep. */
export interface DemoApp {
  api_key: string;
  identity_secret: string;
}

/** As it is kept. */
interface Kept extends DemoApp {
  app_name: string;
}

/**
 * The app, made where it is missing. Its key is made publishable where it was not, and keeps the
 * origins that were added to it; lost secrets are replaced, those of an app by another app's.
 * @throws {Error} with the service's own words when a call is refused.
 */
export async function demoApp(options: DemoAppOptions): Promise<DemoApp> {
  const { webhooks, headers, home, name, project, origins } = options;
  const file = join(home, "secrets", `demo_key_${name.toLowerCase()}`);
  const rules = { kind: "publishable", projects: [project], model: true };
  const apps: { app_id: string; app_name: string }[] = await answer(
    await fetch(`${webhooks}/api/apps`, { headers }),
  );
  const kept: Partial<Kept> | null = await Deno.readTextFile(file).then(JSON.parse, () => null);
  const mine = apps.find(({ app_name }) => app_name === kept?.app_name);
  const known = mine && await keyAt(`${webhooks}/api/apps/${mine.app_id}/keys`);
  const app = known ? { ...mine, api_key: kept!.api_key! } : await register();
  const identity_secret = known && kept!.identity_secret || await makeIdentity();
  const { api_key } = app;
  const all: Kept = { app_name: app.app_name, api_key, identity_secret };
  await Deno.writeTextFile(file, JSON.stringify(all), { mode: 0o600 });
  return { api_key, identity_secret };

  /** Whether the key that is kept opens still; its rules are as they should be then. */
  async function keyAt(keys: string): Promise<boolean> {
    const all: Key[] = await answer(await fetch(keys, { headers }));
    const key = all.find(({ key_last_four, revoked_at, expires_at }) =>
      key_last_four === kept!.api_key?.slice(-4) && !revoked_at && !expires_at
    );
    if (!key) return false;
    const change = { ...rules, origins: [...new Set([...key.origins ?? [], ...origins])] };
    await answer(await fetch(`${keys}/${key.key_id}`, json("PATCH", change, headers)));
    return true;
  }

  async function register() {
    const names = new Set(apps.map(({ app_name }) => app_name));
    let app_name = name;
    for (let n = 2; names.has(app_name); n++) app_name = `${name} ${n}`;
    const wanted = { app_name, ...rules, origins };
    return await answer(
      await fetch(`${webhooks}/api/apps/register`, json("POST", wanted, headers)),
    );
  }

  async function makeIdentity(): Promise<string> {
    const path = `${webhooks}/api/apps/${app.app_id}/identity-secret`;
    return (await answer(await fetch(path, json("POST", {}, headers)))).secret;
  }
}

interface Key {
  key_id: string;
  key_last_four: string;
  origins: string[] | null;
  revoked_at: string | null;
  expires_at: string | null;
}

const TOKEN_SECONDS = 24 * 60 * 60;

/** A `user_token` for each of these members, good for a day. */
export function tokensOf(
  members: string[],
  { secret, project }: { secret: string; project: number },
): Record<string, string> {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  return Object.fromEntries(members.map((member) => {
    const signed = JSON.stringify([project, member, exp]);
    return [member, `${exp}.${createHmac("sha256", secret).update(signed).digest("hex")}`];
  }));
}

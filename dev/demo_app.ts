/** App of a demo page: its publishable key, and user tokens for its members. */
import { createHmac } from "node:crypto";
import { join } from "@std/path";
import { answer, json } from "./demo_calls.ts";

export interface DemoAppOptions {
  /** Base URL of the webhooks service. */
  webhooks: string;
  /** Authorization header of the demo account. */
  headers: Record<string, string>;
  /** Folder for the app's secrets, which the API shows only once. */
  home: string;
  name: string;
  project: number;
  /** Origins that may use the key. */
  origins: string[];
}

/** API key for the page, and the identity secret that a shop's server would keep. */
export interface DemoApp {
  app_id: string;
  api_key: string;
  identity_secret: string;
}

/** Stored form. */
interface Kept extends Omit<DemoApp, "app_id"> {
  app_name: string;
}

/**
 * Returns the app; registers it if it is missing. The key is made publishable and keeps origins
 * added by the user. If a stored secret is lost, a new one is created; if the key is lost, a new
 * app.
 * @throws {Error} with the service's message if a call fails
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
  const { app_id, api_key } = app;
  const all: Kept = { app_name: app.app_name, api_key, identity_secret };
  await Deno.writeTextFile(file, JSON.stringify(all), { mode: 0o600 });
  return { app_id, api_key, identity_secret };

  /** Whether the stored key is still valid; updates its rules. */
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

/** Returns a `user_token` for each member, valid for a day. */
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

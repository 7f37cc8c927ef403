import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { call, json, signedUp, startSystem } from "../testing/system.ts";

Deno.test("no log line of any service contains a secret", async () => {
  await using system = await startSystem();
  const { at, lines } = system;
  const headers = await signedUp(system);
  const account = { email: "ada@example.com", password: "a fine long password" };
  const secrets: Record<string, string> = {
    ...system.secrets,
    password: account.password,
    token: headers.authorization.slice("Bearer ".length),
    wrongPassword: "a wrong but private password",
    newPassword: "another fine long password",
    pathToken: "token-in-a-query-by-mistake",
  };

  const login = await fetch(`${at.auth}/login`, json(account));
  const cookie = login.headers.get("set-cookie")!.split(";")[0];
  secrets.loginToken = (await login.json()).token;
  secrets.refreshToken = cookie.split("=")[1];
  const origin = at.web;
  const refreshed = await fetch(`${at.auth}/refresh`, {
    method: "POST",
    headers: { cookie, origin },
  });
  secrets.refreshedToken = (await refreshed.json()).token;
  secrets.nextRefreshToken = refreshed.headers.get("set-cookie")!.split(";")[0].split("=")[1];
  const app = { app_name: "Shop", webhook_url: "http://127.0.0.1:1024/hook" };
  const registered = await call(`${at.webhooks}/api/apps/register`, {
    ...json(app, headers),
    expect: 201,
  });
  secrets.apiKey = registered.api_key;
  secrets.webhookSecret = registered.webhook_secret;
  assert(Object.values(secrets).every((secret) => secret.length >= 8));

  // Failing requests, each with a secret where it belongs and where it does not.
  const wrong: [string, RequestInit][] = [
    [`${at.auth}/login`, json({ ...account, password: secrets.wrongPassword })],
    [`${at.auth}/login`, { ...json({}), body: `{"password": "${account.password}"` }],
    [`${at.auth}/login`, json({ email: account.password, password: `${account.password}\0` })],
    [`${at.auth}/signup`, json({ name: "\0", ...account })],
    [`${at.auth}/password`, json({ password: account.password, new_password: "short" }, headers)],
    [`${at.auth}/me?token=${secrets.pathToken}`, { headers: { authorization: "Bearer x.y.z" } }],
    [`${at.auth}/refresh`, { method: "POST", headers: { cookie, origin: "https://evil.test" } }],
    [`${at.recommender}/projects?limit=${secrets.token}`, { headers }],
    [`${at.recommender}/project/1/status`, { headers: { authorization: secrets.token } }],
    [`${at.webhooks}/api/recommend`, json({ project_id: 1 }, { "x-api-key": secrets.apiKey })],
    [`${at.webhooks}/api/recommend`, json("x", { "x-api-key": `${secrets.apiKey}x` })],
    [`${at.webhooks}/api/apps?cursor=${secrets.apiKey}`, { headers }],
  ];
  for (const [url, init] of wrong) {
    const answer = await fetch(url, init);
    const text = await answer.text();
    assert(answer.status < 500, `${url}: ${answer.status}`);
    assertEquals(/\\n\s+at |\.ts:\d|node_modules/.test(text), false, `a stack trace: ${text}`);
  }
  const change = { password: account.password, new_password: secrets.newPassword };
  await call(`${at.auth}/password`, json(change, headers));

  // Log lines are written in batches.
  const isLogged = () => lines.some((line) => line.includes("POST /password 200"));
  for (let tries = 0; !isLogged() && tries < 100; tries++) await delay(20);
  assert(isLogged(), "the requests were logged");
  for (const [name, secret] of Object.entries(secrets)) {
    assertEquals(lines.find((line) => line.includes(secret)), undefined, name);
  }
});

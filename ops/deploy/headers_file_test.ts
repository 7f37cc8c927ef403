import { assert, assertEquals } from "@std/assert";
import { headersFile } from "./headers_file.ts";
import { webHandler } from "../serve_web.ts";

const SERVICES = {
  auth: "https://auth.example.com",
  recommender: "https://recommender.example.com",
  webhooks: "https://webhooks.example.com/",
};

/** Returns the headers of a rule of the file. */
function rule(file: string, path: string): Record<string, string> {
  const [, lines] = file.split(new RegExp(`^${RegExp.escape(path)}\\n`, "m"));
  return Object.fromEntries(
    lines.split(/^\S/m)[0].trim().split("\n").map((line) =>
      line.trim().split(/: (.*)/).slice(0, 2)
    ),
  );
}

Deno.test("Cloudflare serves the dashboard with the same headers as compose", async () => {
  const file = headersFile(SERVICES);
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/assets`);
  await Deno.writeTextFile(`${folder}/index.html`, "<!doctype html>");
  await Deno.writeTextFile(`${folder}/assets/a-1.js`, "");
  const serve = webHandler(folder, SERVICES);
  for (const [path, rules] of [["/", ["/*"]], ["/assets/a-1.js", ["/*", "/assets/*"]]] as const) {
    const { headers } = await serve(new Request(`http://dashboard.test${path}`));
    for (const [name, value] of rules.flatMap((path) => Object.entries(rule(file, path)))) {
      assertEquals(headers.get(name), value, `${path} ${name}`);
    }
  }
  const policy = rule(file, "/*")["content-security-policy"];
  for (const { origin } of Object.values(SERVICES).map((url) => new URL(url))) {
    assert(policy.includes(` ${origin}`), policy);
  }
  await Deno.remove(folder, { recursive: true });
});

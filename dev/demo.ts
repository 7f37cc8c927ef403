/**
 * The demo: an account, and at wish a film and a music project with a key for the page of each,
 * all made through the public API. Made twice, it is the same demo.
 */
import { fromFileUrl, join } from "@std/path";
import { buildModel } from "./build_model.ts";
import { filmSample } from "./samples/films.ts";
import { musicSample } from "./samples/music.ts";

/** Addresses of the services. */
export interface Addresses {
  auth: string;
  recommender: string;
  webhooks: string;
}

/** The account and, where made, the pages that work with it. */
export interface Demo {
  email: string;
  password: string;
  pages: string[];
}

export interface DemoOptions {
  /** Where the keys of the demo's apps are kept. */
  home: string;
  password: string;
  /** Whether to make the projects and keys, too. */
  projects: boolean;
  /** Told how the trainings end. */
  say: (line: string) => void;
  /** Where the pages are; `clients` of the project by default. */
  clients?: string;
}

const ACCOUNT = { name: "Demo", email: "demo@airec.example" };
const CLIENTS = fromFileUrl(new URL("../clients", import.meta.url));

const PROJECTS = [
  {
    pages: ["movierec", "ondevice"],
    app: "MovieRec",
    project: "Demo films",
    sample: filmSample,
    content: { item_id: "film_id", item_title: "title", feature_col: "genres" },
    interaction: {
      user_id: "user_id",
      item_id: "film_id",
      rating: "rating",
      timestamp: "timestamp",
    },
  },
  {
    pages: ["musicrec"],
    app: "MusicRec",
    project: "Demo music",
    sample: musicSample,
    content: { item_id: "artist_id", item_title: "name", feature_col: "tags" },
    interaction: { user_id: "listener_id", item_id: "artist_id", rating: "plays" },
  },
];

type DemoProject = typeof PROJECTS[number];

/**
 * Makes what is missing of the demo.
 * @throws {Error} with the service's own words when a call is refused.
 */
export async function makeDemo(at: Addresses, options: DemoOptions): Promise<Demo> {
  const { home, password, say, clients = CLIENTS } = options;
  const account = { ...ACCOUNT, password };
  const login = () => fetch(`${at.auth}/login`, json("POST", { email: account.email, password }));
  let session = await login();
  if (session.status === 401) {
    await session.body?.cancel();
    await answer(await fetch(`${at.auth}/signup`, json("POST", account)));
    session = await login();
  }
  const { token } = await answer(session);
  const demo: Demo = { email: account.email, password, pages: [] };
  if (!options.projects) return demo;

  const { script } = await buildModel();
  await Deno.writeFile(join(clients, "ondevice", "airec-model.js"), script);
  const headers = { authorization: `Bearer ${token}` };
  for (const wanted of PROJECTS) {
    const id = await projectOf(at, headers, wanted);
    const key = await keyOf(at, headers, { home, app: wanted.app });
    for (const name of wanted.pages) {
      const page = join(clients, name);
      await Deno.writeTextFile(join(page, "demo-config.js"), pageConfig(at, key, id));
      demo.pages.push(join(page, "index.html"));
    }
    followed(at, headers, { id, say });
  }
  return demo;
}

/** The project's id, made from the sample where it is missing. */
async function projectOf(
  at: Addresses,
  headers: Record<string, string>,
  { project, sample, content, interaction }: DemoProject,
): Promise<number> {
  const known: { id: number; project_name: string }[] = await answer(
    await fetch(`${at.recommender}/projects/?limit=100`, { headers }),
  );
  const mine = known.find(({ project_name }) => project_name === project);
  if (mine) return mine.id;
  const { items, interactions } = sample();
  const body = new FormData();
  body.set("project_name", project);
  body.set("content_schema_json", JSON.stringify(content));
  body.set("interaction_schema_json", JSON.stringify(interaction));
  body.set("content_file", new File([items], "items.csv", { type: "text/csv" }));
  body.set("interaction_file", new File([interactions], "interactions.csv", { type: "text/csv" }));
  const made = await answer(
    await fetch(`${at.recommender}/create-project/`, { method: "POST", headers, body }),
  );
  return made.id;
}

/** The app's key. It is shown once, so the home keeps it; a lost one is replaced by a new app's. */
async function keyOf(
  at: Addresses,
  headers: Record<string, string>,
  { home, app }: { home: string; app: string },
): Promise<string> {
  const file = join(home, "secrets", `demo_key_${app.toLowerCase()}`);
  const apps: { app_name: string }[] = await answer(
    await fetch(`${at.webhooks}/api/apps`, { headers }),
  );
  const names = new Set(apps.map(({ app_name }) => app_name));
  const kept = await Deno.readTextFile(file).then(JSON.parse, () => null);
  if (kept && names.has(kept.app_name)) return kept.api_key;

  let app_name = app;
  for (let n = 2; names.has(app_name); n++) app_name = `${app} ${n}`;
  const { api_key } = await answer(
    await fetch(`${at.webhooks}/api/apps/register`, json("POST", { app_name }, headers)),
  );
  await Deno.writeTextFile(file, JSON.stringify({ app_name, api_key }), { mode: 0o600 });
  return api_key;
}

/** What the page reads before its own constants. */
function pageConfig(at: Addresses, key: string, project: number): string {
  const config = { API_URL: at.webhooks, API_KEY: key, PROJECT_ID: project };
  return `// Made by \`deno task dev --demo\`; holds a key, so git ignores it.
globalThis.DEMO_CONFIG = ${JSON.stringify(config, null, 2)};
`;
}

/** Says once how the project's training ended, without being waited for. */
async function followed(
  at: Addresses,
  headers: Record<string, string>,
  { id, say }: { id: number; say: (line: string) => void },
): Promise<void> {
  try {
    for (let waited = 0; waited < 300; waited++) {
      const { status, error } = await answer(
        await fetch(`${at.recommender}/project/${id}/status`, { headers }),
      );
      if (status === "READY") return say(`project ${id} is ready`);
      if (status === "ERROR") return say(`project ${id} could not be trained: ${error}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  } catch (error) {
    say(`project ${id} cannot be followed: ${(error as Error).message}`);
  }
}

function json(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

// deno-lint-ignore no-explicit-any
async function answer(response: Response): Promise<any> {
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(`${new URL(response.url).pathname} answered ${response.status}: ${body.detail}`);
}

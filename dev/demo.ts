/**
 * The demo: an account, and optionally a film and a music project with keys for the example pages,
 * created through the public API. Idempotent.
 */
import { fromFileUrl, join } from "@std/path";
import { buildModel } from "../ops/deploy/build_model.ts";
import { demoApp, tokensOf } from "./demo_app.ts";
import { answer, json } from "./demo_calls.ts";
import { PLACEMENT, sendTraffic } from "./demo_traffic.ts";
import { spreadLists } from "./spread_lists.ts";
import { filmSample } from "../samples/films.ts";
import { musicSample } from "../samples/music.ts";

/** Base URLs of the services. */
export interface Addresses {
  auth: string;
  recommender: string;
  webhooks: string;
}

/** Login of the demo account, and the configured pages. */
export interface Demo {
  email: string;
  password: string;
  pages: string[];
  /** Signs the user tokens of the pages' members again: tokens expire after a day. */
  refresh(): Promise<void>;
}

export interface DemoOptions {
  /** Folder in which the keys of the demo's apps are kept. */
  home: string;
  password: string;
  /** Whether to create the projects and keys. */
  projects: boolean;
  /**
   * URL of the database: sends a week of simulated visits to projects without events, and moves
   * their lists to the times of the visits.
   */
  databaseUrl?: string;
  /** Receives the results of the trainings, and of the visits. */
  say: (line: string) => void;
  /** Folder of the pages; by default the project's `clients`. */
  clients?: string;
  /** Origins that may use the keys, in addition to files. */
  origins?: string[];
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
    members: ["7", "12", "100", "250", "400"],
    users: Array.from({ length: 400 }, (_, i) => String(i + 1)),
    price: 3.99,
  },
  {
    pages: ["musicrec"],
    app: "MusicRec",
    project: "Demo music",
    sample: musicSample,
    content: { item_id: "artist_id", item_title: "name", feature_col: "tags" },
    interaction: { user_id: "listener_id", item_id: "artist_id", rating: "plays" },
    members: ["l0001", "l0042", "l0100", "l0200", "l0320"],
    users: Array.from({ length: 320 }, (_, i) => `l${String(i + 1).padStart(4, "0")}`),
    price: 11.99,
  },
];

type DemoProject = typeof PROJECTS[number];

/**
 * Creates the missing parts of the demo.
 * @throws {Error} with the service's message if a call fails
 */
export async function makeDemo(at: Addresses, options: DemoOptions): Promise<Demo> {
  const { home, password, say, clients = CLIENTS, origins = [], databaseUrl } = options;
  const account = { ...ACCOUNT, password };
  const login = () => fetch(`${at.auth}/login`, json("POST", { email: account.email, password }));
  let session = await login();
  if (session.status === 401) {
    await session.body?.cancel();
    await answer(await fetch(`${at.auth}/signup`, json("POST", account)));
    session = await login();
  }
  const { token } = await answer(session);
  const writes: (() => Promise<void>)[] = [];
  const refresh = async () => {
    for (const write of writes) await write();
  };
  const demo: Demo = { email: account.email, password, pages: [], refresh };
  if (!options.projects) return demo;

  const { script } = await buildModel();
  await Deno.writeFile(join(clients, "ondevice", "airec-model.js"), script);
  const headers = { authorization: `Bearer ${token}` };
  for (const wanted of PROJECTS) {
    const id = await projectOf(at, headers, wanted);
    const app = await demoApp({
      ...{ webhooks: at.webhooks, headers, home },
      ...{ name: wanted.app, project: id, origins: ["null", ...origins] },
    });
    const place = { secret: app.identity_secret, project: id };
    const config = () => ({
      API_URL: at.webhooks,
      API_KEY: app.api_key,
      PROJECT_ID: id,
      MEMBERS: tokensOf(wanted.members, place),
    });
    for (const name of wanted.pages) {
      const page = join(clients, name);
      writes.push(() => Deno.writeTextFile(join(page, "demo-config.js"), pageConfig(config())));
      demo.pages.push(join(page, "index.html"));
    }
    const keys = `${at.webhooks}/api/apps/${app.app_id}/keys`;
    const fill = async () => {
      if (!await followed(at, headers, { id, say }) || !databaseUrl) return;
      await visited(at, headers, { ...wanted, id, keys, databaseUrl, say });
    };
    fill().catch((error) => say(`project ${id}: ${error.message}`));
  }
  await refresh();
  return demo;
}

/** Returns the id of the project; creates it from the sample if it is missing. */
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

/** Returns the script that sets the page's configuration. */
function pageConfig(config: Record<string, unknown>): string {
  return `// Created by \`deno task dev --demo\`. Ignored by git: it contains a key and members' tokens.
globalThis.DEMO_CONFIG = ${JSON.stringify(config, null, 2)};
`;
}

/** Reports the result of the project's training; returns whether it has a model. */
async function followed(
  at: Addresses,
  headers: Record<string, string>,
  { id, say }: { id: number; say: (line: string) => void },
): Promise<boolean> {
  for (let waited = 0; waited < 300; waited++) {
    const { status, error } = await answer(
      await fetch(`${at.recommender}/project/${id}/status`, { headers }),
    );
    if (status === "READY") say(`project ${id} is ready`);
    if (status === "ERROR") say(`training of project ${id} failed: ${error}`);
    if (status === "READY" || status === "ERROR") return status === "READY";
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return false;
}

/** Sends a week of simulated visits, by a secret key that is revoked after it, if there are none. */
async function visited(
  at: Addresses,
  headers: Record<string, string>,
  { id, keys, databaseUrl, say, members, users, price }:
    & Pick<DemoProject, "members" | "users" | "price">
    & {
      id: number;
      /** URL of the app's keys. */
      keys: string;
      databaseUrl: string;
      say: (line: string) => void;
    },
): Promise<void> {
  const recent = `${at.recommender}/project/${id}/events/recent`;
  const { events } = await answer(await fetch(recent, { headers }));
  if (events.length > 0) return;
  const rules = { name: "Simulated visits", kind: "secret", projects: [id] };
  const { key_id, api_key } = await answer(await fetch(keys, json("POST", rules, headers)));
  try {
    const { events, ...lists } = await sendTraffic({
      ...{ webhooks: at.webhooks, key: api_key, project: id, price },
      // The shops' members keep the histories of the sample.
      users: users.filter((user) => !members.includes(user)),
    });
    await spreadLists(databaseUrl, { project: id, placement: PLACEMENT, ...lists });
    say(`project ${id} has ${events} simulated events of the last week`);
  } finally {
    await fetch(`${keys}/${key_id}`, { method: "DELETE", headers });
  }
}

/**
 * Recommendations and events for web pages, by a publishable key. No function throws into the page
 * or waits longer than it is told.
 */
import { openQueue, type Response } from "./queue.ts";
import { watchLists } from "./shown.ts";
import { uuid } from "./uuid.ts";
import { openVisitor } from "./visitor.ts";

export interface Settings {
  /** URL of the webhooks service; by default where this script comes from. */
  url?: string;
  /** A publishable key. */
  key: string;
  /** Id of the project. */
  project: number;
  /**
   * Whether the visitor's id may be stored in this browser. False forgets a stored one; without it,
   * the visitor's last choice holds, and until then the id is new on each page.
   */
  consent?: boolean;
  /** Called after each request, for debugging. */
  onCall?: (call: Call) => void;
}

/** A completed request; `body` without the key, status 0 without a response. */
export interface Call {
  path: string;
  body: Record<string, unknown>;
  status: number;
  answer: unknown;
  ms: number;
}

/** Parameters of `POST /api/recommend`: placement, item_id, n, filter, exclude and so on. */
export interface Asked {
  item_id?: string | number;
  /** Items of the cart, or those to order, of a placement. */
  items?: (string | number)[];
  /** Cursor of the page before, of a placement's list. */
  cursor?: string;
  n?: number;
  exclude?: (string | number)[];
  filter?: Record<string, unknown>;
  placement?: string;
  [parameter: string]: unknown;
}

export interface Recommendations {
  recommendations: {
    item_id: string;
    item_title: string;
    score: number;
    [member: string]: unknown;
  }[];
  /** To be sent with events of the list; `data-airec` of its element. */
  recommendation_id?: string;
  /** For the next page of a placement's list. */
  cursor?: string;
  /** Whether the list is empty because the service did not answer in time or refused. */
  failed: boolean;
  /** Status of the response; 0 without one. */
  status: number;
  /** Error code and message of the service if it refused; further members of its problem follow. */
  code?: string;
  detail?: string;
  [member: string]: unknown;
}

/** Further members of an event. */
export interface Details {
  /** A rating, or a price. */
  value?: number;
  /** The list that contained the item; by default the one in which it was clicked last. */
  recommendation_id?: string;
  /** Position in the list, from 0. */
  position?: number;
  placement?: string;
}

/** Milliseconds after which `recommend` returns an empty list. */
const TIMEOUT_MS = 2_000;
/** Part of the timeout in which events that wait are sent first, so that the list reflects them. */
const SHARE_FOR_EVENTS = .25;
/** Time limit of other requests, in milliseconds. */
const EVENTS_MS = 10_000;

/** The script's element; undefined in a module. */
const script = globalThis.document?.currentScript as
  | HTMLScriptElement
  | null
  | undefined;
const folder = script?.src ? new URL(".", script.src).href : "";

let page: ReturnType<typeof open> | undefined;

function open({ url = folder, key, project: project_id, onCall }: Settings) {
  const base = url.replace(/\/+$/, "");
  const textOf = (body: Record<string, unknown>) => JSON.stringify({ key, project_id, ...body });

  /** Posts a body as text/plain, which needs no preflight. Without `ms` it outlives the page. */
  async function post(path: string, body: Record<string, unknown>, ms?: number): Promise<Response> {
    const started = performance.now();
    let status = 0;
    // deno-lint-ignore no-explicit-any -- JSON of the service
    let answer: any;
    try {
      const response = await fetch(base + path, {
        method: "POST",
        body: textOf(body),
        keepalive: ms === undefined,
        signal: AbortSignal.timeout(ms ?? EVENTS_MS),
      });
      answer = await response.json();
      status = response.status;
    } catch {
      // No response, or none in time, or not the service's.
    }
    safely(() =>
      onCall?.({
        path,
        body: { project_id, ...body },
        status,
        answer,
        ms: performance.now() - started,
      })
    );
    return { status, answer };
  }

  return {
    post,
    visitor: openVisitor(`airec-${project_id}`),
    queue: openQueue({
      post,
      beacon: (path, body) => navigator.sendBeacon(base + path, textOf(body)),
    }),
  };
}

/** Opens the page's connection to a project, and watches lists marked with `data-airec`. */
export function init(settings: Settings): void {
  safely(() => {
    const isFirst = !page;
    page = open(settings);
    if (settings.consent !== undefined) page.visitor.consent(settings.consent);
    if (!isFirst) return;
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => document.hidden && leave());
    watchLists((type, item_id, place) => track(type, item_id, place));
  });
}

/**
 * Returns recommendations for the visitor. Events that wait are sent first. An outage, a refusal or
 * no response in time returns an empty list with `failed: true`.
 */
export async function recommend(
  asked: Asked = {},
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<Recommendations> {
  const late = after(timeoutMs);
  const { status, answer } = await Promise.race([ask(asked, timeoutMs), late]) ?? { status: 0 };
  const { recommendations } = answer ?? {};
  if (status === 200 && Array.isArray(recommendations)) {
    return { ...answer, failed: false, status };
  }
  return { ...answer, recommendations: [], failed: true, status };
}

async function ask(asked: Asked, timeoutMs: number): Promise<Response | undefined> {
  try {
    const { post, queue, visitor } = opened();
    if (queue.isDue()) {
      await Promise.race([queue.flush(), after(timeoutMs * SHARE_FOR_EVENTS)]);
    }
    return await post("/api/recommend", { ...visitor.who(), ...asked }, timeoutMs);
  } catch (error) {
    console.warn("airec:", error);
  }
}

/**
 * Sends an event of the visitor, with those of the next second: impression, click, view, cart,
 * purchase, like, rating, dislike, hide, retract, or another type.
 */
export function track(type: string, item_id: string | number, details: Details = {}): void {
  safely(() => {
    const { queue, visitor } = opened();
    const item = String(item_id);
    if (type === "click") visitor.click(item, details);
    const event = {
      id: uuid(7),
      type,
      item_id: item,
      at: new Date().toISOString(),
      ...visitor.placeOf(item),
      ...details,
    };
    queue.add({ who: visitor.who(), event });
    visitor.use();
  });
}

/**
 * Names the signed-in user, with the `user_token` that your server signed. What the visitor did
 * before on this page, or with consent on earlier ones, becomes part of the user's history. Without
 * a user, signs out. Resolves when the service has answered.
 */
export async function identify(user_id?: string | number, user_token = ""): Promise<void> {
  try {
    const { queue, visitor } = opened();
    if (user_id === undefined) return void visitor.become();
    const into = String(user_id);
    if (!visitor.become({ user_id: into, user_token })) return;
    const who = visitor.who();
    queue.add({ who, merge: { from: who.anonymous_id, into, user_token } });
    await queue.flush();
  } catch (error) {
    console.warn("airec:", error);
  }
}

/**
 * True stores the visitor's random id in this browser. False forgets the id, the user and events
 * that were not sent, and stores nothing from now on.
 */
export function consent(given: boolean): void {
  safely(() => {
    opened().visitor.consent(given);
    if (!given) opened().queue.clear();
  });
}

function opened() {
  if (page) return page;
  throw new Error("airec.init comes first.");
}

function leave(): void {
  safely(() => opened().queue.leave());
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}

/** Runs a function of the page's script; its faults are a warning in the console. */
function safely(run: () => void): void {
  try {
    run();
  } catch (error) {
    console.warn("airec:", error);
  }
}

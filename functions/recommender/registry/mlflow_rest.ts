/** MLflow's wire: JSON calls and artifacts under `/api/2.0`, with time limits and typed faults. */
import { RegistryUnavailableError } from "./registry.ts";

/** How a server is reached. */
export interface MlflowOptions {
  /** `http://mlflow:5000`; a user and password in it are taken as basic auth. */
  trackingUri: string;
  /** The value of the Authorization header. */
  authorization?: string;
  fetch?: typeof fetch;
  /** For one JSON call; an artifact gets a second more for each MB. */
  timeoutMs?: number;
}

/** An answer of 4xx: what was asked is wrong, not allowed, or not there. */
export class MlflowRefusal extends RegistryUnavailableError {
  override name = "MlflowRefusal";
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** What `mlflowRest` gives. */
export interface MlflowRest {
  /** The server's address without credentials, for people. */
  url: string;
  /** A JSON call; `input` goes into the query of a GET and into the body of all others. */
  call<T>(method: string, path: string, input?: Record<string, unknown>): Promise<T>;
  /** All pages of a search, joined. */
  search<T>(
    method: string,
    path: string,
    list: string,
    input: Record<string, unknown>,
  ): Promise<T[]>;
  /** Artifacts by URI, as the server names them. */
  putArtifact(uri: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  getArtifact(uri: string): Promise<Uint8Array<ArrayBuffer>>;
  removeArtifacts(uri: string): Promise<void>;
}

const BYTES_PER_MS = 1000;

/** The longest an artifact of unknown size may take. */
const DOWNLOAD_MS = 300_000;

/** The Authorization header from MLflow's own variables, undefined where none is set. */
export function mlflowAuthorization(env: {
  MLFLOW_TRACKING_USERNAME?: string;
  MLFLOW_TRACKING_PASSWORD?: string;
  MLFLOW_TRACKING_TOKEN?: string;
}): string | undefined {
  if (env.MLFLOW_TRACKING_USERNAME) {
    return basic(env.MLFLOW_TRACKING_USERNAME, env.MLFLOW_TRACKING_PASSWORD ?? "");
  }
  return env.MLFLOW_TRACKING_TOKEN ? `Bearer ${env.MLFLOW_TRACKING_TOKEN}` : undefined;
}

/**
 * Opens a server's REST interface.
 * Calls reject with a `RegistryUnavailableError`: no connection, no answer in time, 5xx; for 4xx
 * with its kind `MlflowRefusal`.
 */
export function mlflowRest(options: MlflowOptions): MlflowRest {
  const { timeoutMs = 15_000 } = options;
  const address = new URL(options.trackingUri);
  const authorization = options.authorization ??
    (address.username
      ? basic(decodeURIComponent(address.username), decodeURIComponent(address.password))
      : undefined);
  address.username = address.password = "";
  const url = address.href.replace(/\/+$/, "");

  /** Sends, and reads the whole answer: the time limit covers both. */
  async function send(method: string, path: string, init: {
    query?: URLSearchParams;
    type?: string;
    body?: BodyInit;
    timeoutMs?: number;
  } = {}): Promise<Uint8Array<ArrayBuffer>> {
    const headers = new Headers();
    if (authorization) headers.set("authorization", authorization);
    if (init.type) headers.set("content-type", init.type);
    const query = init.query?.size ? `?${init.query}` : "";
    let response: Response;
    let body: Uint8Array<ArrayBuffer>;
    try {
      response = await (options.fetch ?? fetch)(`${url}/api/2.0/${path}${query}`, {
        method,
        headers,
        body: init.body,
        signal: AbortSignal.timeout(init.timeoutMs ?? timeoutMs),
      });
      body = new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw new RegistryUnavailableError(
        (error as Error).name === "TimeoutError"
          ? `MLflow at ${url} did not answer in time.`
          : `MLflow at ${url} cannot be reached.`,
        { cause: error },
      );
    }
    if (response.ok) return body;
    const reason = messageOf(body);
    const message = `MLflow at ${url} answered ${response.status} to ${method} ${path}` +
      (reason ? `: ${reason}` : ".");
    throw response.status < 500
      ? new MlflowRefusal(response.status, message)
      : new RegistryUnavailableError(message);
  }

  async function call<T>(
    method: string,
    path: string,
    input: Record<string, unknown> = {},
  ): Promise<T> {
    const answer = method === "GET"
      ? await send(method, path, {
        query: new URLSearchParams(Object.entries(input).map(([key, v]) => [key, String(v)])),
      })
      : await send(method, path, { type: "application/json", body: JSON.stringify(input) });
    try {
      return JSON.parse(new TextDecoder().decode(answer));
    } catch (error) {
      throw new RegistryUnavailableError(
        `What answers at ${url} is not MLflow: ${method} ${path} gave no JSON.`,
        { cause: error },
      );
    }
  }

  return {
    url,
    call,

    async search<T>(method: string, path: string, list: string, input: Record<string, unknown>) {
      const found: T[] = [];
      let page_token: string | undefined;
      do {
        const page: Record<string, unknown> = await call(method, path, {
          ...input,
          ...(page_token && { page_token }),
        });
        found.push(...(page[list] as T[] ?? []));
        page_token = page.next_page_token as string | undefined;
      } while (page_token);
      return found;
    },

    async putArtifact(uri, bytes) {
      await send("PUT", artifactPath(uri), {
        type: "application/octet-stream",
        body: bytes,
        timeoutMs: timeoutMs + bytes.length / BYTES_PER_MS,
      });
    },

    getArtifact: (uri) => send("GET", artifactPath(uri), { timeoutMs: DOWNLOAD_MS }),

    async removeArtifacts(uri) {
      try {
        await send("DELETE", artifactPath(uri));
      } catch (error) {
        if (!(error instanceof MlflowRefusal && error.status === 404)) throw error;
      }
    },
  };
}

/** `mlflow-artifacts:/1/models/m-…/artifacts`, with or without a host, as a path of the server. */
function artifactPath(uri: string): string {
  const { protocol, pathname } = new URL(uri);
  if (protocol !== "mlflow-artifacts:") {
    throw new RegistryUnavailableError(
      `MLflow must serve its artifacts itself (--serve-artifacts); it keeps them at ${protocol}.`,
    );
  }
  const path = pathname.replace(/^\/+(api\/2\.0\/mlflow-artifacts\/artifacts\/)?/, "");
  return `mlflow-artifacts/artifacts/${path}`;
}

/** What the server says of a fault, cut to a length that a log bears. */
function messageOf(body: Uint8Array): string {
  try {
    return String(JSON.parse(new TextDecoder().decode(body)).message ?? "").slice(0, 500);
  } catch {
    return "";
  }
}

function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

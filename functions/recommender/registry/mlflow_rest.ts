/**
 * Client of MLflow's REST API: JSON calls and artifacts under `/api/2.0`, with timeouts and typed
 * errors.
 */
import type { Blob, Range } from "../blobs/blobs.ts";
import { RegistryUnavailableError } from "./registry.ts";

/** The connection could not be made, or broke before the response was complete. */
class BrokenConnectionError extends RegistryUnavailableError {}

/** Connection settings of a server. */
export interface MlflowOptions {
  /** `http://mlflow:5000`; a user and password in it are sent as basic auth. */
  trackingUri: string;
  /** Value of the Authorization header. */
  authorization?: string;
  fetch?: typeof fetch;
  /** Timeout of a JSON call in ms; uploading an artifact adds one second per MB. */
  timeoutMs?: number;
}

/** A 4xx response: invalid, forbidden or missing. */
export class MlflowRefusal extends RegistryUnavailableError {
  override name = "MlflowRefusal";
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export interface MlflowRest {
  /** Address of the server without credentials, for messages. */
  url: string;
  /** JSON call; `input` is sent as the query of a GET, otherwise as the body. */
  call<T>(method: string, path: string, input?: Record<string, unknown>): Promise<T>;
  /** Returns all pages of a search, concatenated. */
  search<T>(
    method: string,
    path: string,
    list: string,
    input: Record<string, unknown>,
  ): Promise<T[]>;
  /** Uploads an artifact. URIs are those that the server returns. */
  putArtifact(uri: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  getArtifact(uri: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Opens an artifact, or a range of it, as `Blobs.get` does. */
  openArtifact(uri: string, range?: Range): Promise<Blob>;
  /** Deletes a file or folder. Deleting a missing one is not an error. */
  removeArtifacts(uri: string): Promise<void>;
  /** Returns the paths of all artifacts below a URI, relative to it. */
  listArtifacts(uri: string): Promise<string[]>;
}

const ARTIFACTS = "mlflow-artifacts/artifacts";

/** Status of a range that starts after the last byte. */
const BEYOND_THE_END = 416;

const BYTES_PER_MS = 1000;

/** Timeout of an artifact download, in ms. */
const DOWNLOAD_MS = 300_000;

/** Returns the Authorization header from MLflow's variables, or undefined if none is set. */
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
 * Opens a server's REST API.
 * Calls throw a `RegistryUnavailableError` on connection errors, timeouts and 5xx; on 4xx its
 * subclass `MlflowRefusal`.
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

  interface Init {
    query?: URLSearchParams;
    type?: string;
    range?: string;
    body?: BodyInit;
    timeoutMs?: number;
  }

  /**
   * Sends a request and passes the response to `take`; the timeout covers both. A GET whose
   * connection breaks is sent once more: the server closes connections that it kept open, and those
   * of files that are replaced meanwhile.
   */
  async function send<T>(
    method: string,
    path: string,
    init: Init & { take: (response: Response) => T | Promise<T> },
  ): Promise<T> {
    try {
      return await sendOnce(method, path, init);
    } catch (error) {
      if (method !== "GET" || !(error instanceof BrokenConnectionError)) throw error;
      return await sendOnce(method, path, init);
    }
  }

  async function sendOnce<T>(
    method: string,
    path: string,
    init: Init & { take: (response: Response) => T | Promise<T> },
  ): Promise<T> {
    const headers = new Headers();
    if (authorization) headers.set("authorization", authorization);
    if (init.type) headers.set("content-type", init.type);
    if (init.range) headers.set("range", init.range);
    const query = init.query?.size ? `?${init.query}` : "";
    let refused: { status: number; body: Uint8Array };
    try {
      const response = await (options.fetch ?? fetch)(`${url}/api/2.0/${path}${query}`, {
        method,
        headers,
        body: init.body,
        signal: AbortSignal.timeout(init.timeoutMs ?? timeoutMs),
      });
      if (response.ok || (init.range && response.status === BEYOND_THE_END)) {
        return await init.take(response);
      }
      refused = { status: response.status, body: await bytesOf(response) };
    } catch (error) {
      if ((error as Error).name === "TimeoutError") {
        throw new RegistryUnavailableError(`MLflow at ${url} did not respond in time.`, {
          cause: error,
        });
      }
      throw new BrokenConnectionError(`MLflow at ${url} cannot be reached.`, { cause: error });
    }
    const { status, body } = refused;
    const reason = messageOf(body);
    const message = `MLflow at ${url} responded with ${status} to ${method} ${path}` +
      (reason ? `: ${reason}` : ".");
    throw status < 500 ? new MlflowRefusal(status, message) : new RegistryUnavailableError(message);
  }

  const sendWhole = (method: string, path: string, init: Init = {}) =>
    send(method, path, { ...init, take: bytesOf });

  async function call<T>(
    method: string,
    path: string,
    input: Record<string, unknown> = {},
  ): Promise<T> {
    const answer = method === "GET"
      ? await sendWhole(method, path, {
        query: new URLSearchParams(Object.entries(input).map(([key, v]) => [key, String(v)])),
      })
      : await sendWhole(method, path, { type: "application/json", body: JSON.stringify(input) });
    try {
      return JSON.parse(new TextDecoder().decode(answer));
    } catch (error) {
      throw new RegistryUnavailableError(
        `The server at ${url} is not MLflow: ${method} ${path} returned no JSON.`,
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
      await sendWhole("PUT", artifactPath(uri), {
        type: "application/octet-stream",
        body: bytes,
        timeoutMs: timeoutMs + bytes.length / BYTES_PER_MS,
      });
    },

    getArtifact: (uri) => sendWhole("GET", artifactPath(uri), { timeoutMs: DOWNLOAD_MS }),

    openArtifact: (uri, range) =>
      send("GET", artifactPath(uri), {
        range: range && rangeHeader(range),
        timeoutMs: DOWNLOAD_MS,
        take: (response) => blobOf(response, range),
      }),

    async listArtifacts(uri) {
      const root = artifactPath(uri).slice(`${ARTIFACTS}/`.length);
      const walk = async (folder: string): Promise<string[]> => {
        const path = `${root}/${folder}`.replace(/\/$/, "");
        const { files = [] } = await call<{ files?: { path: string; is_dir?: boolean }[] }>(
          "GET",
          ARTIFACTS,
          { path },
        );
        const below = files.map(({ path: name, is_dir }) =>
          is_dir ? walk(`${folder}${name}/`) : [`${folder}${name}`]
        );
        return (await Promise.all(below)).flat();
      };
      return (await walk("")).sort();
    },

    async removeArtifacts(uri) {
      try {
        await sendWhole("DELETE", artifactPath(uri));
      } catch (error) {
        if (!(error instanceof MlflowRefusal && error.status === 404)) throw error;
      }
    },
  };
}

/** Maps `mlflow-artifacts:/1/models/m-…/artifacts`, with or without a host, to a server path. */
function artifactPath(uri: string): string {
  const { protocol, pathname } = new URL(uri);
  if (protocol !== "mlflow-artifacts:") {
    throw new RegistryUnavailableError(
      "MLflow must serve its artifacts itself (--serve-artifacts), but it stores them at " +
        `${protocol}.`,
    );
  }
  const path = pathname.replace(/^\/+(api\/2\.0\/mlflow-artifacts\/artifacts\/)?/, "");
  return `${ARTIFACTS}/${path}`;
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await response.arrayBuffer());
}

/** HTTP has no empty range: request one byte, to learn the file's length. */
function rangeHeader({ start, end }: Range): string {
  return `bytes=${start}-${end === undefined ? "" : Math.max(start, end - 1)}`;
}

/**
 * Converts a response to a blob. A server that proxies its artifacts may support neither ranges nor
 * lengths: then the whole file is read and sliced here.
 */
async function blobOf(response: Response, range?: Range): Promise<Blob> {
  const { status, headers, body } = response;
  const empty = range?.end !== undefined && range.end <= range.start;
  const total = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  if (total !== undefined && (status === BEYOND_THE_END || empty)) {
    await body?.cancel();
    return { bytes: Number(total), stream: new Response("").body! };
  }
  if (status === 206 && total !== undefined && body) {
    // A range with an end is read here, where a connection that breaks is noticed.
    const stream = range?.end === undefined ? body : new Response(await bytesOf(response)).body!;
    return { bytes: Number(total), stream };
  }
  const length = headers.get("content-length");
  if (!range && length !== null && !headers.has("content-encoding") && body) {
    return { bytes: Number(length), stream: body };
  }
  const bytes = await bytesOf(response);
  const part = range ? bytes.subarray(range.start, range.end) : bytes;
  return { bytes: bytes.length, stream: new Response(part).body! };
}

/** Returns the server's error message, truncated to 500 characters for the log. */
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

/** Route for the champion's files, for custom readers: docs/artifact.md describes the format. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import type { Blob, Range } from "../blobs/blobs.ts";
import { awaitsForgetting } from "../projects/erased_users.ts";
import {
  decodeManifest,
  FEATURES,
  MANIFEST,
  MODEL,
  sha256Hex,
} from "../model/artifact/artifact.ts";
import { GOLDEN } from "../model/artifact/golden.ts";
import type { Manifest } from "../model/model.ts";
import { GOLDEN_USERS, privateFiles, STATE, USERS } from "../model/artifact/private_files.ts";
import { isOutdated } from "../registry/cache/load_version.ts";
import { type Registry, RegistryMissingError } from "../registry/registry.ts";
import type { Access } from "./access.ts";
import { type ByteRange, byteRangeOf } from "./byte_range.ts";
import { ById } from "./schemas.ts";
import { championOf, registryProblem } from "./serving.ts";

/** Files without users' data. */
const PUBLIC = [MANIFEST, MODEL, GOLDEN, FEATURES].map(nameOf);
const FILES = [...PUBLIC, ...[USERS, STATE, GOLDEN_USERS].map(nameOf)];
/** Name of a private file after it was rewritten to erase a user. */
const RENAMED = /^(users|state|golden-users)\.[0-9a-f]{64}\.(safetensors|json)$/;

const binary = z.string().openapi({ format: "binary" });
const content = {
  "application/json": { schema: z.record(z.string(), z.unknown()) },
  "application/octet-stream": { schema: binary },
};

const modelFileRoute = createRoute({
  method: "get",
  operationId: "getModelFile",
  path: "/project/{id}/model/{file}",
  summary: "Returns a file of the champion, whole or in part.",
  description: "manifest.json, model.safetensors and golden.json are the public part; " +
    "features.safetensors are the items' texts, where the model was trained on them; " +
    "users.safetensors, state.safetensors and golden-users.json, which a COLLABORATIVE or HYBRID " +
    "model has, contain users' data, and are also available by the names of the manifest's `private`. " +
    "Accepts If-None-Match, Range and If-Range.",
  request: {
    params: ById.extend({ file: z.string().openapi({ enum: FILES }) }),
  },
  responses: {
    200: { description: "The file.", content },
    206: { description: "The requested range.", content },
    304: { description: "The file of the ETag is current." },
    ...problemResponses("unauthenticated", "not_found", "not_ready", "range_not_satisfiable"),
    ...problemResponses("unavailable"),
  },
});

/** Model files, streamed from the registry. */
export function modelRoutes(deps: RecommenderDeps & { access: Access }) {
  const { sql, registry, access } = deps;
  return createRoutes({ tag: "Versions" }).openapi(
    { ...modelFileRoute, ...access.answers },
    async (c) => {
      const { id, file } = c.req.valid("param");
      if (!FILES.includes(file) && !RENAMED.test(file)) {
        throw new Problem(
          "not_found",
          `A model has ${FILES.join(", ")}, not ${file.slice(0, 60)}.`,
        );
      }
      const { project, version, model } = await championOf(deps, id, c.var);
      if (!PUBLIC.includes(file) && await awaitsForgetting(sql, c.var.ownerId, project.id)) {
        throw new Problem(
          "conflict",
          `${file} still contains an erased user; it is available again when the user has been ` +
            "removed from it.",
          { members: { project_status: project.status } },
        );
      }
      const of = { registry, name: project.mlflow_model_name, version };
      const give = async () => {
        const { path, sha256 } = await locate(of, { file, served: model.manifest });
        const headers = {
          // The hash identifies the bytes; the version lets clients check that two files are of one
          // model.
          etag: `"${version}-${sha256?.slice(0, 32)}"`,
          "cache-control": "private, no-cache",
          "accept-ranges": "bytes",
          "content-type": file.endsWith(".json") ? "application/json" : "application/octet-stream",
        };
        if (matches(c.req.header("if-none-match"), headers.etag)) return c.body(null, 304, headers);
        const ifRange = c.req.header("if-range");
        const wanted = ifRange === undefined || ifRange === headers.etag
          ? byteRangeOf(c.req.header("range"))
          : undefined;
        const { start, end, blob } = await openRange({ ...of, path }, wanted);
        const length = { "content-length": String(end - start) };
        if (!wanted) return c.body(blob.stream, 200, { ...headers, ...length }) as never;
        if (start >= end) {
          await blob.stream.cancel();
          throw new Problem(
            "range_not_satisfiable",
            `The file has ${blob.bytes} bytes; the requested range contains none of them.`,
            { headers: { "content-range": `bytes */${blob.bytes}` } },
          );
        }
        const range = { "content-range": `bytes ${start}-${end - 1}/${blob.bytes}` };
        return c.body(blob.stream, 206, { ...headers, ...length, ...range }) as never;
      };
      return await give().catch((error) => {
        // The file may have been rewritten after the manifest was read: try once more.
        if (isOutdated(error)) return give();
        throw error;
      }).catch(fileProblem);
    },
  );
}

interface VersionAt {
  registry: Registry;
  name: string;
  version: string;
}

/**
 * Returns the path and SHA-256 of a file of the champion. A private file is looked up in the stored
 * manifest, since the one in memory may be older than an erasure.
 * @throws {RegistryMissingError} if the model has no such file.
 */
async function locate(
  { registry, name, version }: VersionAt,
  { file, served }: { file: string; served: Manifest },
): Promise<{ path: string; sha256?: string }> {
  const path = `data/${file}`;
  if (PUBLIC.includes(file) && path !== MANIFEST) {
    if (!(path in served.sha256)) throw new RegistryMissingError(name, version, path);
    return { path, sha256: served.sha256[path] };
  }
  const bytes = await registry.read(name, version, MANIFEST);
  if (path === MANIFEST) return { path, sha256: await sha256Hex(bytes) };
  const manifest = decodeManifest(bytes);
  const stored = privateFiles(manifest);
  const storedPath = stored[path] ?? Object.values(stored).find((other) => other === path);
  if (storedPath === undefined) throw new RegistryMissingError(name, version, path);
  return { path: storedPath, sha256: manifest.sha256[storedPath] };
}

/** Opens the bytes `start` (inclusive) to `end` (exclusive) of a file; empty past its end. */
async function openRange(
  at: VersionAt & { path: string },
  wanted: ByteRange = { start: 0 },
): Promise<{ start: number; end: number; blob: Blob }> {
  const open = (range?: Range) => at.registry.open(at.name, at.version, at.path, range);
  if ("last" in wanted) {
    const { bytes, stream } = await open({ start: 0, end: 0 });
    await stream.cancel();
    return await openRange(at, { start: Math.max(0, bytes - wanted.last) });
  }
  const isWhole = wanted.start === 0 && wanted.end === undefined;
  const blob = await open(isWhole ? undefined : wanted);
  const start = Math.min(wanted.start, blob.bytes);
  const end = Math.min(wanted.end ?? blob.bytes, blob.bytes);
  return { start, end, blob };
}

/** Maps a missing file to 404, and other errors by `registryProblem`. */
function fileProblem(error: unknown): never {
  if (error instanceof RegistryMissingError) {
    throw new Problem("not_found", "The champion has no such file.");
  }
  registryProblem(error);
}

/** Whether `If-None-Match` contains the tag, ignoring weakness, or `*`. */
function matches(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""))
    .some((tag) => tag === etag || tag === "*");
}

function nameOf(path: string): string {
  return path.slice("data/".length);
}

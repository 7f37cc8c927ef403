/** Routes for uploads in parts, for large files or unreliable connections. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { beginUpload, bytesOfPart, partCount, receivePart } from "../uploads/parted_upload.ts";
import { printable } from "../uploads/receive_form.ts";
import { deleteUpload, findUpload, listUploads, type Upload } from "../projects/upload_store.ts";
import { type Access, FILE_BODY, FILES_OF } from "./access.ts";
import { rowIdOf } from "./parameters.ts";
import { isUuid, RECEIVING_PROBLEMS } from "./receiving.ts";
import { json, jsonBody, Time } from "./schemas.ts";

const PartSchema = z.object({
  n: z.int().describe("From 1."),
  bytes: z.int(),
  sha256: z.string().describe("In lower-case hex."),
}).openapi("UploadPart");

const UploadSchema = z.object({
  id: z.uuid(),
  file_name: z.string(),
  bytes: z.int(),
  part_bytes: z.int().describe("Size of each part in bytes; the last part has the rest."),
  part_count: z.int(),
  parts: z.array(PartSchema).describe("The stored parts; the others must still be sent."),
  complete: z.boolean().describe(
    "Whether all parts are stored, so that a project can use the file.",
  ),
  created_at: Time,
  expires_at: Time.describe(
    "A day after the last part; then the upload is deleted unless it was used.",
  ),
}).openapi("Upload");

const ById = z.object({ id: z.string().openapi({ description: "The upload's id." }) });

const beginRoute = createRoute({
  method: "post",
  operationId: "createUpload",
  path: "/uploads",
  summary: "Begins an upload in parts.",
  description: "Then PUT each part, in any order and several at a time, and send the id as " +
    "content_upload_id or interaction_upload_id in the form that creates a project or adds " +
    "interactions. After an interruption, GET the upload and send the missing parts.",
  request: {
    body: jsonBody(
      z.strictObject({
        file_name: z.string().min(1).max(1000),
        bytes: z.int().min(1),
      }).openapi("NewUpload"),
    ),
  },
  responses: {
    201: json("The upload was created.", UploadSchema),
    ...problemResponses(...RECEIVING_PROBLEMS),
  },
});

const listRoute = createRoute({
  method: "get",
  operationId: "listUploads",
  path: "/uploads",
  summary: "Lists your uploads that no project has used yet, newest first.",
  responses: {
    200: json("The uploads.", z.array(UploadSchema)),
    ...problemResponses("unauthenticated"),
  },
});

const findRoute = createRoute({
  method: "get",
  operationId: "getUpload",
  path: "/uploads/{id}",
  summary: "Returns an upload with its stored parts.",
  request: { params: ById },
  responses: {
    200: json("The upload.", UploadSchema),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

/** Not a zod schema, which would parse the binary body. */
const PART: object = {
  "application/octet-stream": { schema: { type: "string" as const, format: "binary" } },
};

const partRoute = createRoute({
  method: "put",
  operationId: "storePart",
  path: "/uploads/{id}/{n}",
  summary: "Stores a part, numbered from 1; sending the same part again is allowed.",
  request: {
    params: ById.extend({ n: z.string() }),
    headers: z.object({
      "content-digest": z.string().optional()
        .describe("`sha-256=:<base64>:` of the part (RFC 9530): other bytes are refused."),
    }),
    body: { required: true, content: PART },
  },
  responses: {
    200: json("It is stored.", PartSchema),
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "conflict",
      "too_large",
      "invalid_input",
      "storage_full",
    ),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  operationId: "deleteUpload",
  path: "/uploads/{id}",
  summary: "Deletes an upload.",
  request: { params: ById },
  responses: {
    204: { description: "It is gone." },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

/** Routes for uploads in parts. */
export function uploadRoutes(deps: RecommenderDeps & { access: Access }) {
  const { sql, access } = deps;
  return createRoutes({ tag: "Uploads" })
    .openapi({ ...beginRoute, ...access.writes({ adds: FILES_OF }) }, async (c) => {
      const { file_name, bytes } = c.req.valid("json");
      const file = { file_name: printable(file_name), bytes };
      const upload = await beginUpload(deps, c.var.ownerId, file);
      return c.json(uploadJson(upload), 201, { location: `/uploads/${upload.id}` });
    })
    .openapi({ ...listRoute, ...access.reads }, async (c) => {
      return c.json((await listUploads(sql, c.var.ownerId)).map(uploadJson), 200);
    })
    .openapi({ ...findRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const upload = await findUpload(sql, c.var.ownerId, uploadIdOf(id)) ?? unknownUpload(id);
      return c.json(uploadJson(upload), 200);
    })
    .openapi({ ...partRoute, ...access.writes({ body: FILE_BODY }) }, async (c) => {
      const { id, n } = c.req.valid("param");
      const { upload, part } = await receivePart(deps, c.var.ownerId, {
        id: uploadIdOf(id),
        n: rowIdOf(n) ?? unknownUpload(`${id} with a part ${n}`),
        request: c.req.raw,
      }) ?? unknownUpload(id);
      return c.json(partJson(upload, part), 200);
    })
    .openapi({ ...deleteRoute, ...access.writes() }, async (c) => {
      const { id } = c.req.valid("param");
      if (!await deleteUpload(sql, c.var.ownerId, uploadIdOf(id))) unknownUpload(id);
      return c.body(null, 204);
    });
}

function uploadJson(upload: Upload) {
  const { id, file_name, bytes, part_bytes, parts, created_at, expires_at } = upload;
  return {
    id,
    file_name,
    bytes,
    part_bytes,
    part_count: partCount(upload),
    parts: parts.map((part) => partJson(upload, part)),
    complete: parts.length === partCount(upload),
    created_at: created_at.toISOString(),
    expires_at: expires_at.toISOString(),
  };
}

function partJson(upload: Upload, { n, sha256 }: Upload["parts"][number]) {
  return { n, bytes: bytesOfPart(upload, n), sha256 };
}

/** Returns the id of an upload. @throws {Problem} 404 if it is not a UUID. */
function uploadIdOf(id: string): string {
  return isUuid(id) ? id : unknownUpload(id);
}

function unknownUpload(id: string): never {
  throw new Problem("not_found", `There is no upload ${id.slice(0, 80)} of yours.`);
}

/** Routes that change an existing project's data: added interactions, corrected mappings. */
import { createRoute, z } from "@hono/zod-openapi";
import { checkedBy, type Fault, nameFault } from "../../http/named_values.ts";
import { type InputError, Problem, problemResponses } from "../../http/problem.ts";
import type { Lane, Steps } from "../../http/load/lane.ts";
import { createRoutes, inputErrors, invalidInput } from "../../http/service/service.ts";
import { warnOf } from "../../http/service/unknown_fields.ts";
import type { RecommenderDeps } from "../deps.ts";
import { AddressError } from "../addresses/address_error.ts";
import { unlessDeleted } from "../blobs/blob_bytes.ts";
import { checkMapping, type Mapping } from "../files/mapping.ts";
import { parseId, parseText } from "../files/values/blank_words.ts";
import { refusedFile } from "../files/rows/refused_file.ts";
import { parseTime } from "../files/values/times.ts";
import {
  addProjectFile,
  mendMappings,
  type ProjectFile,
  storedFiles,
} from "../projects/project_files.ts";
import { findProject, type NewFile } from "../projects/projects.ts";
import { withoutBlanks } from "../uploads/describe_upload.ts";
import { receiveInteractionFile, storeInteractions } from "../uploads/receive_interactions.ts";
import { type InteractionRow, interactionsCsvSteps } from "../uploads/interactions_csv.ts";
import { bytesOfFile } from "../uploads/bytes_of_file.ts";
import { storedColumns } from "../uploads/stored_columns.ts";
import { type Access, FILE_BODY, FILES_OF } from "./access.ts";
import { addressFields, receiving, RECEIVING_PROBLEMS } from "./receiving.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, jsonBody, projectJson, ProjectSchema } from "./schemas.ts";

const Id = z.union([z.string().trim().max(1000), z.number()], "must be a string or a number");

const InteractionSchema = z.object({
  user_id: Id.refine(
    (id) => parseId(String(id)) !== "",
    "must not be empty or a word for a missing value",
  ),
  item_id: Id.nullish(),
  item_title: z.string().trim().max(1000).nullish(),
  rating: z.number().refine((rating) => Number.isFinite(Math.fround(rating)), "is too large")
    .nullish(),
  timestamp: z.union([z.string().max(100), z.number()])
    .refine(
      (time) => !Number.isNaN(parseTime(String(time))),
      "is not a time: send seconds since 1970 or ISO 8601",
    )
    .nullish(),
  event_type: z.string().max(100).nullish(),
}).refine(
  ({ item_id, item_title }) => parseId(String(item_id ?? "")) + parseText(item_title ?? "") !== "",
  {
    message: "must be given if there is no item_title",
    path: ["item_id"],
  },
);

/** Rows are validated separately, in steps: ten thousand rows take tens of milliseconds. */
const InteractionsSchema = z.object({
  interactions: z.array(z.unknown()).min(1).max(10_000).openapi({
    items: described(InteractionSchema),
  }),
}).openapi("Interactions");

/** Returns the JSON schema for the API description. */
function described(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" });
  return described;
}

/** Number of rows validated per step, and the units (of half a millisecond) per row. */
const ROWS_PER_STEP = 200;
const ROW_UNITS = 20e-3 / 0.5;

const ROW_MEMBERS = new Set(Object.keys(InteractionSchema.shape));

/**
 * Validates rows. Their unknown members are ignored and added to `unknown`.
 * @throws {Problem} 422 that names all errors of the first invalid batch.
 */
function* checkedRowsSteps(rows: unknown[], unknown: Set<string>): Steps<InteractionRow[]> {
  const checked: InteractionRow[] = [];
  for (let at = 0; at < rows.length; at += ROWS_PER_STEP) {
    yield Math.min(ROWS_PER_STEP, rows.length - at) * ROW_UNITS;
    const batch = rows.slice(at, at + ROWS_PER_STEP);
    const { data, error } = z.array(InteractionSchema).safeParse(batch);
    if (data) {
      checked.push(...data);
      for (const row of batch as object[]) {
        for (const name in row) if (!ROW_MEMBERS.has(name)) unknown.add(name);
      }
    } else {
      throw invalidInput(
        error.issues.flatMap(({ path: [row, ...path], ...issue }) =>
          inputErrors({ ...issue, path }, { at: ["interactions", at + Number(row)] })
        ),
      );
    }
  }
  return checked;
}

/**
 * Not zod schemas, which would buffer the bodies to validate them; typed as `object` to keep them
 * out of the handler's types, which describe the JSON body.
 */
const FILES: object = {
  "text/csv": {
    schema: {
      type: "string" as const,
      format: "binary",
      description: "the file itself, with the mapping of the first interaction file.",
    },
  },
  "multipart/form-data": {
    schema: {
      type: "object" as const,
      properties: {
        interaction_file: { type: "string" as const, format: "binary" },
        interaction_schema_json: {
          type: "string" as const,
          description: "JSON as at creation; the first interaction file's by default.",
        },
        interaction_dialect_json: {
          type: "string" as const,
          description:
            "JSON as content_dialect_json at creation; members that are omitted are detected.",
        },
        interaction_upload_id: {
          type: "string" as const,
          description: "Instead of interaction_file: the id of an upload in parts, by /uploads.",
        },
        ...addressFields("interaction"),
      },
    },
  },
};

const addInteractionsRoute = createRoute({
  method: "post",
  operationId: "addInteractions",
  path: "/project/{id}/interactions",
  summary: "Adds interactions, as JSON rows or a file; they count from the next training on.",
  request: {
    params: ById,
    body: { content: { "application/json": { schema: InteractionsSchema }, ...FILES } },
  },
  responses: {
    201: json(
      "Stored. After the training the file's receipt tells which rows count.",
      z.object({
        file_id: z.int(),
        file_name: z.string(),
        bytes: z.int(),
        rows: z.int().optional().describe("Number of rows, if they were sent as JSON."),
      }),
    ),
    ...problemResponses(...RECEIVING_PROBLEMS, "not_found"),
  },
});

const MappingSchema = checkedBy(
  (mapping) => nameFault(mapping, { most: 100 }) ?? lengthFault(mapping),
  z.record(z.string(), z.union([z.string(), z.array(z.string())]).nullable()).optional(),
).openapi({ type: "object", additionalProperties: true });

/** Maximum number of columns of a file. */
const MOST_COLUMNS = 1_000;

/** Returns the error of the first member with more columns than a file can have. */
function lengthFault(mapping: unknown): Fault | undefined {
  for (const [name, columns] of Object.entries(mapping ?? {})) {
    if (!Array.isArray(columns) || columns.length <= MOST_COLUMNS) continue;
    return { path: [name], message: `has at most ${MOST_COLUMNS} columns` };
  }
}

const MappedFile = z.object({
  file_name: z.string(),
  columns: z.array(z.string()),
  mapping: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});

const mappingsRoute = createRoute({
  method: "get",
  operationId: "getMappings",
  path: "/project/{id}/mappings",
  summary: "Returns the mappings and columns of the project's files.",
  request: { params: ById },
  responses: {
    200: json(
      "The first file of each type; null if the project has none, or the file was deleted.",
      z.object({ content: MappedFile.nullable(), interactions: MappedFile.nullable() }),
    ),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const mendMappingsRoute = createRoute({
  method: "put",
  operationId: "changeMappings",
  path: "/project/{id}/mappings",
  summary: "Changes the mappings of columns, and queues a training.",
  request: {
    params: ById,
    body: jsonBody(
      z.strictObject({
        content: MappingSchema,
        interactions: MappingSchema
          .describe(
            "Applies to the first interaction file, and to each with the same mapping. As at " +
              "creation, date_order is needed if a file's dates are ambiguous.",
          ),
      }).openapi("Mappings"),
    ),
  },
  responses: {
    202: json("The training is queued.", ProjectSchema),
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "unsupported_media_type",
      "invalid_input",
      "too_many_requests",
    ),
  },
});

/** Routes to add interactions and correct mappings. */
export function dataRoutes(deps: RecommenderDeps & { access: Access; lane: Lane }) {
  const { sql, quotas, access } = deps;
  return createRoutes({ tag: "Data" })
    .openapi(
      { ...addInteractionsRoute, ...access.writes({ adds: FILES_OF, body: FILE_BODY }) },
      async (c) => {
        const { ownerId } = c.var;
        const { id } = c.req.valid("param");
        const projectId = projectIdOf(id);
        const project = await findProject(sql, ownerId, projectId) ?? unknownProject(id);
        if (project.model_type === "CONTENT") {
          throw new Problem(
            "conflict",
            "Interactions can be added only to a project that was created with some; project " +
              `${id} is CONTENT. Create another project with both files: it will be HYBRID. ` +
              "Nothing was stored.",
          );
        }
        const add = async (file: NewFile) => ({
          file_id: await addProjectFile(sql, ownerId, { projectId, file, quotas }) ??
            unknownProject(id),
          file_name: file.file_name,
          bytes: file.bytes,
        });
        if (/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
          const { interactions } = c.req.valid("json");
          const unknown = new Set<string>();
          const file = await deps.lane.run(ownerId, function* () {
            return yield* interactionsCsvSteps(yield* checkedRowsSteps(interactions, unknown));
          }, { signal: () => c.req.raw.signal });
          warnOf(c, unknown, ROW_MEMBERS);
          const added = await storeInteractions(file, { ...receiving(deps, c), add });
          return c.json({ ...added, rows: file.rows }, 201);
        }
        const files = await storedFiles(sql, ownerId, projectId);
        const first = files.find(({ file_type }) => file_type === "INTERACTION");
        if (!first) unknownProject(id);
        const options = { ...receiving(deps, c), first, add };
        return c.json(await receiveInteractionFile(c.req.raw, options), 201);
      },
    )
    .openapi({ ...mappingsRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const files = await storedFiles(sql, c.var.ownerId, projectIdOf(id));
      if (files.length === 0) unknownProject(id);
      const mapped = async (type: ProjectFile["file_type"]) => {
        const file = files.find(({ file_type }) => file_type === type);
        const columns = file && await columnsOf(file, c.var.ownerId).catch(nullIfUnreadable);
        if (!file || !columns) return null;
        return { file_name: file.file_name, columns, mapping: { ...file.mapping } };
      };
      const [content, interactions] = await Promise.all([
        mapped("CONTENT"),
        mapped("INTERACTION"),
      ]);
      return c.json({ content, interactions }, 200);
    })
    .openapi({ ...mendMappingsRoute, ...access.writes() }, async (c) => {
      const { ownerId } = c.var;
      const { id } = c.req.valid("param");
      const projectId = projectIdOf(id);
      const files = await storedFiles(sql, ownerId, projectId);
      if (files.length === 0) unknownProject(id);
      const { content, interactions } = c.req.valid("json");
      const errors: InputError[] = [];
      const mappings = new Map<number, Mapping>();
      for (const [name, given] of Object.entries({ content, interactions })) {
        if (!given) continue;
        const mapping = withoutBlanks(given) as Mapping;
        const mended = filesToMend(files, name);
        if (mended.length === 0) {
          errors.push({
            pointer: `/${name}`,
            detail: "is for a type of file that the project does not have",
          });
        }
        for (const file of mended) {
          errors.push(...await mappingErrors(file, mapping, { pointer: `/${name}`, ownerId }));
          mappings.set(file.id, mapping);
        }
      }
      if (!content && !interactions) {
        errors.push({ pointer: "/", detail: "must contain content or interactions" });
      }
      if (errors.length > 0) throw invalidInput(errors);
      const project = await mendMappings(sql, ownerId, { projectId, mappings, quotas }) ??
        unknownProject(id);
      return c.json(projectJson(project), 202);
    });

  async function columnsOf(file: ProjectFile, ownerId: string): Promise<string[] | null> {
    return await storedColumns(await bytesOfFile(deps, ownerId, file), file.dialect);
  }

  /** Returns the errors of a mapping for a stored file. */
  async function mappingErrors(
    file: ProjectFile,
    mapping: Mapping,
    { pointer, ownerId }: { pointer: string; ownerId: string },
  ): Promise<InputError[]> {
    const deleted = [{ pointer, detail: `is for "${file.file_name}", which was deleted` }];
    const bytes = await bytesOfFile(deps, ownerId, file).catch((error) => {
      if (error instanceof AddressError) throw invalidInput([{ pointer, detail: error.message }]);
      throw error;
    });
    const columns = await storedColumns(bytes, file.dialect);
    if (!bytes || !columns) return deleted;
    const problems = checkMapping(file.file_type, mapping, columns).map((problem) => ({
      pointer: pointer + problem.pointer,
      detail: problem.detail,
    }));
    if (problems.length > 0) return problems;
    const { file_type: kind, dialect } = file;
    const refusal = await unlessDeleted(() => refusedFile({ bytes, kind, dialect, mapping }));
    if (refusal === null) return deleted;
    if (!refusal) return [];
    const { key, detail } = refusal;
    return [{ pointer: key ? `${pointer}/${key}` : pointer, detail }];
  }
}

/** Returns the first file of a type and all files uploaded with the same mapping. */
function filesToMend(files: ProjectFile[], name: string): ProjectFile[] {
  const type = name === "content" ? "CONTENT" : "INTERACTION";
  const ofType = files.filter(({ file_type }) => file_type === type);
  const mapping = JSON.stringify(ofType[0]?.mapping);
  return ofType.filter((file) => JSON.stringify(file.mapping) === mapping);
}

/** Maps an address that cannot be read to null. */
function nullIfUnreadable(error: unknown): null {
  if (error instanceof AddressError) return null;
  throw error;
}

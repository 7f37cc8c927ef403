/** Routes to erase users from a project and to list pending erasures. */
import { createRoute, z } from "@hono/zod-openapi";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { eraseUser, stillToForget, visitorId } from "../projects/erased_users.ts";
import { isBlank } from "../files/values/blank_words.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
import { visibleId } from "../text/visible.ts";
import type { Access } from "./access.ts";
import { cursorOf, projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, projectJson, ProjectSchema, Time } from "./schemas.ts";

const eraseUserRoute = createRoute({
  method: "delete",
  operationId: "eraseUser",
  path: "/project/{id}/users/{user_id}",
  summary: "Erases a user: unknown to responses at once, then removed from files and versions.",
  description: "Removed within ten minutes and one for each GB of files, while storage and model " +
    "registry respond: GET /project/{id}/users/erased returns the remaining work. Live events are " +
    "deleted at once, with those of visitors merged into the user, and later ones dropped. The weights " +
    "learned from the user are replaced by the next training, which is queued unless one runs.",
  request: {
    params: ById.extend({
      user_id: z.string().min(1).max(1000)
        .refine(
          (id) => !isBlank(visibleId(id)),
          "must not be empty or a word for a missing value",
        )
        .refine(
          (id) => !visibleId(id).startsWith(visitorId("")),
          "has a character that no user's id has",
        ),
    }),
    query: z.object({
      anonymous: z.enum(["true", "false"]).optional().describe(
        "true if the id is the anonymous_id of a visitor.",
      ),
    }),
  },
  responses: {
    202: json("The erasure is recorded.", ProjectSchema),
    ...problemResponses("unauthenticated", "not_found", "invalid_input"),
  },
});

const ErasedUser = z.object({
  user_id: z.string(),
  anonymous: z.boolean().describe("Whether the id is the anonymous_id of a visitor."),
  erased_at: Time,
  since: Time.describe(
    "Time of the erasure, or of a later file that may contain rows of the user.",
  ),
  due_at: Time.describe("Time of the removal at the latest, while storage and registry respond."),
  overdue: z.boolean(),
  cause: z.string().nullable().describe(
    "Reason why the last attempt failed, or the dependency that is waited for.",
  ),
}).openapi("ErasedUser");

const Forgetting = z.object({
  users: z.array(ErasedUser).describe("Oldest first."),
  pending: z.int().describe("Number on all pages."),
  overdue: z.int(),
  in_weights: z.int()
    .describe(
      "Number of users removed from files and histories, but still in the weights of the " +
        "version that serves, until the next training.",
    ),
}).openapi("Forgetting");

const erasedUsersRoute = createRoute({
  method: "get",
  operationId: "listErasedUsers",
  path: "/project/{id}/users/erased",
  summary: "Lists the erased users who may still be in files or versions.",
  request: { params: ById, query: PageQuery },
  responses: {
    200: json("The remaining erasures.", Forgetting),
    ...problemResponses("unauthenticated", "not_found", "invalid_input"),
  },
});

/** Routes to erase a user and to list the users whose data is not removed yet. */
export function erasedRoutes(
  { access, sql, projects, quotas }: RecommenderDeps & { access: Access; projects: ServedProjects },
) {
  return createRoutes({ tag: "Users" })
    .openapi({ ...eraseUserRoute, ...access.writes() }, async (c) => {
      const { id, user_id } = c.req.valid("param");
      const { anonymous } = c.req.valid("query");
      const project = await eraseUser(sql, c.var.ownerId, {
        projectId: projectIdOf(id),
        userId: anonymous === "true" ? visitorId(visibleId(user_id)) : visibleId(user_id),
        quotas,
      }) ?? unknownProject(id);
      projects.forget(c.var.ownerId, project.id);
      return c.json(projectJson(project), 202);
    })
    .openapi({ ...erasedUsersRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const { limit, cursor } = c.req.valid("query");
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const asked = { projectId: projectIdOf(id), limit: limit + 1, offset };
      const { users, ...counts } = await stillToForget(sql, c.var.ownerId, asked) ??
        unknownProject(id);
      const page = pageOf(c, users, { limit, cursorOf: () => String(offset + limit) });
      return c.json({ users: page, ...counts }, 200);
    });
}

/** Access part of route definitions: authentication, idempotency, quotas and body limits. */
import { accepts, type BodyLimit } from "../../http/body/body_limits.ts";
import { idempotent } from "../../http/service/idempotency.ts";
import { type IsAlive, signedIn } from "../../http/identity/identity.ts";
import { behindRole, exceptViewers } from "../../http/identity/roles.ts";
import type { RecommenderDeps } from "../deps.ts";
import type { Quotas } from "../projects/quotas.ts";
import { withinQuotas } from "./within_quotas.ts";

/** Quotas that an uploaded file counts towards. */
export const FILES_OF = ["bytes", "unpackedBytes", "rows"] as const;

const MIB = 1024 * 1024;

/** Limit of routes that receive files: files are streamed, JSON rows are buffered. */
export const FILE_BODY: BodyLimit = (contentType) =>
  /^application\/json\b/i.test(contentType) ? 8 * MIB : "streamed";

export interface Writing {
  /**
   * Quotas to check before the body is received, if the route adds to the owner's usage. Its
   * transaction enforces them, too.
   */
  adds?: readonly (keyof Quotas)[];
  /** Limit of the body, if it is not the service's default. */
  body?: BodyLimit;
}

export type Access = ReturnType<typeof createAccess>;

/** Returns the parts of route definitions by kind of route. */
export function createAccess(
  { sql, trusted, quotas, sha256 }: Pick<RecommenderDeps, "sql" | "trusted" | "quotas" | "sha256">,
  { isAlive }: { isAlive: IsAlive },
) {
  const by = signedIn(trusted, isAlive);
  const once = idempotent(sql, { service: "recommender", sha256 });
  return {
    /** Answers of a model, which the webhooks service asks for, too. They have no effect. */
    answers: behindRole("service", { by }),
    /** Changes that the webhooks service makes, too, and that are harmless to repeat. */
    changes: behindRole("service", { by, then: [exceptViewers] }),
    reads: behindRole("viewer", { by }),
    /** Changes, which an Idempotency-Key makes safe to repeat. */
    writes({ adds, body }: Writing = {}) {
      return behindRole("editor", {
        by,
        then: [
          ...(body ? [accepts(body)] : []),
          once,
          ...(adds ? [withinQuotas(sql, { quotas, adds })] : []),
        ],
      });
    },
  };
}

import type { Context } from "hono";
import type { IdentityEnv } from "../../http/identity/identity.ts";
import type { ProblemCode } from "../../http/problem.ts";
import { type Lane, SLICE_UNITS, type Steps } from "../../http/load/lane.ts";
import type { RecommenderDeps } from "../deps.ts";
import type { Receiving } from "../uploads/receiving.ts";
import { warnOf } from "../../http/service/unknown_fields.ts";
import { wholeUpload } from "../uploads/parted_upload.ts";
import { allowanceOf, within } from "../uploads/upload_allowance.ts";
import { openAddress } from "../uploads/open_address.ts";
import { dropUpload, noteUpload } from "../projects/upload_store.ts";

/** Problems that can occur when a file, or a part of one, is received. */
export const RECEIVING_PROBLEMS = [
  "malformed_request",
  "unauthenticated",
  "conflict",
  "too_large",
  "unsupported_media_type",
  "invalid_input",
  "storage_full",
  "unavailable",
  "too_many_requests",
] as const satisfies ProblemCode[];

/** Returns the form fields that name data at an address, for the API description. */
export function addressFields(kind: "content" | "interaction") {
  return {
    [`${kind}_address`]: {
      type: "string" as const,
      description:
        `Instead of ${kind}_file: the address of a file, a folder or a pattern, such as ` +
        "s3://lake/shop/2026-*.parquet or file:///srv/data/shop/, below a root that the operator " +
        "opened to your account. Each training reads it anew.",
    },
    data_keys_json: {
      type: "string" as const,
      description: "JSON: {access_key_id, secret_access_key} of the bucket, stored encrypted; " +
        "without it the operator's key is used.",
    },
  };
}

/** Cost of a stretch of reading a file: half of a slice. */
const TURN_UNITS = SLICE_UNITS / 2;

/** Returns the dependencies for receiving the files of a request. */
export function receiving(
  deps: RecommenderDeps & { lane: Lane },
  c: Context<IdentityEnv>,
): Receiving {
  const { ownerId } = c.var;
  const { sql, blobs, sha256, uploadLimitBytes, requestLimitBytes = uploadLimitBytes } = deps;
  const checkOf = async () => within(await allowanceOf(deps, ownerId));
  const discard = async (storagePath: string) => {
    await blobs.remove(storagePath);
    await dropUpload(sql, ownerId, storagePath);
  };
  const turn = () =>
    deps.lane.run(ownerId, function* (): Steps<void> {
      yield TURN_UNITS;
    });
  return {
    ...{ blobs, sha256, checkOf, discard, turn },
    uploadLimitBytes: requestLimitBytes,
    unknownField: (name, known) => warnOf(c, [name], new Set(known)),
    note: () => noteUpload(sql, ownerId),
    openAddress: (uri, keys) => openAddress(deps.addresses, { ownerId, uri, keys }),
    openUpload: async (id) =>
      isUuid(id)
        ? await wholeUpload(deps, ownerId, { id, check: await checkOf(), discard, turn })
        : null,
  };
}

/** Whether an id is a UUID; others would be an error in the database. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

/** What was deleted in the database is erased outside of it: uploads among the blobs, models. */
import type { Sql } from "postgres";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { LEASE_SECONDS } from "./claim.ts";

type Kind = "BLOB" | "PARTS" | "MODEL" | "VERSION";

/**
 * Works off what is due and returns how much it was. What fails stays for the next time. A model
 * waits for one lease, so that a training which was running then can publish nothing behind it.
 */
export async function workOffErasures(
  sql: Sql,
  { blobs, registry }: { blobs: Blobs; registry: Registry },
): Promise<number> {
  await expireUploads(sql);
  const due = await sql<{ id: string; kind: Kind; name: string }[]>`
    select id, kind, name from recommender.erasures
    where kind <> 'MODEL' or created_at < now() - make_interval(secs => ${LEASE_SECONDS})
    order by id limit 100`;
  for (const { id, kind, name } of due) {
    if (kind === "BLOB") await blobs.remove(name);
    else if (kind === "PARTS") await abandonParts(blobs, name);
    else if (kind === "MODEL") await registry.remove(name);
    else if (!await removeVersion(registry, name)) continue;
    await sql`delete from recommender.erasures where id = ${id}`;
  }
  return due.length;
}

/** Lets go of what was uploaded and taken by no project; a trigger notes what is to be erased. */
async function expireUploads(sql: Sql): Promise<void> {
  await sql`
    delete from recommender.uploads where id in (
      select id from recommender.uploads where expires_at < now()
      order by expires_at limit 100
      for update skip locked
    )`;
}

/** Drops the parts of `blob?handle`, which were never joined. */
async function abandonParts(blobs: Blobs, noted: string): Promise<void> {
  const at = noted.indexOf("?");
  await blobs.parts.abandon({ name: noted.slice(0, at), handle: noted.slice(at + 1) });
}

/** Removes `model/version`. False where it has become champion: then it waits until it is not. */
async function removeVersion(registry: Registry, name: string): Promise<boolean> {
  const [model, version] = name.split("/");
  if (await registry.alias(model, "champion") === version) return false;
  await registry.removeVersion(model, version);
  return true;
}

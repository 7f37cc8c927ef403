import type { Sql } from "postgres";
import type { Addresses } from "../../functions/recommender/addresses/addresses.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { queueDueRetrains, type RetrainOptions } from "../queue/retrains.ts";
import { dropLearnedEvents } from "../live/learned_events.ts";
import { fetchFeeds } from "../feeds/fetch_feeds.ts";
import type { FetchRules } from "../feeds/fetch_file.ts";
import { dropLearnedItems } from "../live/learned_items.ts";
import { ITEMS_CHANNEL, newItemRows } from "../live/new_item_rows.ts";
import { foldTrending } from "../live/fold_trending.ts";
import type { Log } from "../runtime/trainer_log.ts";
import type { BackupStorage } from "../backups/backup_storage.ts";
import type { Duty } from "./duty.ts";
import { workOffErasures } from "./erasures.ts";
import { expireEventFiles } from "./expire_event_files.ts";
import { expireEvents } from "./expire_events.ts";
import { expireUploads } from "./expire_uploads.ts";
import { foldResults, removeOldResults } from "./fold_results.ts";
import { listErasures } from "./list_erasures.ts";
import { removeLeftFolders } from "./left_folders.ts";
import { forgetErased } from "./forget.ts";
import { forgetInOutbox } from "./forget_in_outbox.ts";
import { refreshStatistics } from "./refresh_statistics.ts";
import { sendDailyResults } from "./send_daily_results.ts";
import { sweepIfDue } from "./sweep/sweep.ts";

/** Dependencies of the duties. */
export interface Housekeeping {
  sql: Sql;
  blobs: Blobs;
  addresses?: Addresses;
  registry: Registry;
  /** Id of this installation. */
  installation: string;
  /** Whether the blob store is used by this installation only. */
  oursAlone: boolean;
  log: Log;
  retrains?: RetrainOptions;
  /** How feeds of items are fetched; none are if absent. */
  feeds?: FetchRules;
  /** Location of the operator's backups, if this process knows it. */
  backups?: BackupStorage;
}

/** Returns all duties of housekeeping. */
export function duties({ sql, ...options }: Housekeeping): Duty[] {
  const { blobs, addresses, registry, log, retrains, backups, installation, feeds } = options;
  return [
    {
      name: "erasures",
      everyMs: 2_000,
      run: async (stop) => void await workOffErasures(sql, { blobs, registry, log, stop }),
    },
    {
      name: "forgetting",
      everyMs: 2_000,
      run: (stop) => forgetErased(sql, { blobs, addresses, registry, log, stop }),
    },
    {
      name: "outbox",
      everyMs: 2_000,
      run: (stop) => forgetInOutbox(sql, { log, stop }),
    },
    {
      name: "statistics",
      everyMs: 10_000,
      run: () => refreshStatistics(sql),
    },
    ...(backups ? [listErasures(sql, { storage: backups, installation })] : []),
    {
      name: "trending",
      everyMs: 5_000,
      run: (stop) => foldTrending(sql, stop),
    },
    {
      name: "learned events",
      everyMs: 60_000,
      run: (stop) => dropLearnedEvents(sql, stop),
    },
    ...(feeds
      ? [{
        name: "feeds",
        everyMs: 10_000,
        run: (stop: AbortSignal) =>
          fetchFeeds(sql, { blobs, addresses, registry, rules: feeds, stop }),
      }]
      : []),
    {
      name: "rows of new items",
      everyMs: 10_000,
      channel: ITEMS_CHANNEL,
      run: newItemRows(sql, { registry, log }),
    },
    {
      name: "learned items",
      everyMs: 60_000,
      run: () => dropLearnedItems(sql),
    },
    {
      name: "uploads",
      everyMs: 30_000,
      run: () => expireUploads(sql),
    },
    {
      name: "events",
      everyMs: 60_000,
      run: (stop) => expireEvents(sql, { stop }),
    },
    {
      name: "event files",
      everyMs: 3600_000,
      run: (stop) => expireEventFiles(sql, { blobs, stop }),
    },
    {
      name: "results",
      everyMs: 5_000,
      run: (stop) => foldResults(sql, { stop }),
    },
    {
      name: "daily results",
      everyMs: 600_000,
      run: () => sendDailyResults(sql),
    },
    {
      name: "old results",
      everyMs: 3600_000,
      run: () => removeOldResults(sql),
    },
    {
      name: "sweeps",
      everyMs: 60_000,
      run: async (stop) => void await sweepIfDue(sql, { ...options, stop }),
    },
    {
      name: "left folders",
      everyMs: 60_000,
      run: () => removeLeftFolders({ log }),
    },
    {
      name: "retrains",
      everyMs: 2_000,
      async run() {
        for (const project of await queueDueRetrains(sql, retrains)) {
          log({ level: "info", message: "retrain queued", project });
        }
      },
    },
  ];
}

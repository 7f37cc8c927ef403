/**
 * The process of one training: reads its order from standard input, trains, publishes, and reports
 * progress on standard output.
 */
import { AddressError } from "../functions/recommender/addresses/address_error.ts";
import type { AddressedData, Addresses } from "../functions/recommender/addresses/addresses.ts";
import { blobBytes } from "../functions/recommender/blobs/blob_bytes.ts";
import type { Blobs } from "../functions/recommender/blobs/blobs.ts";
import { openRegistry } from "../functions/recommender/registry/open.ts";
import {
  type Registry,
  RegistryConflictError,
} from "../functions/recommender/registry/registry.ts";
import { artifactFolder } from "./publish/artifact_folder.ts";
import { train } from "./tuning/train_model.ts";
import type { Claim, ClaimedFile, Outcome } from "./queue/claim.ts";
import { codeTags } from "./publish/code_tags.ts";
import { trainerConfig } from "./config.ts";
import type { DataFile } from "./dataset/open_rows.ts";
import { readDataset } from "./dataset/read.ts";
import { MissingUploadError } from "./dataset/missing_upload_error.ts";
import { UnusableDataError } from "./dataset/receipt.ts";
import { areMarks, dataWarnings } from "./metrics/data_warnings.ts";
import { eventWarnings, listedEvents } from "./metrics/event_warnings.ts";
import { workerWarnings } from "./metrics/report_warnings.ts";
import type { ModelDescription } from "../functions/recommender/report/report.ts";
import { redactVersion } from "./housekeeping/redact_version.ts";
import { WATCHED_BYTES, watchMemory } from "./runtime/memory_watch.ts";
import { openAddresses } from "./open_addresses.ts";
import { openBlobs } from "./open_blobs.ts";
import { outcomeOf, publishedOutcome } from "./queue/published_outcome.ts";
import { missingOf } from "./queue/missing.ts";
import { holdTrainingFolder } from "./queue/training_folder.ts";
import { memoryPlanned } from "./queue/training_memory.ts";
import { type Order, say } from "./queue/training_process.ts";
import { whileMissing } from "./queue/while_missing.ts";
import { trainingRecord } from "./publish/training_record.ts";

/** Shares of the progress, from measured durations of the stages. */
const READ = 0.15;
const TRAINED = 0.95;
/** Seconds by which times without a zone may be ahead of the upload. */
const DAY = 86_400;

const watch = watchMemory();
try {
  await holdTrainingFolder();
  const config = trainerConfig(Deno.env.toObject());
  const { claim, installation, redaction }: Order = await new Response(Deno.stdin.readable).json();
  const blobs = openBlobs(config);
  const registry = openRegistry({ blobs, installation, mlflow: config });
  const outcome = await redacted(claim, { registry, redaction }) ??
    await publishedOutcome(claim, registry) ??
    await trainAndPublish(claim, {
      ...{ blobs, registry, addresses: openAddresses(config) },
      forWorkers: "BLOBS_S3_ENDPOINT" in config,
    });
  say({ type: "published", outcome });
} catch (error) {
  const missing = missingOf(error);
  if (error instanceof RegistryConflictError) {
    console.error(error.message);
    say({ type: "unusable", sentence: error.forOwner });
  } else if (error instanceof AddressError) {
    console.error(error.cause ?? error.message);
    say({ type: "unusable", sentence: error.message });
  } else if (error instanceof UnusableDataError) {
    say({ type: "unusable", sentence: error.message, ...about(error) });
  } else if (missing) {
    say({ type: "unavailable", missing });
  } else {
    throw error;
  }
} finally {
  watch[Symbol.dispose]();
}

async function trainAndPublish(
  claim: Claim,
  { blobs, registry, addresses, forWorkers }: {
    blobs: Blobs;
    registry: Registry;
    addresses: Addresses;
    forWorkers: boolean;
  },
): Promise<Outcome> {
  const startedAt = new Date();
  const { settings } = claim;
  say({ type: "progress", stage: "reading", progress: 0 });
  const addressed = await listedData(claim, addresses);
  const files = claim.files.map((file) => dataFile(file, { blobs, addressed }));
  const { dataset, receipts, events } = await readDataset(files, {
    eventWeights: settings.event_weights,
    likedFrom: settings.liked_from,
    erased: claim.erased_users,
    merged: claim.merged,
  });
  const champion = await championRecipe(claim, registry);
  const until = DAY +
    (claim.files.some(({ live }) => live)
      ? startedAt.getTime() / 1000
      : Math.max(...claim.files.map(({ uploaded_at }) => uploaded_at)));
  const { model, content, report, run } = await train(
    { ...dataset, learnedTo: claim.learned_to, learnedItems: claim.learned_items },
    {
      modelType: claim.model_type,
      until,
      budgetSeconds: settings.budget_seconds,
      pausedSeconds: watch.pausedSeconds,
      // A search after a first model may use half of the memory; a first model needs the rest.
      memoryBytes: claim.improving
        ? memoryPlanned(settings.memory_limit, Number(Deno.env.get(WATCHED_BYTES)))
        : settings.memory_limit,
      search: settings.search === "first" || claim.serving === null ? "first" : "full",
      // Weights learned from users erased since must be replaced, however well they rank.
      champion: claim.forgetting ? undefined : champion,
    },
    (stage, share) => say({ type: "progress", stage, progress: READ + share * (TRAINED - READ) }),
  );
  const listed = listedEvents(events);
  if (listed.length > 0) report.data.events = listed;
  report.warnings.push(
    ...dataWarnings(dataset, receipts, { isMarked: areMarks(files), until }),
    ...eventWarnings(events, settings.event_weights),
  );
  if (forWorkers) report.warnings.push(...workerWarnings(model));
  say({ type: "progress", stage: "publishing", progress: TRAINED });
  const { learned_to, learned_items } = claim;
  const receiptsById = Object.fromEntries(claim.files.map((file, i) => [file.id, receipts[i]]));
  const training = {
    ...trainingRecord(claim, {
      ...{ report, run, receipts, champion, addressed },
      code: await codeTags(),
    }),
    files: await artifactFolder({
      model,
      content,
      report,
      run: { ...run, receipts: receiptsById, learned_to, learned_items },
    }),
    startedAt,
  };
  // Wait for an unavailable registry rather than discard a long training.
  const version = await whileMissing(() => registry.publish(training), {
    onMissing: (missing) => say({ type: "waiting", missing }),
  });
  return outcomeOf(version, { report, receipts: receiptsById, learned_to, learned_items });
}

/** Returns the configuration of the serving version, or undefined. */
async function championRecipe(
  claim: Claim,
  registry: Registry,
): Promise<ModelDescription | undefined> {
  const version = await registry.alias(claim.model, "champion");
  if (version === null) return undefined;
  const report = await registry.read(claim.model, version, "report.json");
  return JSON.parse(new TextDecoder().decode(report)).chosen;
}

/** Removes the users to redact from the published version, if there are any. */
async function redacted(
  { model }: Claim,
  { registry, redaction }: { registry: Registry; redaction: Order["redaction"] },
): Promise<Outcome | null> {
  if (!redaction) return null;
  const { outcome, people } = redaction;
  await redactVersion({ registry, model, version: outcome.version }, people);
  return outcome;
}

/**
 * Returns the receipt of the invalid file by its id, so that the owner sees which rows are to
 * blame, or the path of a missing upload.
 */
function about(error: Error) {
  if (error instanceof MissingUploadError) return { missing_upload: error.storagePath };
  if (!(error instanceof UnusableDataError) || !error.counted) return {};
  const { name, receipt } = error.counted;
  return { receipts: { [Number(name)]: { ...receipt } } };
}

/**
 * Lists the data at the addresses of a claim, by file id: one list serves the whole training, which
 * reads those very files or fails.
 */
async function listedData(
  { owner_id: ownerId, files }: Claim,
  addresses: Addresses,
): Promise<Map<number, AddressedData>> {
  const listed = new Map<number, AddressedData>();
  for (const { id, address } of files) {
    if (!address) continue;
    listed.set(id, await addresses.open({ uri: address.uri, keys: address.keys, ownerId }));
  }
  return listed;
}

/** Returns an upload, or data at an address, as a data file named by its id. */
function dataFile(
  file: ClaimedFile,
  { blobs, addressed }: { blobs: Blobs; addressed: ReadonlyMap<number, AddressedData> },
): DataFile {
  const data = addressed.get(file.id);
  return {
    name: String(file.id),
    kind: file.file_type,
    dialect: file.dialect,
    mapping: file.mapping,
    mayBeEmpty: file.cleaned && !data,
    isLive: file.live,
    async open() {
      if (data) return data.file;
      const bytes = await blobBytes(blobs, file.storage_path);
      if (bytes) return bytes;
      throw new MissingUploadError(file);
    },
  };
}

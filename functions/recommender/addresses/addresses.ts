/** Opens data by their address, below the roots that the operator listed. */
import { z } from "zod";
import { seal, unseal } from "../../http/secrets/sealed.ts";
import type { S3Options } from "../blobs/s3_client.ts";
import type { FileBytes } from "../files/file_bytes.ts";
import { belongsTo, parseAddress } from "./address.ts";
import { AddressError } from "./address_error.ts";
import { bucketData } from "./bucket.ts";
import { type DataRoot, rootOf, rootsOf, rootText } from "./data_roots.ts";
import type { DataPart, DataStore } from "./data_store.ts";

/** Access key of a bucket. */
export interface DataKeys {
  access_key_id: string;
  secret_access_key: string;
}

export const DataKeysSchema = z.strictObject({
  access_key_id: z.string().min(1).max(200),
  secret_access_key: z.string().min(1).max(1000),
});

/** An address of an owner's file. */
export interface OwnedAddress {
  uri: string;
  ownerId: string;
  /** Access key, encrypted by `sealKeys`; the operator's by default. */
  keys?: string;
}

/** The files at an address, as listed at one moment. */
export interface AddressedData {
  /** In ascending order of their paths; none is empty. */
  parts: DataPart[];
  /** Their total size. */
  bytes: number;
  /** SHA-256 over paths, sizes and tags, in lower-case hex. */
  sha256: string;
  /** Reads exactly these files, as one. */
  file: FileBytes;
}

/** Opens addresses, and encrypts the keys that some need. */
export interface Addresses {
  /** @throws {AddressError} if it may not be opened, cannot be read or has no files. */
  open(address: OwnedAddress): Promise<AddressedData>;
  /** @throws {AddressError} if the installation has no key to encrypt with. */
  sealKeys(keys: DataKeys, ownerId: string): Promise<string>;
}

export interface AddressesOptions {
  roots: readonly DataRoot[];
  /** The machine's files; absent where there are none, on Workers. */
  disk?: DataStore;
  /** The server of the buckets, and the operator's access key. */
  s3: Pick<S3Options, "endpoint" | "region"> & { keys?: DataKeys };
  /** The bucket of uploads and models, of which nothing is read. */
  ownBucket?: Pick<S3Options, "endpoint" | "bucket">;
  /** Encrypts the owners' access keys: 32 bytes. */
  secretKey?: Uint8Array<ArrayBuffer>;
}

/** Maximum number of files at an address. */
const MOST_PARTS = 10_000;
/** Maximum number of files listed to find those of a pattern. */
const MOST_LISTED = 100_000;

/** Returns the addresses of an installation. */
export function createAddresses(options: AddressesOptions): Addresses {
  const { roots, disk, s3, ownBucket, secretKey } = options;

  async function storeOf(bucket: string, { ownerId, keys }: OwnedAddress): Promise<DataStore> {
    if (bucket === "") {
      if (disk) return disk;
      throw new AddressError("Addresses that begin with file:// cannot be opened on Workers.");
    }
    if (ownBucket?.bucket === bucket && sameHost(ownBucket.endpoint, s3.endpoint)) {
      throw new AddressError(`The bucket ${bucket} has files of AiREC itself and is not read.`);
    }
    const used = keys === undefined ? s3.keys : await unsealed(keys, ownerId);
    if (!used) {
      throw new AddressError(
        "The bucket needs an access key: send data_keys_json with access_key_id and " +
          "secret_access_key.",
      );
    }
    return bucketData({
      ...{ endpoint: s3.endpoint, region: s3.region, bucket },
      accessKeyId: used.access_key_id,
      secretAccessKey: used.secret_access_key,
    });
  }

  async function unsealed(keys: string, ownerId: string): Promise<DataKeys> {
    try {
      const sealed = Uint8Array.fromBase64(keys);
      return JSON.parse(await unseal(sealed, { key: secretKey!, owner: `data ${ownerId}` }));
    } catch {
      throw new AddressError(
        "The access key of the address cannot be decrypted: AIREC_SECRET_KEY is missing or was " +
          "changed. Add the address again.",
      );
    }
  }

  return {
    async open(owned) {
      const address = parseAddress(owned.uri);
      const own = rootsOf(roots, owned.ownerId);
      const root = rootOf(own, address);
      if (!root) throw new AddressError(outside(own));
      const store = await storeOf(address.bucket, owned);
      const parts: DataPart[] = [];
      let listed = 0;
      for await (const part of store.find(address, root)) {
        if (++listed > MOST_LISTED) throw tooMany(MOST_LISTED, "found below it");
        if (part.bytes === 0 || !belongsTo(address, part.path)) continue;
        parts.push(part);
        if (parts.length > MOST_PARTS) throw tooMany(MOST_PARTS, "at an address");
      }
      if (parts.length === 0) throw new AddressError(`There is no file at ${owned.uri}.`);
      parts.sort((a, b) => a.path < b.path ? -1 : 1);
      return {
        parts,
        bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
        sha256: await digestOf(parts),
        file: joined(parts.map((part) => ({ ...store.open(part, root), name: part.path }))),
      };
    },

    async sealKeys(keys, ownerId) {
      if (!secretKey) {
        throw new AddressError(
          "This installation stores no access keys: its operator must set AIREC_SECRET_KEY.",
        );
      }
      const sealed = await seal(JSON.stringify(keys), { key: secretKey, owner: `data ${ownerId}` });
      return sealed.toBase64();
    },
  };
}

/** Returns the files as one, which is described by its first file. */
function joined(parts: NonNullable<FileBytes["parts"]>): FileBytes {
  return { ...parts[0], parts };
}

async function digestOf(parts: readonly DataPart[]): Promise<string> {
  const text = JSON.stringify(parts.map(({ path, bytes, tag }) => [path, bytes, tag]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
    .toHex();
}

function outside(own: readonly DataRoot[]): string {
  return own.length === 0
    ? "This installation opens no addresses for your account: its operator lists them in DATA_ROOTS."
    : `Your account may read addresses below ${own.map(rootText).join(", ")} only.`;
}

function tooMany(most: number, where: string): AddressError {
  return new AddressError(
    `At most ${
      most.toLocaleString("en")
    } files may be ${where}: name a narrower folder or pattern, ` +
      "or write fewer, larger files.",
  );
}

function sameHost(one: string, other: string): boolean {
  return URL.parse(one)?.host === URL.parse(other)?.host;
}

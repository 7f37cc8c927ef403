/** Addresses of data that stay where they are: files of this machine and objects in buckets. */
import { globToRegExp } from "@std/path";
import { AddressError } from "./address_error.ts";

/** An address, divided: `s3://lake/shop/2026-*.csv`, `file:///srv/data/shop/`. */
export interface Address {
  /** As it was written. */
  text: string;
  scheme: "file" | "s3";
  /** Bucket; empty for files. */
  bucket: string;
  /** Path of a file or folder without slashes at its ends: all segments before the first pattern. */
  fixed: string;
  /** Whether it ends with `/` or a pattern follows, so that `fixed` is a folder. */
  isFolder: boolean;
  /** Matches the whole paths of the files, if the address has a pattern. */
  pattern?: RegExp;
}

const FORM = /^(?:file:\/\/\/|s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/|$))(.*)$/s;
const LONGEST = 1_000;

/**
 * Parses an address. Its path is taken literally, as Spark and the S3 command line do: `%20` are
 * three characters. Patterns are `*`, `?`, `[ab]` and `{a,b}` within a segment.
 * @throws {AddressError} if it is none, or has a segment `.` or `..` or an empty one.
 */
export function parseAddress(text: string): Address {
  const [, bucket = "", path] = FORM.exec(text) ?? [];
  if (path === undefined) {
    throw new AddressError(
      "An address is file:///folder/file.csv or s3://bucket/folder/file.csv, where the file may " +
        "be a folder or a pattern such as *.parquet.",
    );
  }
  if (text.length > LONGEST) {
    throw new AddressError(`An address has at most ${LONGEST} characters.`);
  }
  if (/[\p{Cc}\\]/u.test(path)) {
    throw new AddressError("An address contains no backslash and no control character.");
  }
  const segments = path.replace(/\/$/, "").split("/");
  if (path !== "" && segments.some((segment) => /^\.{0,2}$/.test(segment))) {
    throw new AddressError('An address contains no empty segment, and none that is "." or "..".');
  }
  const scheme = bucket ? "s3" : "file";
  const at = segments.findIndex(isPattern);
  const fixed = (at < 0 ? segments : segments.slice(0, at)).join("/");
  const isFolder = at >= 0 || path === "" || path.endsWith("/");
  if (at < 0) return { text, scheme, bucket, fixed, isFolder };
  const options = { os: "linux", extended: false, globstar: false } as const;
  return {
    text,
    scheme,
    bucket,
    fixed,
    isFolder,
    pattern: globToRegExp(segments.join("/"), options),
  };
}

function isPattern(segment: string): boolean {
  return /[*?[\]{}]/.test(segment);
}

/**
 * Whether a file found beneath an address belongs to it: it matches the pattern or lies in the
 * folder, and no segment below the fixed part begins with `_` or `.`, as engines name their own
 * files (`_SUCCESS`).
 */
export function belongsTo({ fixed, isFolder, pattern }: Address, path: string): boolean {
  if (path === fixed) return !isFolder;
  const below = fixed === "" ? path : path.slice(fixed.length + 1);
  if (fixed !== "" && !path.startsWith(`${fixed}/`)) return false;
  if (below.split("/").some((segment) => /^[_.]/.test(segment))) return false;
  return !pattern || pattern.test(path);
}

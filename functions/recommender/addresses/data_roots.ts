/** Roots of data: the folders and buckets that the operator opened, and to which accounts. */
import { type Address, parseAddress } from "./address.ts";
import { AddressError } from "./address_error.ts";

/** A folder of the machine, a bucket or a folder in one. */
export interface DataRoot extends Pick<Address, "scheme" | "bucket" | "fixed"> {
  /** Id of the account it is open to, or `*` for every account. */
  account: string;
}

/** Stands for an account's id in a root, which then is a folder for each account. */
const OWNER = "{owner}";

/**
 * Parses `DATA_ROOTS`: roots between blanks. A root has a segment `{owner}`, or begins with the id of
 * the one account it is open to and `=`, or with `*=` if it is open to every account.
 * @throws {TypeError} naming the first invalid root.
 */
export function parseRoots(text: string): DataRoot[] {
  return text.split(/\s+/).filter((root) => root !== "").map((root) => {
    const [, account, uri] = /^(?:([^=/:]+)=)?(.*)$/.exec(root)!;
    const segments = uri.split("/");
    const isEach = segments.includes(OWNER);
    if (account === undefined && !isEach) {
      throw new TypeError(
        `${root} says not whose it is: add a segment {owner}, or begin it with an account's id and ` +
          "=, or with *= if every account may read all of it",
      );
    }
    try {
      const { scheme, bucket, fixed, pattern } = parseAddress(uri.replaceAll(OWNER, WORD));
      if (pattern || scheme === "file" && fixed === "") throw new AddressError("too wide");
      const path = isEach ? fixed.split("/").map((s) => s === WORD ? OWNER : s).join("/") : fixed;
      return { account: account ?? "*", scheme, bucket, fixed: path };
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      throw new TypeError(
        `${root} is no root: it must be file:///folder or s3://bucket/folder, without a pattern`,
      );
    }
  });
}

/** In place of `{owner}` while a root is parsed, since braces are a pattern. */
const WORD = "--owner--";

/** Returns the roots of an account, with its id in place. */
export function rootsOf(roots: readonly DataRoot[], ownerId: string): DataRoot[] {
  return roots.filter(({ account }) => account === "*" || account === ownerId)
    .map((root) => ({ ...root, fixed: root.fixed.replaceAll(OWNER, ownerId) }));
}

/** Returns the root that an address lies in, or undefined. A root contains itself. */
export function rootOf(
  roots: readonly DataRoot[],
  { scheme, bucket, fixed }: Address,
): DataRoot | undefined {
  return roots.find((root) =>
    root.scheme === scheme && root.bucket === bucket &&
    (root.fixed === "" || fixed === root.fixed || fixed.startsWith(`${root.fixed}/`))
  );
}

/** Returns a root as its accounts see it. */
export function rootText({ scheme, bucket, fixed }: DataRoot): string {
  return `${scheme}://${bucket}/${fixed}${fixed && "/"}`;
}

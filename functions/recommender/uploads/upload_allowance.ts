/** Limits of an uploaded file, after unpacking. */
import type { Sql } from "postgres";
import { Problem } from "../../http/problem.ts";
import type { Measure } from "../files/formats/measure.ts";
import { type Quotas, usedBy } from "../projects/quotas.ts";

/** A quota of an account and how much of it is used. */
interface Share {
  quota: number;
  used: number;
}

export interface Allowance {
  /** Maximum size of one file, in bytes. */
  fileBytes: number;
  /** Unpacked size of the account's packed files, in bytes. */
  unpackedBytes: Share;
  /** Rows of the account's files. */
  rows: Share;
}

/** Returns the limits for the next file of an owner. */
export async function allowanceOf(
  { sql, quotas, uploadLimitBytes }: { sql: Sql; quotas: Quotas; uploadLimitBytes: number },
  ownerId: string,
): Promise<Allowance> {
  const used = await usedBy(sql, ownerId);
  return {
    fileBytes: uploadLimitBytes,
    unpackedBytes: { quota: quotas.unpackedBytes, used: used.unpackedBytes },
    rows: { quota: quotas.rows, used: used.rows },
  };
}

/**
 * Returns the check of a file that is being measured. A packed file has the same limit as a plain
 * one, since it is read unpacked.
 * @throws {Problem} 413 with the counted size and the limit, from the check.
 */
export function within({ fileBytes, unpackedBytes, rows }: Allowance): (soFar: Measure) => void {
  return ({ packed, bytes, lines }) => {
    if (packed && bytes > fileBytes) {
      throw tooMuch(`has at least ${counted(bytes)} bytes decompressed`, {
        rule: `a file, compressed or not, may have at most ${counted(fileBytes)}`,
      });
    }
    if (packed && unpackedBytes.used + bytes > unpackedBytes.quota) {
      throw tooMuch(`has at least ${counted(bytes)} bytes decompressed`, {
        rule:
          `an account's compressed files may have ${
            counted(unpackedBytes.quota)
          } bytes decompressed, ` +
          `and yours have ${counted(unpackedBytes.used)}`,
      });
    }
    if (rows.used + lines > rows.quota) {
      throw tooMuch(`has at least ${counted(lines)} lines`, {
        rule: `an account may have ${counted(rows.quota)} rows in files, and yours have ` +
          counted(rows.used),
      });
    }
  };
}

function tooMuch(state: string, { rule }: { rule: string }): Problem {
  return new Problem("too_large", `The file ${state}; ${rule}. It was not stored.`);
}

/** Formats a count: 1048576 → "1,048,576". */
function counted(number: number): string {
  return number.toLocaleString("en-US");
}

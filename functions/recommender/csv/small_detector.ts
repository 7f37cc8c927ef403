/**
 * Replaces `jschardet` in programs limited to 1 MB, as on Workers: it distinguishes fewer
 * languages, and treats the others as western.
 */
import { analyse } from "chardet";

export const chardet = {
  /** Same interface as `jschardet`: likeliest encoding first. */
  detectAll(bytes: Uint8Array): { encoding: string; confidence: number }[] {
    return analyse(bytes).map(({ name, confidence }) => ({ encoding: name, confidence }));
  },
};

/**
 * In the place of `jschardet` where a program has at most 1 MB, as Workers do: fewer languages are
 * told apart, and those that are not are read as western.
 */
import { analyse } from "chardet";

export const chardet = {
  /** As `jschardet` names it: the likeliest encoding first. */
  detectAll(bytes: Uint8Array): { encoding: string; confidence: number }[] {
    return analyse(bytes).map(({ name, confidence }) => ({ encoding: name, confidence }));
  },
};

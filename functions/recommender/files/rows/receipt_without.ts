import { type Receipt, withoutValue } from "./receipt.ts";

/** Maximum length of a cell quoted in a reason. */
const QUOTED = 40;

/** Removes quoted cells that contain one of these users' ids from a receipt. */
export function receiptWithout(receipt: Receipt, people: readonly string[]): Receipt {
  const { rejections = [], reasons = [], notes } = receipt;
  const clean = <Named extends { reason: string }>(entry: Named): Named =>
    namesOne(entry.reason, people) ? { ...entry, reason: withoutValue(entry.reason) } : entry;
  return {
    ...receipt,
    rejections: rejections.map(clean),
    reasons: reasons.map(clean),
    ...(notes && { notes: notes.map((sentence) => sentenceWithout(sentence, people)) }),
  };
}

/** Removes the quoted cell from a sentence if it contains one of these users' ids. */
export function sentenceWithout(sentence: string, people: readonly string[]): string {
  return namesOne(sentence, people) ? withoutValue(sentence) : sentence;
}

/** Whether the quoted part of a text contains one of the ids, truncated as in quotes. */
function namesOne(text: string, people: readonly string[]): boolean {
  const quoted = /"(.*)"/s.exec(text)?.[1];
  return quoted !== undefined && people.some((id) => quoted.includes(id.slice(0, QUOTED)));
}

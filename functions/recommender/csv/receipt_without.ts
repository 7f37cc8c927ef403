import { type Receipt, withoutValue } from "./receipt.ts";

/** A reason quotes so much of a cell. */
const QUOTED = 40;

/** A receipt whose reasons quote no cell that holds one of these people's ids. */
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

/** A sentence that quotes no cell that holds one of these people's ids. */
export function sentenceWithout(sentence: string, people: readonly string[]): string {
  return namesOne(sentence, people) ? withoutValue(sentence) : sentence;
}

/** Whether what a text quotes holds one of the ids, or as much of it as is quoted. */
function namesOne(text: string, people: readonly string[]): boolean {
  const quoted = /"(.*)"/s.exec(text)?.[1];
  return quoted !== undefined && people.some((id) => quoted.includes(id.slice(0, QUOTED)));
}

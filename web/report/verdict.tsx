/** Badge of the gate's decision on a version. */
import type { Version } from "../api/project_api.ts";
import { text } from "./verdict_words.ts";

const TONE = { first: "", accepted: "good", refused: "bad", ungated: "" };

export function Verdict({ of }: { of: NonNullable<Version["verdict"]> }) {
  const { word, explanation } = text[of];
  return <span class={`badge ${TONE[of]}`} title={explanation}>{word}</span>;
}

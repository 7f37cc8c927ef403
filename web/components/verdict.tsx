/** Badge of the gate's decision on a version. */
import type { Version } from "../project_api.ts";
import { text } from "../text/versions.ts";

const TONE = { first: "", accepted: "good", refused: "bad", ungated: "" };

export function Verdict({ of }: { of: NonNullable<Version["verdict"]> }) {
  const { word, says } = text.verdicts[of];
  return <span class={`badge ${TONE[of]}`} title={says}>{word}</span>;
}

/** The worker of `read_head.ts`: a large or odd file never holds up the page. */
import { describeCsv, headBytes } from "../../functions/recommender/csv/describe.ts";
import { proposeMapping } from "../../functions/recommender/csv/propose.ts";
import type { Head, HeadReply, HeadRequest } from "./read_head.ts";

addEventListener("message", async (event) => {
  const { id, file, dialect } = (event as MessageEvent<HeadRequest>).data;
  const answer = (reply: HeadReply) => postMessage(reply);
  try {
    answer({ id, head: await headOf(file, dialect) });
  } catch (error) {
    answer({ id, refused: (error as Error).message });
  }
});

async function headOf(file: File, dialect: HeadRequest["dialect"]): Promise<Head> {
  const bytes = new Uint8Array(await file.slice(0, headBytes).arrayBuffer());
  const description = await describeCsv(bytes, { dialect, complete: file.size <= headBytes });
  const { columns, sampleRows } = description;
  return {
    ...description,
    proposed: {
      CONTENT: proposeMapping("CONTENT", columns, sampleRows),
      INTERACTION: proposeMapping("INTERACTION", columns, sampleRows),
    },
  };
}

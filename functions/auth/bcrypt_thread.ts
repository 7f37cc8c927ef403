/** Worker of `bcryptInThreads`: handles one task at a time. */
import bcryptjs from "bcryptjs";
import type { BcryptResult, BcryptTask } from "./bcrypt.ts";

self.onmessage = ({ data }: MessageEvent<BcryptTask>) => self.postMessage(resultOf(data));

function resultOf(task: BcryptTask): BcryptResult {
  const { id, text } = task;
  try {
    const value = "cost" in task
      ? bcryptjs.hashSync(text, task.cost)
      : bcryptjs.compareSync(text, task.stored);
    return { id, value };
  } catch (error) {
    return { id, error: String(error) };
  }
}

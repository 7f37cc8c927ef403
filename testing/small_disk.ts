/** A disk that a test may fill: a small tmpfs. Mounting one takes root, which `ignoreWithout` asks. */

export interface SmallDisk extends AsyncDisposable {
  /** The folder that it is mounted on, which anybody may enter. */
  path: string;
  /** Takes all that is left, but for so many bytes. */
  fill(leaving?: number): Promise<void>;
  /** Frees what `fill` took. */
  free(): Promise<void>;
}

/** Mounts an empty disk of so many bytes. */
export async function smallDisk(bytes: number): Promise<SmallDisk> {
  const path = await Deno.makeTempDir({ prefix: "airec-disk-" });
  const options = `size=${bytes},mode=755`;
  await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path);
  const ballast = `${path}/ballast`;
  return {
    path,
    async fill(leaving = 0) {
      using file = await Deno.open(ballast, { append: true, create: true });
      const block = new Uint8Array(64 * 1024);
      try {
        // Down to the last byte: what cannot be written as a block is in smaller ones.
        for (let size = block.length; size >= 1;) {
          const isFull = await file.write(block.subarray(0, size)).then(() => false, () => true);
          if (isFull) size = Math.floor(size / 2);
        }
      } finally {
        const { size } = await file.stat();
        await file.truncate(Math.max(0, size - leaving));
      }
    },
    free: () => Deno.remove(ballast),
    async [Symbol.asyncDispose]() {
      // Lazily: a process that a failed test left may still hold a file.
      await run("umount", "-l", path);
      await Deno.remove(path);
    },
  };
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

/** A small tmpfs that a test may fill. Mounting requires root; see `ignoreWithout`. */

export interface SmallDisk extends AsyncDisposable {
  /** Mount point; any user may enter it. */
  path: string;
  /** Fills the disk, except for `leaving` bytes. */
  fill(leaving?: number): Promise<void>;
  /** Frees the space used by `fill`. */
  free(): Promise<void>;
}

/**
 * Mounts an empty disk of `bytes` bytes.
 * @param options.files inode limit, including the root folder
 */
export async function smallDisk(
  bytes: number,
  { files }: { files?: number } = {},
): Promise<SmallDisk> {
  const path = await Deno.makeTempDir({ prefix: "airec-disk-" });
  const options = `size=${bytes},mode=755${files === undefined ? "" : `,nr_inodes=${files}`}`;
  await run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path);
  const ballast = `${path}/ballast`;
  return {
    path,
    async fill(leaving = 0) {
      using file = await Deno.open(ballast, { append: true, create: true });
      const block = new Uint8Array(64 * 1024);
      try {
        // Halves the block until not even one byte fits.
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
      // Lazily: a process left by a failed test may still hold a file open.
      await run("umount", "-l", path);
      await Deno.remove(path);
    },
  };
}

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
}

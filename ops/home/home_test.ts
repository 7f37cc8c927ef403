import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { deleteHome, homePath, openHome } from "./home.ts";

Deno.test("a home is created, opened by one process at a time, and deleted with its data elsewhere", async () => {
  const path = join(await Deno.makeTempDir(), "home");
  const elsewhere = await Deno.makeTempDir();
  {
    using home = await openHome(path);
    await home.noteElsewhere(elsewhere);
    await home.noteElsewhere(join(path, "inside"));
    const code = `import { openHome } from ${JSON.stringify(import.meta.resolve("./home.ts"))};
      await openHome(${JSON.stringify(path)});`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] })
      .output();
    assertEquals(success, false);
    assertEquals(new TextDecoder().decode(stderr).includes("is in use"), true);
  }
  let ended = false;
  const deleted = await deleteHome(path, async () => {
    ended = (await Deno.stat(elsewhere)).isDirectory;
  });
  assertEquals([deleted, ended], [[elsewhere, path], true]);
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  await assertRejects(() => Deno.stat(elsewhere), Deno.errors.NotFound);
  assertEquals(await deleteHome(path), []);
});

Deno.test("a folder with other content is neither used nor deleted", async () => {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(join(path, "thesis.txt"), "irreplaceable");
  await assertRejects(() => openHome(path), Error, "contains other files");
  await assertRejects(() => deleteHome(path), Error, "nothing was changed");
  assertEquals(await Deno.readTextFile(join(path, "thesis.txt")), "irreplaceable");
  assertEquals(Array.from(Deno.readDirSync(path)).length, 1);
});

Deno.test("the home is AIREC_HOME, else .airec in the project", () => {
  assertEquals(homePath({ AIREC_HOME: "/somewhere" }), "/somewhere");
  assertEquals(homePath({}), join(import.meta.dirname!, "../..", ".airec"));
});

Deno.test("a copied home is rejected, and its reset deletes only the copy", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const [path, copy, elsewhere] = ["home", "copy", "elsewhere"].map((name) => join(folder, name));
  await Deno.mkdir(elsewhere);
  {
    using home = await openHome(path);
    await home.noteElsewhere(elsewhere);
    await new Deno.Command("cp", { args: ["-a", path, copy] }).output();
    const refusal = await assertRejects(() => openHome(copy), Error, `is a copy of ${path}`);
    for (const words of ["--as-copy", `delete or rename ${path}`]) {
      assertEquals(refusal.message.includes(words), true, refusal.message);
    }
    assertEquals(await deleteHome(copy), [copy]);
  }
  assertEquals((await Deno.stat(elsewhere)).isDirectory, true);

  // A copy takes the place of a deleted original; another path of the same folder is not a copy.
  await new Deno.Command("cp", { args: ["-a", path, copy] }).output();
  await Deno.symlink(path, join(folder, "link"));
  const opened = async (at: string) => {
    using home = await openHome(at);
    return [home.id, home.movedFrom];
  };
  const [id] = await opened(join(folder, "link"));
  await Deno.remove(path, { recursive: true });
  assertEquals(await opened(copy), [id, path]);
  assertEquals(await opened(copy), [id, undefined]);
});

Deno.test("a damaged mark is named, and nothing is changed", async () => {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(join(path, "airec.json"), '{"what"');
  await assertRejects(() => openHome(path), Error, `${path}/airec.json is damaged`);
  await assertRejects(() => deleteHome(path), Error, "airec.json is damaged");
  assertEquals(await Deno.readTextFile(join(path, "airec.json")), '{"what"');
});

Deno.test("an opening that was killed does not block later ones", async () => {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(join(path, "lock"), "");
  await Deno.writeTextFile(join(path, ".airec.json.part"), "{");
  using home = await openHome(path);
  assertEquals(home.movedFrom, undefined);
});

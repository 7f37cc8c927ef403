import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { deleteHome, homePath, openHome } from "./home.ts";

Deno.test("a home is made, opened by one at a time, and deleted with what lies elsewhere", async () => {
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

Deno.test("a folder that holds other things is neither used nor deleted", async () => {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(join(path, "thesis.txt"), "irreplaceable");
  await assertRejects(() => openHome(path), Error, "holds other things");
  await assertRejects(() => deleteHome(path), Error, "nothing was changed");
  assertEquals(await Deno.readTextFile(join(path, "thesis.txt")), "irreplaceable");
  assertEquals(Array.from(Deno.readDirSync(path)).length, 1);
});

Deno.test("the home is AIREC_HOME, else .airec in the project", () => {
  assertEquals(homePath({ AIREC_HOME: "/somewhere" }), "/somewhere");
  assertEquals(homePath({}), join(import.meta.dirname!, "..", ".airec"));
});

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type TestBucket, testBucket } from "../../../dev/r2.ts";
import { loopbackServer } from "../../../testing/loopback_server.ts";
import { drained, s3Client } from "../blobs/s3_client.ts";
import { storedObjects } from "../blobs/s3_listing.ts";
import { AddressError } from "./address_error.ts";
import { type Addresses, type AddressesOptions, createAddresses } from "./addresses.ts";
import { parseRoots } from "./data_roots.ts";
import { diskData } from "./disk.ts";

const ADA = "0b1f7c1e-4d3a-4a59-9d27-1d8f3b0a6c11";
const BOB = "5a6ff6a0-6a52-4d0b-8c39-7d5b4a1f2e22";

interface Place extends AsyncDisposable {
  addresses: Addresses;
  /** Address of the root, with a slash at its end. */
  root: string;
  write(path: string, text: string): Promise<void>;
}

let started: Promise<TestBucket> | undefined;
const bucket = () => started ??= testBucket();
Deno.test.afterAll(async () => await (await started)?.[Symbol.asyncDispose]());

const places: Record<string, () => Promise<Place>> = {
  disk: async () => {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "airec-addresses-" }));
    return {
      addresses: onDisk(`${ADA}=file://${folder}`),
      root: `file://${folder}/`,
      async write(path, text) {
        await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${folder}/${path}`, text);
      },
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  },
  bucket: async () => {
    const { s3 } = await bucket();
    const call = s3Client(s3);
    const keys = { access_key_id: s3.accessKeyId, secret_access_key: s3.secretAccessKey };
    return {
      addresses: createAddresses({
        roots: parseRoots(`${ADA}=s3://${s3.bucket}`),
        s3: { endpoint: s3.endpoint, keys },
      }),
      root: `s3://${s3.bucket}/`,
      write: async (path, text) =>
        void await drained(await call("PUT", path, { body: new TextEncoder().encode(text) })),
      async [Symbol.asyncDispose]() {
        for await (const { name } of storedObjects(call, "")) {
          await drained(await call("DELETE", name));
        }
      },
    };
  },
};

function onDisk(roots: string, options: Partial<AddressesOptions> = {}): Addresses {
  return createAddresses({
    roots: parseRoots(roots),
    disk: diskData([]),
    s3: { endpoint: "http://127.0.0.1:1" },
    ...options,
  });
}

const open = (place: Place, path: string) =>
  place.addresses.open({ uri: place.root + path, ownerId: ADA });

for (const [name, start] of Object.entries(places)) {
  const placeTest = (title: string, test: (place: Place) => Promise<void>) =>
    Deno.test({
      name: `addresses (${name}): ${title}`,
      sanitizeOps: name === "disk",
      sanitizeResources: name === "disk",
      async fn() {
        await using place = await start();
        await test(place);
      },
    });

  placeTest("a file, a folder and a pattern are listed in order and read", async (place) => {
    await place.write("shop/b & c.csv", "u,i\n3,4\n");
    await place.write("shop/a.csv", "u,i\n1,2\n");
    await place.write("shop/deep/c.json", "{}");
    await place.write("shop/_SUCCESS", "yes");
    await place.write("shop/empty.csv", "");
    await place.write("shopping.csv", "u,i\n");
    const paths = async (path: string) =>
      (await open(place, path)).parts.map(({ path }) => path.replace(/.*\/shop\//, "shop/"));
    const all = ["shop/a.csv", "shop/b & c.csv", "shop/deep/c.json"];
    assertEquals(await paths("shop/"), all);
    assertEquals(await paths("shop"), all);
    assertEquals(await paths("shop/*.csv"), all.slice(0, 2));
    assertEquals(await paths("shop/b & c.csv"), ["shop/b & c.csv"]);
    const { file, bytes } = await open(place, "shop/*.csv");
    assertEquals(bytes, 16);
    const texts = file.parts!.map(async (part) => await new Response(await part.open()).text());
    assertEquals(await Promise.all(texts), ["u,i\n1,2\n", "u,i\n3,4\n"]);
    assertEquals(new TextDecoder().decode(await file.slice(4, 100)), "1,2\n");
    assertEquals(await file.slice(8, 9), new Uint8Array());
    await assertRejects(() => open(place, "nothing.csv"), AddressError);
    await assertRejects(() => open(place, "shop/*.parquet"), AddressError, "There is no file at");
  });

  placeTest("the files of one list are read, or none", async (place) => {
    await place.write("a.csv", "u,i\n1,2\n");
    const before = await open(place, "a.csv");
    await place.write("a.csv", "u,i\n9,9,9\n");
    await assertRejects(() => before.file.open(), AddressError, "was changed or removed");
    await assertRejects(() => before.file.slice(0, 3), AddressError, "was changed or removed");
    const after = await open(place, "a.csv");
    assert(after.sha256 !== before.sha256);
    assertEquals(await new Response(await after.file.open()).text(), "u,i\n9,9,9\n");
  });

  placeTest("another account reads nothing below a root that is not its own", async (place) => {
    await place.write("a.csv", "u,i\n1,2\n");
    const opening = place.addresses.open({ uri: `${place.root}a.csv`, ownerId: BOB });
    const { message } = await assertRejects(() => opening, AddressError);
    assert(!message.includes(place.root), message);
  });
}

Deno.test("symbolic links below a root are not followed", async () => {
  await using place = await places.disk();
  const secret = await Deno.makeTempDir({ prefix: "airec-secret-" });
  try {
    await Deno.writeTextFile(`${secret}/a.csv`, "secret");
    await place.write("in/b.csv", "u,i\n");
    const folder = place.root.slice("file://".length);
    await Deno.symlink(secret, `${folder}in/linked`);
    await Deno.symlink(`${secret}/a.csv`, `${folder}in/a.csv`);
    for (const path of ["in/linked/a.csv", "in/linked/", "in/a.csv"]) {
      await assertRejects(() => open(place, path), AddressError, "symbolic link");
    }
    assertEquals((await open(place, "in/")).parts.length, 1);
    // A link in place of a listed file.
    const { file } = await open(place, "in/b.csv");
    await Deno.remove(`${folder}in/b.csv`);
    await Deno.symlink(`${secret}/a.csv`, `${folder}in/b.csv`);
    await assertRejects(() => file.open(), AddressError, "was changed or removed");
    // A link in place of the folder of a listed file, which has the same inode there.
    await place.write("out/c.csv", "u,i\n");
    const other = await open(place, "out/");
    await Deno.rename(`${folder}out`, `${secret}/out`);
    await Deno.symlink(`${secret}/out`, `${folder}out`);
    await assertRejects(() => other.file.open(), AddressError, "was changed or removed");
  } finally {
    await Deno.remove(secret, { recursive: true });
  }
});

Deno.test("the files of AiREC itself are not read, even below a root", async () => {
  await using place = await places.disk();
  await place.write("blobs/uploads/a.csv", "u,i\n");
  const folder = place.root.slice("file://".length);
  const addresses = onDisk(`*=${place.root}`, { disk: diskData([`${folder}blobs`]) });
  for (const path of ["blobs/uploads/a.csv", "blobs/", ""]) {
    await assertRejects(
      () => addresses.open({ uri: place.root + path, ownerId: ADA }),
      AddressError,
      "of AiREC itself",
    );
  }
  const own = onDisk("*=s3://lake", {
    s3: { endpoint: "https://r2.example" },
    ownBucket: { endpoint: "https://r2.example/", bucket: "lake" },
  });
  await assertRejects(() => own.open({ uri: "s3://lake/a", ownerId: ADA }), AddressError, "itself");
});

Deno.test("an owner's access key is stored encrypted, for that owner alone", async () => {
  await using server = loopbackServer((request) => {
    const authorization = request.headers.get("authorization") ?? "";
    return authorization.includes("Credential=hers/")
      ? new Response(
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a.csv</Key><ETag>&quot;1&quot;</ETag><Size>4</Size><LastModified>2026-07-03T17:50:30.000Z</LastModified></Contents></ListBucketResult>",
      )
      : new Response("<Error><Code>AccessDenied</Code></Error>", { status: 403 });
  });
  const s3 = { endpoint: server.url, region: "eu-central-1" };
  const addresses = onDisk("*=s3://lake", { s3, secretKey: new Uint8Array(32).fill(3) });
  const uri = "s3://lake/a.csv";
  await assertRejects(() => addresses.open({ uri, ownerId: ADA }), AddressError, "data_keys_json");
  const sealed = (id: string, owner = ADA) =>
    addresses.sealKeys({ access_key_id: id, secret_access_key: "the secret" }, owner);
  const keys = await sealed("hers");
  assert(!atob(keys).includes("hers"));
  assertEquals((await addresses.open({ uri, ownerId: ADA, keys })).parts[0].path, "a.csv");
  await assertRejects(() => addresses.open({ uri, ownerId: BOB, keys }), AddressError, "decrypted");
  const { message } = await assertRejects(
    async () => await addresses.open({ uri, ownerId: ADA, keys: await sealed("other") }),
    AddressError,
  );
  assertStringIncludes(message, "refuses the access key");
  const keyless = onDisk("*=s3://lake", { s3 });
  await assertRejects(
    () => keyless.sealKeys({ access_key_id: "a", secret_access_key: "b" }, ADA),
    AddressError,
    "AIREC_SECRET_KEY",
  );
});

Deno.test("buckets are asked at the operator's endpoint alone", async () => {
  const asked: string[] = [];
  await using server = loopbackServer((request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(null, { status: 301, headers: { location: "http://169.254.169.254/" } });
  });
  const keys = { access_key_id: "a", secret_access_key: "b" };
  const addresses = onDisk("*=s3://169.254.169.254", { s3: { endpoint: server.url, keys } });
  await assertRejects(
    () => addresses.open({ uri: "s3://169.254.169.254/latest/meta-data", ownerId: ADA }),
    AddressError,
    "status 301",
  );
  assertEquals(asked, ["/169.254.169.254"]);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodeSafetensors, encodeSafetensors, metadataOf, type Tensor } from "./safetensors.ts";

const tensors: Record<string, Tensor> = {
  text: new TextEncoder().encode("odd"),
  counts: Uint32Array.of(0, 1, 2 ** 32 - 1),
  weights: Float32Array.of(-0.1, 1.5, 3.4e38),
  codes: Uint16Array.of(0, 65535, 7),
  prices: Float64Array.of(0.1, NaN, 1e300),
  nothing: new Float32Array(),
};

Deno.test("arrays are read back unchanged, as views of the file's bytes", () => {
  const file = encodeSafetensors(tensors);
  const decoded = decodeSafetensors(file);
  assertEquals(decoded, tensors);
  assert(decoded.weights.buffer === file.buffer, "nothing is copied");
});

Deno.test("the bytes follow the container format, for any order of the arrays", () => {
  const file = encodeSafetensors({ b: Uint8Array.of(7), a: Uint32Array.of(258) });
  const header = '{"a":{"dtype":"U32","shape":[1],"data_offsets":[0,4]},' +
    '"b":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8, " ");
  assertEquals(
    file,
    Uint8Array.from([
      ...[padded.length, 0, 0, 0, 0, 0, 0, 0],
      ...new TextEncoder().encode(padded),
      ...[2, 1, 0, 0, 7],
    ]),
  );
  assertEquals(encodeSafetensors({ a: Uint32Array.of(258), b: Uint8Array.of(7) }), file);
});

Deno.test("views of larger arrays are encoded, and files at unaligned offsets decoded", () => {
  const part = Uint32Array.of(1, 2, 3, 4).subarray(1, 3);
  const file = encodeSafetensors({ part });
  const shifted = new Uint8Array(file.length + 3).subarray(3);
  shifted.set(file);
  assertEquals(decodeSafetensors(shifted), { part: Uint32Array.of(2, 3) });
});

Deno.test("a truncated or corrupted file is rejected or read, without a crash or endless loop", () => {
  const file = encodeSafetensors(tensors);
  for (let length = 0; length < file.length; length++) {
    assertThrows(() => decodeSafetensors(file.slice(0, length)), RangeError);
  }
  const bent = (header: unknown) => {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const file = new Uint8Array(8 + json.length + 8);
    new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
    file.set(json, 8);
    return file;
  };
  const entry = { dtype: "U32", shape: [1], data_offsets: [0, 4] };
  for (
    const wrong of [
      { data_offsets: [0, 99] },
      { data_offsets: [-4, 4] },
      { data_offsets: [8, 4] },
      { data_offsets: [0, 3] },
      { dtype: "F16" },
      { dtype: "F64" },
      { dtype: "U16", data_offsets: [0, 3] },
      { dtype: "constructor" },
    ]
  ) assertThrows(() => decodeSafetensors(bent({ a: { ...entry, ...wrong } })), RangeError);
});

Deno.test("metadata come back, and are none where none were written", () => {
  const part = Uint32Array.of(2, 3);
  assertEquals(metadataOf(encodeSafetensors({ part }, { about: "é" })), { about: "é" });
  assertEquals(metadataOf(encodeSafetensors({ part })), {});
});

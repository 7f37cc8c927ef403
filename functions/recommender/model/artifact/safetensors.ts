/**
 * The safetensors container: 8 bytes of header length, a JSON header, raw little-endian arrays.
 * Format: https://huggingface.co/docs/safetensors (version 0.5). Arrays are one-dimensional here.
 */
export type Tensor = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

const TYPES = {
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
};

interface Entry {
  dtype: keyof typeof TYPES;
  shape: [number];
  data_offsets: [number, number];
}

/** Alignment of the data in bytes. Wider types are first, so each array is aligned to its type. */
const ALIGNMENT = 8;

/** Encodes named arrays and optional metadata. Deterministic: equal arrays yield equal bytes. */
export function encodeSafetensors(
  tensors: Record<string, Tensor>,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort((a, b) =>
    tensors[b].BYTES_PER_ELEMENT - tensors[a].BYTES_PER_ELEMENT || (a < b ? -1 : 1)
  );
  const header: Record<string, Entry> = {};
  let end = 0;
  for (const name of names) {
    const tensor = tensors[name];
    const start = end;
    end += tensor.byteLength;
    header[name] = { dtype: dtypeOf(tensor), shape: [tensor.length], data_offsets: [start, end] };
  }
  const fullHeader = { ...(metadata && { __metadata__: metadata }), ...header };
  const json = new TextEncoder().encode(JSON.stringify(fullHeader));
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(json, 8);
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = tensors[name];
    file.set(
      new Uint8Array(buffer, byteOffset, byteLength),
      8 + headerLength + header[name].data_offsets[0],
    );
  }
  return file;
}

/**
 * Decodes a file into views of its bytes; copies only if the bytes are not aligned.
 * @throws {RangeError} if the header or an array exceeds the file.
 */
export function decodeSafetensors(file: Uint8Array): Record<string, Tensor> {
  const aligned = file.byteOffset % ALIGNMENT === 0 ? file : file.slice();
  const { header, start } = headerOf(aligned);
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = entry.data_offsets;
    if (!(0 <= from && from <= to && start + to <= aligned.length)) {
      throw new RangeError(`safetensors: the array "${name}" is truncated`);
    }
    tensors[name] = viewOf(
      entry.dtype,
      aligned.buffer,
      aligned.byteOffset + start + from,
      to - from,
    );
  }
  return tensors;
}

/**
 * Returns the byte range of each array in the file.
 * @param head the beginning of the file, including its whole header.
 * @throws {RangeError} if the header exceeds `head`.
 */
export function safetensorsLayout(head: Uint8Array): Record<string, [start: number, end: number]> {
  const { header, start } = headerOf(head);
  return Object.fromEntries(
    Object.entries(header).filter(([name]) => name !== "__metadata__")
      .map(([name, { data_offsets: [from, to] }]) => [name, [start + from, start + to]]),
  );
}

/**
 * Returns the metadata of a file; empty if it has none.
 * @throws {RangeError} if the header exceeds the file.
 */
export function metadataOf(file: Uint8Array): Record<string, string> {
  const { __metadata__: metadata = {} } = headerOf(file).header;
  return metadata as unknown as Record<string, string>;
}

/** Parses the header, and returns the offset of the data. */
function headerOf(file: Uint8Array): { header: Record<string, Entry>; start: number } {
  if (file.length < 8) throw new RangeError("safetensors: the file is truncated");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  if (start > file.length) throw new RangeError("safetensors: the header is truncated");
  return { header: parseHeader(file.subarray(8, start)), start };
}

function parseHeader(bytes: Uint8Array): Record<string, Entry> {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new RangeError("safetensors: the header is not JSON", { cause: error });
  }
}

function dtypeOf(tensor: Tensor): Entry["dtype"] {
  const dtypes = Object.keys(TYPES) as Entry["dtype"][];
  return dtypes.find((dtype) => tensor instanceof TYPES[dtype])!;
}

function viewOf(
  dtype: Entry["dtype"],
  buffer: ArrayBufferLike,
  offset: number,
  bytes: number,
): Tensor {
  if (!Object.hasOwn(TYPES, dtype)) {
    const known = Object.keys(TYPES).join(", ");
    throw new RangeError(`safetensors: the type "${dtype}" is not one of ${known}`);
  }
  const Type = TYPES[dtype];
  const width = Type.BYTES_PER_ELEMENT;
  if (bytes % width !== 0) {
    throw new RangeError(
      `safetensors: an array of ${dtype} has ${bytes} bytes, which is not a multiple of ${width}`,
    );
  }
  return new Type(buffer as ArrayBuffer, offset, bytes / width);
}

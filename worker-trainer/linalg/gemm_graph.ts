/**
 * An ONNX model of a single `Gemm` node, encoded by hand: about 150 bytes of protobuf, so that a
 * matrix product needs neither a model file nor a protobuf library. Field numbers as in
 * onnx.proto3.
 */

/** Returns the model of C = op(A)·op(B) in float32 with free dimensions; op transposes or not. */
export function gemmGraph({ transA, transB }: { transA: boolean; transB: boolean }): Uint8Array {
  const node = [
    ...text(1, "a"), // NodeProto.input
    ...text(1, "b"),
    ...text(2, "c"), // NodeProto.output
    ...text(4, "Gemm"), // NodeProto.op_type
    ...message(5, integerAttribute("transA", Number(transA))), // NodeProto.attribute
    ...message(5, integerAttribute("transB", Number(transB))),
  ];
  const graph = [
    ...message(1, node), // GraphProto.node
    ...text(2, "gemm"), // GraphProto.name
    ...message(11, matrixInfo("a", "p", "q")), // GraphProto.input
    ...message(11, matrixInfo("b", "r", "s")),
    ...message(12, matrixInfo("c", "t", "u")), // GraphProto.output
  ];
  return Uint8Array.from([
    ...integer(1, 7), // ModelProto.ir_version
    ...message(7, graph), // ModelProto.graph
    ...message(8, integer(2, 13)), // ModelProto.opset_import: OperatorSetIdProto.version
  ]);
}

const INTEGER_ATTRIBUTE = 2; // AttributeProto.AttributeType.INT
const FLOAT = 1; // TensorProto.DataType.FLOAT

function integerAttribute(name: string, value: number): number[] {
  return [...text(1, name), ...integer(3, value), ...integer(20, INTEGER_ATTRIBUTE)];
}

/** Returns the ValueInfoProto of a float matrix with symbolic dimensions. */
function matrixInfo(name: string, rows: string, columns: string): number[] {
  const shape = [...message(1, text(2, rows)), ...message(1, text(2, columns))];
  const tensor = [...integer(1, FLOAT), ...message(2, shape)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

function integer(field: number, value: number): number[] {
  return [...varint(field << 3), ...varint(value)];
}

function text(field: number, value: string): number[] {
  return message(field, [...new TextEncoder().encode(value)]);
}

function message(field: number, bytes: number[]): number[] {
  return [...varint(field << 3 | 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push(value & 127 | 128);
  return [...bytes, value];
}

import { Encoder } from "cbor-x";

export function make(_, value) {
  const encoder = new Encoder({ structures: [], useRecords: true, tagUint8Array: false, int64AsNumber: false });
  encoder.encode(value);
  return {
    encode: () => encoder.encode(value),
    decode: (bytes) => encoder.decode(bytes),
    restore: (decoded) => decoded,
  };
}

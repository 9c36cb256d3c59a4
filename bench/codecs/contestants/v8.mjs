import { deserialize, serialize } from "node:v8";

export function make(_, value) {
  return { encode: () => serialize(value), decode: (bytes) => deserialize(bytes), restore: (decoded) => decoded };
}

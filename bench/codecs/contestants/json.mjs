// JSON as a careful person would use it: 64-bit integers as decimal strings, bytes as base64.
const text = new TextEncoder();
const wide = new Set(["base", "size", "root", "iova", "address", "token", "position", "id", "length", "generation"]);

const replacer = (_, value) =>
  typeof value === "bigint"
    ? `${value}n`
    : value instanceof Uint8Array
      ? `b${Buffer.from(value).toString("base64")}`
      : value;
const reviver = (key, value) => {
  if (typeof value !== "string") return value;
  if (wide.has(key) && value.endsWith("n")) return BigInt(value.slice(0, -1));
  if (key === "data" || key === "config" || key === "peer" || key === "uuid") {
    const found = Buffer.from(value.slice(1), "base64");
    return new Uint8Array(found.buffer, found.byteOffset, found.length);
  }
  return value;
};

export function make(_, value) {
  return {
    encode: () => text.encode(JSON.stringify(value, replacer)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"), reviver),
    restore: (decoded) => decoded,
  };
}

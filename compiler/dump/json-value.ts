import { writeRows } from "./json-rows.ts";
import type { JsonText } from "./json-text.ts";
import { toJson } from "./json-write.ts";
import { rowsBehind } from "./table-rows.ts";
import { isList, isObject, memberOf, type Value } from "./value.ts";
import type { WireType } from "./wire-type.ts";

/** Writes a value as `toJson` has it. */
export function writeValue(json: JsonText, type: WireType, value: Value): void {
  if (value === null || value === undefined) return json.null();
  switch (type.kind) {
    case "bytes":
      return value instanceof Uint8Array ? json.hex(value) : json.value(toJson(type, value));
    case "struct":
    case "state":
      if (!isObject(value)) return json.value(toJson(type, value));
      json.open("{");
      for (const { name, type: held } of type.members) {
        const one = memberOf(value, name);
        // An absent optional is left out; null is what could not be read.
        if (one === undefined) continue;
        json.name(name);
        writeValue(json, held, one);
      }
      return json.close("}");
    case "union": {
      const kind = isObject(value) ? memberOf(value, "kind") : undefined;
      const alternative = type.alternatives.find(({ name }) => name === kind);
      if (alternative === undefined || !isObject(value)) return json.value(toJson(type, value));
      json.open("{");
      json.name(alternative.name);
      if (alternative.type === null) json.null();
      else writeValue(json, alternative.type, memberOf(value, "value"));
      return json.close("}");
    }
    case "list": {
      const rows = rowsBehind(value);
      if (rows !== undefined) return writeRows(json, rows);
      if (!isList(value)) return json.value(toJson(type, value));
      json.open("[");
      for (const element of value) writeValue(json, type.element, element);
      return json.close("]");
    }
    case "optional":
      return writeValue(json, type.element, value);
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "string":
    case "cstring":
      return json.value(toJson(type, value));
  }
}

import { MAX_DEPTH } from "./format.ts";
import { isList, isObject, memberOf, setMember, type Value } from "./value.ts";
import { defaultOf, type WireType } from "./wire-type.ts";

/**
 * A value with every member that was left out at its default, in all depths. What does not fit its type is passed on as it is:
 * to refuse it is the encoder's business.
 */
export function complete(type: WireType, value: Value, depth = 0): Value {
  // Deeper than any body may nest: the encoder refuses it, and an object that holds itself ends here.
  if (depth > MAX_DEPTH) return value;
  switch (type.kind) {
    case "struct":
    case "state": {
      if (!isObject(value)) return value;
      const whole: { [name: string]: Value } = {};
      for (const member of type.members) {
        const given = memberOf(value, member.name);
        setMember(
          whole,
          member.name,
          given === undefined ? defaultOf(member) : complete(member.type, given, depth + 1),
        );
      }
      return whole;
    }
    case "union": {
      if (!isObject(value)) return value;
      const kind = memberOf(value, "kind");
      const alternative = type.alternatives.find((one) => one.name === kind);
      if (alternative === undefined || alternative.type === null) return value;
      return { kind, value: complete(alternative.type, memberOf(value, "value"), depth + 1) };
    }
    case "list":
      return isList(value) && holdsObjects(type.element)
        ? value.map((element) => complete(type.element, element, depth))
        : value;
    case "optional":
      return value === undefined ? undefined : complete(type.element, value, depth);
    case "int":
    case "enum":
    case "bits":
    case "bool":
    case "uuid":
    case "bytes":
    case "string":
    case "cstring":
      return value;
  }
}

function holdsObjects(type: WireType): boolean {
  return type.kind === "struct" || type.kind === "state" || type.kind === "union" || type.kind === "list";
}

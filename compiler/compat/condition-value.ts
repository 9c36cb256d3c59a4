import { evaluate } from "../dump/expression.ts";
import { equal, integerOf, isList, isObject, memberOf, type Value } from "../dump/value.ts";
import { fieldOf } from "../dump/integers.ts";
import { defaultValue } from "../dump/wire-type.ts";
import type { Condition, Subject } from "./condition.ts";
import { holds } from "./integers.ts";

/** Whether a condition holds for a value of the declaration that it is stated over. An expression that has no value counts as true. */
export function isTrue(condition: Condition, value: Value): boolean {
  switch (condition.kind) {
    case "constant":
      return condition.value;
    case "or":
      return condition.of.some((each) => isTrue(each, value));
    case "and":
      return condition.of.every((each) => isTrue(each, value));
    case "integers": {
      const integer = numberAt(condition.of, value);
      return integer !== null && holds(condition.among, integer);
    }
    case "bits": {
      const integer = numberAt(condition.of, value);
      return integer !== null && (integer & condition.mask) !== 0n;
    }
    case "ranges differ": {
      const integer = numberAt(condition.of, value);
      return integer !== null && fieldOf(condition.first, integer) !== fieldOf(condition.second, integer);
    }
    case "length": {
      const length = lengthOf(valueAt(condition.of, value));
      return length !== null && holds(condition.among, BigInt(length));
    }
    case "default": {
      const found = valueAt(condition.of, value);
      if (found === undefined || condition.of.type === null) return false;
      return equal(found, defaultValue(condition.value, condition.of.type)) === condition.equal;
    }
    case "present":
      return valueAt(condition.of, value) !== undefined;
    case "absent":
      return valueAt(condition.of, value) === undefined;
    case "is": {
      const union = valueAt(condition.of, value);
      return isObject(union) && memberOf(union, "kind") === condition.name;
    }
    case "ill-formed": {
      const bytes = valueAt(condition.of, value);
      return bytes instanceof Uint8Array && !isUtf8(bytes);
    }
    case "expression": {
      const result = evaluate(condition.expression, value);
      return !result.ok || result.value === true;
    }
    case "outside": {
      const result = evaluate(condition.expression, value);
      const integer = result.ok ? integerOf(result.value) : null;
      return integer === null || !holds(condition.among, integer);
    }
    case "fails":
      return !evaluate(condition.expression, value).ok;
    case "some": {
      const list = valueAt(condition.of, value);
      return isList(list) && list.some((element) => isTrue(condition.each, element));
    }
  }
}

/** What a subject looks at; undefined where nothing is there. */
export function valueAt(subject: Subject, value: Value): Value {
  let at = value;
  for (const step of subject.steps) {
    switch (step.kind) {
      case "member":
        at = isObject(at) ? memberOf(at, step.name) : undefined;
        break;
      case "alternative":
        at = isObject(at) && memberOf(at, "kind") === step.name ? memberOf(at, "value") : undefined;
        break;
      case "bits": {
        const bits = numberOf(at);
        at = bits === null ? undefined : fieldOf(step, bits);
        break;
      }
    }
  }
  return at;
}

function numberAt(subject: Subject, value: Value): bigint | null {
  return numberOf(valueAt(subject, value));
}

/** An integer as it is, a boolean as 0 or 1. */
function numberOf(value: Value): bigint | null {
  return typeof value === "boolean" ? (value ? 1n : 0n) : integerOf(value);
}

function lengthOf(value: Value): number | null {
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return typeof value === "string" ? new TextEncoder().encode(value).length : null;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Whether bytes are well-formed UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

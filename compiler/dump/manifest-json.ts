import type { Diagnostic } from "../diagnostics/catalogue.ts";
import { formatVersion, parseVersion } from "../schema/version.ts";
import type { Version } from "../schema/ir.ts";
import { jsonMistake } from "./json-read.ts";
import { describeJson, jsonMember, type JsonNode } from "./json-reader.ts";
import type { ManifestModule } from "./manifest.ts";

/** The manifest in the JSON of a dump, and what is wrong with it. */
export interface JsonManifest {
  readonly modules: readonly ManifestModule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Which module is at which version, by which fingerprint; null where the JSON has no manifest. */
export function manifestFromJson(node: JsonNode): JsonManifest | null {
  const list = jsonMember(node, "manifest");
  if (list === null) return null;
  const reader = new Reader();
  const modules = reader.elements(list, "an array of modules").flatMap((element) => reader.module(element) ?? []);
  return { modules, diagnostics: reader.diagnostics };
}

/** The version that a node names, as a number or as text. */
export function versionOfJson(node: JsonNode): Version | null {
  return node.kind === "number" ? parseVersion(node.text) : node.kind === "string" ? parseVersion(node.value) : null;
}

type Entry = ManifestModule["writes"][number];

class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #names = new Set<string>();

  #expected(expected: string, found: JsonNode | null, at: JsonNode): null {
    const facts = { expected, found: found === null ? "none" : describeJson(found) };
    const { span } = found ?? at;
    const isWhole = found === null || found.kind === "object" || found.kind === "array";
    this.diagnostics.push(jsonMistake("B8404", facts, isWhole ? { ...span, end: span.start + 1 } : span));
    return null;
  }

  elements(node: JsonNode, expected: string): readonly JsonNode[] {
    if (node.kind === "array") return node.elements;
    this.#expected(expected, node, node);
    return [];
  }

  module(node: JsonNode): ManifestModule | null {
    const name = jsonMember(node, "module");
    const draft = jsonMember(node, "draft");
    const listed = jsonMember(node, "writes");
    if (name?.kind !== "string") return this.#expected('a module with its name, "module"', name, node);
    if (this.#names.has(name.value)) return this.#expected("each module once", name, node);
    this.#names.add(name.value);
    const own = this.#entry(node);
    if (draft !== null && draft.kind !== "boolean") this.#expected('true or false as "draft"', draft, node);
    const writes = listed === null ? [] : this.#entries(listed);
    if (own === null) return null;
    const isListed = writes.some((one) => one.version === own.version && one.fingerprint === own.fingerprint);
    if (listed?.kind === "array" && !isListed && writes.length === listed.elements.length)
      this.#expected(`version ${formatVersion(own.version)} itself with its fingerprint in "writes"`, null, listed);
    return {
      name: name.value,
      ...own,
      draft: draft?.kind === "boolean" && draft.value,
      writes: listed === null ? [own] : writes,
    };
  }

  #entries(list: JsonNode): readonly Entry[] {
    let last = -1;
    return this.elements(list, "an array of versions").flatMap((node) => {
      const entry = this.#entry(node);
      if (entry === null) return [];
      if (entry.version <= last) this.#expected("versions in ascending order", jsonMember(node, "version"), node);
      last = entry.version;
      return [entry];
    });
  }

  #entry(node: JsonNode): Entry | null {
    const version = jsonMember(node, "version");
    const fingerprint = jsonMember(node, "fingerprint");
    const number = version === null ? null : versionOfJson(version);
    if (number === null) return this.#expected('a "version", as in 2 or "2.1"', version, node);
    if (fingerprint?.kind !== "string") return this.#expected('a "fingerprint" of 64 hex digits', fingerprint, node);
    if (/^[\da-f]{64}$/.test(fingerprint.value)) return { version: number, fingerprint: fingerprint.value };
    const facts = { expected: "fingerprint of 64 lower-case hex digits", found: describeJson(fingerprint) };
    this.diagnostics.push(jsonMistake("B8406", facts, fingerprint.span));
    return null;
  }
}

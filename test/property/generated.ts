/** Generated codecs, compiled and loaded without a file, over the very runtime that the test has. */
import { transformSync } from "esbuild";
import type { Compiled } from "../../compiler/compile.ts";
import { emit } from "../../compiler/emit/typescript/module.ts";
import * as runtime from "../../runtime/index.ts";
import type { ModuleDescriptor, StateCodec } from "../../runtime/index.ts";
import type { Version } from "../../compiler/schema/ir.ts";
import type { Decoded, Outcome } from "./outcome.ts";
import { success } from "./outcome.ts";
import { versionText } from "./model.ts";

const runtimeName = "baton-runtime";

type Exports = { readonly [name: string]: unknown };

/** The generated text of every module, by its path without an extension. */
export function generate(compiled: Compiled): Map<string, string> {
  const files = emit(compiled.modules, { runtime: runtimeName, importExtension: "none" });
  return new Map(files.map(({ path, parts }) => [path.replace(/\.ts$/, ""), parts.join("")]));
}

/** Loads generated modules; each is evaluated when it is first asked for. */
export class Generated {
  readonly #files: ReadonlyMap<string, string>;
  readonly #loaded = new Map<string, Exports>();

  constructor(compiled: Compiled) {
    this.#files = generate(compiled);
  }

  #load(path: string): Exports {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    const text = this.#files.get(path);
    if (text === undefined) throw new Error(`nothing was generated for ${path}`);
    const { code } = transformSync(text, { loader: "ts", format: "cjs", target: "es2022" });
    const module: { exports: Exports } = { exports: {} };
    this.#loaded.set(path, module.exports);
    const require = (name: string): unknown => (name === runtimeName ? runtime : this.#load(resolved(path, name)));
    // What is run here is what the compiler under test made of a schema of this test.
    new Function("require", "module", "exports", code)(require, module, module.exports);
    this.#loaded.set(path, module.exports);
    return module.exports;
  }

  /** What a module exports. */
  exports(module: string): Exports {
    return this.#load(module.replaceAll(".", "/"));
  }

  /** The descriptor of a module. */
  descriptor(module: string): ModuleDescriptor {
    for (const held of Object.values(this.exports(module))) {
      // What has a fingerprint and states is the module's descriptor.
      if (typeof held === "object" && held !== null && "states" in held && "fingerprint" in held)
        return held as ModuleDescriptor;
    }
    throw new Error(`no descriptor of ${module} is exported`);
  }

  /** The codec of a state, whatever name it goes by in TypeScript. */
  codec(module: string, state: string): GeneratedCodec {
    const name = `${module}.${state}`;
    for (const held of Object.values(this.exports(module))) {
      if (typeof held === "object" && held !== null && "encodeInto" in held && "name" in held && held.name === name) {
        // A state's codec is what has `encodeInto`.
        return new GeneratedCodec(held as StateCodec<object>);
      }
    }
    throw new Error(`no codec of ${name} is exported`);
  }
}

function resolved(from: string, name: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const step of name.split("/")) {
    if (step === "..") parts.pop();
    else if (step !== ".") parts.push(step);
  }
  return parts.join("/");
}

/** A generated codec with its errors as outcomes; anything but a `BatonError` gets out. */
export class GeneratedCodec {
  readonly codec: StateCodec<object>;

  constructor(codec: StateCodec<object>) {
    this.codec = codec;
  }

  encode(value: unknown, target?: Version): Outcome<Uint8Array> {
    const options = target === undefined ? {} : { for: versionText(target) };
    // A drawn value follows the value model of generated types.
    return outcomeOf(() => this.codec.encode(value as object, options));
  }

  decode(bytes: Uint8Array, keepUnknown = false, writer?: Version): Outcome<Decoded> {
    return outcomeOf(() => {
      const dropped: { path: string; id: number }[] = [];
      const value = this.codec.decode(bytes, {
        dropped: (path, id) => dropped.push({ path, id }),
        ...(keepUnknown ? { keepUnknown } : {}),
        ...(writer === undefined ? {} : { writer: versionText(writer) }),
      });
      // A state decodes to an object.
      return { value: value as Record<string, unknown>, dropped };
    });
  }
}

/** What a call gives, or the code and path of the error that it refuses with. */
export function outcomeOf<T>(call: () => T): Outcome<T> {
  try {
    return success(call());
  } catch (error) {
    if (!(error instanceof runtime.BatonError)) throw error;
    return { ok: false, reasons: [{ code: error.code, path: error.path ?? "" }] };
  }
}

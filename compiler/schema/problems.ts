import { closest } from "../diagnostics/suggest.ts";
import { diagnose, type Diagnostic, type Place, type Row } from "../diagnostics/catalogue.ts";
import { rows as computed } from "../diagnostics/computed.ts";
import { rows as expressions } from "../diagnostics/expressions.ts";
import { rows as lint } from "../diagnostics/lint.ts";
import { rows as members } from "../diagnostics/members.ts";
import { rows as names } from "../diagnostics/names.ts";
import { rows as structs } from "../diagnostics/structs.ts";
import { rows as types } from "../diagnostics/types.ts";
import { rows as versions } from "../diagnostics/versions.ts";

const rows = { ...names, ...members, ...versions, ...types, ...structs, ...expressions, ...computed, ...lint };

type Rows = typeof rows;

/** A code of what can be wrong with the meaning of a schema. */
export type Code = keyof Rows;

/** What the message of a code needs to know. */
export type Parameters<C extends Code> = Rows[C] extends Row<infer P> ? P : never;

/** Collects what is wrong while a schema is resolved and checked. */
export class Problems {
  readonly list: Diagnostic[] = [];
  /** How many more names suggestions may look at; enough for every schema that people correct by hand. */
  private looks = 300_000;

  add<C extends Code>(code: C, parameters: Parameters<C>, place: Place): void {
    // The row of C takes the parameters of C; TypeScript does not follow that through the index.
    this.list.push(
      diagnose(code, rows[code] as unknown as Row<Parameters<C> & object>, parameters as Parameters<C> & object, place),
    );
  }

  /** What a person most likely meant by a word, if anything. Looking is not free, so after very many mistakes nobody looks any more. */
  suggest(word: string, candidates: Iterable<string>): string | undefined {
    if (this.looks <= 0) return undefined;
    const names = [...candidates];
    this.looks -= names.length;
    return closest(word, names);
  }
}

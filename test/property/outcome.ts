/** What a codec did: a result, or a refusal with its code and path. Generated and schema-driven codecs are compared by it. */

export interface Refusal {
  readonly ok: false;
  /** All reasons; a codec that stops at the first gives one. */
  readonly reasons: readonly { readonly code: string; readonly path: string }[];
}

export interface Success<T> {
  readonly ok: true;
  readonly result: T;
}

export type Outcome<T> = Success<T> | Refusal;

export interface Decoded {
  readonly value: Record<string, unknown>;
  /** Paths and ids of what was dropped, in order. */
  readonly dropped: readonly { readonly path: string; readonly id: number }[];
}

export function success<T>(result: T): Success<T> {
  return { ok: true, result };
}

export function outcomeText(outcome: Outcome<unknown>): string {
  return outcome.ok ? "accepted" : `refused (${outcome.reasons.map(({ code, path }) => `${code} ${path}`).join(", ")})`;
}

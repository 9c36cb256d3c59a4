import type { Span } from "../text.ts";

export type Severity = "error" | "warning" | "info";

/** A second place that a diagnostic is about, such as the first use of a duplicate id. */
export interface Note {
  readonly message: string;
  readonly span?: Span;
}

/** A replacement of text that resolves a diagnostic. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
}

/** One mistake at one place: data, never thrown. `span` is null where no text is at fault (a missing file, a call). */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span | null;
  readonly notes: readonly Note[];
  readonly help?: string;
  readonly fix?: Fix;
}

/** A row of the catalogue: everything known about one kind of mistake. Codes are never reused; a retired row stays, with `retired`. */
export interface Row<P extends object = never> {
  readonly severity: Severity;
  /** A few words, as a heading of the page that `baton explain` prints. */
  readonly title: string;
  /** One line, no capital, no full stop; says what was found and what was expected. */
  readonly message: (p: P) => string;
  /** One line that says what to do, where there is something to say. */
  readonly help?: (p: P) => string | undefined;
  /** The page of `baton explain`: why it is a mistake and what it would do to a handoff. Markdown paragraphs. */
  readonly explain: string;
  /** A schema (or call) that makes the mistake, and the same without it. */
  readonly example?: { readonly bad: string; readonly good: string };
  readonly retired?: boolean;
}

/** Gives a row its parameter type: `row<{ name: string }>({ … })`. */
export function row<P extends object = Record<never, never>>(r: Row<P>): Row<P> {
  return r;
}

/** What `diagnose` takes beside the row's own parameters. */
export interface Place {
  readonly span: Span | null;
  readonly notes?: readonly Note[];
  readonly help?: string;
  readonly fix?: Fix;
}

/** Makes a diagnostic from a row; the row's help is used unless the place brings its own. */
export function diagnose<P extends object>(code: string, r: Row<P>, p: P, place: Place): Diagnostic {
  const help = place.help ?? r.help?.(p);
  return {
    code,
    severity: r.severity,
    message: r.message(p),
    span: place.span,
    notes: place.notes ?? [],
    ...(help === undefined ? {} : { help }),
    ...(place.fix === undefined ? {} : { fix: place.fix }),
  };
}
